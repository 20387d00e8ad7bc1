// server/rpc/decision_id.h
//
// Decision ids: a record's place in words that callers carry around. Answers
// have them; outcomes and look-ups bring them back.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_DECISION_ID_H_
#define STRATAGEM_SERVER_RPC_DECISION_ID_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/store/store.h"

namespace stratagem::server {

// Where a decision stands, of all nodes' logs.
struct DecisionPlace {
  std::string node_id;
  store::Position position;

  friend bool operator==(const DecisionPlace& a, const DecisionPlace& b) {
    return a.node_id == b.node_id && a.position.epoch == b.position.epoch &&
           a.position.sequence == b.position.sequence;
  }
};

// "00112233445566ff.3.41"
std::string DecisionId(absl::string_view node_id, store::Position position);

// Returns the place, or nullopt when `id` is not what DecisionId() makes.
std::optional<DecisionPlace> ParseDecisionId(absl::string_view id);

// What is said of an id that ParseDecisionId() does not read.
std::string NoDecisionId(absl::string_view id);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_DECISION_ID_H_
