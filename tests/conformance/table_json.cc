#include "tests/conformance/table_json.h"

#include <cstdint>
#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"

namespace stratagem {
namespace {

ValueKind KindOfScalar(const Json& json) {
  if (json.is_boolean()) return ValueKind::kBool;
  if (json.is_string()) return ValueKind::kString;
  const bool fits_int =
      json.is_number_unsigned()
          ? json.get<uint64_t>() <=
                static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
          : json.is_number_integer();
  return fits_int ? ValueKind::kInt : ValueKind::kDouble;
}

bool IsNumber(ValueKind kind) {
  return kind == ValueKind::kInt || kind == ValueKind::kDouble;
}

}  // namespace

const Json& Member(const Json& json, const char* name) {
  static const Json* const null = new Json();
  if (!json.is_object()) return *null;
  const auto found = json.find(name);
  return found != json.end() ? *found : *null;
}

std::string TextOf(const Json& json) {
  return json.is_string() ? json.get<std::string>() : "";
}

bool IsScalar(const Json& json) {
  return json.is_boolean() || json.is_number() || json.is_string();
}

std::optional<ValueKind> KindOf(const std::vector<Json>& items) {
  std::optional<ValueKind> kind;
  for (const Json& item : items) {
    if (!IsScalar(item)) return std::nullopt;
    const ValueKind its = KindOfScalar(item);
    if (!kind.has_value() || *kind == its) {
      kind = its;
    } else if (IsNumber(*kind) && IsNumber(its)) {
      kind = ValueKind::kDouble;
    } else {
      return std::nullopt;
    }
  }
  return kind;
}

std::optional<FieldType> TypeOf(const Json& json) {
  if (!json.is_array()) {
    const std::optional<ValueKind> kind = KindOf({json});
    if (!kind.has_value()) return std::nullopt;
    return FieldType{*kind, nullptr};
  }
  const std::optional<ValueKind> kind =
      KindOf(std::vector<Json>(json.begin(), json.end()));
  if (!kind.has_value()) return std::nullopt;
  return FieldType{ValueKind::kList,
                   std::make_shared<FieldType>(FieldType{*kind, nullptr})};
}

Value ToValue(const Json& json, const FieldType& type, Arena& arena) {
  switch (type.kind) {
    case ValueKind::kBool:
      return Value::Bool(json.get<bool>());
    case ValueKind::kInt:
      return Value::Int(json.get<int64_t>());
    case ValueKind::kDouble:
      return Value::Double(json.get<double>());
    case ValueKind::kList: {
      Value* const items = arena.AllocateArray<Value>(json.size());
      for (size_t i = 0; i < json.size(); ++i) {
        items[i] = ToValue(json[i], *type.element, arena);
      }
      return Value::List({items, json.size()});
    }
    default:
      return Value::String(arena.CopyString(json.get<std::string>()));
  }
}

Json ToJson(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBool:
      return value.bool_value();
    case ValueKind::kInt:
      return value.int_value();
    case ValueKind::kDouble:
      return value.double_value();
    case ValueKind::kString:
      return std::string(value.text());
    default:
      return nullptr;
  }
}

std::string CelOf(const Json& json) {
  if (json.is_number() && KindOfScalar(json) == ValueKind::kDouble) {
    return Json(json.get<double>()).dump();
  }
  if (!json.is_structured()) return json.dump();
  std::string cel = json.is_array() ? "[" : "{";
  const char* separator = "";
  for (const auto& [name, item] : json.items()) {
    absl::StrAppend(&cel, separator,
                    json.is_object() ? Json(name).dump() + ": " : "", "dyn(",
                    CelOf(item), ")");
    separator = ", ";
  }
  return cel + (json.is_array() ? "]" : "}");
}

}  // namespace stratagem
