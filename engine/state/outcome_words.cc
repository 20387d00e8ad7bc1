#include "engine/state/outcome_words.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"
#include "engine/state/outcome.h"

namespace stratagem::state {
namespace {

// By spelling alone some of them are nearer to another outcome.
constexpr std::pair<absl::string_view, Outcome> kOtherWords[] = {
    {"bought", Outcome::kAccepted},      {"converted", Outcome::kAccepted},
    {"dismissed", Outcome::kIgnored},    {"displayed", Outcome::kPresented},
    {"impression", Outcome::kPresented}, {"not_shown", Outcome::kNotPresented},
    {"opened", Outcome::kClicked},       {"postponed", Outcome::kDeferred},
    {"purchased", Outcome::kAccepted},   {"refused", Outcome::kDeclined},
    {"rejected", Outcome::kDeclined},    {"shown", Outcome::kPresented},
    {"used", Outcome::kRedeemed},        {"viewed", Outcome::kPresented},
};

}  // namespace

std::string OutcomeHint(absl::string_view word) {
  const std::string lower = absl::AsciiStrToLower(word);
  for (const auto& [other, outcome] : kOtherWords) {
    if (lower != other) continue;
    return absl::StrCat("did you mean `", OutcomeName(outcome), "`?");
  }
  std::vector<std::string> names;
  for (uint8_t number = kOutcomeFirst; number <= kOutcomeLast; ++number) {
    names.emplace_back(OutcomeName(static_cast<Outcome>(number)));
  }
  return SuggestionHint(word, names);
}

}  // namespace stratagem::state
