// engine/expr/instruction.h
//
// Instruction: what a Program is made of, for a machine with one stack of
// Values. Written by the code generator, run by the VM.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_INSTRUCTION_H_
#define STRATAGEM_ENGINE_EXPR_INSTRUCTION_H_

#include <cstdint>

#include "engine/expr/ast.h"

namespace stratagem::expr {

// `a` and `b` are the instruction's operands. Errors are values like others:
// an operation on one yields it, so that && and || can absorb it. Typed
// operations yield kNoMatchingOverload for a value of another kind, so a slot
// that breaks its declaration cannot break the machine.
enum class Opcode : uint8_t {
  kNone,    // In the function table: no opcode of its own.
  kReturn,  // Ends the program with the top of the stack.

  kConstant,          // Push constants[a].
  kLoadSlot,          // Push slot a, computing it first when it is lazy.
  kLoadOptionalSlot,  // Push slot a as an optional.
  kLoadLocal,         // Push the stack's value at a, from the program's base.
  kLoadLazy,          // Push lazies[a], computing it first when it is missing.

  kJump,         // Go to a.
  kJumpIfFalse,  // Go to a when the top is false; it stays.
  kJumpIfTrue,   // Go to a when the top is true; it stays.
  kAnd,          // Pop two, push their conjunction, errors absorbed.
  kOr,
  kNot,
  // Pop a bool: true goes on, false goes to a. Anything else is pushed back as
  // an error and goes to a - 1, the jump that ends the first branch.
  kBranch,
  // Top is an optional: with a value go to a, unwrapped when b is 1; without
  // one pop it and go on. Anything else goes to a as an error.
  kOptionalBranch,

  // Typed operations on two values: those on top, or with b = 1 the top and
  // constants[a].
  kAddInt,
  kSubtractInt,
  kMultiplyInt,
  kDivideInt,
  kModuloInt,
  kAddDouble,
  kSubtractDouble,
  kMultiplyDouble,
  kDivideDouble,

  kAddUint,
  kSubtractUint,
  kMultiplyUint,
  kDivideUint,
  kModuloUint,

  // Relations of two values of one kind; times are two timestamps or two
  // durations.
  kEqualInt,
  kNotEqualInt,
  kLessInt,
  kLessEqualInt,
  kGreaterInt,
  kGreaterEqualInt,
  kEqualUint,
  kNotEqualUint,
  kLessUint,
  kLessEqualUint,
  kGreaterUint,
  kGreaterEqualUint,
  kEqualDouble,
  kNotEqualDouble,
  kLessDouble,
  kLessEqualDouble,
  kGreaterDouble,
  kGreaterEqualDouble,
  kEqualString,
  kNotEqualString,
  kLessString,
  kLessEqualString,
  kGreaterString,
  kGreaterEqualString,
  kEqualTime,
  kNotEqualTime,
  kLessTime,
  kLessEqualTime,
  kGreaterTime,
  kGreaterEqualTime,
  kEqualBool,
  kNotEqualBool,

  kNegateInt,
  kNegateDouble,
  kHasValue,        // optional.hasValue()
  kSelect,          // Pop a map, push its field constants[a].
  kSelectOptional,  // The same as an optional.
  kHas,             // Whether it has the field.

  kCall,         // Pop b arguments, push overload a of the function table.
  kCallDynamic,  // The overload of function a that fits the arguments' kinds.

  // Pop a string, push whether patterns[a] matches it. In the function table:
  // takes the place of the call when the pattern is constant.
  kMatches,

  // Pop a items, or a keys and values, and push the list or map of them. When b
  // is 1, constants[a] is a list of bools instead, one an item or entry: true
  // for those that are optionals, which count only with a value.
  kMakeList,
  kMakeMap,

  kLetBegin,  // Push a missing values, the places of a let's bindings.
  kLetEnd,    // Drop the a values under the top.

  // A comprehension holds five values on the stack: range, position, result and
  // its two variables; b is its ComprehensionKind. kLoopBegin finds the range
  // on top and pushes the rest; what is no list and no map goes to a, with an
  // error as result.
  kLoopBegin,
  // Load the next item or key, with kLoopNextPair also what stands there, or
  // go to a when there is none.
  kLoopNext,
  kLoopNextPair,
  kLoopTest,  // Pop a bool: false goes to a, and so does an error, as the last.
  kLoopStep,  // Pop the turn's value into the result; go to a.
  kLoopEnd,   // Replace the five values by the result.
};

// True for the typed operations that can take a constant as second operand.
constexpr bool TakesConstant(Opcode op) {
  return op >= Opcode::kAddInt && op <= Opcode::kNotEqualBool;
}

struct Instruction {
  Opcode op = Opcode::kReturn;
  uint8_t b = 0;
  uint32_t a = 0;
  NodeId node = kNoNode;  // Blamed for errors.
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_INSTRUCTION_H_
