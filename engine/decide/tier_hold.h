// engine/decide/tier_hold.h
//
// HoldTier: which tier a customer has when a pack holds tiers - up at once,
// down only after some time below. A pure function; phase_score.cc calls it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_TIER_HOLD_H_
#define STRATAGEM_ENGINE_DECIDE_TIER_HOLD_H_

#include <cstddef>
#include <optional>

#include "absl/time/time.h"
#include "engine/trace/reason.h"

namespace stratagem::decide {

// A tier by its number in the pack, 0 the best, and since when the score no
// longer reaches it.
struct HeldTier {
  size_t tier = 0;
  std::optional<absl::Time> below_since;

  friend bool operator==(const HeldTier&, const HeldTier&) = default;
};

struct HoldCase {
  size_t computed = 0;  // By the score.
  bool coverage_suffices = true;
  // What was stored; nullopt also when the pack does not have that tier any
  // more.
  std::optional<HeldTier> held;
  absl::Time now;
  absl::Duration downgrade_after;  // > 0.
};

struct HoldResult {
  // The tier that counts, as it is to be stored.
  HeldTier held;
  // kHeldTier or kLowCoverage when it is not the computed one; else kNone.
  trace::Reason reason = trace::Reason::kNone;
};

// A computed tier at or above the held one is taken at once, and the clock is
// cleared. One below it is taken when the score has been below for
// `downgrade_after`; the first such decision starts the clock. A decision that
// knows too little never downgrades and leaves the clock as it is; so does one
// whose `now` is before the clock was started.
HoldResult HoldTier(const HoldCase& hold_case);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_TIER_HOLD_H_
