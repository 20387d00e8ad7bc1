#include "server/ops/plan_counts.h"

#include <utility>

#include "absl/strings/string_view.h"

namespace stratagem::server {
namespace {

std::vector<std::string> WithNone(std::vector<std::string> names) {
  names.emplace_back();
  return names;
}

// The index of `name`, or the last one. Lists are short, and what a record
// names is in them: a look through them is faster than a hash.
size_t IndexOf(const std::vector<std::string>& names, absl::string_view name) {
  size_t i = 0;
  while (i + 1 < names.size() && names[i] != name) ++i;
  return i;
}

}  // namespace

PlanCounts::PlanCounts(const plan::Plan& plan)
    : pack_(plan.summary().name),
      version_(plan.summary().version),
      tiers_(WithNone(plan.summary().tiers)),
      stages_(WithNone(plan.summary().stages)),
      placements_(WithNone(plan.summary().placements)),
      decisions_(new Counter[kRoles * tiers_.size() * stages_.size()]()),
      placed_(new Counter[2 * placements_.size()]()) {}

void PlanCounts::CountDecision(const trace::DecisionRecord& record) {
  const auto add = [](Counter& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
  };
  const size_t role = static_cast<size_t>(record.role);
  add(decisions_[(role * tiers_.size() + IndexOf(tiers_, record.tier)) *
                     stages_.size() +
                 IndexOf(stages_, record.stage)]);
  for (const trace::PlacementResult& placement : record.placements) {
    const bool filled = placement.slots_begin != placement.slots_end;
    add(placed_[2 * IndexOf(placements_, placement.name) + (filled ? 1 : 0)]);
  }
  for (const trace::Exclusion& exclusion : record.exclusions) {
    add(exclusions_[static_cast<size_t>(exclusion.reason)]);
  }
  if (record.degraded()) add(degraded_);
}

PlanCountsView PlanCounts::view() const {
  PlanCountsView view;
  for (size_t role = 0; role < kRoles; ++role) {
    for (size_t tier = 0; tier < tiers_.size(); ++tier) {
      for (size_t stage = 0; stage < stages_.size(); ++stage) {
        const uint64_t count =
            decisions_[(role * tiers_.size() + tier) * stages_.size() + stage]
                .load(std::memory_order_relaxed);
        if (count == 0) continue;
        view.decisions.push_back({static_cast<trace::Role>(role), tiers_[tier],
                                  stages_[stage], count});
        view.decisions_total += count;
      }
    }
  }
  for (size_t i = 0; i < 2 * placements_.size(); ++i) {
    const uint64_t count = placed_[i].load(std::memory_order_relaxed);
    if (count == 0) continue;
    view.placements.push_back({placements_[i / 2], i % 2 == 1, count});
  }
  for (size_t i = 0; i < kReasons; ++i) {
    const uint64_t count = exclusions_[i].load(std::memory_order_relaxed);
    if (count == 0) continue;
    view.exclusions.push_back({static_cast<trace::Reason>(i), count});
  }
  view.degraded = degraded_.load(std::memory_order_relaxed);
  view.unlogged = unlogged_.load(std::memory_order_relaxed);
  return view;
}

}  // namespace stratagem::server
