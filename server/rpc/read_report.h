// server/rpc/read_report.h
//
// OutcomeReport -> decide::OutcomeReport and the place of its decision: the
// checks that need no log. OutcomeHandler reads each report with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_READ_REPORT_H_
#define STRATAGEM_SERVER_RPC_READ_REPORT_H_

#include <vector>

#include "absl/time/time.h"
#include "engine/decide/settle.h"
#include "server/rpc/decision_id.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/outcome_service.pb.h"

namespace stratagem::server {

// What a caller reports, and of which decision. Borrows from the message.
struct ToldReport {
  DecisionPlace decision;
  decide::OutcomeReport report;
};

// Fills `told` from `wire`, except for the trace id; `now` is the time of the
// call. Returns everything wrong with the report; `told` is complete only when
// that is empty.
std::vector<FieldError> ReadReport(const v1::OutcomeReport& wire,
                                   absl::Time now, ToldReport& told);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_READ_REPORT_H_
