// engine/decide/settle.h
//
// Settle: what an outcome means for what its decision had reserved. A pure
// function of the decision's record, the plan of today and the state; the
// outcome service calls it where records are put in order.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_SETTLE_H_
#define STRATAGEM_ENGINE_DECIDE_SETTLE_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::decide {

// What a caller reports.
struct OutcomeReport {
  absl::string_view outcome_id;  // Tells two reports of revenue apart; or "".
  absl::string_view trace_id;
  absl::string_view offer;
  state::Outcome outcome = state::Outcome::kPresented;
  absl::Time recorded_at;  // By the server's clock; not before the log's time.
  absl::Time occurred_at;
  int64_t revenue_micros = 0;
  absl::string_view revenue_currency;
};

struct SettleCase {
  const OutcomeReport& report;
  // The decision as the log has it, and where it stands.
  const trace::DecisionRecord& decision;
  uint64_t epoch = 0;
  uint64_t sequence = 0;
  // The version of the decision's pack that is settled by, whose limits of each
  // customer hold for acceptances that come late (Router::RouteOutcome());
  // null: no version is at hand.
  const plan::Plan* plan = nullptr;
  // What is remembered of the decision's customer under its pack.
  const state::StateCopy& state;
  // What a shared counter holds now.
  std::function<int64_t(const state::CounterQuery&)> amount;
  // How long after its decision an outcome may come and still change something.
  absl::Duration outcome_window;
};

// Fills `record`, which borrows from the case, and returns its status; of
// kRepeated and kUnknown there is nothing to append. An outcome that comes out
// of order is recorded and undoes nothing: the first answer of a customer
// (accepted, declined) decides what becomes of a reservation, but for an
// acceptance after a decline, which needs room anew. So does one of what was
// told not to have been shown: it was, after all.
trace::OutcomeStatus Settle(const SettleCase& settle_case,
                            trace::OutcomeRecord& record);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_SETTLE_H_
