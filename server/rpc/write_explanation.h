// server/rpc/write_explanation.h
//
// trace::Explanation -> FullExplanation, for answers to calls that asked for
// everything. Codes are the engine's own numbers, as in write_decision.h.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WRITE_EXPLANATION_H_
#define STRATAGEM_SERVER_RPC_WRITE_EXPLANATION_H_

#include "engine/trace/explanation.h"
#include "stratagem/v1/decision.pb.h"

namespace stratagem::server {

// Writes all of `explanation` into `full`, which must be empty, but not `text`.
void WriteFullExplanation(const trace::Explanation& explanation,
                          v1::FullExplanation& full);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WRITE_EXPLANATION_H_
