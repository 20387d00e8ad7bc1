#include "engine/plan/operand_code.h"

namespace stratagem::plan {

ErrorCode ErrorOf(FieldFault fault) {
  switch (fault) {
    case FieldFault::kNone:
      return ErrorCode::kNone;
    case FieldFault::kWrongType:
      return ErrorCode::kNoMatchingOverload;
    case FieldFault::kOutOfRange:
    case FieldFault::kNotAllowed:
      return ErrorCode::kOutOfRange;
    case FieldFault::kTooLarge:
      return ErrorCode::kMemoryLimit;
  }
  return ErrorCode::kNoMatchingOverload;
}

ErrorCode EvaluateOperand(const OperandCode& operand, const Field& field,
                          expr::Frame& frame, Value& value) {
  if (!operand.program.has_value()) {
    value = operand.literal;
    return ErrorCode::kNone;
  }
  Value computed = operand.program->Evaluate(frame);
  if (computed.is_error()) return computed.error_code();
  const FieldFault fault = Conform(field, computed, *frame.arena);
  if (fault == FieldFault::kNone) value = computed;
  return ErrorOf(fault);
}

}  // namespace stratagem::plan
