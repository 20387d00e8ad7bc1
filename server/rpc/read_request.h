// server/rpc/read_request.h
//
// DecideRequest -> decide::Call: the checks that need no pack. The engine
// checks the rest against what the pack declares.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_READ_REQUEST_H_
#define STRATAGEM_SERVER_RPC_READ_REQUEST_H_

#include <vector>

#include "absl/time/time.h"
#include "engine/decide/decide.h"
#include "server/rpc/decide_session.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {

// Fills `call` from `request`, except for `seed`, `trace_id` and
// `time_zones_version`, and makes a request id where there is none. `now` is
// the time of the call, which a simulation's own replaces. `call` borrows from
// `request` and `session`.
// Returns everything wrong with the request; `call` is complete only when that
// is empty. Fields are named as the caller knows them ("attributes.nps").
// Time: O(request); does not allocate for a good request once the session is
// warm.
std::vector<FieldError> ReadRequest(const v1::DecideRequest& request,
                                    absl::Time now, DecideSession& session,
                                    decide::Call& call);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_READ_REQUEST_H_
