#include "server/reload/pack_store.h"

#include <algorithm>

#include "engine/base/check.h"

namespace stratagem::server {
namespace {

// Calls `visit` with every plan that may decide.
template <typename Visit>
void ForEachPlan(const decide::Router& router, const Visit& visit) {
  for (const auto& plan : router.plans()) visit(*plan);
  for (const decide::Canary& canary : router.canaries()) visit(*canary.plan);
  for (const decide::Shadow& shadow : router.shadows()) visit(*shadow.plan);
}

}  // namespace

ServingPlans::ServingPlans(std::shared_ptr<const decide::Router> router,
                           Counts counts)
    : router_(std::move(router)), counts_(std::move(counts)) {
  ForEachPlan(*router_, [this](const plan::Plan& plan) {
    by_plan_.emplace_back(&plan, counts_.at(plan.summary().digest).get());
  });
}

PlanCounts& ServingPlans::CountsOf(const plan::Plan& plan) const {
  const auto found =
      std::find_if(by_plan_.begin(), by_plan_.end(),
                   [&plan](const auto& one) { return one.first == &plan; });
  STRATAGEM_CHECK(found != by_plan_.end());
  return *found->second;
}

void PackStore::Set(std::shared_ptr<const decide::Router> router) {
  const std::lock_guard<std::mutex> lock(set_mutex_);
  const std::shared_ptr<const ServingPlans> before = serving_.load();
  ServingPlans::Counts counts;
  if (before != nullptr) counts = before->counts();
  ForEachPlan(*router, [&counts](const plan::Plan& plan) {
    std::shared_ptr<PlanCounts>& kept = counts[plan.summary().digest];
    if (kept == nullptr) kept = std::make_shared<PlanCounts>(plan);
  });
  serving_.store(std::make_shared<const ServingPlans>(std::move(router),
                                                      std::move(counts)));
}

}  // namespace stratagem::server
