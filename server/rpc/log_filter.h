// server/rpc/log_filter.h
//
// DecisionFilter of the wire -> that of the store. Lists and feeds of decisions
// read their questions with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_LOG_FILTER_H_
#define STRATAGEM_SERVER_RPC_LOG_FILTER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "engine/store/log_query.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::server {

// Returns what `wire` asks for in the log that owns `subject_key`; adds an
// error for each field that cannot be.
store::DecisionFilter ReadFilter(const v1::DecisionFilter& wire,
                                 absl::string_view subject_key,
                                 std::vector<FieldError>& errors);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_LOG_FILTER_H_
