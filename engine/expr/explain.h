// engine/expr/explain.h
//
// Explain: an expression as a tree of its parts, each with the value that it
// has for given facts. For people who ask why a rule came out as it did; many
// times slower than Evaluate().
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_EXPLAIN_H_
#define STRATAGEM_ENGINE_EXPR_EXPLAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// LIMIT: parts of one explanation; those beyond are left out.
inline constexpr size_t kExplainedPartsMax = 2'000;
// LIMIT: items of a list or map that a macro's explanation shows one by one.
inline constexpr size_t kExplainedItemsMax = 10;

// One part: a sub-expression, or one item that a macro went through.
struct Explanation {
  std::string text;  // CEL; of an item, its variables: "x = 3".
  Type type;
  // kMissing when the part was not evaluated, because others had decided.
  Value value;
  SourceLocation location;
  // What it was computed from. Constants and names have none.
  std::vector<Explanation> parts;
  size_t omitted = 0;  // Parts that a limit left out.
};

// Compiles `source` and evaluates it and each of its parts on `frame`, whose
// slots stay as they are. Returns nullopt if and only if it added an error, as
// Compile() does. Values live in `keep`, an arena without a bound.
// Time: O(parts · evaluation), kDecisionStepsMax steps at most.
std::optional<Explanation> Explain(const SourceText& source, const Scope& scope,
                                   const Frame& frame, Arena& keep,
                                   Diagnostics& diagnostics);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_EXPLAIN_H_
