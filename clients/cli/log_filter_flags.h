// clients/cli/log_filter_flags.h
//
// The flags that say which decisions of a log are meant; `log tail`, `list` and
// `export` share them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LOG_FILTER_FLAGS_H_
#define STRATAGEM_CLIENTS_CLI_LOG_FILTER_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::cli {

struct LogFilterFlags {
  std::string customer;
  std::string since;  // A duration before now.
  std::string from;
  std::string until;
  std::string role;
  std::string tier;
  std::string stage;
  std::vector<std::string> treatments;  // NAME=CELL
  std::vector<std::string> offers;
  std::vector<std::string> excluded;  // OFFER, OFFER=REASON, =REASON
  std::string pack;                   // NAME or NAME@VERSION
  std::optional<bool> degraded;
};

// Adds the flags to `command`; `flags` outlives it.
void AddLogFilterFlags(CLI::App& command, LogFilterFlags& flags);

// Returns the filter that the flags say. Dates are of `zone`.
// Errors: INVALID_ARGUMENT, naming the flag.
absl::StatusOr<v1::DecisionFilter> ReadFilterFlags(const LogFilterFlags& flags,
                                                   absl::Time now,
                                                   const absl::TimeZone& zone);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LOG_FILTER_FLAGS_H_
