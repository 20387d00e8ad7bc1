// Literals of the messages in well_known.cc, such as
// google.protobuf.Int32Value{value: 1}. A constructor takes the fields that
// were written as a map and gives the CEL value that the message stands for.
// The checker has seen names and types, but not in unchecked mode.

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/expr/function_table.h"
#include "engine/expr/time_text.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

Value ZeroOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBool:
      return Value::Bool(false);
    case ValueKind::kInt:
      return Value::Int(0);
    case ValueKind::kUint:
      return Value::Uint(0);
    case ValueKind::kDouble:
      return Value::Double(0);
    case ValueKind::kString:
      return Value::String("");
    case ValueKind::kBytes:
      return Value::Bytes("");
    default:
      return Value::Null();
  }
}

// A wrapper's field `value`; its zero when it is not set.
template <ValueKind kKind>
Value Wrapped(Evaluation&, const Value* arguments) {
  Value wrapped = ZeroOf(kKind);
  for (const MapEntry& field : arguments[0].map()) {
    if (field.key.text() != "value") {
      return Value::Error(ErrorCode::kNoSuchField);
    }
    if (!field.value.is(kKind)) {
      return Value::Error(ErrorCode::kNoMatchingOverload);
    }
    wrapped = field.value;
  }
  return wrapped;
}

Value WrappedInt32(Evaluation& evaluation, const Value* arguments) {
  const Value value = Wrapped<ValueKind::kInt>(evaluation, arguments);
  if (value.is_error()) return value;
  const int64_t number = value.int_value();
  const bool fits = number >= std::numeric_limits<int32_t>::min() &&
                    number <= std::numeric_limits<int32_t>::max();
  return fits ? value : Value::Error(ErrorCode::kOverflow);
}

Value WrappedUint32(Evaluation& evaluation, const Value* arguments) {
  const Value value = Wrapped<ValueKind::kUint>(evaluation, arguments);
  if (value.is_error()) return value;
  const bool fits = value.uint_value() <= std::numeric_limits<uint32_t>::max();
  return fits ? value : Value::Error(ErrorCode::kOverflow);
}

// `number` as a float holds it.
double RoundedToFloat(double number) {
  // From halfway to the next power of two on, rounding gives an infinity; the
  // conversion itself is only defined for what is in range.
  constexpr double kInfiniteFrom = 0x1.ffffffp127;
  constexpr float kFloatMax = std::numeric_limits<float>::max();
  if (std::isnan(number)) return number;
  if (std::abs(number) >= kInfiniteFrom) {
    return std::copysign(std::numeric_limits<double>::infinity(), number);
  }
  if (std::abs(number) > kFloatMax) {
    return std::copysign(double{kFloatMax}, number);
  }
  return static_cast<double>(static_cast<float>(number));
}

Value WrappedFloat(Evaluation& evaluation, const Value* arguments) {
  const Value value = Wrapped<ValueKind::kDouble>(evaluation, arguments);
  if (value.is_error()) return value;
  return Value::Double(RoundedToFloat(value.double_value()));
}

// The time of fields `seconds` and `nanos`. Negative durations have nanos
// below zero too; a Value has them above.
template <Value (*kCheck)(int64_t, uint32_t), int64_t kNanosMin>
Value TimeOf(Evaluation&, const Value* arguments) {
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  int64_t seconds = 0;
  int64_t nanos = 0;
  for (const MapEntry& field : arguments[0].map()) {
    const bool is_seconds = field.key.text() == "seconds";
    if (!is_seconds && field.key.text() != "nanos") {
      return Value::Error(ErrorCode::kNoSuchField);
    }
    if (!field.value.is(ValueKind::kInt)) {
      return Value::Error(ErrorCode::kNoMatchingOverload);
    }
    (is_seconds ? seconds : nanos) = field.value.int_value();
  }
  if (nanos < kNanosMin || nanos >= kNanosPerSecond) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  if (kNanosMin < 0 &&
      ((seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0))) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  if (nanos >= 0) return kCheck(seconds, static_cast<uint32_t>(nanos));
  if (seconds == std::numeric_limits<int64_t>::min()) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return kCheck(seconds - 1, static_cast<uint32_t>(nanos + kNanosPerSecond));
}

// Protobuf's JSON writes 0, 3, 6 or 9 decimals.
std::string WithDecimalsByThree(std::string text) {
  const size_t point = text.find('.');
  if (point == std::string::npos) return text;
  const size_t end = text.size() - 1;  // Of the digits: Z or s comes last.
  const size_t missing = (3 - (end - point - 1) % 3) % 3;
  return text.insert(end, missing, '0');
}

Value JsonOf(Evaluation& evaluation, const Value& value);

Value JsonList(Evaluation& evaluation, const Value& list) {
  const std::span<const Value> items = list.list();
  Value* const made = evaluation.AllocateArray<Value>(items.size());
  if (made == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  for (size_t i = 0; i < items.size(); ++i) {
    made[i] = JsonOf(evaluation, items[i]);
    if (made[i].is_error()) return made[i];
  }
  return Value::List({made, items.size()});
}

Value JsonKey(Evaluation& evaluation, const Value& key) {
  switch (key.kind()) {
    case ValueKind::kBool:
      return Value::String(key.bool_value() ? "true" : "false");
    case ValueKind::kInt:
      return evaluation.NewString(absl::StrCat(key.int_value()));
    case ValueKind::kUint:
      return evaluation.NewString(absl::StrCat(key.uint_value()));
    default:
      return key;
  }
}

Value JsonObject(Evaluation& evaluation, const Value& map) {
  const std::span<const MapEntry> entries = map.map();
  MapEntry* const made = evaluation.AllocateArray<MapEntry>(entries.size());
  if (made == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  for (size_t i = 0; i < entries.size(); ++i) {
    made[i] = {JsonKey(evaluation, entries[i].key),
               JsonOf(evaluation, entries[i].value)};
    if (made[i].key.is_error()) return made[i].key;
    if (made[i].value.is_error()) return made[i].value;
  }
  // {1: …, '1': …} has two equal keys now.
  if (!SortEntries({made, entries.size()})) {
    return Value::Error(ErrorCode::kDuplicateKey);
  }
  return Value::Map({made, entries.size()});
}

// `value` as JSON has it: every number a double, and a string where a double
// would lose digits; bytes as base64, times as text.
Value JsonOf(Evaluation& evaluation, const Value& value) {
  constexpr int64_t kExactMax = (int64_t{1} << 53) - 1;
  switch (value.kind()) {
    case ValueKind::kNull:
    case ValueKind::kBool:
    case ValueKind::kDouble:
    case ValueKind::kString:
      return value;
    case ValueKind::kInt:
      if (value.int_value() >= -kExactMax && value.int_value() <= kExactMax) {
        return Value::Double(static_cast<double>(value.int_value()));
      }
      return evaluation.NewString(absl::StrCat(value.int_value()));
    case ValueKind::kUint:
      if (value.uint_value() <= uint64_t{kExactMax}) {
        return Value::Double(static_cast<double>(value.uint_value()));
      }
      return evaluation.NewString(absl::StrCat(value.uint_value()));
    case ValueKind::kBytes:
      if (!evaluation.ChargeText(value.text().size())) {
        return Value::Error(ErrorCode::kStepLimit);
      }
      return evaluation.NewString(absl::Base64Escape(value.text()));
    case ValueKind::kTimestamp:
      return evaluation.NewString(WithDecimalsByThree(TimestampText(value)));
    case ValueKind::kDuration:
      return evaluation.NewString(WithDecimalsByThree(DurationText(value)));
    case ValueKind::kList:
      return JsonList(evaluation, value);
    case ValueKind::kMap:
      return JsonObject(evaluation, value);
    case ValueKind::kMissing:
    case ValueKind::kOptional:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kError:
      return Value::Error(ErrorCode::kNoMatchingOverload);
  }
  return Value::Error(ErrorCode::kNoMatchingOverload);
}

// `value`, which must be of `kind`, as JSON has it.
Value CheckedJson(Evaluation& evaluation, const Value& value, ValueKind kind) {
  if (!value.is(kind)) return Value::Error(ErrorCode::kNoMatchingOverload);
  const ErrorCode error = evaluation.ChargeWalk(value);
  if (error != ErrorCode::kNone) return Value::Error(error);
  return JsonOf(evaluation, value);
}

Value ListValue(Evaluation& evaluation, const Value* arguments) {
  Value list = Value::List({});
  for (const MapEntry& field : arguments[0].map()) {
    if (field.key.text() != "values") {
      return Value::Error(ErrorCode::kNoSuchField);
    }
    list = CheckedJson(evaluation, field.value, ValueKind::kList);
  }
  return list;
}

Value Struct(Evaluation& evaluation, const Value* arguments) {
  Value object = Value::Map({});
  for (const MapEntry& field : arguments[0].map()) {
    if (field.key.text() != "fields") {
      return Value::Error(ErrorCode::kNoSuchField);
    }
    object = CheckedJson(evaluation, field.value, ValueKind::kMap);
  }
  return object;
}

// A field of google.protobuf.Value, and the kind of value that it takes.
struct JsonField {
  absl::string_view name;
  ValueKind kind;
};

constexpr JsonField kJsonFields[] = {
    {"number_value", ValueKind::kDouble}, {"string_value", ValueKind::kString},
    {"bool_value", ValueKind::kBool},     {"struct_value", ValueKind::kMap},
    {"list_value", ValueKind::kList},
};

Value JsonValue(Evaluation& evaluation, const Value* arguments) {
  const std::span<const MapEntry> fields = arguments[0].map();
  if (fields.empty()) return Value::Null();
  // The fields are a oneof; which of several came last is not known here.
  if (fields.size() > 1) return Value::Error(ErrorCode::kInvalidArgument);
  const absl::string_view name = fields[0].key.text();
  const Value& value = fields[0].value;
  if (name == "null_value") {
    if (!value.is(ValueKind::kNull) && !value.is(ValueKind::kInt)) {
      return Value::Error(ErrorCode::kNoMatchingOverload);
    }
    const bool known = value.is(ValueKind::kNull) || value.int_value() == 0;
    return known ? Value::Null() : Value::Error(ErrorCode::kInvalidArgument);
  }
  for (const JsonField& field : kJsonFields) {
    if (field.name == name) return CheckedJson(evaluation, value, field.kind);
  }
  return Value::Error(ErrorCode::kNoSuchField);
}

}  // namespace

std::vector<Overload> MessageOverloads() {
  constexpr int64_t kNanosMin = -999'999'999;
  const Type s(TypeKind::kString);
  const Type fields = Type::Map(s, Type());
  const auto wrapper = [](TypeKind kind) { return Type::Wrapper(Type(kind)); };
  const auto row = [&fields](const char* name, Type result,
                             Implementation implementation) {
    return Function(name, {fields}, std::move(result), implementation);
  };
  return {
      row("@google.protobuf.BoolValue", wrapper(TypeKind::kBool),
          Wrapped<ValueKind::kBool>),
      row("@google.protobuf.BytesValue", wrapper(TypeKind::kBytes),
          Wrapped<ValueKind::kBytes>),
      row("@google.protobuf.DoubleValue", wrapper(TypeKind::kDouble),
          Wrapped<ValueKind::kDouble>),
      row("@google.protobuf.FloatValue", wrapper(TypeKind::kDouble),
          WrappedFloat),
      row("@google.protobuf.Int32Value", wrapper(TypeKind::kInt), WrappedInt32),
      row("@google.protobuf.Int64Value", wrapper(TypeKind::kInt),
          Wrapped<ValueKind::kInt>),
      row("@google.protobuf.StringValue", wrapper(TypeKind::kString),
          Wrapped<ValueKind::kString>),
      row("@google.protobuf.UInt32Value", wrapper(TypeKind::kUint),
          WrappedUint32),
      row("@google.protobuf.UInt64Value", wrapper(TypeKind::kUint),
          Wrapped<ValueKind::kUint>),
      row("@google.protobuf.ListValue", Type::List(Type()), ListValue),
      row("@google.protobuf.Struct", fields, Struct),
      row("@google.protobuf.Value", Type(), JsonValue),
      row("@google.protobuf.Timestamp", Type(TypeKind::kTimestamp),
          TimeOf<CheckedTimestamp, 0>),
      row("@google.protobuf.Duration", Type(TypeKind::kDuration),
          TimeOf<CheckedDuration, kNanosMin>),
  };
}

}  // namespace stratagem::expr
