// Score, tier and lifecycle stage.

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/decide/decision_state.h"
#include "engine/decide/tier_hold.h"

namespace stratagem::decide {

Value IndicatorNumber(const Value& result) {
  Value value = result;
  if (value.is(ValueKind::kOptional)) {
    value = value.optional() == nullptr ? Value() : *value.optional();
  }
  if (value.is(ValueKind::kInt)) {
    return Value::Double(static_cast<double>(value.int_value()));
  }
  if (value.is(ValueKind::kDouble)) {
    return std::isfinite(value.double_value())
               ? value
               : Value::Error(ErrorCode::kNotFinite);
  }
  if (value.is_missing() || value.is_error()) return value;
  return Value::Error(ErrorCode::kNoMatchingOverload);
}

namespace {

void AddDimension(const plan::Scorecard& card,
                  const plan::DimensionCode& dimension, DecisionState& state,
                  plan::ScoreSum& sum) {
  int64_t points = 0;
  size_t present = 0;
  for (const plan::IndicatorCode& indicator : dimension.indicators) {
    const Value x = IndicatorNumber(indicator.program.Evaluate(state.frame));
    if (x.is(ValueKind::kDouble)) {
      points +=
          indicator.scale.Points(x.double_value()) * indicator.point_factor;
      ++present;
    } else if (x.is_error()) {
      state.record.degradations.push_back(
          {trace::Reason::kIndicatorError, indicator.name, x.error_code()});
    }
  }
  card.AddDimension(dimension, points, present, sum);
}

// `hold` with the tier's number; nullopt when the pack has no such tier.
std::optional<HeldTier> FindHeld(const std::vector<plan::TierCode>& tiers,
                                 const state::TierHold& hold) {
  const auto found = std::find_if(
      tiers.begin(), tiers.end(),
      [&hold](const plan::TierCode& tier) { return tier.name == hold.tier; });
  if (found == tiers.end()) return std::nullopt;
  return HeldTier{static_cast<size_t>(found - tiers.begin()), hold.below_since};
}

// Brings the computed tier to the one that counts, by what the customer held.
void Hold(const plan::Scorecard& card, const plan::TierHoldCode& rule,
          const plan::ScoreSum& sum, const Call& call, DecisionState& state) {
  trace::DecisionRecord& record = state.record;
  HoldCase hold_case;
  hold_case.computed = state.tier;
  hold_case.coverage_suffices = card.CoverageReaches(sum, rule.coverage_min);
  hold_case.now = record.now();
  hold_case.downgrade_after = rule.downgrade_after;
  if (call.state != nullptr) record.hold_read = call.state->hold;
  if (record.hold_read.has_value()) {
    hold_case.held = FindHeld(card.tiers(), *record.hold_read);
  }
  const HoldResult result = HoldTier(hold_case);
  state.tier = result.held.tier;
  if (result.reason != trace::Reason::kNone) record.tier_reason = result.reason;
  record.hold_written = {card.tiers()[result.held.tier].name,
                         result.held.below_since};
}

}  // namespace

void Score(const plan::PlanCode& code, const Call& call, DecisionState& state) {
  if (!code.scorecard.has_value()) return;
  const plan::Scorecard& card = *code.scorecard;
  plan::ScoreSum sum;
  for (const plan::DimensionCode& dimension : card.dimensions()) {
    AddDimension(card, dimension, state, sum);
  }
  state.tier = card.FindTier(sum);
  trace::DecisionRecord& record = state.record;
  record.scored = true;
  record.score = card.Score(sum);
  record.coverage = card.Coverage(sum);
  record.tier_reason =
      sum.weight == 0 ? trace::Reason::kFloorTier : trace::Reason::kScored;
  if (code.hold.has_value()) Hold(card, *code.hold, sum, call, state);
  record.tier = card.tiers()[state.tier].name;
  state.slot(code.slots.score) = Value::Double(record.score);
  state.slot(code.slots.coverage) = Value::Double(record.coverage);
  state.slot(code.slots.tier) = Value::String(record.tier);
  state.slot(code.slots.tier_rank) =
      Value::Int(static_cast<int64_t>(state.tier));
}

void FindStage(const plan::PlanCode& code, DecisionState& state) {
  for (const plan::StageRuleCode& rule : code.stage_rules) {
    const std::string& stage = code.stages[rule.stage];
    ErrorCode error = ErrorCode::kNone;
    const bool matches =
        !rule.condition.has_value() || Holds(*rule.condition, state, error);
    if (error != ErrorCode::kNone) {
      state.record.degradations.push_back(
          {trace::Reason::kStageConditionError, stage, error});
    }
    if (!matches) continue;
    state.stage = rule.stage;
    state.record.stage = stage;
    state.slot(code.slots.stage) = Value::String(stage);
    return;
  }
}

}  // namespace stratagem::decide
