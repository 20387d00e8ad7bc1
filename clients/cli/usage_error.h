// clients/cli/usage_error.h
//
// UsageError: what is wrong with the text of a flag, on its way to the console.
// Flags that are read by a pack's schema give it, and `decide` prints it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_USAGE_ERROR_H_
#define STRATAGEM_CLIENTS_CLI_USAGE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"

namespace stratagem::cli {

// INVALID_ARGUMENT with that message; `hint` says what to do, or is "".
absl::Status UsageError(absl::string_view message, absl::string_view hint);

// Prints `status`, with its hint if it is a UsageError. Returns kEnvironment
// for UNAVAILABLE, else kUsage.
ExitCode ReportUsage(const absl::Status& status, const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_USAGE_ERROR_H_
