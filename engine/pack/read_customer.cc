// `variables:`, `value:` (the scorecard and its tiers) and `lifecycle:`.

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/pack/literal.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {
namespace {

constexpr int64_t kScoreMax = 100 * 10'000;  // In ten-thousandths.

constexpr Key<Variable> kVariableKeys[] = {
    {"name", Need::kRequired, Into<&Variable::name, IdentifierShape>,
     "read as variables.NAME"},
    {"expression", Need::kRequired, Into<&Variable::expression>,
     "computed when it is first read, once a decision"},
};

struct IndicatorDraft {
  Indicator indicator;
  const YamlNode* bins = nullptr;
  const YamlNode* curve = nullptr;
  const YamlNode* lower_is_better = nullptr;
};

// `[x, points]`.
Shape CurvePointShape() {
  Shape shape = ListOf<NumberShape, 2>();
  shape.size_max = 2;
  return shape;
}

constexpr Key<IndicatorDraft> kIndicatorKeys[] = {
    {"name",
     Need::kRequired,
     {[](ReadContext& context, const YamlNode& node, IndicatorDraft& draft) {
        Read(context, node, draft.indicator.name);
      },
      LabelShape},
     "unique in the pack"},
    {"expression",
     Need::kRequired,
     {[](ReadContext& context, const YamlNode& node, IndicatorDraft& draft) {
        Read(context, node, draft.indicator.expression);
      },
      ExpressionShape},
     "the number that is rated; it may be absent"},
    {"bins", Need::kOptional,
     Into<&IndicatorDraft::bins, ListOf<NumberShape, 1>>,
     "ascending bounds; each one that is reached earns the same points"},
    {"curve", Need::kOptional,
     Into<&IndicatorDraft::curve, ListOf<CurvePointShape, 2>>,
     "pairs [x, points], x ascending, points 0 to 100; linear between them"},
    {"lower_is_better", Need::kOptional,
     Into<&IndicatorDraft::lower_is_better, BoolShape>,
     "bins are earned by not exceeding them"},
};

Shape IndicatorShape() {
  Shape shape = MappingOf<kIndicatorKeys>();
  shape.choices = {{{"bins", "curve"}, true}, {{"curve", "lower_is_better"}}};
  return shape;
}

struct DimensionDraft {
  const YamlNode* weight = nullptr;
  const YamlNode* indicators = nullptr;
};

Shape WeightShape() {
  Shape shape = NumberShape();
  shape.value_above = 0;
  shape.value_below = 1e9;
  return shape;
}

constexpr Key<DimensionDraft> kDimensionKeys[] = {
    {"weight", Need::kRequired, Into<&DimensionDraft::weight, WeightShape>,
     "its share of the score, beside the other dimensions' weights"},
    {"indicators", Need::kRequired,
     Into<&DimensionDraft::indicators, ListOf<IndicatorShape, 1>>,
     "what is rated; indicators of a dimension weigh equally"},
};

Shape ScoreShape() { return NumberFrom(0, 100); }

constexpr Key<Tier> kTierKeys[] = {
    {"tier", Need::kRequired, Into<&Tier::name>, "its name"},
    {"score_min", Need::kOptional, Into<&Tier::score_min, ScoreShape>,
     "the score from which on it holds; not on the last tier"},
};

struct HoldDraft {
  const YamlNode* downgrade_after = nullptr;
  const YamlNode* coverage_min = nullptr;
};

Shape ShareShape() { return NumberFrom(0, 1); }

constexpr Key<HoldDraft> kHoldKeys[] = {
    {"downgrade_after", Need::kRequired,
     Into<&HoldDraft::downgrade_after, DurationShape>,
     "how long a score must stay below a tier before the customer loses it"},
    {"min_coverage", Need::kOptional,
     Into<&HoldDraft::coverage_min, ShareShape>,
     "a score of less coverage never costs a tier, 0 to 1"},
};

struct ValueDraft {
  const YamlNode* dimensions = nullptr;
  const YamlNode* tiers = nullptr;
  const YamlNode* hold = nullptr;
};

constexpr Key<ValueDraft> kValueKeys[] = {
    {"dimensions", Need::kRequired,
     Into<&ValueDraft::dimensions, ByLabel<MappingOf<kDimensionKeys>, 1>>,
     "what customer value is made of, by name"},
    {"tiers", Need::kRequired,
     Into<&ValueDraft::tiers, ListOf<MappingOf<kTierKeys>, 1>>,
     "best first; the last takes every score"},
    {"hold", Need::kOptional, Into<&ValueDraft::hold, MappingOf<kHoldKeys>>,
     "how long a tier is kept that the score no longer reaches"},
};

constexpr Key<StageRule> kStageRuleKeys[] = {
    {"condition", Need::kOptional, Into<&StageRule::condition>,
     "when the stage holds; only the last line has none"},
    {"stage", Need::kRequired, Into<&StageRule::stage>, "one of the stages"},
};

struct LifecycleDraft {
  const YamlNode* stages = nullptr;
  const YamlNode* match = nullptr;
};

constexpr Key<LifecycleDraft> kLifecycleKeys[] = {
    {"stages", Need::kRequired,
     Into<&LifecycleDraft::stages, ShapeOfType<std::vector<Name>>>,
     "the names of all stages, in the order of a customer's life"},
    {"match", Need::kRequired,
     Into<&LifecycleDraft::match, ListOf<MappingOf<kStageRuleKeys>, 1>>,
     "the first line whose condition holds names the stage"},
};

// True for a list with at least one item; reports anything else.
bool ExpectItems(ReadContext& context, const YamlNode& node,
                 absl::string_view what) {
  if (!ExpectKind(context, node, YamlKind::kSequence, what)) return false;
  if (!node.items.empty()) return true;
  context.diagnostics.AddError("E224", node.location(),
                               absl::StrCat("the list of ", what, " is empty"));
  return false;
}

void OutOfOrder(ReadContext& context, const YamlNode& node,
                absl::string_view found, absl::string_view previous,
                absl::string_view relation) {
  context.diagnostics.AddError(
      "E270", node.location(),
      absl::StrCat("`", found, "` is not ", relation, " `", previous, "`"),
      "write them in order, each once");
}

void ReadBins(ReadContext& context, const YamlNode& node,
              std::vector<double>& bins) {
  if (!ExpectItems(context, node, "bins")) return;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const size_t errors = context.diagnostics.error_count();
    double bin = 0;
    Read(context, node.items[i], bin);
    if (context.diagnostics.error_count() > errors) continue;
    if (!bins.empty() && bin <= bins.back()) {
      OutOfOrder(context, node.items[i], node.items[i].text,
                 node.items[i - 1].text, "above");
    }
    bins.push_back(bin);
  }
}

void ReadCurve(ReadContext& context, const YamlNode& node,
               std::vector<std::pair<double, double>>& curve) {
  if (!ExpectItems(context, node, "points `[x, points]`")) return;
  for (const YamlNode& point : node.items) {
    if (!point.is(YamlKind::kSequence) || point.items.size() != 2) {
      ExpectKind(context, point, YamlKind::kSequence,
                 "two numbers `[x, points]`");
      if (point.is(YamlKind::kSequence)) {
        context.diagnostics.AddError(
            "E223", point.location(),
            absl::StrCat("found a list of ", point.items.size(),
                         ", expected two numbers `[x, points]`"));
      }
      continue;
    }
    const size_t errors = context.diagnostics.error_count();
    double x = 0;
    double y = 0;
    Read(context, point.items[0], x);
    Read(context, point.items[1], y);
    if (context.diagnostics.error_count() > errors) continue;
    if (y < 0 || y > 100) {
      context.diagnostics.AddError("E241", point.items[1].location(),
                                   absl::StrCat("points `", point.items[1].text,
                                                "` are outside 0 to 100"));
    }
    if (!curve.empty() && x <= curve.back().first) {
      OutOfOrder(context, point.items[0], point.items[0].text,
                 absl::StrCat(curve.back().first), "above");
    }
    curve.emplace_back(x, y);
  }
  if (node.items.size() == 1) {
    context.diagnostics.AddError("E224", node.location(),
                                 "a curve needs at least two points");
  }
}

Indicator ReadIndicator(ReadContext& context, const YamlNode& node) {
  IndicatorDraft draft;
  draft.indicator.location = node.location();
  if (!ReadMapping(context, node, "an indicator", kIndicatorKeys, draft)) {
    return std::move(draft.indicator);
  }
  CheckName(draft.indicator.name, NameUse::kLabel, "an indicator",
            context.diagnostics);
  if ((draft.bins == nullptr) == (draft.curve == nullptr)) {
    context.diagnostics.AddError(
        "E226", node.location(),
        draft.bins == nullptr
            ? "an indicator needs `bins` or a `curve`"
            : "an indicator cannot have both `bins` and a `curve`");
  }
  if (draft.bins != nullptr) {
    ReadBins(context, *draft.bins, draft.indicator.bins);
  }
  if (draft.curve != nullptr) {
    ReadCurve(context, *draft.curve, draft.indicator.curve);
  }
  if (draft.lower_is_better == nullptr) return std::move(draft.indicator);
  Read(context, *draft.lower_is_better, draft.indicator.lower_is_better);
  if (draft.bins == nullptr && draft.curve != nullptr) {
    context.diagnostics.AddError(
        "E226", draft.lower_is_better->location(),
        "`lower_is_better` belongs to `bins`, not to a `curve`",
        "let the curve fall");
  }
  return std::move(draft.indicator);
}

void ReadDimensions(ReadContext& context, const YamlNode& node,
                    std::vector<Dimension>& dimensions) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "dimensions by name")) {
    return;
  }
  if (node.entries.empty()) {
    context.diagnostics.AddError("E224", node.location(),
                                 "a score needs at least one dimension");
  }
  NameSet indicator_names("indicator");
  for (const YamlEntry& entry : node.entries) {
    Dimension dimension;
    dimension.name = NameOf(entry.key);
    CheckName(dimension.name, NameUse::kLabel, "a dimension",
              context.diagnostics);
    DimensionDraft draft;
    ReadMapping(context, entry.value,
                absl::StrCat("dimension `", entry.key.text, "`"),
                kDimensionKeys, draft);
    if (draft.weight != nullptr) {
      const size_t errors = context.diagnostics.error_count();
      Read(context, *draft.weight, dimension.weight);
      if (context.diagnostics.error_count() == errors &&
          dimension.weight.ten_thousandths <= 0) {
        context.diagnostics.AddError(
            "E241", draft.weight->location(),
            absl::StrCat("weight `", draft.weight->text, "` is not above 0"));
      }
    }
    if (draft.indicators != nullptr &&
        ExpectItems(context, *draft.indicators, "indicators")) {
      for (const YamlNode& item : draft.indicators->items) {
        Indicator indicator = ReadIndicator(context, item);
        indicator_names.Add(indicator.name, context.diagnostics);
        dimension.indicators.push_back(std::move(indicator));
      }
    }
    dimensions.push_back(std::move(dimension));
  }
}

// Whether `score_min` may and must stand on this line of `tiers:`, and its
// order. `previous` is the line above.
void CheckTier(ReadContext& context, const YamlNode& node, const Tier& tier,
               const Tier* previous, bool is_last) {
  if (!tier.score_min.has_value()) {
    if (!is_last) {
      context.diagnostics.AddError(
          "E271", node.location(),
          absl::StrCat("tier `", tier.name.text,
                       "` has no `score_min` and is not the last"),
          "only the last tier, the floor, takes every score");
    }
    return;
  }
  if (is_last) {
    context.diagnostics.AddError(
        "E271", node.location(),
        absl::StrCat("the last tier `", tier.name.text,
                     "` has a `score_min`, so low scores have no tier"),
        "leave its `score_min` out");
  }
  const int64_t score = tier.score_min->ten_thousandths;
  if (score < 0 || score > kScoreMax) {
    context.diagnostics.AddError(
        "E241", node.location(),
        absl::StrCat("`score_min` of tier `", tier.name.text,
                     "` is outside 0 to 100"));
  }
  if (previous != nullptr && previous->score_min.has_value() &&
      score >= previous->score_min->ten_thousandths) {
    OutOfOrder(context, node, tier.name.text, previous->name.text,
               "below the `score_min` of");
  }
}

void ReadTiers(ReadContext& context, const YamlNode& node,
               std::vector<Tier>& tiers) {
  if (!ExpectItems(context, node, "tiers")) return;
  NameSet names("tier");
  for (const YamlNode& item : node.items) {
    const size_t errors = context.diagnostics.error_count();
    Tier tier;
    ReadMapping(context, item, "a tier", kTierKeys, tier);
    CheckName(tier.name, NameUse::kLabel, "a tier", context.diagnostics);
    names.Add(tier.name, context.diagnostics);
    if (context.diagnostics.error_count() == errors) {
      CheckTier(context, item, tier, tiers.empty() ? nullptr : &tiers.back(),
                &item == &node.items.back());
    }
    tiers.push_back(std::move(tier));
  }
}

void ReadHold(ReadContext& context, const YamlNode& node, TierHold& hold) {
  hold.location = node.location();
  HoldDraft draft;
  if (!ReadMapping(context, node, "`hold`", kHoldKeys, draft)) return;
  if (draft.downgrade_after != nullptr) {
    const YamlNode& after = *draft.downgrade_after;
    const std::optional<Value> literal =
        ReadLiteral(context, after, {ValueKind::kDuration, nullptr});
    if (literal.has_value()) hold.downgrade_after = literal->duration();
    if (literal.has_value() && hold.downgrade_after <= absl::ZeroDuration()) {
      context.diagnostics.AddError(
          "E241", after.location(),
          absl::StrCat("`downgrade_after` is ", after.text,
                       ", expected more than 0"),
          "leave `hold` out to take every tier at once");
    }
  }
  if (draft.coverage_min == nullptr) return;
  Read(context, *draft.coverage_min, hold.coverage_min);
  if (hold.coverage_min.ten_thousandths < 0 ||
      hold.coverage_min.ten_thousandths > 10'000) {
    context.diagnostics.AddError(
        "E241", draft.coverage_min->location(),
        absl::StrCat("`min_coverage` is ", draft.coverage_min->text,
                     ", expected 0 to 1"),
        "it is a share of the weight");
  }
}

// The names of `stages:`, to look up and to suggest from.
struct StageNames {
  std::vector<std::string> list;
  absl::flat_hash_set<std::string> set;
};

void CheckStageRule(ReadContext& context, const YamlNode& node,
                    const StageRule& rule, const StageNames& stages,
                    bool is_last) {
  if (is_last && rule.condition.has_value()) {
    context.diagnostics.AddError(
        "E271", node.location(),
        "the last line of `match` has a condition, so a customer may have no "
        "stage",
        "end with a line `{stage: …}`");
  } else if (!is_last && !rule.condition.has_value()) {
    context.diagnostics.AddError(
        "E271", node.location(),
        "a line of `match` has no condition and is not the last: lines below "
        "it never match");
  }
  if (rule.stage.text.empty()) return;
  if (stages.set.contains(rule.stage.text)) return;
  context.diagnostics.AddError(
      "E273", rule.stage.location,
      absl::StrCat("`", rule.stage.text, "` is not one of the `stages`"),
      HintAmong(rule.stage.text, stages.list));
}

}  // namespace

Shape VariablesShape() { return ListOf<MappingOf<kVariableKeys>>(); }

void ReadVariables(ReadContext& context, const YamlNode& node,
                   PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kSequence,
                  "variables `{name: …, expression: \"…\"}`")) {
    return;
  }
  for (const YamlNode& item : node.items) {
    Variable variable;
    ReadMapping(context, item, "a variable", kVariableKeys, variable);
    CheckName(variable.name, NameUse::kMember, "a variable",
              context.diagnostics);
    draft.variables.Add(variable.name, context.diagnostics);
    draft.model.variables.push_back(std::move(variable));
  }
}

Shape CustomerValueShape() { return MappingOf<kValueKeys>(); }

void ReadCustomerValue(ReadContext& context, const YamlNode& node,
                       PackDraft& draft) {
  ValueDraft value;
  if (!ReadMapping(context, node, "`value`", kValueKeys, value)) return;
  CustomerValue& customer_value = draft.model.customer_value.emplace();
  customer_value.location = node.location();
  if (value.dimensions != nullptr) {
    ReadDimensions(context, *value.dimensions, customer_value.dimensions);
  }
  if (value.tiers != nullptr) {
    ReadTiers(context, *value.tiers, customer_value.tiers);
  }
  if (value.hold != nullptr) {
    ReadHold(context, *value.hold, customer_value.hold.emplace());
  }
}

Shape LifecycleShape() { return MappingOf<kLifecycleKeys>(); }

void ReadLifecycle(ReadContext& context, const YamlNode& node,
                   PackDraft& draft) {
  LifecycleDraft nodes;
  if (!ReadMapping(context, node, "`lifecycle`", kLifecycleKeys, nodes)) return;
  Lifecycle& lifecycle = draft.model.lifecycle.emplace();
  lifecycle.location = node.location();
  if (nodes.stages != nullptr) Read(context, *nodes.stages, lifecycle.stages);
  if (nodes.match == nullptr ||
      !ExpectItems(context, *nodes.match, "lines `{condition: …, stage: …}`")) {
    return;
  }
  StageNames stages;
  for (const Name& stage : lifecycle.stages) {
    stages.list.push_back(stage.text);
    stages.set.insert(stage.text);
  }
  for (const YamlNode& item : nodes.match->items) {
    StageRule rule;
    if (ReadMapping(context, item, "a line of `match`", kStageRuleKeys, rule)) {
      CheckStageRule(context, item, rule, stages,
                     &item == &nodes.match->items.back());
    }
    lifecycle.match.push_back(std::move(rule));
  }
}

}  // namespace stratagem::pack
