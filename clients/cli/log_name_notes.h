// clients/cli/log_name_notes.h
//
// What is said when a question to the log found nothing: names in it that no
// decision has. `log tail|list|export` print it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LOG_NAME_NOTES_H_
#define STRATAGEM_CLIENTS_CLI_LOG_NAME_NOTES_H_

#include <string>
#include <vector>

#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::cli {

// "no decision has tier `goldd`; did you mean `gold`?", one for each name of
// `filter` that the counts of `stats` do not know.
std::vector<std::string> UnknownNames(const v1::DecisionFilter& filter,
                                      const v1::GetLogStatsResponse& stats);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LOG_NAME_NOTES_H_
