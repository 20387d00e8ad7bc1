// engine/expr/vm_operations.h
//
// What single instructions of the VM do to the values on top of its stack:
// typed arithmetic and comparison, logic, selection, calls. Included by vm.cc
// only.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_VM_OPERATIONS_H_
#define STRATAGEM_ENGINE_EXPR_VM_OPERATIONS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"
#include "engine/expr/ast.h"
#include "engine/expr/evaluation.h"
#include "engine/expr/function_table.h"
#include "engine/expr/instruction.h"
#include "engine/expr/program_code.h"
#include "engine/value/compare.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// The relations, for any two operands of one type.
inline constexpr auto kEqual = [](const auto& a, const auto& b) {
  return Value::Bool(a == b);
};
inline constexpr auto kNotEqual = [](const auto& a, const auto& b) {
  return Value::Bool(a != b);
};
inline constexpr auto kLess = [](const auto& a, const auto& b) {
  return Value::Bool(a < b);
};
inline constexpr auto kLessEqual = [](const auto& a, const auto& b) {
  return Value::Bool(a <= b);
};
inline constexpr auto kGreater = [](const auto& a, const auto& b) {
  return Value::Bool(a > b);
};
inline constexpr auto kGreaterEqual = [](const auto& a, const auto& b) {
  return Value::Bool(a >= b);
};

// A typed operation on two values that is about to run.
struct Operation {
  const Instruction& at;
  Value* sp;  // One past the top of the stack.
  const ProgramCode& code;
};

// Each On… replaces the operands, which must be of its kind, by what `compute`
// makes of them, and returns the new end of the stack.

template <ValueKind kKind, typename Compute>
Value* OnKind(const Operation& op, Compute compute) {
  const bool constant = op.at.b == 1;
  const Value& b = constant ? op.code.constants[op.at.a] : op.sp[-1];
  Value& a = op.sp[constant ? -1 : -2];
  if (a.is(kKind) && b.is(kKind)) [[likely]] {
    a = Blame(compute(a, b), op.at.node);
  } else {
    const Value operands[] = {a, b};
    a = Refuse(operands, 2, op.at.node);
  }
  return &a + 1;
}

template <typename Compute>
Value* OnInts(const Operation& op, Compute compute) {
  return OnKind<ValueKind::kInt>(op, [compute](const Value& a, const Value& b) {
    return compute(a.int_value(), b.int_value());
  });
}

template <typename Compute>
Value* OnUints(const Operation& op, Compute compute) {
  return OnKind<ValueKind::kUint>(
      op, [compute](const Value& a, const Value& b) {
        return compute(a.uint_value(), b.uint_value());
      });
}

template <typename Compute>
Value* OnDoubles(const Operation& op, Compute compute) {
  return OnKind<ValueKind::kDouble>(
      op, [compute](const Value& a, const Value& b) {
        return compute(a.double_value(), b.double_value());
      });
}

template <typename Compute>
Value* OnBools(const Operation& op, Compute compute) {
  return OnKind<ValueKind::kBool>(
      op, [compute](const Value& a, const Value& b) {
        return compute(a.bool_value(), b.bool_value());
      });
}

// Text may be long, so its comparison is charged.
template <typename Compute>
Value* OnStrings(const Operation& op, Evaluation& evaluation, Compute compute) {
  return OnKind<ValueKind::kString>(
      op, [compute, &evaluation](const Value& a, const Value& b) {
        const bool walked =
            evaluation.ChargeText(std::min(a.text().size(), b.text().size()));
        return walked ? compute(a.text(), b.text())
                      : Value::Error(ErrorCode::kStepLimit);
      });
}

// Two timestamps or two durations.
template <typename Compute>
Value* OnTimes(const Operation& op, Compute compute) {
  const auto parts = [compute](const Value& a, const Value& b) {
    return compute(std::pair(a.seconds(), a.nanos()),
                   std::pair(b.seconds(), b.nanos()));
  };
  return op.sp[-1].is(ValueKind::kTimestamp)
             ? OnKind<ValueKind::kTimestamp>(op, parts)
             : OnKind<ValueKind::kDuration>(op, parts);
}

// Replaces `top`, which must be of `kKind`.
template <ValueKind kKind, typename Compute>
void Unary(Value& top, NodeId node, Compute compute) {
  if (top.is(kKind)) [[likely]] {
    top = Blame(compute(top), node);
  } else {
    top = Refuse(&top, 1, node);
  }
}

// The result of && (absorbing false) or || (absorbing true).
inline Value Combine(const Value* operands, bool absorbing, NodeId node) {
  const auto decides = [absorbing](const Value& v) {
    return v.is(ValueKind::kBool) && v.bool_value() == absorbing;
  };
  if (decides(operands[0]) || decides(operands[1])) {
    return Value::Bool(absorbing);
  }
  if (operands[0].is(ValueKind::kBool) && operands[1].is(ValueKind::kBool)) {
    return Value::Bool(!absorbing);
  }
  return Refuse(operands, 2, node);
}

// holder.field, holder.?field and has(holder.field).
inline Value Select(Opcode op, const Value& holder, const Value& field,
                    NodeId node) {
  if (holder.is_error()) return holder;
  const bool through = holder.is(ValueKind::kOptional);
  if (through && holder.optional() == nullptr) {
    return op == Opcode::kHas ? Value::Bool(false) : holder;
  }
  const Value& map = through ? *holder.optional() : holder;
  if (!map.is(ValueKind::kMap)) {
    return Value::Error(ErrorCode::kNoMatchingOverload, node);
  }
  const Value* const found = FindKey(map, field);
  if (op == Opcode::kHas) return Value::Bool(found != nullptr);
  if (through || op == Opcode::kSelectOptional) {
    // A field that is an optional itself stays one level of optional.
    if (found != nullptr && found->is(ValueKind::kOptional)) return *found;
    return Value::Optional(found);
  }
  return found != nullptr ? *found : Value::Error(ErrorCode::kNoSuchKey, node);
}

inline bool Fits(const Overload& overload, const Value* arguments,
                 size_t count) {
  if (overload.kinds.size() != count) return false;
  for (size_t i = 0; i < count; ++i) {
    if ((overload.kinds[i] & KindBit(arguments[i].kind())) == 0) return false;
  }
  return true;
}

// Overload `at.a`, or with kCallDynamic the first of its function that fits.
inline Value Call(const FunctionTable& functions, const Instruction& at,
                  Evaluation& evaluation, const Value* arguments) {
  const Overload* overload = &functions.row(at.a);
  if (at.op == Opcode::kCallDynamic) {
    for (const Overload& candidate : functions.OverloadsOf(at.a)) {
      if (candidate.style == overload->style &&
          Fits(candidate, arguments, at.b)) {
        overload = &candidate;
        break;
      }
    }
  }
  if (!Fits(*overload, arguments, at.b) ||
      overload->implementation == nullptr) {
    return Refuse(arguments, at.b, at.node);
  }
  return Blame(overload->implementation(evaluation, arguments), at.node);
}

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_VM_OPERATIONS_H_
