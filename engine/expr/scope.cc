#include "engine/expr/scope.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stratagem::expr {

bool Scope::Declare(Declaration declaration) {
  std::string name = declaration.name;
  hidden_.erase(name);
  return declarations_.emplace(std::move(name), std::move(declaration)).second;
}

std::optional<Declaration> Scope::Shadow(Declaration declaration) {
  const auto found = declarations_.find(declaration.name);
  if (found != declarations_.end()) {
    return std::exchange(found->second, std::move(declaration));
  }
  std::string name = declaration.name;
  declarations_.emplace(std::move(name), std::move(declaration));
  return std::nullopt;
}

void Scope::Restore(absl::string_view name,
                    std::optional<Declaration> shadowed) {
  const auto found = declarations_.find(name);
  if (shadowed.has_value()) {
    found->second = *std::move(shadowed);
  } else {
    declarations_.erase(found);
  }
}

void Scope::Hide(std::string name, std::string why) {
  if (declarations_.contains(name)) return;
  hidden_.insert_or_assign(std::move(name), std::move(why));
}

void Scope::Reveal(absl::string_view name) {
  const auto hidden = hidden_.find(name);
  if (hidden != hidden_.end()) hidden_.erase(hidden);
}

void Scope::SetContainer(std::string container) {
  container_ = std::move(container);
}

bool Scope::Import(std::string alias, std::string name) {
  return imports_.emplace(std::move(alias), std::move(name)).second;
}

bool Scope::DeclareMessage(MessageType message) {
  std::string name = message.name;
  return messages_.emplace(std::move(name), std::move(message)).second;
}

void Scope::SetFunctions(std::shared_ptr<const FunctionTable> functions) {
  functions_ = std::move(functions);
}

std::vector<std::string> Scope::Candidates(absl::string_view name) const {
  if (absl::StartsWith(name, ".")) return {std::string(name.substr(1))};
  const size_t dot = std::min(name.find('.'), name.size());
  const auto import = imports_.find(name.substr(0, dot));
  if (import != imports_.end()) {
    return {absl::StrCat(import->second, name.substr(dot))};
  }
  std::vector<std::string> candidates;
  for (std::string inside = container_; !inside.empty();) {
    candidates.push_back(absl::StrCat(inside, ".", name));
    const size_t end = inside.rfind('.');
    inside.resize(end == std::string::npos ? 0 : end);
  }
  candidates.emplace_back(name);
  return candidates;
}

const MessageType* Scope::FindMessage(absl::string_view name) const {
  const auto found = messages_.find(name);
  return found == messages_.end() ? nullptr : &found->second;
}

std::vector<std::string> Scope::message_names() const {
  std::vector<std::string> names;
  for (const auto& [name, message] : messages_) names.push_back(name);
  return names;
}

const Declaration* Scope::Find(absl::string_view name) const {
  const auto found = declarations_.find(name);
  return found == declarations_.end() ? nullptr : &found->second;
}

const std::string* Scope::FindHidden(absl::string_view name) const {
  const auto found = hidden_.find(name);
  return found == hidden_.end() ? nullptr : &found->second;
}

bool Scope::IsPrefix(absl::string_view name) const {
  const std::string prefix = absl::StrCat(name, ".");
  const auto declared = declarations_.lower_bound(prefix);
  if (declared != declarations_.end() &&
      absl::StartsWith(declared->first, prefix)) {
    return true;
  }
  const auto hidden = hidden_.lower_bound(prefix);
  return hidden != hidden_.end() && absl::StartsWith(hidden->first, prefix);
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> names;
  names.reserve(declarations_.size());
  for (const auto& [name, declaration] : declarations_) names.push_back(name);
  return names;
}

}  // namespace stratagem::expr
