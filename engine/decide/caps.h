// engine/decide/caps.h
//
// Caps: contact policy, limits and budgets of one decision. Admission asks
// whether an offer may still be shown; selection takes room as it fills slots,
// so that a slot sees those above it; what was taken becomes the record's
// effects.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_CAPS_H_
#define STRATAGEM_ENGINE_DECIDE_CAPS_H_

#include <vector>

#include "absl/time/time.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"

namespace stratagem::decide {

// Returns in `queries` what a decision by `plan` at `now` asks of shared
// counters, one for each PlanCode::caps.counters, in their order; whoever keeps
// the state answers them in StateCopy::amounts. `now` is the decision's time
// (Call::now()). Time: O(counters). Does not allocate once warm.
void AskCounters(const plan::Plan& plan, absl::Time now,
                 std::vector<state::CounterQuery>& queries);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_CAPS_H_
