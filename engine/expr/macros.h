// engine/expr/macros.h
//
// Macros: calls that the parser rewrites, because their arguments are not
// values: has(a.b), list.all(x, …), exists, exists_one, map, filter.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_MACROS_H_
#define STRATAGEM_ENGINE_EXPR_MACROS_H_

#include <optional>
#include <string>

#include "engine/expr/ast.h"

namespace stratagem::expr {

// What a call turned into. Without a node it was a macro used wrongly:
// `message` says how, at `at`.
struct Expansion {
  std::optional<Node> node;
  NodeId at = kNoNode;
  std::string message;
  std::string hint;
};

// Returns nullopt when `call` is no macro: another name, or another number of
// arguments.
std::optional<Expansion> ExpandMacro(const Ast& ast, const CallNode& call);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_MACROS_H_
