// Indicators, tier, stage and treatments; offers stand in explain_offers.cc.

#include "engine/decide/explain.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/decide/explain_context.h"
#include "engine/plan/decision_table.h"
#include "engine/policy/policy.h"

namespace stratagem::decide {
namespace {

using trace::DecisionRecord;
using trace::Reason;

// The error that the decision survived at `subject`, or kNone.
ErrorCode DegradationOf(const DecisionRecord& record, Reason reason,
                        absl::string_view subject) {
  for (const trace::Degradation& degradation : record.degradations) {
    if (degradation.reason == reason && degradation.subject == subject) {
      return degradation.error;
    }
  }
  return ErrorCode::kNone;
}

trace::IndicatorExplained ExplainIndicator(const plan::DimensionCode& dimension,
                                           const plan::IndicatorCode& indicator,
                                           ExplainContext& context) {
  trace::IndicatorExplained explained;
  explained.dimension = dimension.name;
  // Plans call it by dimension and name.
  explained.name = indicator.name.substr(dimension.name.size() + 1);
  explained.expression = indicator.program.source().text();
  explained.weight = static_cast<double>(dimension.weight) / 10'000;
  explained.error =
      DegradationOf(context.record(), Reason::kIndicatorError, indicator.name);
  if (explained.error != ErrorCode::kNone) return explained;
  context.BeginSubject();
  const Value number = IndicatorNumber(context.Evaluate(indicator.program));
  if (!number.is(ValueKind::kDouble)) return explained;
  explained.value = context.TextOf(number);
  explained.points =
      static_cast<double>(indicator.scale.Points(number.double_value())) /
      static_cast<double>(indicator.scale.denominator());
  return explained;
}

// The number of the tier that the score alone gives.
size_t ComputedTier(const plan::Scorecard& card, ExplainContext& context) {
  plan::ScoreSum sum;
  for (const plan::DimensionCode& dimension : card.dimensions()) {
    int64_t points = 0;
    size_t present = 0;
    for (const plan::IndicatorCode& indicator : dimension.indicators) {
      context.BeginSubject();
      const Value number =
          DegradationOf(context.record(), Reason::kIndicatorError,
                        indicator.name) == ErrorCode::kNone
              ? IndicatorNumber(context.Evaluate(indicator.program))
              : Value();
      if (!number.is(ValueKind::kDouble)) continue;
      points += indicator.scale.Points(number.double_value()) *
                indicator.point_factor;
      ++present;
    }
    card.AddDimension(dimension, points, present, sum);
  }
  return card.FindTier(sum);
}

std::optional<double> ScoreMin(const plan::TierCode& tier) {
  if (!tier.score_min.has_value()) return std::nullopt;
  return static_cast<double>(*tier.score_min) / 10'000;
}

void ExplainHold(const plan::TierHoldCode& hold, const DecisionRecord& record,
                 const ExplainContext& context,
                 trace::TierExplained& explained) {
  if (record.hold_written.has_value() &&
      record.hold_written->below_since.has_value()) {
    const absl::Time since = *record.hold_written->below_since;
    explained.below_since = context.TextOf(since);
    explained.downgrade_at = context.TextOf(since + hold.downgrade_after);
  }
  if (record.tier_reason == Reason::kLowCoverage) {
    explained.coverage_min = static_cast<double>(hold.coverage_min) / 10'000;
  }
}

trace::TierExplained ExplainTier(ExplainContext& context) {
  trace::TierExplained explained;
  if (!context.code().scorecard.has_value()) return explained;
  const plan::Scorecard& card = *context.code().scorecard;
  const DecisionRecord& record = context.record();
  const std::vector<plan::TierCode>& tiers = card.tiers();
  explained.tier = std::string(record.tier);
  explained.computed = tiers[ComputedTier(card, context)].name;
  explained.reason = record.tier_reason;
  explained.score = record.score;
  explained.coverage = record.coverage;
  const auto tier = std::find_if(
      tiers.begin(), tiers.end(),
      [&record](const plan::TierCode& one) { return one.name == record.tier; });
  if (tier != tiers.end()) {
    explained.score_min = ScoreMin(*tier);
    if (tier != tiers.begin()) {
      explained.next = std::prev(tier)->name;
      explained.next_score_min = ScoreMin(*std::prev(tier)).value_or(0);
    }
  }
  if (context.code().hold.has_value()) {
    ExplainHold(*context.code().hold, record, context, explained);
  }
  return explained;
}

// Lines up to the first that holds.
std::vector<trace::ConditionTried> ExplainStages(ExplainContext& context) {
  std::vector<trace::ConditionTried> lines;
  for (const plan::StageRuleCode& rule : context.code().stage_rules) {
    const std::string& stage = context.code().stages[rule.stage];
    if (!rule.condition.has_value()) {
      trace::ConditionTried& last = lines.emplace_back();
      last.name = stage;
      last.tried = trace::Tried::kHeld;
    } else {
      lines.push_back(context.Try(stage, *rule.condition));
    }
    if (lines.back().tried == trace::Tried::kHeld) break;
  }
  return lines;
}

// What the pack says of the rule's item that applied.
std::string ItemExplanation(const policy::Policy& rule,
                            ExplainContext& context) {
  context.BeginSubject();
  context.state().frame.steps_left = kEvaluationStepsMax;
  const policy::Outcome outcome = rule.Evaluate(context.state().frame);
  if (outcome.matched.empty()) return "";
  const policy::OutputItem& item = *outcome.matched.front();
  if (!item.explanation.has_value()) return "";
  const Value text = context.Evaluate(*item.explanation);
  return text.is(ValueKind::kString) ? std::string(text.text()) : "";
}

// The rows that match, the one that gave the value first, kRowsExplainedMax at
// most.
std::vector<trace::RowExplained> MatchingRows(const plan::DecisionTable& table,
                                              absl::string_view applied,
                                              ExplainContext& context) {
  context.BeginSubject();
  context.state().frame.steps_left = kDecisionStepsMax;
  plan::TableScratch scratch;
  table.FindRows(context.state().frame, scratch);
  std::vector<uint32_t> matching(scratch.rows.begin(), scratch.rows.end());
  const auto first = std::find_if(
      matching.begin(), matching.end(),
      [&table, applied](uint32_t row) { return table.label(row) == applied; });
  if (first != matching.end()) {
    std::rotate(matching.begin(), first, first + 1);
  }
  std::vector<trace::RowExplained> rows;
  for (const uint32_t row : matching) {
    if (rows.size() == kRowsExplainedMax) {
      rows.push_back(
          {absl::StrCat("… ", matching.size() - rows.size(), " more"), ""});
      break;
    }
    rows.push_back(
        {std::string(table.label(row)), std::string(table.condition(row))});
  }
  return rows;
}

trace::TreatmentExplained ExplainTreatment(const plan::TreatmentCode& treatment,
                                           const trace::TreatmentResult& result,
                                           ExplainContext& context) {
  trace::TreatmentExplained explained;
  explained.name = treatment.name;
  explained.cell = std::string(result.cell);
  explained.reason = result.reason;
  explained.error =
      DegradationOf(context.record(), Reason::kTreatmentError, treatment.name);
  if (treatment.table.has_value()) {
    explained.rows = MatchingRows(*treatment.table, result.cell, context);
  }
  if (treatment.rule.has_value() && result.reason == Reason::kRuleItem) {
    explained.explanation = ItemExplanation(*treatment.rule, context);
  }
  return explained;
}

}  // namespace

trace::Explanation Explain(const plan::Plan& plan, const Workspace& workspace) {
  ExplainContext context(plan, workspace);
  const plan::PlanCode& code = plan.code();
  trace::Explanation explanation;
  if (code.scorecard.has_value()) {
    for (const plan::DimensionCode& dimension : code.scorecard->dimensions()) {
      for (const plan::IndicatorCode& indicator : dimension.indicators) {
        explanation.indicators.push_back(
            ExplainIndicator(dimension, indicator, context));
      }
    }
  }
  explanation.tier = ExplainTier(context);
  explanation.stages = ExplainStages(context);
  for (size_t i = 0; i < code.treatments.size(); ++i) {
    explanation.treatments.push_back(ExplainTreatment(
        code.treatments[i], context.record().treatments[i], context));
  }
  explanation.placements = ExplainPlacements(context);
  return explanation;
}

}  // namespace stratagem::decide
