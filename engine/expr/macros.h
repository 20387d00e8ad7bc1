// engine/expr/macros.h
//
// Macros: calls that the parser rewrites, because their arguments are not all
// values: has(a.b), list.all(x, …), map.transformMap(k, v, …), cel.bind(…),
// optional.optMap(x, …), list.sortBy(x, …), math.greatest(…), cel.block(…).
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_MACROS_H_
#define STRATAGEM_ENGINE_EXPR_MACROS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/expr/ast.h"

namespace stratagem::expr {

// Adds a node to the Ast that is being parsed, at the place of the macro.
using AddNode = absl::FunctionRef<NodeId(Node)>;

// What a call turned into. With a message it was a macro used wrongly: the
// message says how, at `at`.
struct Expansion {
  NodeId node = kNoNode;
  NodeId at = kNoNode;
  std::string message;
  std::string hint;
};

// Returns nullopt when `call` is no macro: another name, or another number of
// arguments. `add` adds to `ast`.
std::optional<Expansion> ExpandMacro(const Ast& ast, const CallNode& call,
                                     AddNode add);

// The names of all macros, as authors write them ("has", "all", "cel.bind"),
// in alphabetical order; for completion and documentation.
std::vector<std::string> MacroNames();

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_MACROS_H_
