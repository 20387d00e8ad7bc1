#include "engine/decide/explain_caps.h"

#include <string>

#include "absl/container/flat_hash_map.h"

namespace stratagem::decide {
namespace {

using trace::CapExplained;
using trace::Reason;
using trace::Tried;

bool IsCap(Reason reason) {
  return reason == Reason::kContactPolicy || reason == Reason::kQuietHours ||
         reason == Reason::kLimit || reason == Reason::kBudget;
}

std::string PeriodName(pack::Period period) {
  switch (period) {
    case pack::Period::kHour:
      return "hour";
    case pack::Period::kDay:
      return "day";
    case pack::Period::kWeek:
      return "week";
    case pack::Period::kMonth:
      return "month";
    case pack::Period::kTotal:
      break;
  }
  return "total";
}

// How far an offer came that was left out for `reason`, which is no cap.
Tried TriedBefore(Reason reason, Reason cap) {
  switch (reason) {
    case Reason::kPropensityError:
    case Reason::kValueError:
    case Reason::kCostError:
      return cap == Reason::kBudget ? Tried::kNotTried : Tried::kHeld;
    case Reason::kScoreError:
    case Reason::kMinScore:
      return Tried::kHeld;
    default:
      return Tried::kNotTried;
  }
}

}  // namespace

CapsExplainer::CapsExplainer(const ExplainContext& context)
    : context_(context) {
  const trace::DecisionRecord& record = context.record();
  absl::flat_hash_map<uint64_t, int64_t> amounts;
  for (const state::CounterRead& read : record.counters_read) {
    amounts.emplace(read.query.key, read.amount);
  }
  for (const plan::CounterCode& counter : context.code().caps.counters) {
    const auto known = amounts.find(counter.key);
    state_.amounts.push_back(known == amounts.end() ? 0 : known->second);
  }
  state_.events = record.events_read;
  caps_.Begin(context.code().caps, &state_, record.now());
}

void CapsExplainer::BeginPlacement(const plan::PlacementCode& placement,
                                   const std::vector<Shown>& slots) {
  const plan::CapsCode& code = context_.code().caps;
  caps_.BeginPlacement(placement, [this, &code] {
    return CustomerZone(code, context_.record()).value_or(code.zone);
  });
  for (const Shown& slot : slots) caps_.Take(slot.offer, slot.cost);
}

std::vector<CapExplained> CapsExplainer::OfCandidate(
    uint32_t offer, const trace::Candidate& candidate) {
  std::vector<CapExplained> explained;
  bool is_lost = !IsCap(candidate.selection);
  for (const CapView& view : caps_.View(offer, candidate.cost)) {
    CapExplained& cap = explained.emplace_back(Explained(view));
    cap.tried = Tried::kHeld;
    if (is_lost || view.open || view.reason != candidate.selection) continue;
    is_lost = true;
    cap.tried = Tried::kFailed;
    cap.amount += view.taken;
    cap.cost = view.cost;
  }
  return explained;
}

std::vector<CapExplained> CapsExplainer::OfExclusion(
    uint32_t offer, const trace::Exclusion& exclusion) {
  std::vector<CapExplained> explained;
  Tried tried = Tried::kHeld;
  for (const CapView& view : caps_.View(offer, 0)) {
    CapExplained& cap = explained.emplace_back(Explained(view));
    if (!IsCap(exclusion.reason)) {
      cap.tried = TriedBefore(exclusion.reason, view.reason);
    } else if (tried == Tried::kHeld && view.reason == exclusion.reason &&
               view.name == exclusion.cap) {
      cap.tried = Tried::kFailed;
      cap.amount_reserved = exclusion.amount_reserved.value_or(0);
      cap.cost = exclusion.cost.value_or(0);
      if (exclusion.opens_at.has_value()) {
        cap.opens_at = context_.TextOf(*exclusion.opens_at);
      }
      tried = Tried::kNotTried;
    } else {
      cap.tried = tried;
    }
    // The record does not know what nobody asked for.
    if (cap.tried == Tried::kNotTried) cap.amount = 0;
  }
  return explained;
}

CapExplained CapsExplainer::Explained(const CapView& view) const {
  CapExplained explained;
  explained.cap = view.reason;
  explained.name = std::string(view.name);
  explained.amount = view.amount;
  explained.amount_max = view.amount_max;
  explained.unit = std::string(view.unit);
  if (view.window == nullptr) return explained;
  if (view.window->period.has_value()) {
    explained.period = PeriodName(*view.window->period);
  } else {
    explained.within = *view.window->within;
  }
  return explained;
}

}  // namespace stratagem::decide
