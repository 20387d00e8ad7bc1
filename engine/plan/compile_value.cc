// The sections `value` and `lifecycle`: scorecard, tiers, stage rules.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/plan/compiler.h"

namespace stratagem::plan {
namespace {

using expr::Type;
using expr::TypeKind;

PointScale ScaleOf(const pack::Indicator& indicator) {
  return indicator.curve.empty()
             ? PointScale::Bins(indicator.bins, indicator.lower_is_better)
             : PointScale::Curve(indicator.curve);
}

// Returns the dimension; it lacks the indicators that did not compile.
DimensionCode CompileDimension(const pack::Dimension& dimension,
                               Compiler& compiler) {
  const std::vector<Type> numbers = {Type(TypeKind::kDouble),
                                     Type(TypeKind::kInt),
                                     Type::Optional(Type(TypeKind::kDouble)),
                                     Type::Optional(Type(TypeKind::kInt))};
  DimensionCode result;
  result.name = dimension.name.text;
  result.weight = dimension.weight.ten_thousandths;
  for (const pack::Indicator& indicator : dimension.indicators) {
    std::optional<expr::Program> program = compiler.Compile(
        indicator.expression, compiler.scopes.everywhere, numbers);
    if (!program.has_value() || compiler.is_draft) continue;
    result.indicators.push_back(
        {absl::StrCat(dimension.name.text, ".", indicator.name.text),
         *std::move(program), ScaleOf(indicator)});
  }
  return result;
}

// Warns of a condition that decides nothing, as far as that shows without a
// proof: it folds to a constant. True when no line below it can decide.
bool CheckStageCondition(const expr::Program& condition, size_t lines_below,
                         Compiler& compiler) {
  const Value* const constant = condition.constant();
  if (constant == nullptr || !constant->is(ValueKind::kBool)) return false;
  const SourceLocation place = condition.source().Locate(0);
  if (!constant->bool_value()) {
    compiler.diagnostics.AddWarning(
        "W329", place,
        "this condition is false for every input: its line never decides");
    return false;
  }
  compiler.diagnostics.AddWarning(
      "W329", place,
      absl::StrCat("this condition is true for every input: ",
                   lines_below == 1
                       ? "the line below it never decides"
                       : absl::StrCat("the ", lines_below,
                                      " lines below it never decide")),
      "the first line whose condition holds names the stage");
  return true;
}

}  // namespace

void CompileValue(Compiler& compiler) {
  if (!compiler.model.customer_value.has_value()) return;
  const pack::CustomerValue& value = *compiler.model.customer_value;
  std::vector<DimensionCode> dimensions;
  for (const pack::Dimension& dimension : value.dimensions) {
    dimensions.push_back(CompileDimension(dimension, compiler));
  }
  if (compiler.is_draft) return;
  std::vector<TierCode> tiers;
  for (const pack::Tier& tier : value.tiers) {
    TierCode code;
    code.name = tier.name.text;
    if (tier.score_min.has_value()) {
      code.score_min = tier.score_min->ten_thousandths;
    }
    tiers.push_back(std::move(code));
  }
  if (value.hold.has_value()) {
    compiler.code.hold = {value.hold->downgrade_after,
                          value.hold->coverage_min.ten_thousandths};
  }
  compiler.code.scorecard =
      Scorecard::Build(std::move(dimensions), std::move(tiers));
  if (!compiler.code.scorecard.has_value()) {
    compiler.diagnostics.AddError(
        "E302", value.location,
        "the weights, numbers of bins and numbers of indicators of this "
        "scorecard have no common denominator that fits its exact sums",
        "use rounder weights, or numbers of bins that share factors, such as "
        "4 and 8");
  }
}

void CompileLifecycle(Compiler& compiler) {
  if (!compiler.model.lifecycle.has_value()) return;
  const pack::Lifecycle& lifecycle = *compiler.model.lifecycle;
  std::vector<std::string>& stages = compiler.code.stages;
  for (const pack::Name& stage : lifecycle.stages) stages.push_back(stage.text);
  bool is_hidden = false;  // By a line above.
  for (size_t i = 0; i < lifecycle.match.size(); ++i) {
    const pack::StageRule& rule = lifecycle.match[i];
    StageRuleCode code;
    code.condition =
        compiler.CompileCondition(rule.condition, compiler.scopes.lifecycle);
    if (compiler.is_draft) continue;
    // The loader has checked the name.
    const auto found = std::find(stages.begin(), stages.end(), rule.stage.text);
    STRATAGEM_CHECK(found != stages.end());
    code.stage = static_cast<size_t>(found - stages.begin());
    if (code.condition.has_value() && !is_hidden) {
      is_hidden = CheckStageCondition(*code.condition,
                                      lifecycle.match.size() - i - 1, compiler);
    }
    compiler.code.stage_rules.push_back(std::move(code));
  }
}

}  // namespace stratagem::plan
