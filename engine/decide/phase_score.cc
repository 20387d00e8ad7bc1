// Score, tier and lifecycle stage.

#include <cmath>

#include "engine/decide/decision_state.h"

namespace stratagem::decide {
namespace {

// The number that an indicator yields, or kMissing, or an error.
Value NumberOf(const Value& result) {
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

void AddDimension(const plan::Scorecard& card,
                  const plan::DimensionCode& dimension, DecisionState& state,
                  plan::ScoreSum& sum) {
  int64_t points = 0;
  size_t present = 0;
  for (const plan::IndicatorCode& indicator : dimension.indicators) {
    const Value x = NumberOf(indicator.program.Evaluate(state.frame));
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

}  // namespace

void Score(const plan::PlanCode& code, DecisionState& state) {
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
  record.tier = card.tiers()[state.tier].name;
  record.tier_reason =
      sum.weight == 0 ? trace::Reason::kFloorTier : trace::Reason::kScored;
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
