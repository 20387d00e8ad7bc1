// engine/expr/checker.h
//
// Check: names, types and overloads of a parsed expression. Second step of
// Compile(); what it finds is what the code generator works from.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_CHECKER_H_
#define STRATAGEM_ENGINE_EXPR_CHECKER_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/ast.h"
#include "engine/expr/function_table.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"

namespace stratagem::expr {

enum class ReferenceKind : uint8_t {
  kNone,         // No name: a constant, a list, a selection of a field.
  kDeclaration,  // A slot.
  kVariable,     // A variable of the comprehension or let `binder`.
  kTypeName,     // The type called `name` as a value.
  kConstant,     // A value of an enumeration.
  kOverloads,    // A call.
  kAtLeast,      // NAME.atLeast('literal').
  kUnknown,      // Nothing; evaluating it is an error. Unchecked mode only.
};

// What a node of the Ast stands for.
struct Reference {
  ReferenceKind kind = ReferenceKind::kNone;
  std::string name;                          // In full, of what has one.
  const Declaration* declaration = nullptr;  // Owned by the Scope.
  Value constant;
  NodeId binder = kNoNode;
  // Which variable of its binder: 0 the first and 1 the second one of a
  // comprehension; of a let the position of the binding.
  uint32_t variable = 0;
  // Of calls and structs; a struct's is a constructor that takes its fields as
  // map(string, dyn). Empty in unchecked mode when there is no such function.
  // The overloads that can apply: exactly one when the argument types decide.
  std::vector<const Overload*> overloads;
  // The call's target is no value but part of the name: optional.of(x).
  bool qualified = false;
  int rank = 0;  // Of atLeast's literal, 0 for the best.
};

// Parallel to Ast::nodes.
struct CheckedAst {
  std::vector<Type> types;
  std::vector<Reference> references;
};

enum class CheckMode {
  kTyped,
  // As CEL's parse-only mode: all values are dyn, and a name or a function that
  // does not exist is a reference of kind kUnknown or without overloads.
  kUnchecked,
};

// Checks `ast`, the parse of `source`. Returns nullopt if and only if it added
// an error; codes as in compile.h. Every mistake is reported once, at its own
// place: what stands above a wrong expression is not blamed for it.
// `scope` must outlive the result. Thread safe.
std::optional<CheckedAst> Check(const Ast& ast, const SourceText& source,
                                const Scope& scope,
                                const std::vector<Type>& expected,
                                CheckMode mode, Diagnostics& diagnostics);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_CHECKER_H_
