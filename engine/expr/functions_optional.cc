// Functions of optionals. `or` and `orValue` are no calls: they evaluate their
// argument only when there is no value.

#include "engine/expr/function_table.h"

namespace stratagem::expr {
namespace {

Value OptionalOf(Evaluation& evaluation, const Value* arguments) {
  const ErrorCode error = evaluation.ChargeWalk(arguments[0]);
  if (error != ErrorCode::kNone) return Value::Error(error);
  return evaluation.NewOptional(arguments[0]);
}

// CEL's zero values: null, false, 0, empty text, lists, maps and durations.
bool IsZero(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kMissing:
    case ValueKind::kNull:
      return true;
    case ValueKind::kBool:
      return !value.bool_value();
    case ValueKind::kInt:
      return value.int_value() == 0;
    case ValueKind::kUint:
      return value.uint_value() == 0;
    case ValueKind::kDouble:
      return value.double_value() == 0;
    case ValueKind::kString:
    case ValueKind::kBytes:
      return value.text().empty();
    case ValueKind::kDuration:
      return value.seconds() == 0 && value.nanos() == 0;
    case ValueKind::kList:
      return value.list().empty();
    case ValueKind::kMap:
      return value.map().empty();
    case ValueKind::kOptional:
      return value.optional() == nullptr;
    case ValueKind::kTimestamp:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kError:
      return false;
  }
  return false;
}

Value OptionalOfNonZero(Evaluation& evaluation, const Value* arguments) {
  if (IsZero(arguments[0])) return Value::Optional(nullptr);
  return OptionalOf(evaluation, arguments);
}

Value OptionalNone(Evaluation&, const Value*) {
  return Value::Optional(nullptr);
}

Value HasValue(Evaluation&, const Value* arguments) {
  return Value::Bool(arguments[0].optional() != nullptr);
}

Value GetValue(Evaluation&, const Value* arguments) {
  const Value* const held = arguments[0].optional();
  return held != nullptr ? *held : Value::Error(ErrorCode::kNoValue);
}

// The values that optionals of a list hold.
Value Unwrap(Evaluation& evaluation, const Value* arguments) {
  const std::span<const Value> optionals = arguments[0].list();
  if (!evaluation.Charge(static_cast<int64_t>(optionals.size()))) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  Value* const items = evaluation.AllocateArray<Value>(optionals.size());
  if (items == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  size_t size = 0;
  for (const Value& optional : optionals) {
    if (!optional.is(ValueKind::kOptional)) {
      return Value::Error(ErrorCode::kNoMatchingOverload);
    }
    if (optional.optional() != nullptr) items[size++] = *optional.optional();
  }
  return Value::List({items, size});
}

}  // namespace

std::vector<Overload> OptionalOverloads() {
  const Type a = Type::Parameter("A");
  const Type o = Type::Optional(a);
  const Type list = Type::List(a);
  const Type optionals = Type::List(o);
  return {
      Function("optional.of", {a}, o, OptionalOf),
      Function("optional.ofNonZeroValue", {a}, o, OptionalOfNonZero),
      Function("optional.none", {}, o, OptionalNone),
      Function("optional.unwrap", {optionals}, list, Unwrap),
      Method("unwrapOpt", {optionals}, list, Unwrap),
      Method("hasValue", {o}, Type(TypeKind::kBool), HasValue,
             Opcode::kHasValue),
      Method("value", {o}, a, GetValue),
      Method("or", {o, o}, o, nullptr, Opcode::kOptionalBranch),
      Method("orValue", {o, a}, a, nullptr, Opcode::kOptionalBranch),
  };
}

}  // namespace stratagem::expr
