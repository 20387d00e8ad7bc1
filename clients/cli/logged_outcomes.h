// clients/cli/logged_outcomes.h
//
// What became of a decision, as the log has it: for people, as JSON and as a
// cell of CSV. `log show` and `log export` print it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LOGGED_OUTCOMES_H_
#define STRATAGEM_CLIENTS_CLI_LOGGED_OUTCOMES_H_

#include <string>
#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/json_writer.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::cli {

using LoggedOutcomes = std::vector<v1::LoggedOutcome>;

// A table; nothing for none.
void PrintOutcomes(const LoggedOutcomes& outcomes, const Console& console);

// An array.
void WriteOutcomes(const LoggedOutcomes& outcomes, JsonWriter& json);

// "coupon=accepted; coupon=revenue 12.5 EUR; gift=accepted (expired)".
std::string OutcomesText(const LoggedOutcomes& outcomes);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LOGGED_OUTCOMES_H_
