// engine/expr/compile.h
//
// Compile: CEL text to Program in one call (parse, check, generate). Used by
// plan for every expression of a pack, by the command line and by tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_COMPILE_H_
#define STRATAGEM_ENGINE_EXPR_COMPILE_H_

#include <optional>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"

namespace stratagem::expr {

struct CompileOptions {
  // False: types are not checked and every name and call is resolved when it is
  // reached, as CEL's "parse only" mode does; a name or function that does not
  // exist is then the error of the evaluation. Slower; for conformance and
  // exploration, never for packs.
  bool checked = true;
  // As ParseOptions::macros; false is for conformance only.
  bool macros = true;
};

// Compiles `source` against `scope`. The result's type must be one of
// `expected` (empty: any; dyn is always taken and checked where the value is
// used). Where kDouble is expected, an expression of type int is NOT taken:
// CEL never mixes them.
// Returns nullopt if and only if it added an error:
//   E101  syntax error, with what was expected
//   E102  an expression limit (bytes, nesting, instructions, patterns, size of
//         types) is exceeded
//   E110  undeclared name (hint: the nearest one)
//   E111  name not visible here (hint: why)
//   E112  no such field or method, or unknown function or message type
//   E113  no matching overload (hint: the nearest ones)
//   E114  an optional used as if it were always there (hint: orValue, hasValue)
//   E115  the expression has another type than this place expects
//   E116  argument of atLeast is not one of the declared tiers
//   E117  integer literal out of range and other bad literals
//   E118  the constant pattern of `matches` is no regular expression
// and warnings:
//   W120  comparison with a string that this name can never hold
//   W121  comparison of an optional with null, which it never is
// Time: O(text), apart from overload resolution. Thread safe.
std::optional<Program> Compile(const SourceText& source, const Scope& scope,
                               const std::vector<Type>& expected,
                               Diagnostics& diagnostics,
                               CompileOptions options = {});

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_COMPILE_H_
