// engine/plan/operand_code.h
//
// OperandCode: a value that a pack writes as a literal or computes. Part of
// PlanCode.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_OPERAND_CODE_H_
#define STRATAGEM_ENGINE_PLAN_OPERAND_CODE_H_

#include <optional>

#include "engine/expr/program.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::plan {

// A literal, or a program when `program` is set.
struct OperandCode {
  Value literal;
  std::optional<expr::Program> program;
};

// What a value that does not conform to its field is, as an expression's error;
// kNone for kNone.
ErrorCode ErrorOf(FieldFault fault);

// Puts the operand's value into `value`, brought to `field`. Literals conform
// already: pack checks them. Returns the first error; `value` is then as it
// was.
ErrorCode EvaluateOperand(const OperandCode& operand, const Field& field,
                          expr::Frame& frame, Value& value);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_OPERAND_CODE_H_
