// engine/expr/unparse.h
//
// Unparse: CEL text of a part of an Ast, macros folded back, for explanations
// and messages that name a sub-expression.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_UNPARSE_H_
#define STRATAGEM_ENGINE_EXPR_UNPARSE_H_

#include <string>

#include "engine/expr/ast.h"

namespace stratagem::expr {

// Returns the expression at `id` on one line, with the parentheses that it
// needs. Parsing it gives the same tree again, but for the grouping of chains
// of && and of ||, which means nothing.
// Time: O(text).
std::string Unparse(const Ast& ast, NodeId id);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_UNPARSE_H_
