// server/rpc/outcome_detail.h
//
// Why an outcome was not recorded, in words: ToldOutcome.detail. OutcomeHandler
// asks, of what is unknown or was told before.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_OUTCOME_DETAIL_H_
#define STRATAGEM_SERVER_RPC_OUTCOME_DETAIL_H_

#include <span>
#include <string>

#include "engine/decide/settle.h"
#include "engine/store/log_query.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "server/rpc/decision_id.h"

namespace stratagem::server {

// Why `log` has no decision at `place`.
std::string WhyNoDecision(const DecisionPlace& place, const store::Store& log);

// Why `decision`, which the log has, takes no outcome of `offer`. `erased`: its
// customer was.
std::string WhyNoSlot(const trace::DecisionRecord& decision, bool erased,
                      absl::string_view offer);

// What to do when `report`, which was told before, is revenue that adds to what
// was: `recorded` are outcomes of its decision. "" when it says the same again.
std::string WhyRepeated(const decide::OutcomeReport& report,
                        std::span<const store::OutcomeRow> recorded);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_OUTCOME_DETAIL_H_
