// engine/expr/overload_resolution.h
//
// Which overloads of a function take a call, and what to say when none does.
// Used by the checker.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_OVERLOAD_RESOLUTION_H_
#define STRATAGEM_ENGINE_EXPR_OVERLOAD_RESOLUTION_H_

#include <span>
#include <vector>

#include "engine/expr/function_table.h"
#include "engine/expr/mismatch.h"
#include "engine/expr/type.h"
#include "engine/expr/type_inference.h"

namespace stratagem::expr {

struct Resolution {
  // In table order; exactly one when the arguments' types decide.
  std::vector<const Overload*> overloads;
  // dyn when several overloads give different types; error without overloads.
  Type result = Type(TypeKind::kError);
};

// Finds the overloads among `rows`, those of the called function, that take
// `call`. Binds parameters of its types.
Resolution ResolveOverloads(const CallShape& call,
                            std::span<const Overload> rows,
                            TypeInference& inference);

// What is wrong with `call`: E112 when the function is called in the wrong
// style, E114 when an optional is to blame, else E113.
// Requires: ResolveOverloads() found none; types without parameters.
Mismatch DescribeMismatch(const CallShape& call, std::span<const Overload> rows,
                          TypeInference& inference);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_OVERLOAD_RESOLUTION_H_
