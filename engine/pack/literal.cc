#include "engine/pack/literal.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "engine/base/duration_text.h"
#include "engine/base/time_text.h"
#include "engine/value/compare.h"

namespace stratagem::pack {
namespace {

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// [-+]? digits, without the leading zeros that YAML 1.1 takes for octal.
bool IsWholeNumber(absl::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  return AllDigits(text) && (text.size() == 1 || text[0] != '0');
}

// [-+]? [digits] [. digits] [e [-+]? digits].
bool IsDecimalNumber(absl::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  const size_t exponent = text.find_first_of("eE");
  if (exponent != absl::string_view::npos) {
    absl::string_view digits = text.substr(exponent + 1);
    if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
      digits.remove_prefix(1);
    }
    if (!AllDigits(digits)) return false;
    text = text.substr(0, exponent);
  }
  const size_t point = text.find('.');
  if (point == absl::string_view::npos) return IsWholeNumber(text);
  const absl::string_view whole = text.substr(0, point);
  return AllDigits(text.substr(point + 1)) &&
         (whole.empty() || (AllDigits(whole) && IsWholeNumber(whole)));
}

std::optional<absl::Time> ParseDate(absl::string_view text,
                                    const absl::TimeZone& timezone) {
  int year = 0, month = 0, day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' ||
      !AllDigits(text.substr(0, 4)) || !AllDigits(text.substr(5, 2)) ||
      !AllDigits(text.substr(8, 2)) ||
      !absl::SimpleAtoi(text.substr(0, 4), &year) ||
      !absl::SimpleAtoi(text.substr(5, 2), &month) ||
      !absl::SimpleAtoi(text.substr(8, 2), &day)) {
    return std::nullopt;
  }
  const absl::CivilDay civil(year, month, day);
  // CivilDay carries 31 April over into May.
  if (year < 1 || civil.month() != month || civil.day() != day) {
    return std::nullopt;
  }
  return absl::FromCivil(civil, timezone);
}

std::optional<absl::Time> ParseRfc3339(absl::string_view text) {
  // ParseTime alone also takes "infinite-past" and years of any length.
  if (text.size() < 20 || !AllDigits(text.substr(0, 4)) || text[4] != '-' ||
      text[10] != 'T' || text.substr(0, 4) == "0000") {
    return std::nullopt;
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return std::nullopt;
  }
  return time;
}

std::optional<Value> WrongType(ReadContext& context, const YamlNode& node,
                               const FieldType& type) {
  if (node.is(YamlKind::kBroken)) return std::nullopt;
  std::string hint;
  const bool number =
      type.kind == ValueKind::kInt || type.kind == ValueKind::kDouble;
  if (node.is(YamlKind::kScalar) && node.style != ScalarStyle::kPlain &&
      (number || type.kind == ValueKind::kBool)) {
    hint = "remove the quotes";
  } else if (type.kind == ValueKind::kBool) {
    hint = "write true or false";
  } else if (type.kind == ValueKind::kDuration) {
    hint = "write a duration such as 90s, 1h30m or 30d";
  } else if (number && node.is(YamlKind::kScalar) && node.text.size() > 1 &&
             AllDigits(node.text) && node.text[0] == '0') {
    hint = "write the number without leading zeros";
  }
  context.diagnostics.AddError(
      "E240", node.location(),
      absl::StrCat("found ", Describe(node), ", expected ", ToString(type)),
      hint);
  return std::nullopt;
}

std::optional<Value> ReadList(ReadContext& context, const YamlNode& node,
                              const FieldType& type) {
  if (!node.is(YamlKind::kSequence)) return WrongType(context, node, type);
  Value* const items = context.arena.AllocateArray<Value>(node.items.size());
  bool ok = true;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const std::optional<Value> item =
        ReadLiteral(context, node.items[i], *type.element);
    items[i] = item.value_or(Value());
    ok = ok && item.has_value();
  }
  if (!ok) return std::nullopt;
  return Value::List({items, node.items.size()});
}

std::optional<Value> ReadMap(ReadContext& context, const YamlNode& node,
                             const FieldType& type) {
  if (!node.is(YamlKind::kMapping)) return WrongType(context, node, type);
  const size_t size = node.entries.size();
  MapEntry* const entries = context.arena.AllocateArray<MapEntry>(size);
  bool ok = true;
  for (size_t i = 0; i < size; ++i) {
    const std::optional<Value> value =
        ReadLiteral(context, node.entries[i].value, *type.element);
    entries[i] = {
        Value::String(context.arena.CopyString(node.entries[i].key.text)),
        value.value_or(Value())};
    ok = ok && value.has_value();
  }
  if (!ok) return std::nullopt;
  SortEntries({entries, size});  // Keys of a mapping differ: the reader checks.
  return Value::Map({entries, size});
}

std::optional<bool> ParseBool(absl::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<absl::Time> ParseTime(absl::string_view text,
                                    const absl::TimeZone& timezone) {
  if (const auto date = ParseDate(text, timezone)) return date;
  return ParseRfc3339(text);
}

}  // namespace

std::optional<Value> ParseNumber(absl::string_view text) {
  int64_t whole = 0;
  if (IsWholeNumber(text)) {
    if (!absl::SimpleAtoi(text, &whole)) return std::nullopt;
    return Value::Int(whole);
  }
  double number = 0;
  if (!IsDecimalNumber(text) || !absl::SimpleAtod(text, &number) ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return Value::Double(number);
}

std::optional<absl::Time> ReadTime(ReadContext& context, const YamlNode& node) {
  if (node.is(YamlKind::kBroken)) return std::nullopt;
  if (node.is(YamlKind::kScalar)) {
    if (const auto time = ParseTime(node.text, context.timezone)) return time;
  }
  const bool lacks_zone = node.is(YamlKind::kScalar) && LacksZone(node.text);
  context.diagnostics.AddError(
      "E243", node.location(),
      absl::StrCat("found ", Describe(node), ", expected a date or time"),
      lacks_zone ? std::string(kZoneHint)
                 : "write 2026-11-01 or 2026-11-01T10:00:00+08:00");
  return std::nullopt;
}

std::optional<Value> ParseLiteral(const LiteralText& literal,
                                  const FieldType& type,
                                  const absl::TimeZone& timezone,
                                  Arena& arena) {
  switch (type.kind) {
    case ValueKind::kBool:
      if (literal.quoted) break;
      if (const auto flag = ParseBool(literal.text)) return Value::Bool(*flag);
      break;
    case ValueKind::kInt:
    case ValueKind::kDouble:
      if (literal.quoted) break;
      return ParseNumber(literal.text);
    case ValueKind::kString:
      return Value::String(arena.CopyString(literal.text));
    case ValueKind::kTimestamp:
      if (const auto time = ParseTime(literal.text, timezone)) {
        return Value::Timestamp(*time);
      }
      break;
    case ValueKind::kDuration:
      if (const auto duration = ParseDuration(literal.text)) {
        return Value::Duration(*duration);
      }
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<Value> ReadLiteral(ReadContext& context, const YamlNode& node,
                                 const FieldType& type) {
  if (type.kind == ValueKind::kList) return ReadList(context, node, type);
  if (type.kind == ValueKind::kMap) return ReadMap(context, node, type);
  if (type.kind == ValueKind::kTimestamp) {
    const std::optional<absl::Time> time = ReadTime(context, node);
    if (!time.has_value()) return std::nullopt;
    return Value::Timestamp(*time);
  }
  if (!node.is(YamlKind::kScalar)) return WrongType(context, node, type);
  const std::optional<Value> value =
      ParseLiteral({node.text, node.style != ScalarStyle::kPlain}, type,
                   context.timezone, context.arena);
  return value.has_value() ? value : WrongType(context, node, type);
}

std::optional<Value> ReadFieldValue(ReadContext& context, const YamlNode& node,
                                    const Field& field) {
  std::optional<Value> value = ReadLiteral(context, node, field.type);
  if (!value.has_value()) return std::nullopt;
  const FieldFault fault = Conform(field, *value, context.arena);
  if (fault == FieldFault::kNone) return value;
  context.diagnostics.AddError(
      fault == FieldFault::kWrongType ? "E240" : "E241", node.location(),
      absl::StrCat("value of `", field.name,
                   "`: ", DescribeFault(field, fault, *value)));
  return std::nullopt;
}

}  // namespace stratagem::pack
