// engine/expr/nearest_value.h
//
// FindNearest: which value of one input, nearest to the one it has, would make
// a condition pass. Finds by trying: the condition is a function. Used by
// why_not.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_NEAREST_VALUE_H_
#define STRATAGEM_ENGINE_EXPR_NEAREST_VALUE_H_

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Which values would do, seen from NearestValue::value.
enum class Fitting {
  kExactly,   // That value; of others nothing is said.
  kAtLeast,   // It and those above.
  kMoreThan,  // Those above, not itself.
  kAtMost,    // It and those below.
  kLessThan,  // Those below, not itself.
  kAnyValue,  // Any value: the input has none.
  kNoValue,   // None: the input has one.
};

struct NearestValue {
  Value value;  // kMissing with kAnyValue and kNoValue.
  Fitting fitting = Fitting::kExactly;
  std::vector<Value> also;  // Of strings without an order: others that pass.
};

// What a condition came to.
enum class Trial { kFalse, kTrue, kError };

struct NearestQuestion {
  const Field& field;  // Of the input: no value outside its bounds is tried.
  Value found;         // kMissing when it has none.
  // `field.values` has an order, best first, and atLeast() goes by it.
  bool ranked = false;
  // Values near which the condition may begin to pass; more are found.
  std::span<const Value> hints;
  // Does not pass for `found`.
  std::function<bool(const Value&)> passes;
  // Steps of the input whose changes are where `passes` may change, each
  // hopefully monotone: those that hints do not tell.
  std::span<const std::function<Trial(const Value&)>> steps;
};

// LIMIT: other strings that an answer names.
inline constexpr size_t kAlsoMax = 8;

// Returns the passing value that is nearest to the one found, of numbers and
// times by distance, of ranked words by rank, of others by the order of
// declaration or hints; nullopt when none was found. A value that is returned
// passes or, with kMoreThan and kLessThan, those just beyond it do: less than
// one part in 10^12 away. Of integers the next one towards `found` does not
// pass. Numbers are as short as that allows: 4000, not 4000.0000000000005.
// Time: some hundred trials a step.
std::optional<NearestValue> FindNearest(const NearestQuestion& question);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_NEAREST_VALUE_H_
