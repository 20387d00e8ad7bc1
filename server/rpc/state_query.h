// server/rpc/state_query.h
//
// What a decision by a plan asks of the state. decide_handler.cc asks for what
// it answers, shadow_decider.cc for what it does not.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_STATE_QUERY_H_
#define STRATAGEM_SERVER_RPC_STATE_QUERY_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/plan/plan.h"
#include "engine/store/sequencer.h"

namespace stratagem::server {

// Returns what a decision by `plan` at `now` (Call::now()) for the customer
// with that pseudonym asks; it borrows from all of them.
store::StateQuery AskState(const plan::Plan& plan, absl::Time now,
                           absl::string_view subject,
                           std::vector<state::CounterQuery>& queries);

// Whether Sequencer::Read() says anything that matters to `plan`.
bool ReadsState(const plan::Plan& plan, const store::Sequencer& sequencer);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_STATE_QUERY_H_
