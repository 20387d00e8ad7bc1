// clients/cli/status_json.h
//
// How a server is, as JSON, for scripts: what `status` and `top` print besides
// text.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_STATUS_JSON_H_
#define STRATAGEM_CLIENTS_CLI_STATUS_JSON_H_

#include "clients/cli/json_writer.h"
#include "clients/cli/status_interval.h"
#include "stratagem/v1/server_service.pb.h"

namespace stratagem::cli {

// An object of the members of GetStatusResponse, always all of them; `store`
// and `http` are null when absent. Times are RFC 3339, the uptime is in
// seconds, latencies have quantiles beside their buckets (null without calls;
// the largest bound when they lie beyond it).
void WriteStatus(const v1::GetStatusResponse& status, JsonWriter& json);

// The same of what was counted in an interval, with "interval_seconds" and
// "restarted": the server was started anew in it.
void WriteInterval(const StatusInterval& interval, JsonWriter& json);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_STATUS_JSON_H_
