// server/rpc/write_answer.h
//
// A decision as its caller reads it, explained as they ask. DecideHandler
// answers with it, simulator.cc with what would be.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WRITE_ANSWER_H_
#define STRATAGEM_SERVER_RPC_WRITE_ANSWER_H_

#include "engine/decide/decide.h"
#include "engine/plan/plan.h"
#include "stratagem/v1/decision.pb.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {

// Writes the decision in `workspace`, which `plan` made, into `decision`, which
// must be empty; without its place in a log.
void WriteAnswer(const plan::Plan& plan, decide::Workspace& workspace,
                 v1::ExplainLevel explain, v1::Decision& decision);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WRITE_ANSWER_H_
