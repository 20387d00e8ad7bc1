#include "server/rpc/write_explanation.h"

#include <string>

#include "engine/value/value.h"

namespace stratagem::server {
namespace {

// The numbers of the wire's enums are the engine's own; convert_test compares
// them one by one.
v1::Reason ToReason(trace::Reason reason) {
  return static_cast<v1::Reason>(reason);
}
v1::ExpressionError ToExpressionError(ErrorCode error) {
  return static_cast<v1::ExpressionError>(error);
}
v1::Tried ToTried(trace::Tried tried) { return static_cast<v1::Tried>(tried); }

v1::Bound ToBound(trace::Bound bound) {
  switch (bound) {
    case trace::Bound::kExactly:
      return v1::BOUND_EXACTLY;
    case trace::Bound::kAtLeast:
      return v1::BOUND_AT_LEAST;
    case trace::Bound::kMoreThan:
      return v1::BOUND_MORE_THAN;
    case trace::Bound::kAtMost:
      return v1::BOUND_AT_MOST;
    case trace::Bound::kLessThan:
      return v1::BOUND_LESS_THAN;
    case trace::Bound::kAnyValue:
      return v1::BOUND_ANY_VALUE;
    case trace::Bound::kNoValue:
      return v1::BOUND_NO_VALUE;
  }
  return v1::BOUND_UNSPECIFIED;
}

void WriteIndicator(const trace::IndicatorExplained& from,
                    v1::IndicatorExplained& indicator) {
  indicator.set_dimension(from.dimension);
  indicator.set_name(from.name);
  indicator.set_expression(from.expression);
  indicator.set_weight(from.weight);
  indicator.set_value(from.value);
  if (from.points.has_value()) indicator.set_points(*from.points);
  indicator.set_error(ToExpressionError(from.error));
}

void WriteTier(const trace::TierExplained& from, v1::TierExplained& tier) {
  tier.set_tier(from.tier);
  tier.set_computed(from.computed);
  tier.set_reason(ToReason(from.reason));
  tier.set_score(from.score);
  tier.set_coverage(from.coverage);
  if (from.score_min.has_value()) tier.set_score_min(*from.score_min);
  tier.set_next(from.next);
  tier.set_next_score_min(from.next_score_min);
  tier.set_below_since(from.below_since);
  tier.set_downgrade_at(from.downgrade_at);
  if (from.coverage_min.has_value()) tier.set_coverage_min(*from.coverage_min);
}

void WriteNearest(const trace::Nearest& from, v1::Nearest& nearest) {
  nearest.set_condition(from.condition);
  nearest.set_input(from.input);
  nearest.set_type(std::string(KindName(from.kind)));
  nearest.set_found(from.found);
  nearest.set_would_do(from.would_do);
  nearest.set_bound(ToBound(from.bound));
  for (const std::string& value : from.also) nearest.add_also(value);
  nearest.set_unit(from.unit);
}

void WriteCondition(const trace::ConditionTried& from,
                    v1::ConditionTried& condition) {
  condition.set_name(from.name);
  condition.set_condition(from.condition);
  condition.set_tried(ToTried(from.tried));
  condition.set_error(ToExpressionError(from.error));
  for (const trace::WhyNot& part : from.why_not) {
    v1::WhyNot& why_not = *condition.add_why_not();
    why_not.set_condition(part.condition);
    for (const trace::Nearest& nearest : part.nearest) {
      WriteNearest(nearest, *why_not.add_nearest());
    }
  }
}

void WriteTreatment(const trace::TreatmentExplained& from,
                    v1::TreatmentExplained& treatment) {
  treatment.set_name(from.name);
  treatment.set_cell(from.cell);
  treatment.set_reason(ToReason(from.reason));
  treatment.set_error(ToExpressionError(from.error));
  for (const trace::RowExplained& row_from : from.rows) {
    v1::RowExplained& row = *treatment.add_rows();
    row.set_label(row_from.label);
    row.set_condition(row_from.condition);
  }
  treatment.set_explanation(from.explanation);
}

void WriteGate(const trace::GateExplained& from, v1::GateExplained& gate) {
  gate.set_gate(ToReason(from.gate));
  gate.set_group(from.group);
  gate.set_valid_from(from.valid_from);
  gate.set_valid_until(from.valid_until);
  WriteCondition(from.condition, *gate.mutable_condition());
}

void WriteCap(const trace::CapExplained& from, v1::CapExplained& cap) {
  cap.set_cap(ToReason(from.cap));
  cap.set_name(from.name);
  cap.set_tried(ToTried(from.tried));
  cap.set_amount(from.amount);
  cap.set_amount_max(from.amount_max);
  cap.set_unit(from.unit);
  if (from.within > absl::ZeroDuration()) {
    absl::Duration rest;
    cap.mutable_within()->set_seconds(
        absl::IDivDuration(from.within, absl::Seconds(1), &rest));
    cap.mutable_within()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  }
  cap.set_period(from.period);
  cap.set_opens_at(from.opens_at);
  cap.set_amount_reserved(from.amount_reserved);
  cap.set_cost(from.cost);
}

void WriteFactors(const trace::Factors& from, v1::Factors& factors) {
  factors.set_propensity(from.propensity);
  factors.set_propensity_given(from.propensity_given);
  factors.set_value(from.value);
  factors.set_cost(from.cost);
  factors.set_lever(from.lever);
  factors.set_context_weight(from.context_weight);
  factors.set_score(from.score);
  if (from.score_min.has_value()) factors.set_score_min(*from.score_min);
}

void WriteOffer(const trace::OfferExplained& from, v1::OfferExplained& offer) {
  offer.set_offer_id(from.offer);
  offer.set_reason(ToReason(from.reason));
  offer.set_error(ToExpressionError(from.error));
  for (const trace::GateExplained& gate : from.gates) {
    WriteGate(gate, *offer.add_gates());
  }
  for (const trace::CapExplained& cap : from.caps) {
    WriteCap(cap, *offer.add_caps());
  }
  if (from.factors.has_value()) {
    WriteFactors(*from.factors, *offer.mutable_factors());
  }
  offer.set_lost_to(from.lost_to);
  offer.set_lost_by(from.lost_by);
  offer.set_group(from.group);
  offer.set_shown_in(from.shown_in);
}

}  // namespace

void WriteFullExplanation(const trace::Explanation& explanation,
                          v1::FullExplanation& full) {
  for (const trace::IndicatorExplained& from : explanation.indicators) {
    WriteIndicator(from, *full.add_indicators());
  }
  if (!explanation.tier.tier.empty()) {
    WriteTier(explanation.tier, *full.mutable_tier());
  }
  for (const trace::ConditionTried& from : explanation.stages) {
    WriteCondition(from, *full.add_stages());
  }
  for (const trace::TreatmentExplained& from : explanation.treatments) {
    WriteTreatment(from, *full.add_treatments());
  }
  for (const trace::PlacementExplained& from : explanation.placements) {
    v1::PlacementExplained& placement = *full.add_placements();
    placement.set_placement(from.name);
    placement.set_slots_max(from.slots_max);
    for (const trace::OfferExplained& offer : from.offers) {
      WriteOffer(offer, *placement.add_offers());
    }
  }
}

}  // namespace stratagem::server
