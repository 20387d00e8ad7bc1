// server/reload/pack_store.h
//
// PackStore: the plans that answer calls now, and the counts of what they have
// decided. PackRegistry fills it; rpc reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_STORE_H_
#define STRATAGEM_SERVER_RELOAD_PACK_STORE_H_

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/decide/router.h"
#include "server/ops/plan_counts.h"

namespace stratagem::server {

// What answers calls at one moment. Immutable, but for the counts.
class ServingPlans {
 public:
  using Counts = std::map<std::string, std::shared_ptr<PlanCounts>>;

  // `counts` by digest, of every plan of `router` at least.
  ServingPlans(std::shared_ptr<const decide::Router> router, Counts counts);

  const decide::Router& router() const { return *router_; }
  // Requires: `plan` is one of the router's. Time: O(plans) comparisons of
  // addresses.
  PlanCounts& CountsOf(const plan::Plan& plan) const;

  // By digest: of the versions that serve and of those that did.
  const Counts& counts() const { return counts_; }

 private:
  const std::shared_ptr<const decide::Router> router_;
  const Counts counts_;
  std::vector<std::pair<const plan::Plan*, PlanCounts*>> by_plan_;
};

// Thread safe.
class PackStore {
 public:
  explicit PackStore(std::shared_ptr<const decide::Router> router) {
    Set(std::move(router));
  }

  // What serves at this moment. Hold it as long as its plans are used. Time:
  // one atomic reference, on the request path.
  std::shared_ptr<const ServingPlans> serving() const {
    return serving_.load();
  }

  // Its router alone, likewise.
  std::shared_ptr<const decide::Router> router() const {
    std::shared_ptr<const ServingPlans> serving = serving_.load();
    const decide::Router* const router = &serving->router();
    return {std::move(serving), router};
  }

  // Calls that begin from now on are answered by `router`. A version that comes
  // back goes on with its counts.
  void Set(std::shared_ptr<const decide::Router> router);

 private:
  std::mutex set_mutex_;  // One Set() at a time.
  std::atomic<std::shared_ptr<const ServingPlans>> serving_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_STORE_H_
