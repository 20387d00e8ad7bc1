// tests/support/reference_evaluator.h
//
// ReferenceEvaluator: CEL's meaning written down the slow and obvious way, over
// the Ast, without types, slots, code or folding. Property tests hold the VM
// against it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_REFERENCE_EVALUATOR_H_
#define STRATAGEM_TESTS_SUPPORT_REFERENCE_EVALUATOR_H_

#include <map>
#include <string>

#include "engine/base/arena.h"
#include "engine/expr/ast.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Optional names hold optionals here.
using Names = std::map<std::string, Value>;

// Returns the value of `ast`, or an error Value without expression id. Knows
// numbers, text, times, lists, maps, optionals, their operators, the macros of
// the core language, bindings and two variables, and the functions size,
// contains, startsWith, endsWith and the conversions of numbers and times; for
// any other it returns kInvalidArgument. Values live in `arena` and `ast`.
Value EvaluateSlowly(const Ast& ast, const Names& names, Arena& arena);

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_SUPPORT_REFERENCE_EVALUATOR_H_
