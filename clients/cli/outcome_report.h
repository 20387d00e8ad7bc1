// clients/cli/outcome_report.h
//
// Outcomes as people and files write them: one field after the other, as text,
// into an OutcomeReport. `outcome record` reads its flags and files with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_OUTCOME_REPORT_H_
#define STRATAGEM_CLIENTS_CLI_OUTCOME_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "stratagem/v1/outcome_service.pb.h"

namespace stratagem::cli {

// The names of all fields: columns of a CSV file and members of a line of
// NDJSON.
const std::vector<std::string>& OutcomeFieldNames();

// Returns 12.5 as 12,500,000; nullopt for what is no decimal number with at
// most six digits after the point, or too large.
std::optional<int64_t> ParseMoney(absl::string_view text);

// Sets the field of that name; "" leaves it as it is.
// Errors: INVALID_ARGUMENT, what was found and what was expected.
absl::Status SetOutcomeField(absl::string_view name, absl::string_view text,
                             v1::OutcomeReport& report);

// What a report lacks to be one, or OK.
absl::Status CheckComplete(const v1::OutcomeReport& report);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_OUTCOME_REPORT_H_
