#include "tests/conformance/policy_config.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "engine/base/status_macros.h"
#include "engine/pack/literal.h"
#include "engine/value/compare.h"
#include "tests/conformance/policy_functions.h"
#include "tests/conformance/type_text.h"

namespace stratagem::policy {
namespace {

using expr::Type;
using expr::TypeKind;
using pack::YamlKind;
using pack::YamlNode;

std::string TextAt(const YamlNode& mapping, absl::string_view key) {
  const YamlNode* const node = FindEntry(mapping, key);
  return node == nullptr ? "" : node->text;
}

const std::vector<YamlNode>& ItemsAt(const YamlNode& mapping,
                                     absl::string_view key) {
  static const std::vector<YamlNode>* const none = new std::vector<YamlNode>;
  const YamlNode* const node = FindEntry(mapping, key);
  return node == nullptr ? *none : node->items;
}

// CEL's notation of {type_name: map, params: […]}, which may also stand under
// `type:`.
std::string TypeText(const YamlNode& node) {
  if (const YamlNode* const type = FindEntry(node, "type")) {
    if (type->is(YamlKind::kMapping)) return TypeText(*type);
    return type->text;
  }
  const std::string name = TextAt(node, "type_name");
  std::vector<std::string> params;
  for (const YamlNode& param : ItemsAt(node, "params")) {
    params.push_back(TypeText(param));
  }
  if (params.empty()) {
    if (name == "list") return "list(dyn)";
    if (name == "map") return "map(dyn, dyn)";
    if (name == "timestamp") return "google.protobuf.Timestamp";
    if (name == "duration") return "google.protobuf.Duration";
    return name;
  }
  return absl::StrCat(name, "(", absl::StrJoin(params, ", "), ")");
}

// True for a message, or something of messages.
bool IsMessage(const Type& type) {
  if (type.is(TypeKind::kOpaque) && absl::StrContains(type.name(), ".")) {
    return true;
  }
  for (const Type& param : type.params()) {
    if (IsMessage(param)) return true;
  }
  return false;
}

class ConfigReader {
 public:
  absl::StatusOr<PolicyConfig> Read(const YamlNode& root) {
    config_.needs_messages = FindEntry(root, "context_variable") != nullptr;
    config_.functions.SetContainer(TextAt(root, "container"));
    for (const YamlNode& import : ItemsAt(root, "imports")) {
      const std::string name = TextAt(import, "name");
      config_.functions.Import(name.substr(name.rfind('.') + 1), name);
    }
    for (const YamlNode& variable : ItemsAt(root, "variables")) {
      STRATAGEM_ASSIGN_OR_RETURN(Type type, ReadType(variable));
      config_.variables.push_back({TextAt(variable, "name"), std::move(type)});
    }
    for (const YamlNode& function : ItemsAt(root, "functions")) {
      STRATAGEM_RETURN_IF_ERROR(ReadFunction(function));
    }
    config_.functions.SetFunctions(
        expr::FunctionTable::StandardAnd(std::move(rows_)));
    return std::move(config_);
  }

 private:
  absl::StatusOr<Type> ReadType(const YamlNode& node) {
    const std::string text = TypeText(node);
    const std::optional<Type> type = expr::ReadType(text);
    if (!type.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          ToString(node.location()), ": unknown type `", text, "`"));
    }
    config_.needs_messages |= IsMessage(*type);
    return *type;
  }

  absl::Status ReadFunction(const YamlNode& function) {
    const std::string name = TextAt(function, "name");
    for (const YamlNode& overload : ItemsAt(function, "overloads")) {
      const YamlNode* const target = FindEntry(overload, "target");
      const YamlNode* const result = FindEntry(overload, "return");
      std::vector<Type> params;
      if (target != nullptr) {
        STRATAGEM_ASSIGN_OR_RETURN(Type type, ReadType(*target));
        params.push_back(std::move(type));
      }
      for (const YamlNode& argument : ItemsAt(overload, "args")) {
        STRATAGEM_ASSIGN_OR_RETURN(Type type, ReadType(argument));
        params.push_back(std::move(type));
      }
      if (result == nullptr) {
        return absl::InvalidArgumentError(
            absl::StrCat(ToString(overload.location()), ": an overload of `",
                         name, "` returns nothing"));
      }
      STRATAGEM_ASSIGN_OR_RETURN(Type type, ReadType(*result));
      const expr::Implementation implementation =
          params.size() == 1 ? FindPolicyFunction(name) : nullptr;
      const auto make_row = target != nullptr ? expr::Method : expr::Function;
      rows_.push_back(make_row(name.c_str(), std::move(params), std::move(type),
                               implementation, expr::Opcode::kNone));
    }
    return absl::OkStatus();
  }

  PolicyConfig config_;
  std::vector<expr::Overload> rows_;
};

Value ReadScalar(const YamlNode& node, Arena& arena) {
  if (node.style == pack::ScalarStyle::kPlain) {
    if (node.text == "true") return Value::Bool(true);
    if (node.text == "false") return Value::Bool(false);
    if (const std::optional<Value> number = pack::ParseNumber(node.text)) {
      return *number;
    }
  }
  return Value::String(arena.CopyString(node.text));
}

// A copy of `items` in `arena`, each changed by `change`.
template <typename T, typename Change>
std::span<T> Copy(std::span<const T> items, Arena& arena, Change change) {
  T* const copies = arena.AllocateArray<T>(items.size());
  for (size_t i = 0; i < items.size(); ++i) copies[i] = change(items[i]);
  return {copies, items.size()};
}

}  // namespace

const YamlNode* FindEntry(const YamlNode& mapping, absl::string_view key) {
  for (const pack::YamlEntry& entry : mapping.entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

expr::Scope PolicyConfig::scope() const {
  expr::Scope scope = functions;
  for (size_t i = 0; i < variables.size(); ++i) {
    expr::Declaration declaration;
    declaration.name = variables[i].name;
    declaration.type = variables[i].type;
    declaration.slot = static_cast<int>(i);
    scope.Declare(std::move(declaration));
  }
  return scope;
}

absl::StatusOr<PolicyConfig> ReadPolicyConfig(const YamlNode& root) {
  return ConfigReader().Read(root);
}

Value ReadYamlValue(const YamlNode& node, Arena& arena) {
  switch (node.kind) {
    case YamlKind::kNull:
    case YamlKind::kBroken:
      return Value::Null();
    case YamlKind::kScalar:
      return ReadScalar(node, arena);
    case YamlKind::kSequence: {
      Value* const items = arena.AllocateArray<Value>(node.items.size());
      for (size_t i = 0; i < node.items.size(); ++i) {
        items[i] = ReadYamlValue(node.items[i], arena);
      }
      return Value::List({items, node.items.size()});
    }
    case YamlKind::kMapping: {
      const size_t size = node.entries.size();
      MapEntry* const entries = arena.AllocateArray<MapEntry>(size);
      for (size_t i = 0; i < size; ++i) {
        entries[i] = {ReadScalar(node.entries[i].key, arena),
                      ReadYamlValue(node.entries[i].value, arena)};
      }
      SortEntries({entries, size});
      return Value::Map({entries, size});
    }
  }
  return Value::Null();
}

Value ConvertTo(const Type& type, const Value& value, Arena& arena) {
  switch (type.kind()) {
    case TypeKind::kDouble:
      if (!value.is(ValueKind::kInt)) return value;
      return Value::Double(static_cast<double>(value.int_value()));
    case TypeKind::kUint:
      if (!value.is(ValueKind::kInt) || value.int_value() < 0) return value;
      return Value::Uint(static_cast<uint64_t>(value.int_value()));
    case TypeKind::kList:
      if (!value.is(ValueKind::kList)) return value;
      return Value::List(Copy(value.list(), arena, [&](const Value& item) {
        return ConvertTo(type.params()[0], item, arena);
      }));
    case TypeKind::kMap:
      if (!value.is(ValueKind::kMap)) return value;
      return Value::Map(Copy(value.map(), arena, [&](const MapEntry& entry) {
        return MapEntry{entry.key,
                        ConvertTo(type.params()[1], entry.value, arena)};
      }));
    default:
      return value;
  }
}

}  // namespace stratagem::policy
