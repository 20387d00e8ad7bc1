#include "engine/decide/explain_context.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/number_text.h"

namespace stratagem::decide {
namespace {

trace::Bound BoundOf(expr::Fitting fitting) {
  switch (fitting) {
    case expr::Fitting::kExactly:
      return trace::Bound::kExactly;
    case expr::Fitting::kAtLeast:
      return trace::Bound::kAtLeast;
    case expr::Fitting::kMoreThan:
      return trace::Bound::kMoreThan;
    case expr::Fitting::kAtMost:
      return trace::Bound::kAtMost;
    case expr::Fitting::kLessThan:
      return trace::Bound::kLessThan;
    case expr::Fitting::kAnyValue:
      return trace::Bound::kAnyValue;
    case expr::Fitting::kNoValue:
      return trace::Bound::kNoValue;
  }
  return trace::Bound::kExactly;
}

Field ComputedField(std::string name, ValueKind kind) {
  Field field;
  field.name = std::move(name);
  field.type.kind = kind;
  return field;
}

Field NumberField(std::string name, double max) {
  Field field = ComputedField(std::move(name), ValueKind::kDouble);
  field.value_min = Value::Double(0);
  field.value_max = Value::Double(max);
  return field;
}

Field WordField(std::string name, std::vector<std::string> values) {
  Field field = ComputedField(std::move(name), ValueKind::kString);
  field.values = std::move(values);
  return field;
}

}  // namespace

ExplainContext::ExplainContext(const plan::Plan& plan,
                               const Workspace& workspace)
    : plan_(plan),
      record_(workspace.record()),
      decided_(workspace.frame().slots) {
  if (!absl::LoadTimeZone(plan.summary().timezone, &zone_)) {
    zone_ = absl::UTCTimeZone();
  }
  const expr::Frame& frame = workspace.frame();
  state_.slots.assign(decided_.begin(), decided_.end());
  state_.frame.slots = state_.slots;
  state_.frame.lazy = frame.lazy;
  state_.frame.arena = &state_.arena;
  state_.record.ignore_levers = record_.ignore_levers;
  state_.groups.resize(code().groups.size());
  AddInputs(plan.summary().attributes, "", code().slots.attributes);
  AddInputs(plan.summary().request, "request.", code().slots.request);
  AddComputedInputs();
}

void ExplainContext::AddInputs(const Schema& schema, absl::string_view prefix,
                               int slot) {
  for (const Field& field : schema.fields()) {
    expr::Input input{field, slot++, -1, false};
    input.field.name = absl::StrCat(prefix, field.name);
    inputs_.push_back(std::move(input));
  }
}

// What the decision computed before it came to conditions.
void ExplainContext::AddComputedInputs() {
  const plan::SlotLayout& slots = code().slots;
  if (code().scorecard.has_value()) {
    inputs_.push_back({NumberField("score", 100), slots.score, -1, false});
    inputs_.push_back({NumberField("coverage", 1), slots.coverage, -1, false});
    inputs_.push_back({WordField("tier", plan_.summary().tiers), slots.tier,
                       slots.tier_rank, false});
  }
  if (!code().stages.empty()) {
    inputs_.push_back(
        {WordField("stage", code().stages), slots.stage, -1, false});
  }
  for (const plan::TreatmentCode& treatment : code().treatments) {
    AddInputs(treatment.fields,
              absl::StrCat("treatments.", treatment.name, "."), treatment.slot);
  }
  Field clock = ComputedField("now", ValueKind::kTimestamp);
  clock.value_min = Value::Timestamp(record_.now());
  inputs_.push_back({std::move(clock), slots.now, -1, true});
}

void ExplainContext::BeginSubject() {
  constexpr size_t kKeptBytesMax = 64 << 10;
  if (state_.arena.bytes_used() <= kKeptBytesMax) return;
  std::copy(decided_.begin(), decided_.end(), state_.slots.begin());
  state_.arena.Reset();
}

Value ExplainContext::EvaluateAtCost(const expr::Program& program) {
  const int64_t given = std::min(steps_left_, kEvaluationStepsMax);
  state_.frame.steps_left = given;
  const Value value = program.Evaluate(state_.frame);
  steps_left_ -= given - std::max<int64_t>(state_.frame.steps_left, 0);
  return value;
}

Value ExplainContext::Evaluate(const expr::Program& program) {
  state_.frame.steps_left = kEvaluationStepsMax;
  return program.Evaluate(state_.frame);
}

trace::ConditionTried ExplainContext::Try(std::string name,
                                          const expr::Program& condition) {
  BeginSubject();
  state_.frame.steps_left = kEvaluationStepsMax;
  ErrorCode error = ErrorCode::kNone;
  const bool holds = Holds(condition, state_, error);
  if (!holds && error == ErrorCode::kNone) {
    return Failed(std::move(name), condition);
  }
  trace::ConditionTried tried;
  tried.name = std::move(name);
  tried.condition = condition.source().text();
  tried.tried = holds ? trace::Tried::kHeld : trace::Tried::kError;
  tried.error = error;
  return tried;
}

trace::ConditionTried ExplainContext::Failed(std::string name,
                                             const expr::Program& condition) {
  trace::ConditionTried tried;
  tried.name = std::move(name);
  tried.condition = condition.source().text();
  tried.tried = trace::Tried::kFailed;
  tried.why_not = WhyNotOf(condition);
  return tried;
}

const std::vector<trace::WhyNot>& ExplainContext::WhyNotOf(
    const expr::Program& condition) {
  const auto [found, is_new] = why_nots_.try_emplace(&condition);
  if (!is_new) return found->second;
  for (const expr::FailingPart& part :
       expr::WhyNot(condition, code().scope, state_.frame, inputs_, keep_,
                    steps_left_)) {
    trace::WhyNot& why_not = found->second.emplace_back();
    why_not.condition = part.condition;
    for (const expr::InputChange& change : part.changes) {
      why_not.nearest.push_back(NearestOf(change));
    }
  }
  return found->second;
}

trace::Nearest ExplainContext::NearestOf(
    const expr::InputChange& change) const {
  const Field& field = inputs_[change.input].field;
  trace::Nearest nearest;
  nearest.condition = change.condition;
  nearest.input = field.name;
  nearest.kind = field.type.kind;
  nearest.found = TextOf(change.found);
  nearest.would_do = TextOf(change.nearest.value);
  nearest.bound = BoundOf(change.nearest.fitting);
  for (const Value& other : change.nearest.also) {
    nearest.also.push_back(TextOf(other));
  }
  nearest.unit = field.unit;
  return nearest;
}

std::string ExplainContext::TextOf(const Value& value) const {
  switch (value.kind()) {
    case ValueKind::kMissing:
      return "";
    case ValueKind::kDouble:
      return ExactNumber(value.double_value());
    case ValueKind::kString:
      return std::string(value.text());
    case ValueKind::kTimestamp:
      return TextOf(value.timestamp());
    case ValueKind::kDuration:
      return absl::FormatDuration(value.duration());
    case ValueKind::kNull:
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kBytes:
    case ValueKind::kList:
    case ValueKind::kMap:
    case ValueKind::kOptional:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kError:
      return ToString(value);
  }
  return "";
}

std::string ExplainContext::TextOf(absl::Time time) const {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, zone_);
  if (absl::FromCivil(absl::CivilDay(civil), zone_) == time) {
    return absl::FormatTime("%Y-%m-%d", time, zone_);
  }
  return absl::FormatTime(absl::RFC3339_full, time, zone_);
}

}  // namespace stratagem::decide
