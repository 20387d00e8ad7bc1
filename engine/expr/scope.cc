#include "engine/expr/scope.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stratagem::expr {

bool Scope::Declare(Declaration declaration) {
  std::string name = declaration.name;
  hidden_.erase(name);
  return declarations_.emplace(std::move(name), std::move(declaration)).second;
}

void Scope::Hide(std::string name, std::string why) {
  if (declarations_.contains(name)) return;
  hidden_.insert_or_assign(std::move(name), std::move(why));
}

void Scope::Reveal(absl::string_view name) {
  const auto hidden = hidden_.find(name);
  if (hidden != hidden_.end()) hidden_.erase(hidden);
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
