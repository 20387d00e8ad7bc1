// server/ops/plan_counts.h
//
// PlanCounts: what one version of a pack has decided, counted without locks on
// the path of decisions. PackStore has one for each version that serves.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_PLAN_COUNTS_H_
#define STRATAGEM_SERVER_OPS_PLAN_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/trace/decision_record.h"

namespace stratagem::server {

// What one version has decided, at about one moment; only what is not 0.
struct PlanCountsView {
  struct Decisions {
    trace::Role role = trace::Role::kLive;
    std::string tier;   // "" for a pack without.
    std::string stage;  // Likewise.
    uint64_t count = 0;
  };
  struct Placement {
    std::string name;
    bool filled = false;  // At least one offer stood in it.
    uint64_t count = 0;
  };
  struct Exclusions {
    trace::Reason reason = trace::Reason::kNone;
    uint64_t count = 0;
  };
  std::vector<Decisions> decisions;
  std::vector<Placement> placements;
  std::vector<Exclusions> exclusions;
  uint64_t decisions_total = 0;  // The sum of `decisions`.
  uint64_t degraded = 0;
  uint64_t unlogged = 0;
};

// Thread safe.
class PlanCounts {
 public:
  explicit PlanCounts(const plan::Plan& plan);

  // Counts a decision by the plan, or by another one of the same digest, when
  // its record is durable. Time: O(placements + exclusions of `record`) atomic
  // additions; tiers, stages and placements of the plan are looked through.
  void CountDecision(const trace::DecisionRecord& record);
  // A decision without a record.
  void CountUnlogged() { unlogged_.fetch_add(1, std::memory_order_relaxed); }

  PlanCountsView view() const;

  const std::string& pack() const { return pack_; }
  const std::string& version() const { return version_; }

 private:
  using Counter = std::atomic<uint64_t>;
  static constexpr size_t kRoles = 6;  // By trace::Role; none is 0.
  static constexpr size_t kReasons = 256;

  const std::string pack_;
  const std::string version_;
  // The last of each is "": not of this plan.
  const std::vector<std::string> tiers_;
  const std::vector<std::string> stages_;
  const std::vector<std::string> placements_;
  // decisions_[(role · tiers + tier) · stages + stage].
  const std::unique_ptr<Counter[]> decisions_;
  // placed_[2 · placement + filled].
  const std::unique_ptr<Counter[]> placed_;
  std::array<Counter, kReasons> exclusions_ = {};
  Counter degraded_ = 0;
  Counter unlogged_ = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_PLAN_COUNTS_H_
