// engine/expr/why_not.h
//
// WhyNot: for a condition that is false, the parts of it that fail, and for
// each the nearest value of one input that would make it pass. For people who
// ask what would have to change; many times slower than Evaluate().
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_WHY_NOT_H_
#define STRATAGEM_ENGINE_EXPR_WHY_NOT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/limits.h"
#include "engine/base/source_text.h"
#include "engine/expr/nearest_value.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// LIMIT: inputs of one failing part that are thought different.
inline constexpr size_t kInputsTriedMax = 16;
// LIMIT: instructions that one WhyNot() executes, and what else it does counted
// as such; what it has not found by then it does not say.
inline constexpr int64_t kWhyNotStepsMax = kEvaluationStepsMax;

// A name that might have had another value.
struct Input {
  Field field;  // Called as expressions spell it; `optional` as declared.
  int slot = -1;
  // Of names with atLeast(): the slot of the rank among `field.values`.
  int rank_slot = -1;
  // Taken only where a part reads no other input: the clock.
  bool is_last_resort = false;
};

// One input that alone would make a part pass.
struct InputChange {
  std::string condition;  // The comparison that would pass then, CEL.
  size_t input = 0;       // Index into the inputs given.
  Value found;            // kMissing when it has no value.
  NearestValue nearest;
};

// What fails: the whole condition, or an operand of its &&. Parts that read
// the same single input are one.
struct FailingPart {
  std::string condition;             // CEL.
  std::vector<InputChange> changes;  // Alternatives, from left to right.
};

// Takes `condition`, which `scope` compiled, apart on `frame`, whose slots stay
// as they are. Returns the parts all of which would have to pass for it to
// hold; empty when it holds already or is no bool expression. A change makes
// its part pass and takes nothing away from parts that hold. Values live in
// `keep`, an arena without a bound.
// Takes the steps that it needs from `steps_left`, at most kWhyNotStepsMax,
// reading and compiling the text and preparing each trial included. Without any
// left it names the condition as it stands and does nothing.
// Time: O(parts · inputs · evaluation).
std::vector<FailingPart> WhyNot(const Program& condition, const Scope& scope,
                                const Frame& frame,
                                std::span<const Input> inputs, Arena& keep,
                                int64_t& steps_left);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_WHY_NOT_H_
