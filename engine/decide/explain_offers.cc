// The offers of each placement: gates, factors, and what they lost to.

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/decide/admission.h"
#include "engine/decide/explain_caps.h"
#include "engine/decide/explain_context.h"

namespace stratagem::decide {
namespace {

using trace::Candidate;
using trace::DecisionRecord;
using trace::Exclusion;
using trace::GateExplained;
using trace::OfferExplained;
using trace::PlacementResult;
using trace::Reason;
using trace::SlotResult;
using trace::Tried;

// A gate that an offer has to pass.
struct Gate {
  Reason reason = Reason::kNone;
  absl::string_view group;                   // Of group gates.
  const expr::Program* condition = nullptr;  // Null for validity.
  pack::Interval valid;                      // Of validity.
};

void AddGates(const plan::GateCode& gates, absl::string_view group,
              std::span<const Reason, 3> reasons, std::vector<Gate>& list) {
  const std::optional<expr::Program>* const programs[] = {
      &gates.eligibility, &gates.applicability, &gates.suitability};
  for (size_t i = 0; i < 3; ++i) {
    if (programs[i]->has_value()) {
      list.push_back({reasons[i], group, &**programs[i], {}});
    }
  }
}

// LIMIT: recursion is as deep as the tree of groups, at most kGroupDepthMax.
void AddGroupGates(const plan::PlanCode& code, int group,
                   std::vector<Gate>& list) {
  if (group < 0) return;
  constexpr Reason kReasons[] = {Reason::kGroupEligibility,
                                 Reason::kGroupApplicability,
                                 Reason::kGroupSuitability};
  const plan::GroupCode& own = code.groups[static_cast<size_t>(group)];
  AddGroupGates(code, own.parent, list);
  AddGates(own.gates, own.name, kReasons, list);
}

// All gates of the offer in the order in which a decision tries them.
std::vector<Gate> GatesOf(const plan::PlanCode& code,
                          const plan::OfferCode& offer) {
  constexpr Reason kReasons[] = {Reason::kEligibility, Reason::kApplicability,
                                 Reason::kSuitability};
  std::vector<Gate> gates;
  if (offer.valid.from != absl::InfinitePast() ||
      offer.valid.until != absl::InfiniteFuture()) {
    gates.push_back({Reason::kOutsideValidity, "", nullptr, offer.valid});
  }
  AddGroupGates(code, offer.group, gates);
  AddGates(offer.gates, "", kReasons, gates);
  return gates;
}

class OfferExplainer {
 public:
  explicit OfferExplainer(ExplainContext& context)
      : context_(context),
        code_(context.code()),
        record_(context.record()),
        caps_(context) {
    for (uint32_t i = 0; i < code_.offers.size(); ++i) {
      index_.emplace(code_.offers[i].id, i);
    }
  }

  trace::PlacementExplained Explain(const PlacementResult& result) {
    placement_ =
        &code_.placements[code_.placement_index.find(result.name)->second];
    result_ = &result;
    BeginCaps();
    trace::PlacementExplained explained;
    explained.name = std::string(result.name);
    explained.slots_max = placement_->offers_max;
    for (const Candidate& candidate : Candidates()) {
      explained.offers.push_back(ExplainCandidate(candidate));
    }
    const SlotResult* const fallback = Fallback();
    size_t left =
        std::max<size_t>(1, kExclusionsExplainedMax /
                                std::max<size_t>(1, record_.placements.size()));
    if (fallback != nullptr) {
      explained.offers.push_back(ExplainFallback(*fallback));
    }
    for (const Exclusion& exclusion : Exclusions()) {
      if (fallback != nullptr && exclusion.offer == fallback->offer) continue;
      explained.offers.push_back(left > 0 ? ExplainExclusion(exclusion)
                                          : NameExclusion(exclusion));
      if (left > 0) --left;
    }
    if (fallback != nullptr) caps_.EndPlacement(fallback->offer_index);
    return explained;
  }

 private:
  template <typename T>
  static std::span<const T> Range(const std::vector<T>& all, uint32_t begin,
                                  uint32_t end) {
    return std::span(all).subspan(begin, end - begin);
  }
  std::span<const Candidate> Candidates() const {
    return Range(record_.candidates, result_->candidates_begin,
                 result_->candidates_end);
  }
  std::span<const SlotResult> Slots() const {
    return Range(record_.slots, result_->slots_begin, result_->slots_end);
  }
  std::span<const Exclusion> Exclusions() const {
    return Range(record_.exclusions, result_->exclusions_begin,
                 result_->exclusions_end);
  }

  void BeginCaps() {
    std::vector<CapsExplainer::Shown> shown;
    for (const SlotResult& slot : Slots()) {
      for (const Candidate& candidate : Candidates()) {
        if (candidate.offer == slot.offer && slot.reason != Reason::kFallback) {
          shown.push_back({slot.offer_index, candidate.cost});
        }
      }
    }
    caps_.BeginPlacement(*placement_, shown);
  }

  const SlotResult* Fallback() const {
    for (const SlotResult& slot : Slots()) {
      if (slot.reason == Reason::kFallback) return &slot;
    }
    return nullptr;
  }

  const plan::OfferCode& Offer(absl::string_view id) const {
    return code_.offers[index_.find(id)->second];
  }

  OfferExplained ExplainCandidate(const Candidate& candidate) {
    OfferExplained explained;
    explained.offer = std::string(candidate.offer);
    explained.reason = candidate.selection;
    for (const Gate& gate : GatesOf(code_, Offer(candidate.offer))) {
      explained.gates.push_back(Explained(gate, Tried::kHeld));
    }
    explained.caps =
        caps_.OfCandidate(index_.find(candidate.offer)->second, candidate);
    explained.factors = FactorsOf(candidate);
    AddLoss(candidate, explained);
    return explained;
  }

  // A fallback needs no gates; those that it has say why it is no candidate.
  OfferExplained ExplainFallback(const SlotResult& slot) {
    OfferExplained explained;
    for (const Exclusion& exclusion : Exclusions()) {
      if (exclusion.offer == slot.offer)
        explained = ExplainExclusion(exclusion);
    }
    explained.offer = std::string(slot.offer);
    explained.reason = Reason::kFallback;
    return explained;
  }

  static OfferExplained NameExclusion(const Exclusion& exclusion) {
    OfferExplained explained;
    explained.offer = std::string(exclusion.offer);
    explained.reason = exclusion.reason;
    explained.error = exclusion.error;
    return explained;
  }

  OfferExplained ExplainExclusion(const Exclusion& exclusion) {
    context_.BeginSubject();
    OfferExplained explained = NameExclusion(exclusion);
    const plan::OfferCode& offer = Offer(exclusion.offer);
    explained.gates = ExplainGates(GatesOf(code_, offer), exclusion);
    explained.caps =
        caps_.OfExclusion(index_.find(exclusion.offer)->second, exclusion);
    if (exclusion.reason == Reason::kMinScore) {
      context_.state().frame.steps_left = kEvaluationStepsMax;
      Candidate candidate;
      ReadAmounts(code_, offer, *placement_, context_.state(), candidate);
      Weigh(code_, offer, context_.state(), candidate);
      explained.factors = FactorsOf(candidate);
    }
    return explained;
  }

  // The record says at which gate it ended: what stands before that held, what
  // stands behind was not tried.
  std::vector<GateExplained> ExplainGates(const std::vector<Gate>& gates,
                                          const Exclusion& exclusion) {
    std::vector<GateExplained> explained;
    if (IsPaused(exclusion.reason)) {
      for (const Gate& gate : gates) {
        explained.push_back(Explained(gate, Tried::kNotTried));
      }
      return explained;
    }
    const size_t stop = FindStop(gates, exclusion);
    for (size_t i = 0; i < gates.size(); ++i) {
      if (i < stop) {
        explained.push_back(Explained(gates[i], Tried::kHeld));
      } else if (i > stop) {
        explained.push_back(Explained(gates[i], Tried::kNotTried));
      } else if (exclusion.reason == Reason::kGateError) {
        explained.push_back(Explained(gates[i], Tried::kError));
        explained.back().condition.error = exclusion.error;
      } else {
        explained.push_back(Closed(gates[i]));
      }
    }
    return explained;
  }

  // Paused offers end before their first gate.
  static bool IsPaused(Reason reason) {
    return reason == Reason::kOfferPaused || reason == Reason::kPlacementPaused;
  }

  // The gate that stopped the offer, or gates.size() when none did.
  size_t FindStop(const std::vector<Gate>& gates, const Exclusion& exclusion) {
    std::optional<size_t> first_of_group;
    for (size_t i = 0; i < gates.size(); ++i) {
      if (gates[i].group != exclusion.group) continue;
      if (gates[i].reason == exclusion.reason) return i;
      if (exclusion.reason != Reason::kGateError ||
          gates[i].condition == nullptr) {
        continue;
      }
      if (!first_of_group.has_value()) first_of_group = i;
      const Value value = context_.EvaluateAtCost(*gates[i].condition);
      if (!value.is(ValueKind::kBool)) return i;
    }
    // Nothing fails on steps of its own when the decision ran out of them.
    return first_of_group.value_or(gates.size());
  }

  GateExplained Explained(const Gate& gate, Tried tried) const {
    GateExplained explained;
    explained.gate = gate.reason;
    explained.group = std::string(gate.group);
    explained.condition.name = std::string(trace::ReasonName(gate.reason));
    explained.condition.tried = tried;
    if (gate.condition != nullptr) {
      explained.condition.condition = gate.condition->source().text();
    } else {
      AddDates(gate.valid, explained);
    }
    return explained;
  }

  void AddDates(const pack::Interval& valid, GateExplained& explained) const {
    std::string& text = explained.condition.condition;
    text = "valid";
    if (valid.from != absl::InfinitePast()) {
      explained.valid_from = context_.TextOf(valid.from);
      absl::StrAppend(&text, " from ", explained.valid_from);
    }
    if (valid.until != absl::InfiniteFuture()) {
      explained.valid_until = context_.TextOf(valid.until);
      absl::StrAppend(&text, " until ", explained.valid_until);
    }
  }

  GateExplained Closed(const Gate& gate) {
    GateExplained explained = Explained(gate, Tried::kFailed);
    if (gate.condition != nullptr) {
      explained.condition =
          context_.Failed(std::move(explained.condition.name), *gate.condition);
    } else if (record_.now() < gate.valid.from) {
      explained.condition.why_not.push_back(NotYet(explained));
    }
    return explained;
  }

  // Time alone opens the gate.
  trace::WhyNot NotYet(const GateExplained& gate) const {
    trace::WhyNot why_not;
    why_not.condition = gate.condition.condition;
    trace::Nearest& nearest = why_not.nearest.emplace_back();
    nearest.condition = why_not.condition;
    nearest.input = "now";
    nearest.kind = ValueKind::kTimestamp;
    nearest.found = context_.TextOf(record_.now());
    nearest.would_do = gate.valid_from;
    nearest.bound = gate.valid_until.empty() ? trace::Bound::kAtLeast
                                             : trace::Bound::kExactly;
    return why_not;
  }

  trace::Factors FactorsOf(const Candidate& candidate) const {
    trace::Factors factors;
    factors.propensity = candidate.propensity;
    factors.propensity_given = candidate.propensity_given;
    factors.value = candidate.value;
    factors.cost = candidate.cost;
    factors.lever = candidate.lever;
    factors.context_weight = candidate.context_weight;
    factors.score = candidate.score;
    factors.score_min = code_.score_min;
    return factors;
  }

  void AddLoss(const Candidate& candidate, OfferExplained& explained) const {
    if (candidate.selection == Reason::kAlreadyShown) {
      explained.shown_in = ShownIn(candidate.offer);
    } else if (candidate.selection == Reason::kDistinctGroup) {
      const int group = Offer(candidate.offer).group;
      if (group < 0) return;
      explained.group = code_.groups[static_cast<size_t>(group)].name;
      for (const SlotResult& slot : Slots()) {
        if (Offer(slot.offer).group == group) {
          SetLoss(candidate, slot, explained);
        }
      }
    } else if (candidate.selection == Reason::kOutranked && !Slots().empty()) {
      SetLoss(candidate, Slots().back(), explained);
    }
  }

  static void SetLoss(const Candidate& candidate, const SlotResult& slot,
                      OfferExplained& explained) {
    explained.lost_to = std::string(slot.offer);
    // Slots that went by another rule than the score are no comparison.
    if (slot.reason == Reason::kRanked) {
      explained.lost_by = std::max(0.0, slot.score - candidate.score);
    }
  }

  // The placement before this one that shows the offer.
  std::string ShownIn(absl::string_view offer) const {
    for (const PlacementResult& placement : record_.placements) {
      for (const SlotResult& slot :
           Range(record_.slots, placement.slots_begin, placement.slots_end)) {
        if (slot.offer == offer) return std::string(placement.name);
      }
    }
    return "";
  }

  ExplainContext& context_;
  const plan::PlanCode& code_;
  const DecisionRecord& record_;
  absl::flat_hash_map<absl::string_view, uint32_t> index_;
  CapsExplainer caps_;
  const plan::PlacementCode* placement_ = nullptr;
  const PlacementResult* result_ = nullptr;
};

}  // namespace

std::vector<trace::PlacementExplained> ExplainPlacements(
    ExplainContext& context) {
  OfferExplainer explainer(context);
  std::vector<trace::PlacementExplained> placements;
  for (const PlacementResult& result : context.record().placements) {
    placements.push_back(explainer.Explain(result));
  }
  return placements;
}

}  // namespace stratagem::decide
