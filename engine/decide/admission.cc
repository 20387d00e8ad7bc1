#include "engine/decide/admission.h"

#include <cmath>
#include <utility>

namespace stratagem::decide {
namespace {

using trace::Candidate;
using trace::Exclusion;
using trace::Reason;

Exclusion Because(Reason reason, ErrorCode error = ErrorCode::kNone) {
  Exclusion exclusion;
  exclusion.reason = reason;
  exclusion.error = error;
  return exclusion;
}

// An error of an offer that the decision survives.
void Degrade(const plan::OfferCode& offer, Reason reason, ErrorCode error,
             DecisionState& state) {
  state.record.degradations.push_back({reason, offer.id, error});
}

// Tries the three gates in their order.
GateResult TryGates(const plan::GateCode& gates, Reason eligibility,
                    Reason applicability, Reason suitability,
                    DecisionState& state) {
  const std::pair<const std::optional<expr::Program>*, Reason> order[] = {
      {&gates.eligibility, eligibility},
      {&gates.applicability, applicability},
      {&gates.suitability, suitability}};
  for (const auto& [gate, reason] : order) {
    ErrorCode error = ErrorCode::kNone;
    if (!gate->has_value() || Holds(**gate, state, error)) continue;
    return {true, error == ErrorCode::kNone ? reason : Reason::kGateError,
            error, ""};
  }
  return {true, Reason::kNone, ErrorCode::kNone, ""};
}

// Gates of a group and its parents, the root's first. Each is tried once a
// decision. LIMIT: recursion is as deep as the tree, at most kGroupDepthMax.
const GateResult& GroupGates(const plan::PlanCode& code, int group,
                             DecisionState& state) {
  GateResult& result = state.groups[static_cast<size_t>(group)].gates;
  if (result.known) return result;
  const plan::GroupCode& own = code.groups[static_cast<size_t>(group)];
  if (own.parent >= 0) {
    result = GroupGates(code, own.parent, state);
    if (result.reason != Reason::kNone) return result;
  }
  result =
      TryGates(own.gates, Reason::kGroupEligibility,
               Reason::kGroupApplicability, Reason::kGroupSuitability, state);
  result.group = own.name;
  return result;
}

GateResult OfferGates(const plan::PlanCode& code, const plan::OfferCode& offer,
                      DecisionState& state) {
  const absl::Time now = state.record.now();
  if (now < offer.valid.from || now >= offer.valid.until) {
    return {true, Reason::kOutsideValidity, ErrorCode::kNone, ""};
  }
  if (offer.group >= 0) {
    const GateResult& of_group = GroupGates(code, offer.group, state);
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

// `product` times the weights whose condition holds.
double Multiply(const std::vector<plan::ContextWeightCode>& weights,
                double product, DecisionState& state) {
  for (const plan::ContextWeightCode& weight : weights) {
    ErrorCode error = ErrorCode::kNone;
    if (Holds(weight.when, state, error)) product *= weight.weight;
    if (error != ErrorCode::kNone) {
      state.record.degradations.push_back(
          {Reason::kContextWeightError, weight.name, error});
    }
  }
  return product;
}

// The context weight of offers of `group`, -1 for none: weights without a group
// first, then those of its parents from the root, then its own. Each is tried
// once a decision. LIMIT: recursion as in GroupGates().
double ContextWeight(const plan::PlanCode& code, int group,
                     DecisionState& state) {
  const auto index = static_cast<size_t>(group);
  std::optional<double>& known =
      group < 0 ? state.context_weight : state.groups[index].context_weight;
  if (known.has_value()) return *known;
  if (group < 0) {
    known = Multiply(code.context_weights, 1, state);
  } else {
    const plan::GroupCode& own = code.groups[index];
    known = Multiply(own.context_weights,
                     ContextWeight(code, own.parent, state), state);
  }
  return *known;
}

}  // namespace

Exclusion ReadAmounts(const plan::PlanCode& code, const plan::OfferCode& offer,
                      const plan::PlacementCode& placement,
                      DecisionState& state, Candidate& candidate) {
  const plan::SlotLayout& slots = code.slots;
  state.slot(slots.offer_id) = Value::String(offer.id);
  state.slot(slots.offer_group) = Value::String(
      offer.group < 0 ? absl::string_view()
                      : code.groups[static_cast<size_t>(offer.group)].name);
  state.slot(slots.offer_channel) = Value::String(placement.channel);
  ErrorCode error = ErrorCode::kNone;
  candidate.propensity_given = offer.propensity.has_value();
  if (candidate.propensity_given) {
    error = Amount(*offer.propensity, state, candidate.propensity);
    if (error == ErrorCode::kNone &&
        (candidate.propensity < 0 || candidate.propensity > 1)) {
      error = ErrorCode::kOutOfRange;
    }
    if (error != ErrorCode::kNone) {
      return Because(Reason::kPropensityError, error);
    }
  }
  error = Amount(offer.value, state, candidate.value);
  if (error != ErrorCode::kNone) return Because(Reason::kValueError, error);
  error = Amount(offer.cost, state, candidate.cost);
  if (error != ErrorCode::kNone) return Because(Reason::kCostError, error);
  return {};
}

Exclusion Weigh(const plan::PlanCode& code, const plan::OfferCode& offer,
                DecisionState& state, Candidate& candidate) {
  const plan::SlotLayout& slots = code.slots;
  candidate.lever = state.record.ignore_levers ? 1 : offer.lever;
  candidate.context_weight = ContextWeight(code, offer.group, state);
  state.slot(slots.offer_propensity) = Value::Double(candidate.propensity);
  state.slot(slots.offer_value) = Value::Double(candidate.value);
  state.slot(slots.offer_cost) = Value::Double(candidate.cost);
  state.slot(slots.offer_lever) = Value::Double(candidate.lever);
  state.slot(slots.offer_context_weight) =
      Value::Double(candidate.context_weight);
  const Value score = code.score->Evaluate(state.frame);
  if (score.is_error()) {
    return Because(Reason::kScoreError, score.error_code());
  }
  if (!score.is(ValueKind::kDouble)) {
    return Because(Reason::kScoreError, ErrorCode::kNoMatchingOverload);
  }
  // Weights, too: their product may be none although the score is finite.
  if (!std::isfinite(score.double_value()) ||
      !std::isfinite(candidate.context_weight)) {
    return Because(Reason::kScoreError, ErrorCode::kNotFinite);
  }
  candidate.score = score.double_value();
  return {};
}

namespace {

// The gates of an offer, which all placements share.
const GateResult& SharedGates(const plan::PlanCode& code, uint32_t index,
                              DecisionState& state) {
  GateResult& gates = state.offers[index].gates;
  if (!gates.known) {
    gates = OfferGates(code, code.offers[index], state);
    if (gates.reason == Reason::kGateError) {
      Degrade(code.offers[index], gates.reason, gates.error, state);
    }
  }
  return gates;
}

// What a closed gate is on record, with the dates if these closed it.
Exclusion BecauseOf(const GateResult& gates, const plan::OfferCode& offer) {
  Exclusion exclusion = Because(gates.reason, gates.error);
  exclusion.group = gates.group;
  if (gates.reason != Reason::kOutsideValidity) return exclusion;
  if (offer.valid.from != absl::InfinitePast()) {
    exclusion.valid_from = offer.valid.from;
  }
  if (offer.valid.until != absl::InfiniteFuture()) {
    exclusion.valid_until = offer.valid.until;
  }
  return exclusion;
}

// Why the offer may not take a slot of the placement, or kNone and the
// candidate that it is.
Exclusion Examine(const plan::PlanCode& code,
                  const plan::PlacementCode& placement, uint32_t index,
                  DecisionState& state, Candidate& candidate) {
  if (state.placement_paused) return Because(Reason::kPlacementPaused);
  if (state.offers[index].paused) return Because(Reason::kOfferPaused);
  const plan::OfferCode& offer = code.offers[index];
  const GateResult& gates = SharedGates(code, index, state);
  if (gates.reason != Reason::kNone) return BecauseOf(gates, offer);
  Caps& caps = state.caps;
  Exclusion closed;
  caps.TryPolicy(index, closed);
  caps.TryLimits(index, closed);
  Exclusion failed;
  if (closed.reason == Reason::kNone || caps.HasBudget(index)) {
    failed = ReadAmounts(code, offer, placement, state, candidate);
    if (failed.reason == Reason::kNone) {
      caps.TryBudgets(index, candidate.cost, closed);
    } else {
      // Nobody knows whether budgets hold it back, too.
      closed.opens_at.reset();
    }
  }
  if (closed.reason != Reason::kNone) {
    caps.WaitForQuietHours(index, closed);
    return closed;
  }
  if (failed.reason == Reason::kNone) {
    failed = Weigh(code, offer, state, candidate);
  }
  if (failed.reason != Reason::kNone) {
    Degrade(offer, failed.reason, failed.error, state);
    return failed;
  }
  if (!offer.mandatory && code.score_min.has_value() &&
      candidate.score < *code.score_min) {
    Exclusion exclusion = Because(Reason::kMinScore);
    exclusion.score = candidate.score;
    exclusion.score_min = code.score_min;
    return exclusion;
  }
  return {};
}

}  // namespace

void Admit(const plan::PlanCode& code, const plan::PlacementCode& placement,
           DecisionState& state) {
  state.candidate_offers.clear();
  for (const uint32_t index : placement.offers) {
    Candidate candidate;
    candidate.offer = code.offers[index].id;
    Exclusion exclusion = Examine(code, placement, index, state, candidate);
    if (exclusion.reason == Reason::kNone) {
      state.record.candidates.push_back(candidate);
      state.candidate_offers.push_back(index);
    } else {
      exclusion.offer = candidate.offer;
      state.record.exclusions.push_back(exclusion);
    }
  }
}

}  // namespace stratagem::decide
