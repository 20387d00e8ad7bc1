// server/rpc/shadow_decider.h
//
// ShadowDecider: decides a live call once more by a version that answers
// nothing, logs it under a role of its own and counts how it compares. One in
// each DecideSession; DecideHandler runs it behind the answer.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_SHADOW_DECIDER_H_
#define STRATAGEM_SERVER_RPC_SHADOW_DECIDER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "engine/decide/decide.h"
#include "engine/decide/router.h"
#include "engine/state/state.h"
#include "engine/trace/decision_record.h"
#include "server/ops/plan_counts.h"
#include "server/ops/store_host.h"

namespace stratagem::server {

// One call at a time.
class ShadowDecider {
 public:
  // Reads the state that `shadow` sees of the call. Call it before the live
  // decision commits, so that what that reserves is not in it. `erasures` is
  // Sequencer::erasures() before the customer's profile was read. All that it
  // borrows lives until Run() has returned.
  void Begin(const decide::Shadow& shadow, const decide::Call& call,
             absl::string_view subject, uint64_t erasures,
             const OpenStores& stores);

  // Decides, logs, counts and compares with `live`, which was answered.
  // `counts` are the shadow's. Requires: Begin() before, for each.
  void Run(const trace::DecisionRecord& live, const OpenStores& stores,
           PlanCounts& counts);

 private:
  const decide::Shadow* shadow_ = nullptr;
  absl::string_view subject_;
  uint64_t erasures_ = 0;
  decide::Call call_;
  std::vector<state::CounterQuery> queries_;
  state::StateCopy state_;
  decide::Workspace workspace_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_SHADOW_DECIDER_H_
