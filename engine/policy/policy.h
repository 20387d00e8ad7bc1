// engine/policy/policy.h
//
// Policy: a compiled rule block of CEL Policy. Made by Compile() (compile.h),
// held by plans, run by decide on the frame of its decision.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_POLICY_POLICY_H_
#define STRATAGEM_ENGINE_POLICY_POLICY_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/source_text.h"
#include "engine/expr/program.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::policy {

// An item with an `output`: where a way through the rules ends.
struct OutputItem {
  // Where it stands below the key `rule`, items counted from 0:
  // "rule.match[1].rule.match[0]".
  std::string path;
  // `id` of the nearest rule around it that has one, or "".
  std::string rule_id;
  SourceLocation location;
  expr::Program output;
  // Yields a string; evaluated by whoever wants the reason, on the same frame.
  std::optional<expr::Program> explanation;
};

// What one evaluation found.
struct Outcome {
  // Of a rule that yields T or optional_type(T): the output's value, kMissing
  // when no item applied. Of an aggregate: the list. Or the error that stopped
  // it.
  Value value;
  // The items whose outputs it is made of, in order; none after an error of a
  // condition. Lives as long as the policy and the frame's arena.
  std::span<const OutputItem* const> matched;
};

struct PolicyCode;  // policy_code.h: what Evaluate() walks.

// Immutable; any number of threads may evaluate it, each on its own frame.
// Cheap to move; what it points at does not move.
class Policy {
 public:
  explicit Policy(std::unique_ptr<const PolicyCode> code);
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;
  ~Policy();

  // Tries the items as CEL Policy says. A `match` ends at its first item whose
  // condition is true; only an unconditional nested rule that yields nothing
  // lets it go on to the next. An `aggregate` takes what every item with a true
  // condition yields, nested rules that yield nothing apart. An error in a
  // condition or output that is reached is the result.
  // Requires: slots for the policy's variables in `frame.slots`, kMissing and
  // with their programs in `frame.lazy`.
  // Time: O(items + steps); each item takes one of the frame's steps. Allocates
  // nothing for itself but the lists of aggregates, in the arena.
  Outcome Evaluate(expr::Frame& frame) const;

  // The value that CEL Policy gives `outcome`: optional where type() says so.
  // It borrows from `outcome`.
  Value Result(const Outcome& outcome) const;

  // The type of Result(): T when some item always applies, else
  // optional_type(T); list(T) of an aggregate.
  const expr::Type& type() const;
  bool is_optional() const;

  // All that decides what Evaluate() yields: variables, conditions, outputs.
  std::vector<const expr::Program*> programs() const;

  // Number i computes the slot i behind the first one that Compile() was given.
  std::span<const expr::Program> variables() const;

 private:
  std::unique_ptr<const PolicyCode> code_;
};

}  // namespace stratagem::policy

#endif  // STRATAGEM_ENGINE_POLICY_POLICY_H_
