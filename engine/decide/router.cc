#include "engine/decide/router.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace stratagem::decide {
namespace {

bool InEffect(const pack::Interval& effective, absl::Time now) {
  return effective.from <= now && now < effective.until;
}

}  // namespace

Router::Router(std::vector<std::shared_ptr<const plan::Plan>> plans)
    : plans_(std::move(plans)) {}

absl::StatusOr<const plan::Plan*> Router::Route(absl::string_view name,
                                                absl::string_view version,
                                                absl::Time now) const {
  if (plans_.empty()) {
    return absl::FailedPreconditionError("no pack is active");
  }
  if (name.empty()) name = plans_.front()->summary().name;
  bool known_name = false;
  bool known_version = false;
  for (auto plan = plans_.rbegin(); plan != plans_.rend(); ++plan) {
    const plan::PlanSummary& summary = (*plan)->summary();
    if (summary.name != name) continue;
    known_name = true;
    if (!version.empty() && summary.version != version) continue;
    known_version = true;
    if (InEffect(summary.effective, now)) return plan->get();
  }
  if (!known_name) {
    return absl::NotFoundError(absl::StrCat("unknown pack `", name, "`"));
  }
  if (!known_version) {
    return absl::NotFoundError(absl::StrCat(
        "pack `", name, "` has no active version `", version, "`"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no active version of pack `", name, "` is in effect at ",
                   absl::FormatTime(now, absl::UTCTimeZone())));
}

}  // namespace stratagem::decide
