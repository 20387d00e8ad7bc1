#include "server/reload/roll_back.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace stratagem::server {
namespace {

// The version to go back from.
absl::StatusOr<const plan::Plan*> FindToWithdraw(const decide::Router& router,
                                                 const VersionName& name,
                                                 absl::Time now) {
  STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* const decides,
                             router.Route(name.pack, "", now));
  if (name.version.empty()) return decides;
  for (const auto& plan : router.plans()) {
    const plan::PlanSummary& summary = plan->summary();
    if (summary.name == decides->summary().name &&
        summary.version == name.version) {
      return plan.get();
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat(TextOf({decides->summary().name, name.version}),
                   " is not live; version `", decides->summary().version,
                   "` decides live calls"));
}

// The version that decides once `withdrawn` does not.
absl::StatusOr<const plan::Plan*> FindWithout(const decide::Router& router,
                                              const plan::Plan& withdrawn,
                                              absl::Time now) {
  std::vector<std::shared_ptr<const plan::Plan>> rest = router.plans();
  std::erase_if(rest, [&withdrawn](const auto& plan) {
    return plan.get() == &withdrawn;
  });
  const decide::Router without(std::move(rest));
  const plan::PlanSummary& summary = withdrawn.summary();
  const absl::StatusOr<const plan::Plan*> next =
      without.Route(summary.name, "", now);
  if (next.ok()) return *next;
  return absl::FailedPreconditionError(absl::StrCat(
      "there is no version of `", summary.name, "` to go back to from `",
      summary.version, "`: no other one that was activated is in effect now"));
}

}  // namespace

absl::StatusOr<RollBackStep> ChooseRollBack(const decide::Router& router,
                                            const VersionName& name,
                                            absl::Time now) {
  RollBackStep step;
  STRATAGEM_ASSIGN_OR_RETURN(step.withdrawn, FindToWithdraw(router, name, now));
  STRATAGEM_ASSIGN_OR_RETURN(step.decides,
                             FindWithout(router, *step.withdrawn, now));
  return step;
}

}  // namespace stratagem::server
