// engine/expr/construct.h
//
// List and map literals: from the values on the stack to one in the arena.
// Used by the VM.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_CONSTRUCT_H_
#define STRATAGEM_ENGINE_EXPR_CONSTRUCT_H_

#include <cstddef>

#include "engine/expr/ast.h"
#include "engine/expr/evaluation.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Both return the first error among `items`, in order, and blame `node` for
// their own. `marks` is null, or a list of bools, true for each item or entry
// that is an optional and counts only with a value. They may change `items`.

Value MakeList(Value* items, size_t count, const Value* marks,
               Evaluation& evaluation, NodeId node);

// `items` are keys and values by turns, `count` of each.
Value MakeMap(Value* items, size_t count, const Value* marks,
              Evaluation& evaluation, NodeId node);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_CONSTRUCT_H_
