// server/rpc/write_decision.h
//
// trace::DecisionRecord -> Decision, for answers and for pages of the log.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WRITE_DECISION_H_
#define STRATAGEM_SERVER_RPC_WRITE_DECISION_H_

#include "absl/strings/string_view.h"
#include "engine/plan/plan.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "stratagem/v1/decision.pb.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {

v1::DecisionRole ToRole(trace::Role role);

// Writes all of `record` but its position into `decision`, which must be empty.
// EXPLAIN_LEVEL_FULL is as EXPLAIN_LEVEL_REASONS: a record holds no more.
void WriteDecision(const trace::DecisionRecord& record,
                   v1::ExplainLevel explain, v1::Decision& decision);

// Adds to the slots of `decision`, which WriteDecision() wrote from `record`,
// what a screen shows of them. Requires: as decide::PresentSlot().
void WritePresentation(const plan::Plan& plan,
                       const trace::DecisionRecord& record,
                       v1::Decision& decision);

// Writes where the record of the log of `node_id` stands, and the decision's
// id.
void WritePosition(absl::string_view node_id, store::Position position,
                   v1::Decision& decision);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WRITE_DECISION_H_
