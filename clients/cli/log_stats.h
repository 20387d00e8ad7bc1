// clients/cli/log_stats.h
//
// The totals and counts of a log, for people and as JSON. `log stats` and
// `store stats` print them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LOG_STATS_H_
#define STRATAGEM_CLIENTS_CLI_LOG_STATS_H_

#include "clients/cli/console.h"
#include "clients/cli/decision_printer.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::cli {

void PrintStats(const v1::GetLogStatsResponse& stats, Output output,
                const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LOG_STATS_H_
