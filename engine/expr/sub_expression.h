// engine/expr/sub_expression.h
//
// Programs of parts of an expression, each compiled as an expression of its
// own. Used by explanations (explain.h, why_not.h), which evaluate the parts.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_SUB_EXPRESSION_H_
#define STRATAGEM_ENGINE_EXPR_SUB_EXPRESSION_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/base/source_text.h"
#include "engine/expr/ast.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"

namespace stratagem::expr {

// Copies the tree at `id` of `nodes`, which stand at `offsets` of their text,
// to the end of `part`; the text of constants stays where it is. Returns its
// number there.
NodeId CopyTree(const std::vector<Node>& nodes,
                const std::vector<size_t>& offsets, NodeId id, Ast& part);

// Checks and compiles `part`, whose offsets are of `source`. Returns nullopt
// when it is no expression that `scope` allows. The program borrows the text of
// constants from whatever `part` was copied from.
std::optional<Program> CompilePart(Ast part, const SourceText& source,
                                   const Scope& scope);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_SUB_EXPRESSION_H_
