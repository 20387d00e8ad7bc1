// clients/cli/status_text.h
//
// Rates, shares and times for people who look at a server; `status` and `top`
// print them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_STATUS_TEXT_H_
#define STRATAGEM_CLIENTS_CLI_STATUS_TEXT_H_

#include <optional>
#include <string>

#include "absl/time/time.h"

namespace stratagem::cli {

// "2d 3h", "3h 12m", "12m 5s", "5s": as much as a person wants to know.
std::string UptimeText(absl::Duration uptime);

// "1,234/s", "9.5/s", "<0.1/s", "0/s"; "-" when no time has passed.
std::string RateText(std::optional<double> per_second);

// "24 %", "0.5 %", "<0.1 %", "0 %".
std::string PercentText(double share);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_STATUS_TEXT_H_
