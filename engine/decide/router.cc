#include "engine/decide/router.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/stable_hash.h"
#include "engine/base/status_macros.h"
#include "engine/base/suggestion.h"
#include "engine/state/operations.h"

namespace stratagem::decide {
namespace {

// LIMIT: versions that an error names; it has to fit on a screen and into the
// metadata of a call.
constexpr size_t kVersionsNamedMax = 2;

bool InEffect(const pack::Interval& effective, absl::Time now) {
  return effective.from <= now && now < effective.until;
}

// In the pack's own zone, as its author wrote it.
std::string TimeText(absl::Time time, const plan::PlanSummary& summary) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(summary.timezone, &zone);
  return absl::FormatTime(absl::RFC3339_sec, time, zone);
}

// "`2026.11.0` from 2026-11-01T00:00:00+08:00 until 2027-02-01T00:00:00+08:00".
std::string EffectText(const plan::PlanSummary& summary) {
  const auto& [from, until] = summary.effective;
  std::string text = absl::StrCat("`", summary.version, "`");
  if (from != absl::InfinitePast()) {
    absl::StrAppend(&text, " from ", TimeText(from, summary));
  }
  if (until != absl::InfiniteFuture()) {
    absl::StrAppend(&text, " until ", TimeText(until, summary));
  }
  return text;
}

// How far `now` is from an interval that it is not in.
absl::Duration DistanceTo(const pack::Interval& effective, absl::Time now) {
  return now < effective.from ? effective.from - now : now - effective.until;
}

absl::Status NoneInEffect(std::vector<const plan::PlanSummary*> versions,
                          absl::Time now) {
  std::stable_sort(versions.begin(), versions.end(),
                   [now](const auto* left, const auto* right) {
                     return DistanceTo(left->effective, now) <
                            DistanceTo(right->effective, now);
                   });
  const plan::PlanSummary& nearest = *versions.front();
  const size_t more =
      versions.size() - std::min(versions.size(), kVersionsNamedMax);
  versions.resize(versions.size() - more);
  const std::string in_effect = absl::StrJoin(
      versions, ", ", [](std::string* out, const plan::PlanSummary* version) {
        absl::StrAppend(out, EffectText(*version));
      });
  return absl::FailedPreconditionError(absl::StrCat(
      "no active version of pack `", nearest.name, "` is in effect at ",
      TimeText(now, nearest), ": ", in_effect,
      more == 0 ? "" : absl::StrCat(", and ", more, " further away")));
}

// Why Route() finds none of `plans`.
absl::Status WhyNone(
    const std::vector<std::shared_ptr<const plan::Plan>>& plans,
    absl::string_view name, absl::string_view version, absl::Time now) {
  std::vector<std::string> names;
  std::vector<std::string> known;  // Versions of `name`.
  std::vector<const plan::PlanSummary*> versions;
  for (const auto& plan : plans) {
    const plan::PlanSummary& summary = plan->summary();
    if (std::find(names.begin(), names.end(), summary.name) == names.end()) {
      names.push_back(summary.name);
    }
    if (summary.name != name) continue;
    known.push_back(summary.version);
    if (version.empty() || summary.version == version) {
      versions.push_back(&summary);
    }
  }
  if (known.empty()) {
    return absl::NotFoundError(absl::StrCat("unknown pack `", name, "`; ",
                                            SuggestionHint(name, names)));
  }
  if (versions.empty()) {
    return absl::NotFoundError(
        absl::StrCat("pack `", name, "` has no active version `", version,
                     "`; ", SuggestionHint(version, known)));
  }
  return NoneInEffect(std::move(versions), now);
}

// Another version has other customers, so that it is not the same ones who try
// everything.
std::string CanarySalt(const plan::PlanSummary& summary) {
  return absl::StrCat("canary/", summary.name, "@", summary.version);
}

}  // namespace

Router::Router(std::vector<std::shared_ptr<const plan::Plan>> plans,
               std::vector<Canary> canaries, std::vector<Shadow> shadows)
    : plans_(std::move(plans)),
      canaries_(std::move(canaries)),
      shadows_(std::move(shadows)) {}

absl::StatusOr<Chosen> Router::RouteCustomer(
    absl::string_view name, absl::string_view version, absl::Time now,
    absl::string_view customer_id) const {
  STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* const live,
                             Route(name, version, now));
  Chosen chosen = {.plan = live};
  if (!version.empty()) return chosen;
  for (const Canary& canary : canaries_) {
    const plan::PlanSummary& summary = canary.plan->summary();
    if (summary.name == live->summary().name && !customer_id.empty() &&
        InEffect(summary.effective, now) &&
        StableSlot(CanarySalt(summary), customer_id, state::kCanarySlots) <
            canary.slots) {
      chosen.plan = canary.plan.get();
      chosen.is_canary = true;
    }
  }
  for (const Shadow& shadow : shadows_) {
    const plan::PlanSummary& summary = shadow.plan->summary();
    if (summary.name == live->summary().name &&
        InEffect(summary.effective, now)) {
      chosen.shadow = &shadow;
    }
  }
  return chosen;
}

const plan::Plan* Router::Find(absl::string_view digest) const {
  for (const auto& plan : plans_) {
    if (plan->summary().digest == digest) return plan.get();
  }
  for (const Canary& canary : canaries_) {
    if (canary.plan->summary().digest == digest) return canary.plan.get();
  }
  return nullptr;
}

const plan::Plan* Router::RouteOutcome(absl::string_view name,
                                       absl::string_view version,
                                       absl::Time now) const {
  const plan::Plan* decided = nullptr;
  const plan::Plan* newest = nullptr;
  for (auto plan = plans_.rbegin(); plan != plans_.rend(); ++plan) {
    const plan::PlanSummary& summary = (*plan)->summary();
    if (summary.name != name) continue;
    if (InEffect(summary.effective, now)) return plan->get();
    if (summary.version == version) decided = plan->get();
    if (newest == nullptr) newest = plan->get();
  }
  return decided != nullptr ? decided : newest;
}

absl::StatusOr<const plan::Plan*> Router::Route(absl::string_view name,
                                                absl::string_view version,
                                                absl::Time now) const {
  if (plans_.empty()) {
    return absl::FailedPreconditionError(
        "no pack is active; publish and activate one");
  }
  if (name.empty()) name = plans_.front()->summary().name;
  for (auto plan = plans_.rbegin(); plan != plans_.rend(); ++plan) {
    const plan::PlanSummary& summary = (*plan)->summary();
    if (summary.name == name &&
        (version.empty() || summary.version == version) &&
        InEffect(summary.effective, now)) {
      return plan->get();
    }
  }
  return WhyNone(plans_, name, version, now);
}

}  // namespace stratagem::decide
