#include "engine/value/schema.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/value/compare.h"

namespace stratagem {
namespace {

// Brings `value` to `type`; false when it is of another kind.
FieldFault ConformType(const FieldType& type, Value& value, Arena& arena,
                       int depth) {
  if (depth > kFactDepthMax) return FieldFault::kTooLarge;
  if (type.kind == ValueKind::kDouble) {
    if (value.is(ValueKind::kInt)) {
      value = Value::Double(static_cast<double>(value.int_value()));
    }
    if (!value.is(ValueKind::kDouble)) return FieldFault::kWrongType;
    return std::isfinite(value.double_value()) ? FieldFault::kNone
                                               : FieldFault::kOutOfRange;
  }
  if (type.kind == ValueKind::kInt && value.is(ValueKind::kDouble)) {
    const double d = value.double_value();
    if (d != std::trunc(d) || std::abs(d) > 0x1p53) {
      return FieldFault::kWrongType;
    }
    value = Value::Int(static_cast<int64_t>(d));
    return FieldFault::kNone;
  }
  if (value.kind() != type.kind) return FieldFault::kWrongType;
  if (type.kind == ValueKind::kString) {
    return value.text().size() > kFactStringBytesMax ? FieldFault::kTooLarge
                                                     : FieldFault::kNone;
  }
  if (type.kind == ValueKind::kList) {
    const std::span<const Value> items = value.list();
    if (items.size() > kFactItemsMax) return FieldFault::kTooLarge;
    Value* const converted = arena.AllocateArray<Value>(items.size());
    if (converted == nullptr) return FieldFault::kTooLarge;
    for (size_t i = 0; i < items.size(); ++i) {
      converted[i] = items[i];
      const FieldFault fault =
          ConformType(*type.element, converted[i], arena, depth + 1);
      if (fault != FieldFault::kNone) return fault;
    }
    value = Value::List({converted, items.size()});
  } else if (type.kind == ValueKind::kMap) {
    const std::span<const MapEntry> entries = value.map();
    if (entries.size() > kFactItemsMax) return FieldFault::kTooLarge;
    MapEntry* const converted = arena.AllocateArray<MapEntry>(entries.size());
    if (converted == nullptr) return FieldFault::kTooLarge;
    for (size_t i = 0; i < entries.size(); ++i) {
      converted[i] = entries[i];
      if (!entries[i].key.is(ValueKind::kString)) return FieldFault::kWrongType;
      const FieldFault fault =
          ConformType(*type.element, converted[i].value, arena, depth + 1);
      if (fault != FieldFault::kNone) return fault;
    }
    value = Value::Map({converted, entries.size()});
  }
  return FieldFault::kNone;
}

bool Below(const Value& value, const std::optional<Value>& bound) {
  return bound.has_value() && CompareValues(value, *bound) == Order::kLess;
}

bool Above(const Value& value, const std::optional<Value>& bound) {
  return bound.has_value() && CompareValues(value, *bound) == Order::kGreater;
}

// Descriptions travel in the details of a status, which share a few kilobytes
// of response headers: a caller's value is shown by its beginning.
constexpr size_t kShownBytesMax = 80;
constexpr size_t kListedValuesMax = 12;

std::string Shown(const Value& value) {
  std::string text = ToString(value);
  if (text.size() <= kShownBytesMax) return text;
  size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) {
    --end;  // Not inside a code point.
  }
  text.resize(end);
  return text + "…";
}

std::string ListOfAllowed(const std::vector<std::string>& values) {
  std::string text;
  for (size_t i = 0; i < std::min(values.size(), kListedValuesMax); ++i) {
    absl::StrAppend(&text, i == 0 ? "'" : ", '", values[i], "'");
  }
  if (values.size() > kListedValuesMax) absl::StrAppend(&text, ", …");
  return text;
}

}  // namespace

bool operator==(const FieldType& a, const FieldType& b) {
  if (a.kind != b.kind) return false;
  if (a.element == nullptr || b.element == nullptr) {
    return a.element == b.element;
  }
  return *a.element == *b.element;
}

std::string ToString(const FieldType& type) {
  switch (type.kind) {
    case ValueKind::kList:
      return absl::StrCat("list(", ToString(*type.element), ")");
    case ValueKind::kMap:
      return absl::StrCat("map(string, ", ToString(*type.element), ")");
    case ValueKind::kTimestamp:
      return "timestamp";
    case ValueKind::kDuration:
      return "duration";
    default:
      return std::string(KindName(type.kind));
  }
}

FieldFault Conform(const Field& field, Value& value, Arena& arena) {
  Value conformed = value;
  const FieldFault fault = ConformType(field.type, conformed, arena, 0);
  if (fault != FieldFault::kNone) return fault;
  if (Below(conformed, field.value_min) || Above(conformed, field.value_max)) {
    return FieldFault::kOutOfRange;
  }
  if (!field.values.empty() && conformed.is(ValueKind::kString) &&
      std::find(field.values.begin(), field.values.end(), conformed.text()) ==
          field.values.end()) {
    return FieldFault::kNotAllowed;
  }
  value = conformed;
  return FieldFault::kNone;
}

std::string DescribeFault(const Field& field, FieldFault fault,
                          const Value& value) {
  switch (fault) {
    case FieldFault::kNone:
      return "";
    case FieldFault::kWrongType: {
      const absl::string_view found =
          value.is(ValueKind::kTimestamp)  ? "timestamp"
          : value.is(ValueKind::kDuration) ? "duration"
                                           : KindName(value.kind());
      return absl::StrCat("found ", found, " ", Shown(value), ", expected ",
                          ToString(field.type));
    }
    case FieldFault::kOutOfRange:
      if (Below(value, field.value_min)) {
        return absl::StrCat(Shown(value), " is below the minimum ",
                            ToString(*field.value_min));
      }
      if (Above(value, field.value_max)) {
        return absl::StrCat(Shown(value), " is above the maximum ",
                            ToString(*field.value_max));
      }
      return absl::StrCat(Shown(value), " is not a finite number");
    case FieldFault::kNotAllowed:
      return absl::StrCat(Shown(value), " is not one of ",
                          ListOfAllowed(field.values));
    case FieldFault::kTooLarge:
      return absl::StrCat("larger than a value may be (", kFactStringBytesMax,
                          " bytes of text, ", kFactItemsMax, " items, ",
                          kFactDepthMax, " levels)");
  }
  return "";
}

std::optional<size_t> Schema::Add(Field field) {
  const size_t index = fields_.size();
  if (!index_.emplace(field.name, static_cast<int>(index)).second) {
    return std::nullopt;
  }
  fields_.push_back(std::move(field));
  return index;
}

int Schema::Find(absl::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  for (const Field& field : fields_) names.push_back(field.name);
  return names;
}

}  // namespace stratagem
