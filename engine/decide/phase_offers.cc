// Offers: gates, score, and the slots of each placement.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "engine/decide/decision_state.h"

namespace stratagem::decide {
namespace {

using trace::Candidate;
using trace::Exclusion;
using trace::Reason;

// Tries the three gates in their order; kNone when all are open.
Exclusion TryGates(const plan::GateCode& gates, Reason eligibility,
                   Reason applicability, Reason suitability,
                   DecisionState& state) {
  const std::pair<const std::optional<expr::Program>*, Reason> order[] = {
      {&gates.eligibility, eligibility},
      {&gates.applicability, applicability},
      {&gates.suitability, suitability}};
  for (const auto& [gate, reason] : order) {
    ErrorCode error = ErrorCode::kNone;
    if (!gate->has_value() || Holds(**gate, state, error)) continue;
    Exclusion exclusion;
    exclusion.reason = error == ErrorCode::kNone ? reason : Reason::kGateError;
    exclusion.error = error;
    return exclusion;
  }
  return {};
}

// Gates of a group and its parents, the root's first. Each is tried once a
// decision. LIMIT: recursion is as deep as the tree, at most kGroupDepthMax.
const Exclusion& GroupGates(const plan::PlanCode& code, int group,
                            DecisionState& state) {
  GateResult& result = state.groups[static_cast<size_t>(group)].gates;
  if (result.known) return result.exclusion;
  result.known = true;
  const plan::GroupCode& own = code.groups[static_cast<size_t>(group)];
  if (own.parent >= 0) {
    result.exclusion = GroupGates(code, own.parent, state);
    if (result.exclusion.reason != Reason::kNone) return result.exclusion;
  }
  result.exclusion =
      TryGates(own.gates, Reason::kGroupEligibility,
               Reason::kGroupApplicability, Reason::kGroupSuitability, state);
  result.exclusion.group = own.name;
  return result.exclusion;
}

Exclusion OfferGates(const plan::PlanCode& code, const plan::OfferCode& offer,
                     DecisionState& state) {
  const absl::Time now = state.record.now();
  if (now < offer.valid.from || now >= offer.valid.until) {
    Exclusion exclusion;
    exclusion.reason = Reason::kOutsideValidity;
    return exclusion;
  }
  if (offer.group >= 0) {
    const Exclusion& of_group = GroupGates(code, offer.group, state);
    if (of_group.reason != Reason::kNone) return of_group;
  }
  return TryGates(offer.gates, Reason::kEligibility, Reason::kApplicability,
                  Reason::kSuitability, state);
}

// Reads an amount into `result`. Returns its error; a number that is not
// finite is one.
ErrorCode Amount(const plan::OperandCode& operand, DecisionState& state,
                 double& result) {
  const Value value = operand.program.has_value()
                          ? operand.program->Evaluate(state.frame)
                          : operand.literal;
  if (value.is_error()) return value.error_code();
  if (!value.is(ValueKind::kDouble)) return ErrorCode::kNoMatchingOverload;
  result = value.double_value();
  return std::isfinite(result) ? ErrorCode::kNone : ErrorCode::kNotFinite;
}

// Fills the candidate's factors and score. Returns why the offer drops out, or
// kNone.
Exclusion Weigh(const plan::PlanCode& code, const plan::OfferCode& offer,
                const plan::PlacementCode& placement, DecisionState& state,
                Candidate& candidate) {
  const plan::SlotLayout& slots = code.slots;
  state.slot(slots.offer_id) = Value::String(offer.id);
  state.slot(slots.offer_group) = Value::String(
      offer.group < 0 ? absl::string_view()
                      : code.groups[static_cast<size_t>(offer.group)].name);
  state.slot(slots.offer_channel) = Value::String(placement.channel);
  const auto fail = [](Reason reason, ErrorCode error) {
    Exclusion exclusion;
    exclusion.reason = reason;
    exclusion.error = error;
    return exclusion;
  };
  ErrorCode error = ErrorCode::kNone;
  candidate.propensity_given = offer.propensity.has_value();
  if (candidate.propensity_given) {
    error = Amount(*offer.propensity, state, candidate.propensity);
    if (error == ErrorCode::kNone &&
        (candidate.propensity < 0 || candidate.propensity > 1)) {
      error = ErrorCode::kOutOfRange;
    }
    if (error != ErrorCode::kNone) return fail(Reason::kPropensityError, error);
  }
  error = Amount(offer.value, state, candidate.value);
  if (error != ErrorCode::kNone) return fail(Reason::kValueError, error);
  error = Amount(offer.cost, state, candidate.cost);
  if (error != ErrorCode::kNone) return fail(Reason::kCostError, error);
  candidate.lever = offer.lever;
  state.slot(slots.offer_propensity) = Value::Double(candidate.propensity);
  state.slot(slots.offer_value) = Value::Double(candidate.value);
  state.slot(slots.offer_cost) = Value::Double(candidate.cost);
  state.slot(slots.offer_lever) = Value::Double(candidate.lever);
  state.slot(slots.offer_context_weight) = Value::Double(1);
  const Value score = code.score->Evaluate(state.frame);
  if (score.is_error()) return fail(Reason::kScoreError, score.error_code());
  if (!score.is(ValueKind::kDouble)) {
    return fail(Reason::kScoreError, ErrorCode::kNoMatchingOverload);
  }
  if (!std::isfinite(score.double_value())) {
    return fail(Reason::kScoreError, ErrorCode::kNotFinite);
  }
  candidate.score = score.double_value();
  return {};
}

void Exclude(const plan::OfferCode& offer, Exclusion exclusion,
             DecisionState& state) {
  exclusion.offer = offer.id;
  state.record.exclusions.push_back(exclusion);
}

void Degrade(const plan::OfferCode& offer, const Exclusion& exclusion,
             DecisionState& state) {
  state.record.degradations.push_back(
      {exclusion.reason, offer.id, exclusion.error});
}

// Every offer of the placement becomes a candidate or an exclusion.
void Admit(const plan::PlanCode& code, const plan::PlacementCode& placement,
           DecisionState& state) {
  state.candidate_offers.clear();
  for (const uint32_t index : placement.offers) {
    const plan::OfferCode& offer = code.offers[index];
    GateResult& gates = state.offers[index].gates;
    if (!gates.known) {
      gates.known = true;
      gates.exclusion = OfferGates(code, offer, state);
      if (gates.exclusion.reason == Reason::kGateError) {
        Degrade(offer, gates.exclusion, state);
      }
    }
    if (gates.exclusion.reason != Reason::kNone) {
      Exclude(offer, gates.exclusion, state);
      continue;
    }
    Candidate candidate;
    candidate.offer = offer.id;
    const Exclusion failed = Weigh(code, offer, placement, state, candidate);
    if (failed.reason != Reason::kNone) {
      Exclude(offer, failed, state);
      Degrade(offer, failed, state);
      continue;
    }
    state.record.candidates.push_back(candidate);
    state.candidate_offers.push_back(index);
  }
}

// Puts the placement's candidates into their ranking, best first. Offers of a
// placement are in the order of their ids, so equal scores rank by id.
// Afterwards candidate i is of offer candidate_offers[ranking[i]].
std::span<Candidate> Rank(size_t candidates_begin, DecisionState& state) {
  const std::span<Candidate> candidates =
      std::span(state.record.candidates).subspan(candidates_begin);
  state.ranking.resize(candidates.size());
  std::iota(state.ranking.begin(), state.ranking.end(), 0u);
  std::sort(state.ranking.begin(), state.ranking.end(),
            [candidates](uint32_t a, uint32_t b) {
              if (candidates[a].score != candidates[b].score) {
                return candidates[a].score > candidates[b].score;
              }
              return a < b;
            });
  state.ranked.clear();
  for (const uint32_t rank : state.ranking) {
    state.ranked.push_back(candidates[rank]);
  }
  std::copy(state.ranked.begin(), state.ranked.end(), candidates.begin());
  return candidates;
}

// Fills the placement's slots with the best candidates.
void FillSlots(const plan::PlanCode& code, const plan::PlacementCode& placement,
               uint32_t ordinal, size_t candidates_begin,
               DecisionState& state) {
  trace::DecisionRecord& record = state.record;
  const std::span<Candidate> candidates = Rank(candidates_begin, state);
  uint32_t filled = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    const uint32_t index = state.candidate_offers[state.ranking[i]];
    const plan::OfferCode& offer = code.offers[index];
    OfferState& shown = state.offers[index];
    GroupState* const group =
        offer.group < 0 ? nullptr
                        : &state.groups[static_cast<size_t>(offer.group)];
    if (shown.shown) {
      candidate.selection = Reason::kAlreadyShown;
    } else if (placement.distinct_group && group != nullptr &&
               group->slot_in_placement == ordinal) {
      candidate.selection = Reason::kDistinctGroup;
    } else if (filled == placement.offers_max) {
      candidate.selection = Reason::kOutranked;
    } else {
      candidate.selection = Reason::kRanked;
      shown.shown = true;
      if (group != nullptr) group->slot_in_placement = ordinal;
      record.slots.push_back({offer.id, Reason::kRanked, 1.0, candidate.score});
      ++filled;
    }
  }
  if (filled == 0 && placement.fallback >= 0) {
    const auto fallback = static_cast<size_t>(placement.fallback);
    if (!state.offers[fallback].shown) {
      state.offers[fallback].shown = true;
      record.slots.push_back(
          {code.offers[fallback].id, Reason::kFallback, 1.0, 0.0});
    }
  }
}

}  // namespace

void FillPlacements(const plan::PlanCode& code, const Call& call,
                    DecisionState& state) {
  state.offers.assign(code.offers.size(), OfferState{});
  state.groups.assign(code.groups.size(), GroupState{});
  trace::DecisionRecord& record = state.record;
  uint32_t ordinal = 0;
  for (const absl::string_view name : call.placements) {
    const plan::PlacementCode& placement =
        code.placements[code.placement_index.find(name)->second];
    trace::PlacementResult result;
    result.name = placement.name;
    result.channel = placement.channel;
    result.inbound = placement.inbound;
    result.candidates_begin = static_cast<uint32_t>(record.candidates.size());
    result.slots_begin = static_cast<uint32_t>(record.slots.size());
    result.exclusions_begin = static_cast<uint32_t>(record.exclusions.size());
    Admit(code, placement, state);
    FillSlots(code, placement, ++ordinal, result.candidates_begin, state);
    result.candidates_end = static_cast<uint32_t>(record.candidates.size());
    result.slots_end = static_cast<uint32_t>(record.slots.size());
    result.exclusions_end = static_cast<uint32_t>(record.exclusions.size());
    record.placements.push_back(result);
  }
}

}  // namespace stratagem::decide
