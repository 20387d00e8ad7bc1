#include "engine/state/outcome.h"

#include <array>

namespace stratagem::state {
namespace {

// In the order of their numbers.
constexpr std::array<const char*, kOutcomeLast> kNames = {
    "presented", "not_presented", "clicked", "accepted", "declined",
    "deferred",  "redeemed",      "revenue", "ignored"};

}  // namespace

absl::string_view OutcomeName(Outcome outcome) {
  return kNames[static_cast<size_t>(outcome) - kOutcomeFirst];
}

std::optional<Outcome> FindOutcome(absl::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return static_cast<Outcome>(i + kOutcomeFirst);
  }
  return std::nullopt;
}

}  // namespace stratagem::state
