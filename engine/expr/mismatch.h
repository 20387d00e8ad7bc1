// engine/expr/mismatch.h
//
// What to tell an author whose call fits no overload. Used by the checker.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_MISMATCH_H_
#define STRATAGEM_ENGINE_EXPR_MISMATCH_H_

#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/expr/ast.h"
#include "engine/expr/function_table.h"
#include "engine/expr/type.h"

namespace stratagem::expr {

// One mistake before it has a place.
struct Mismatch {
  absl::string_view code;
  std::string message;
  std::string hint;
};

// A call as the author wrote it: a method's target is the first argument.
struct CallShape {
  const Ast& ast;
  std::string function;  // In full.
  CallStyle style = CallStyle::kGlobal;
  std::vector<NodeId> arguments;
  std::vector<Type> types;  // Of the arguments, parameters resolved.
};

// An overload that a call nearly fits.
struct Candidate {
  const Overload* overload = nullptr;
  std::vector<size_t> wrong;  // Positions of arguments that it does not take.
};

// None of `candidates`, nearest first, takes `call`. E113 with the argument to
// blame, if it is one, and the overloads that exist.
Mismatch DescribeNoOverload(const CallShape& call,
                            std::span<const Candidate> candidates);

// Argument number `index` is an optional where its value was meant. E114.
Mismatch DescribeOptionalUse(const CallShape& call, size_t index);

// An expression of type `found`, spelled by node `root`, stands where one of
// `expected` must. E114 for an optional of an expected type, else E115.
Mismatch DescribeWrongResult(const Ast& ast, NodeId root, const Type& found,
                             const std::vector<Type>& expected);

// "`+`", "`startsWith`": a function as authors write it.
std::string DisplayName(absl::string_view function);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_MISMATCH_H_
