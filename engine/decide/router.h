// engine/decide/router.h
//
// Router: which plan answers a call - by pack name, by version, and by the time
// at which versions are in effect. The server holds one for all its packs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_ROUTER_H_
#define STRATAGEM_ENGINE_DECIDE_ROUTER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/decide/shadow_comparison.h"
#include "engine/plan/plan.h"

namespace stratagem::decide {

// A version that decides for a share of customers.
struct Canary {
  std::shared_ptr<const plan::Plan> plan;
  uint32_t slots = 0;  // Of state::kCanarySlots.
};

// A version that decides as well and answers nothing.
struct Shadow {
  std::shared_ptr<const plan::Plan> plan;
  std::shared_ptr<ShadowComparison> comparison;
};

// What decides a call.
struct Chosen {
  const plan::Plan* plan = nullptr;
  bool is_canary = false;
  const Shadow* shadow = nullptr;  // Null: none does.
};

// Immutable; any number of threads may route at once.
class Router {
 public:
  // `plans` in the order of activation, the newest last. The pack of the first
  // plan is the default of calls that name none.
  // Requires: no two with the same name and version; a pack has one canary and
  // one shadow at most.
  explicit Router(std::vector<std::shared_ptr<const plan::Plan>> plans,
                  std::vector<Canary> canaries = {},
                  std::vector<Shadow> shadows = {});

  const std::vector<std::shared_ptr<const plan::Plan>>& plans() const {
    return plans_;
  }
  const std::vector<Canary>& canaries() const { return canaries_; }
  const std::vector<Shadow>& shadows() const { return shadows_; }

  // Returns the newest activated plan of pack `name` that is in effect at
  // `now`; with a `version` that one, if it is in effect. Empty `name`: the
  // default pack. The pointer lives as long as the router.
  // Errors: NOT_FOUND for an unknown pack or version; FAILED_PRECONDITION when
  // no version is in effect at `now` - the message names the nearest ones with
  // their intervals, in the pack's zone - or there is no pack at all.
  // Time: O(plans); allocates only for an error.
  absl::StatusOr<const plan::Plan*> Route(absl::string_view name,
                                          absl::string_view version,
                                          absl::Time now) const;

  // As Route(); of a customer in the share of the pack's canary the canary, if
  // it is in effect and no version is asked for. A customer is in the share of
  // one version always or never, and stays in it when it grows; nobody without
  // an id is. Time: with a canary one StableSlot(), and its allocations.
  absl::StatusOr<Chosen> RouteCustomer(absl::string_view name,
                                       absl::string_view version,
                                       absl::Time now,
                                       absl::string_view customer_id) const;

  // Returns the plan with that digest that answers calls, the canaries among
  // them; null when there is none.
  const plan::Plan* Find(absl::string_view digest) const;

  // Returns the plan that outcomes of a decision by `version` of pack `name`
  // are settled by: the newest activated one in effect at `now`, else the one
  // that decided, else the newest activated. Null when there is none of that
  // pack. Lifetime and time as of Route().
  const plan::Plan* RouteOutcome(absl::string_view name,
                                 absl::string_view version,
                                 absl::Time now) const;

 private:
  std::vector<std::shared_ptr<const plan::Plan>> plans_;
  std::vector<Canary> canaries_;
  std::vector<Shadow> shadows_;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_ROUTER_H_
