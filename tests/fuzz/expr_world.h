// tests/fuzz/expr_world.h
//
// ExprWorld: names of every kind and values for them, for the fuzz targets of
// expressions.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_FUZZ_EXPR_WORLD_H_
#define STRATAGEM_TESTS_FUZZ_EXPR_WORLD_H_

#include <vector>

#include "engine/expr/scope.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

struct ExprWorld {
  Scope scope;
  std::vector<Value> slots;
};

// Plain, dotted, optional, ranked, hidden and dyn names, a container, a message
// and a host's function. Made once.
const ExprWorld& TheExprWorld();

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_FUZZ_EXPR_WORLD_H_
