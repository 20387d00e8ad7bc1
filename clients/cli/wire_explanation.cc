#include "clients/cli/wire_explanation.h"

#include <cstdint>
#include <string>

namespace stratagem::cli {
namespace {

// Numbers on the wire are those of records (reason.proto).
uint8_t RecordNumber(int wire_number) {
  return wire_number >= 0 && wire_number <= 255
             ? static_cast<uint8_t>(wire_number)
             : uint8_t{255};
}

trace::Tried TriedOf(v1::Tried tried) {
  switch (tried) {
    case v1::TRIED_HELD:
      return trace::Tried::kHeld;
    case v1::TRIED_FAILED:
      return trace::Tried::kFailed;
    case v1::TRIED_ERROR:
      return trace::Tried::kError;
    default:
      return trace::Tried::kNotTried;
  }
}

trace::Bound BoundOf(v1::Bound bound) {
  switch (bound) {
    case v1::BOUND_AT_LEAST:
      return trace::Bound::kAtLeast;
    case v1::BOUND_MORE_THAN:
      return trace::Bound::kMoreThan;
    case v1::BOUND_AT_MOST:
      return trace::Bound::kAtMost;
    case v1::BOUND_LESS_THAN:
      return trace::Bound::kLessThan;
    case v1::BOUND_ANY_VALUE:
      return trace::Bound::kAnyValue;
    case v1::BOUND_NO_VALUE:
      return trace::Bound::kNoValue;
    default:
      return trace::Bound::kExactly;
  }
}

ValueKind KindOf(const std::string& type) {
  for (const ValueKind kind :
       {ValueKind::kBool, ValueKind::kInt, ValueKind::kDouble,
        ValueKind::kString, ValueKind::kTimestamp, ValueKind::kDuration,
        ValueKind::kList, ValueKind::kMap}) {
    if (type == KindName(kind)) return kind;
  }
  return ValueKind::kMissing;
}

trace::Nearest NearestOf(const v1::Nearest& nearest) {
  return {.condition = nearest.condition(),
          .input = nearest.input(),
          .kind = KindOf(nearest.type()),
          .found = nearest.found(),
          .would_do = nearest.would_do(),
          .bound = BoundOf(nearest.bound()),
          .also = {nearest.also().begin(), nearest.also().end()},
          .unit = nearest.unit()};
}

trace::ConditionTried ConditionOf(const v1::ConditionTried& condition) {
  trace::ConditionTried out{.name = condition.name(),
                            .condition = condition.condition(),
                            .tried = TriedOf(condition.tried()),
                            .error = ErrorOf(condition.error()),
                            .why_not = {}};
  for (const v1::WhyNot& part : condition.why_not()) {
    trace::WhyNot why_not{part.condition(), {}};
    for (const v1::Nearest& nearest : part.nearest()) {
      why_not.nearest.push_back(NearestOf(nearest));
    }
    out.why_not.push_back(std::move(why_not));
  }
  return out;
}

trace::IndicatorExplained IndicatorOf(const v1::IndicatorExplained& indicator) {
  trace::IndicatorExplained out{.dimension = indicator.dimension(),
                                .name = indicator.name(),
                                .expression = indicator.expression(),
                                .weight = indicator.weight(),
                                .value = indicator.value(),
                                .points = std::nullopt,
                                .error = ErrorOf(indicator.error())};
  if (indicator.has_points()) out.points = indicator.points();
  return out;
}

trace::TierExplained TierOf(const v1::TierExplained& tier) {
  trace::TierExplained out{.tier = tier.tier(),
                           .computed = tier.computed(),
                           .reason = ReasonOf(tier.reason()),
                           .score = tier.score(),
                           .coverage = tier.coverage(),
                           .score_min = std::nullopt,
                           .next = tier.next(),
                           .next_score_min = tier.next_score_min(),
                           .below_since = tier.below_since(),
                           .downgrade_at = tier.downgrade_at(),
                           .coverage_min = std::nullopt};
  if (tier.has_score_min()) out.score_min = tier.score_min();
  if (tier.has_coverage_min()) out.coverage_min = tier.coverage_min();
  return out;
}

trace::TreatmentExplained TreatmentOf(const v1::TreatmentExplained& treatment) {
  trace::TreatmentExplained out{.name = treatment.name(),
                                .cell = treatment.cell(),
                                .reason = ReasonOf(treatment.reason()),
                                .error = ErrorOf(treatment.error()),
                                .rows = {},
                                .explanation = treatment.explanation()};
  for (const v1::RowExplained& row : treatment.rows()) {
    out.rows.push_back({row.label(), row.condition()});
  }
  return out;
}

trace::Factors FactorsOf(const v1::Factors& factors) {
  trace::Factors out{.propensity = factors.propensity(),
                     .propensity_given = factors.propensity_given(),
                     .value = factors.value(),
                     .cost = factors.cost(),
                     .lever = factors.lever(),
                     .context_weight = factors.context_weight(),
                     .score = factors.score(),
                     .score_min = std::nullopt};
  if (factors.has_score_min()) out.score_min = factors.score_min();
  return out;
}

trace::CapExplained CapOf(const v1::CapExplained& cap) {
  return {.cap = ReasonOf(cap.cap()),
          .name = cap.name(),
          .tried = TriedOf(cap.tried()),
          .amount = cap.amount(),
          .amount_max = cap.amount_max(),
          .unit = cap.unit(),
          .within = absl::Seconds(cap.within().seconds()) +
                    absl::Nanoseconds(cap.within().nanos()),
          .period = cap.period(),
          .opens_at = cap.opens_at(),
          .amount_reserved = cap.amount_reserved(),
          .cost = cap.cost()};
}

trace::OfferExplained OfferOf(const v1::OfferExplained& offer) {
  trace::OfferExplained out{.offer = offer.offer_id(),
                            .reason = ReasonOf(offer.reason()),
                            .error = ErrorOf(offer.error()),
                            .gates = {},
                            .caps = {},
                            .factors = std::nullopt,
                            .lost_to = offer.lost_to(),
                            .lost_by = offer.lost_by(),
                            .group = offer.group(),
                            .shown_in = offer.shown_in()};
  for (const v1::GateExplained& gate : offer.gates()) {
    out.gates.push_back({.gate = ReasonOf(gate.gate()),
                         .group = gate.group(),
                         .valid_from = gate.valid_from(),
                         .valid_until = gate.valid_until(),
                         .condition = ConditionOf(gate.condition())});
  }
  for (const v1::CapExplained& cap : offer.caps()) {
    out.caps.push_back(CapOf(cap));
  }
  if (offer.has_factors()) out.factors = FactorsOf(offer.factors());
  return out;
}

}  // namespace

trace::Reason ReasonOf(v1::Reason reason) {
  return static_cast<trace::Reason>(RecordNumber(reason));
}

ErrorCode ErrorOf(v1::ExpressionError error) {
  return static_cast<ErrorCode>(RecordNumber(error));
}

trace::Explanation ExplanationOf(const v1::FullExplanation& full) {
  trace::Explanation out;
  for (const v1::IndicatorExplained& indicator : full.indicators()) {
    out.indicators.push_back(IndicatorOf(indicator));
  }
  if (full.has_tier()) out.tier = TierOf(full.tier());
  for (const v1::ConditionTried& stage : full.stages()) {
    out.stages.push_back(ConditionOf(stage));
  }
  for (const v1::TreatmentExplained& treatment : full.treatments()) {
    out.treatments.push_back(TreatmentOf(treatment));
  }
  for (const v1::PlacementExplained& placement : full.placements()) {
    trace::PlacementExplained explained{
        placement.placement(), placement.slots_max(), {}};
    for (const v1::OfferExplained& offer : placement.offers()) {
      explained.offers.push_back(OfferOf(offer));
    }
    out.placements.push_back(std::move(explained));
  }
  return out;
}

}  // namespace stratagem::cli
