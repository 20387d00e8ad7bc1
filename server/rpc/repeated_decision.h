// server/rpc/repeated_decision.h
//
// The answer to a call that was made before: read from the log, the same bytes.
// DecideHandler uses it when a request id is remembered.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_REPEATED_DECISION_H_
#define STRATAGEM_SERVER_RPC_REPEATED_DECISION_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/decide/router.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "google/rpc/status.pb.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {

// What must be the same for a call to be the same, and how to answer it. Owns
// all of it: the answer is made after the call's own memory is gone.
struct RepeatedCall {
  std::string request_id;
  std::string subject;  // The customer's pseudonym in this log.
  trace::Role role = trace::Role::kLive;
  std::string pack_name;     // Never "".
  std::string pack_version;  // "" for any.
  std::vector<std::string> placements;
  v1::ExplainLevel explain = v1::EXPLAIN_LEVEL_UNSPECIFIED;
};

// A decision that is in the log.
struct LoggedDecision {
  std::string decision;  // v1::Decision without its position, serialized.
  store::Position position;
};

// Returns the decision at `sequence` of the log as the answer to `call`. Slots
// have labels and content when `router` has the plan that decided; the full
// explanation is never there.
// Errors: INVALID_ARGUMENT, REQUEST_ID_REUSED, it answers another call; those
// of the store. Reads the disk.
std::variant<LoggedDecision, google::rpc::Status> AnswerRepeated(
    const store::Store& store, const decide::Router& router, uint64_t sequence,
    const RepeatedCall& call);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_REPEATED_DECISION_H_
