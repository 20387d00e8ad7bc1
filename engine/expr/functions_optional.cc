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

}  // namespace

std::vector<Overload> OptionalOverloads() {
  const Type a = Type::Parameter("A");
  const Type o = Type::Optional(a);
  const CallStyle g = CallStyle::kGlobal;
  const CallStyle m = CallStyle::kMember;
  return {
      {"optional.of", g, {a}, o, OptionalOf, Opcode::kNone, {}},
      {"optional.ofNonZeroValue",
       g,
       {a},
       o,
       OptionalOfNonZero,
       Opcode::kNone,
       {}},
      {"optional.none", g, {}, o, OptionalNone, Opcode::kNone, {}},
      {"hasValue",
       m,
       {o},
       Type(TypeKind::kBool),
       HasValue,
       Opcode::kHasValue,
       {}},
      {"value", m, {o}, a, GetValue, Opcode::kNone, {}},
      {"or", m, {o, o}, o, nullptr, Opcode::kOptionalBranch, {}},
      {"orValue", m, {o, a}, a, nullptr, Opcode::kOptionalBranch, {}},
  };
}

}  // namespace stratagem::expr
