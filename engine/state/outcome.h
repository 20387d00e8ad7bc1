// engine/state/outcome.h
//
// Outcome: what became of an offer that a decision chose. One list for packs,
// records and the wire.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_OUTCOME_H_
#define STRATAGEM_ENGINE_STATE_OUTCOME_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace stratagem::state {

// Numbers stand in records and on the wire and are never reused.
enum class Outcome : uint8_t {
  kPresented = 1,     // Shown. A decision counts as shown from its commit.
  kNotPresented = 2,  // Chosen, and then not shown.
  kClicked = 3,
  kAccepted = 4,
  kDeclined = 5,
  kDeferred = 6,  // 'Not now': no answer yet.
  kRedeemed = 7,  // What was accepted was used.
  kRevenue = 8,   // Money came of it; may be told more than once.
  kIgnored = 9,   // Shown, and nothing came of it.
};

// The smallest and the largest number in use.
inline constexpr uint8_t kOutcomeFirst = 1;
inline constexpr uint8_t kOutcomeLast = 9;

// Returns the outcome's stable name: "presented", "not_presented", ….
absl::string_view OutcomeName(Outcome outcome);

// Returns the outcome of that name, or nullopt.
std::optional<Outcome> FindOutcome(absl::string_view name);

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_OUTCOME_H_
