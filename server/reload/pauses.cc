#include "server/reload/pauses.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"

namespace stratagem::server {
namespace {

using state::OperationKind;

// The offers or placements of all versions that serve; nothing when none does.
std::optional<std::vector<std::string>> NamesThatServe(
    const PauseTarget& target, const decide::Router& router) {
  std::optional<std::vector<std::string>> names;
  const auto add = [&](const plan::PlanSummary& summary) {
    if (summary.name != target.pack) return;
    if (!names.has_value()) names.emplace();
    const std::vector<std::string>& more =
        target.is_placement ? summary.placements : summary.offers;
    names->insert(names->end(), more.begin(), more.end());
  };
  for (const auto& plan : router.plans()) add(plan->summary());
  for (const auto& canary : router.canaries()) add(canary.plan->summary());
  return names;
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

OperationKind KindOf(const PauseTarget& target, bool is_paused) {
  if (target.is_placement) {
    return is_paused ? OperationKind::kPausePlacement
                     : OperationKind::kResumePlacement;
  }
  return is_paused ? OperationKind::kPauseOffer : OperationKind::kResumeOffer;
}

}  // namespace

std::vector<PauseTarget> PausedUnder(const std::string& pack,
                                     const OpenStores& stores) {
  state::StateCopy copy;
  store::StateQuery query;
  query.customer.pack = pack;
  stores.sequencer->Read(query, copy);
  std::vector<PauseTarget> paused;
  for (const state::Paused& one : copy.paused) {
    paused.push_back({pack, std::string(one.name), one.is_placement});
  }
  return paused;
}

absl::Status SetPaused(const PauseTarget& target, bool is_paused,
                       const decide::Router& router, const OpenStores& stores,
                       absl::Time clock, const Change& change) {
  const auto names = NamesThatServe(target, router);
  if (!names.has_value()) {
    return absl::NotFoundError(
        absl::StrCat("no version of pack `", target.pack, "` serves"));
  }
  const std::vector<PauseTarget> paused = PausedUnder(target.pack, stores);
  const bool was_paused =
      std::find(paused.begin(), paused.end(), target) != paused.end();
  // What no version has any more can still be resumed.
  if (!was_paused && !Contains(*names, target.name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no version of pack `", target.pack, "` that serves has `",
                     target.name, "`; ", SuggestionHint(target.name, *names)));
  }
  if (was_paused == is_paused) return AwaitDurable(stores);
  return Operate(stores,
                 {.kind = KindOf(target, is_paused),
                  .at = LogTime(stores, clock),
                  .pack = target.pack,
                  .name = target.name},
                 change);
}

}  // namespace stratagem::server
