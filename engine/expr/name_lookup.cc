#include "engine/expr/name_lookup.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/expr/function_table.h"
#include "engine/expr/well_known.h"

namespace stratagem::expr {
namespace {

// The type that `name` names, when CEL itself has it.
std::optional<Type> BuiltInType(absl::string_view name) {
  static constexpr struct {
    absl::string_view name;
    TypeKind kind;
  } kTypes[] = {
      {"bool", TypeKind::kBool},
      {"int", TypeKind::kInt},
      {"uint", TypeKind::kUint},
      {"double", TypeKind::kDouble},
      {"string", TypeKind::kString},
      {"bytes", TypeKind::kBytes},
      {"null_type", TypeKind::kNull},
      {"google.protobuf.Timestamp", TypeKind::kTimestamp},
      {"google.protobuf.Duration", TypeKind::kDuration},
      {"net.IP", TypeKind::kIp},
      {"net.CIDR", TypeKind::kCidr},
  };
  for (const auto& type : kTypes) {
    if (type.name == name) return Type(type.kind);
  }
  if (name == "list") return Type::List(Type());
  if (name == "map") return Type::Map(Type(), Type());
  if (name == "optional_type") return Type::Optional(Type());
  if (name == "type") return Type::TypeOf(Type());
  return std::nullopt;
}

}  // namespace

std::optional<NameMeaning> NameLookup::Find(absl::string_view spelled) const {
  for (std::string& name : scope_.Candidates(spelled)) {
    std::optional<NameMeaning> found = FindWhole(std::move(name));
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<NameMeaning> NameLookup::FindWhole(std::string name) const {
  NameMeaning meaning;
  meaning.declaration = scope_.Find(name);
  if (meaning.declaration == nullptr) {
    meaning.denoted = BuiltInType(name);
    if (!meaning.denoted) meaning.constant = WellKnownConstant(name);
    const MessageType* const message = FindWholeMessage(name);
    if (!meaning.denoted && message != nullptr) {
      meaning.denoted = LiteralType(*message);
    }
    if (!meaning.denoted && !meaning.constant) return std::nullopt;
  }
  meaning.name = std::move(name);
  return meaning;
}

std::string NameLookup::FindFunction(absl::string_view spelled) const {
  for (std::string& name : scope_.Candidates(spelled)) {
    if (!scope_.functions()->Find(name).empty()) return std::move(name);
  }
  return "";
}

const MessageType* NameLookup::FindMessage(absl::string_view spelled) const {
  for (const std::string& name : scope_.Candidates(spelled)) {
    if (const MessageType* message = FindWholeMessage(name)) return message;
  }
  return nullptr;
}

const MessageType* NameLookup::FindWholeMessage(absl::string_view name) const {
  const MessageType* const declared = scope_.FindMessage(name);
  return declared != nullptr ? declared : WellKnownMessage(name);
}

const std::string* NameLookup::FindHidden(absl::string_view spelled) const {
  for (const std::string& name : scope_.Candidates(spelled)) {
    for (size_t end = 0; end != std::string::npos;) {
      end = name.find('.', end + 1);
      if (const std::string* why = scope_.FindHidden(name.substr(0, end))) {
        return why;
      }
    }
  }
  return nullptr;
}

std::vector<std::string> NameLookup::message_names() const {
  std::vector<std::string> names = WellKnownMessageNames();
  for (std::string& name : scope_.message_names()) {
    names.push_back(std::move(name));
  }
  const std::string inside = absl::StrCat(scope_.container(), ".");
  for (size_t i = names.size(); i > 0; --i) {
    if (!absl::StartsWith(names[i - 1], inside)) continue;
    names.push_back(names[i - 1].substr(inside.size()));
  }
  return names;
}

std::string NameLookup::ConstructorOf(const MessageType& message) {
  return absl::StrCat("@", message.name);
}

Type NameLookup::LiteralType(const MessageType& message) const {
  const auto rows = scope_.functions()->Find(ConstructorOf(message));
  return rows.empty() ? Type::Opaque(message.name) : rows.front().result;
}

}  // namespace stratagem::expr
