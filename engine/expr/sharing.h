// engine/expr/sharing.h
//
// ShareParts: equal parts of an expression are computed once, and parts that a
// loop does not change once for all its turns. Step of Compile() between the
// checker and the code generator.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_SHARING_H_
#define STRATAGEM_ENGINE_EXPR_SHARING_H_

#include "engine/expr/ast.h"
#include "engine/expr/checker.h"

namespace stratagem::expr {

// Turns parts of `ast` into bindings of lets, at the outermost place where all
// their names are known, and their occurrences into names of those bindings.
// A binding is computed when it is first read, so what logic and conditionals
// skip stays skipped, and an error stays where it can be absorbed: the
// expression's value is the same. Of equal parts that fail, the first one in
// the text is blamed.
// Parts are equal when they are built alike and their names mean the same.
// Constant parts are left for folding, and small ones where a let would cost
// more than it saves.
// Requires: `checked` is what Check() found for `ast`; both grow together.
// Time: O(text * nesting).
void ShareParts(Ast& ast, CheckedAst& checked);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_SHARING_H_
