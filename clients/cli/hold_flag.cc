#include "clients/cli/hold_flag.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/as_of.h"
#include "clients/cli/usage_error.h"
#include "engine/base/suggestion.h"
#include "engine/plan/plan_code.h"

namespace stratagem::cli {
namespace {

absl::Status BadForm(const std::string& text) {
  return UsageError(
      absl::StrCat("`--hold`: `", text, "` is not of the form ",
                   "`tier=NAME` or `tier=NAME,since=TIME`"),
      "`since` is when the score first fell below the tier, such as "
      "`tier=gold,since=2026-10-01`");
}

}  // namespace

absl::StatusOr<std::optional<state::TierHold>> ReadHold(
    const std::string& text, const plan::Plan& plan) {
  if (text.empty()) return std::optional<state::TierHold>();
  const plan::PlanSummary& summary = plan.summary();
  std::optional<std::string> tier;
  std::optional<std::string> since;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<std::string, std::string> sides =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    std::optional<std::string>* const side = sides.first == "tier"    ? &tier
                                             : sides.first == "since" ? &since
                                                                      : nullptr;
    if (side == nullptr || side->has_value() || sides.second.empty()) {
      return BadForm(text);
    }
    *side = sides.second;
  }
  if (!tier.has_value()) return BadForm(text);
  if (!plan.code().hold.has_value()) {
    return UsageError(absl::StrCat("`--hold`: the pack `", summary.name,
                                   "` has no `hold`, so no tier is kept"),
                      "add `hold: {downgrade_after: 90d}` to its `value`");
  }
  const auto known =
      std::find(summary.tiers.begin(), summary.tiers.end(), *tier);
  if (known == summary.tiers.end()) {
    return UsageError(absl::StrCat("`--hold`: the pack `", summary.name,
                                   "` has no tier `", *tier, "`"),
                      SuggestionHint(*tier, summary.tiers));
  }
  state::TierHold hold{*known, std::nullopt};
  if (since.has_value()) {
    const absl::StatusOr<absl::Time> time =
        ReadTime("--hold", *since, ZoneOf(summary.timezone));
    if (!time.ok()) return time.status();
    hold.below_since = *time;
  }
  return hold;
}

}  // namespace stratagem::cli
