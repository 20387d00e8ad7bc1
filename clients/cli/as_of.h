// clients/cli/as_of.h
//
// Times of flags in a pack's zone. `--as-of` is read before anything else: it
// chooses the version of a pack that decides.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_AS_OF_H_
#define STRATAGEM_CLIENTS_CLI_AS_OF_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::cli {

// A pack's time zone by its name; UTC when this system does not know it.
absl::TimeZone ZoneOf(const std::string& name);

// Reads RFC 3339, or a date: midnight in `zone`. `flag` is named when that is
// wrong.
// Errors: INVALID_ARGUMENT.
absl::StatusOr<absl::Time> ReadTime(absl::string_view flag,
                                    const std::string& text,
                                    const absl::TimeZone& zone);

// Reads `--as-of`, a date in the time zone of that name, which is a pack's.
// Nothing for "".
// Errors: INVALID_ARGUMENT.
absl::StatusOr<std::optional<absl::Time>> ReadAsOf(const std::string& text,
                                                   const std::string& timezone);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_AS_OF_H_
