// clients/cli/hold_flag.h
//
// What `--hold tier=gold,since=2026-10-01` says: the tier that a customer holds
// before the decision, which a pack in this process has no store to look up.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_HOLD_FLAG_H_
#define STRATAGEM_CLIENTS_CLI_HOLD_FLAG_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"

namespace stratagem::cli {

// Reads `tier=NAME` and, when the score no longer reaches that tier,
// `,since=TIME`: RFC 3339, or a date in the pack's zone. Nothing for "". The
// tier's name is that of `plan` and lives as long.
// Errors: UsageError for another form, a tier or a time that is none, and a
// pack without `hold`.
absl::StatusOr<std::optional<state::TierHold>> ReadHold(const std::string& text,
                                                        const plan::Plan& plan);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_HOLD_FLAG_H_
