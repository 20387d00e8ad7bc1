#include "engine/author/outline.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/author/pack_text.h"
#include "engine/base/duration_text.h"
#include "engine/base/number_text.h"
#include "engine/pack/words.h"

namespace stratagem::author {
namespace {

void AddExpression(Outline& parent, std::string name,
                   const std::optional<pack::Expression>& expression) {
  if (expression.has_value()) {
    parent.Add(std::move(name), ExpressionText(*expression));
  }
}

void AddName(Outline& parent, std::string name,
             const std::optional<pack::Name>& value) {
  if (value.has_value()) parent.Add(std::move(name), value->text);
}

void AddInterval(Outline& parent, const std::string& name,
                 const pack::Interval& interval, absl::TimeZone timezone) {
  parent.AddUnlessEmpty(absl::StrCat(name, " from"),
                        TimeText(interval.from, timezone));
  parent.AddUnlessEmpty(absl::StrCat(name, " until"),
                        TimeText(interval.until, timezone));
}

void AddTexts(Outline& parent, const std::string& name,
              const std::vector<pack::LocalText>& texts) {
  for (const pack::LocalText& text : texts) {
    parent.Add(absl::StrCat(name, " ", text.locale.text), text.text);
  }
}

void AddPack(Outline& root, const pack::Model& model) {
  Outline& pack = root.Add("pack");
  pack.Add("timezone", model.timezone_name);
  AddName(pack, "timezone_attribute", model.timezone_attribute);
  AddInterval(pack, "effective", model.effective, model.timezone);
}

void AddConstraints(Outline& root, const pack::Model& model) {
  Outline& constraints = root.Add("constraints");
  for (const pack::Expression& constraint : model.constraints) {
    constraints.Add(ExpressionText(constraint));
  }
}

void AddVariables(Outline& root, const pack::Model& model) {
  Outline& variables = root.Add("variables");
  for (const pack::Variable& variable : model.variables) {
    variables.Add(variable.name.text, ExpressionText(variable.expression));
  }
}

std::string CurveText(const std::vector<std::pair<double, double>>& curve) {
  std::vector<std::string> points;
  for (const auto& [x, y] : curve) {
    points.push_back(
        absl::StrCat("[", ExactNumber(x), ", ", ExactNumber(y), "]"));
  }
  return absl::StrJoin(points, ", ");
}

std::string BinsText(const std::vector<double>& bins) {
  std::vector<std::string> texts;
  for (const double bin : bins) texts.push_back(ExactNumber(bin));
  return absl::StrJoin(texts, ", ");
}

void AddIndicator(Outline& parent, const pack::Indicator& indicator) {
  Outline& node = parent.Add(indicator.name.text);
  node.Add("expression", ExpressionText(indicator.expression));
  node.AddUnlessEmpty("bins", BinsText(indicator.bins));
  node.AddUnlessEmpty("curve", CurveText(indicator.curve));
  if (!indicator.bins.empty()) {
    node.AddDefaulting("lower_is_better",
                       indicator.lower_is_better ? "true" : "false", "false");
  }
}

void AddCustomerValue(Outline& root, const pack::Model& model) {
  if (!model.customer_value.has_value()) return;
  const pack::CustomerValue& value = *model.customer_value;
  Outline& dimensions = root.Add("dimensions");
  for (const pack::Dimension& dimension : value.dimensions) {
    Outline& node = dimensions.Add(dimension.name.text);
    node.Add("weight", DecimalText(dimension.weight));
    for (const pack::Indicator& indicator : dimension.indicators) {
      AddIndicator(node, indicator);
    }
  }
  // Their order is that of their thresholds.
  Outline& tiers = root.Add("tiers");
  for (const pack::Tier& tier : value.tiers) {
    tiers.Add(tier.name.text)
        .Add("score_min", tier.score_min.has_value()
                              ? DecimalText(*tier.score_min)
                              : "floor");
  }
  if (!value.hold.has_value()) return;
  Outline& hold = root.Add("hold");
  hold.Add("downgrade_after", DurationText(value.hold->downgrade_after));
  hold.Add("min_coverage", DecimalText(value.hold->coverage_min));
}

void AddLifecycle(Outline& root, const pack::Model& model) {
  if (!model.lifecycle.has_value()) return;
  Outline& stages = root.Add("stages");
  for (const pack::Name& stage : model.lifecycle->stages) {
    stages.Add(stage.text);
  }
  Outline& lines = root.Add("lifecycle");
  lines.is_ordered = true;
  for (const pack::StageRule& rule : model.lifecycle->match) {
    lines.Add(rule.condition.has_value() ? ExpressionText(*rule.condition)
                                         : "otherwise",
              rule.stage.text);
  }
}

void AddGroups(Outline& root, const pack::Model& model) {
  Outline& groups = root.Add("groups");
  for (const pack::Group& group : model.groups) {
    Outline& node = groups.Add(group.name.text);
    AddName(node, "parent", group.parent);
    AddExpression(node, "eligibility", group.eligibility);
    AddExpression(node, "applicability", group.applicability);
    AddExpression(node, "suitability", group.suitability);
    node.AddDefaulting("lever_percent", DecimalText(group.lever_percent), "0");
    AddLimits(node, group.limits);
  }
}

void AddOffer(Outline& parent, const pack::Offer& offer,
              absl::TimeZone timezone) {
  const auto operand = [&](const std::optional<pack::Operand>& value,
                           absl::string_view absent) {
    return value.has_value() ? OperandText(*value, timezone)
                             : std::string(absent);
  };
  Outline& node = parent.Add(offer.id.text);
  AddName(node, "group", offer.group);
  node.AddDefaulting(
      "channels", offer.channels.empty() ? "all" : SortedText(offer.channels),
      "all");
  node.AddDefaulting("mandatory", offer.mandatory ? "true" : "false", "false");
  AddInterval(node, "valid", offer.valid, timezone);
  AddExpression(node, "eligibility", offer.eligibility);
  AddExpression(node, "applicability", offer.applicability);
  AddExpression(node, "suitability", offer.suitability);
  node.AddDefaulting("propensity", operand(offer.propensity, "1"), "1");
  node.AddDefaulting("value", operand(offer.value, "0"), "0");
  node.AddDefaulting("cost", operand(offer.cost, "0"), "0");
  node.AddDefaulting("lever_percent", DecimalText(offer.lever_percent), "0");
  AddLimits(node, offer.limits);
  for (const pack::OfferLabel& label : offer.labels) {
    AddTexts(node, absl::StrCat("label ", label.name.text), label.texts);
  }
  for (const pack::OfferContent& content : offer.content) {
    AddTexts(node, absl::StrCat("content ", content.channel.text),
             content.texts);
  }
  node.AddUnlessEmpty("action_ref", offer.action_ref);
}

void AddOffers(Outline& root, const pack::Model& model) {
  Outline& offers = root.Add("offers");
  for (const pack::Offer& offer : model.offers) {
    AddOffer(offers, offer, model.timezone);
  }
}

void AddPlacements(Outline& root, const pack::Model& model) {
  Outline& placements = root.Add("placements");
  for (const pack::Placement& placement : model.placements) {
    Outline& node = placements.Add(placement.name.text);
    node.AddDefaulting(
        "channel",
        placement.channel.has_value() ? placement.channel->text : "any", "any");
    node.Add("direction", std::string(pack::WordOf(placement.direction)));
    node.Add("max_offers", absl::StrCat(placement.offers_max));
    node.Add("distinct", std::string(pack::WordOf(placement.distinct)));
    node.AddDefaulting(
        "groups",
        placement.groups.empty() ? "all" : SortedText(placement.groups), "all");
    AddName(node, "fallback", placement.fallback);
  }
}

void AddContextWeights(Outline& root, const pack::Model& model) {
  Outline& weights = root.Add("context_weights");
  for (const pack::ContextWeight& weight : model.context_weights) {
    weights
        .Add(absl::StrCat(
            weight.group.has_value() ? weight.group->text : "every offer",
            " when ", ExpressionText(weight.when)))
        .Add("weight", ExactNumber(weight.weight));
  }
}

void AddArbitration(Outline& root, const pack::Model& model) {
  Outline& node = root.Add("arbitration");
  const pack::Arbitration arbitration =
      model.arbitration.value_or(pack::Arbitration{});
  AddExpression(node, "score", arbitration.score);
  if (arbitration.score_min.has_value()) {
    node.Add("min_score", ExactNumber(*arbitration.score_min));
  }
  const pack::Explore explore = arbitration.explore.value_or(pack::Explore{});
  node.Add("explore method", std::string(pack::WordOf(explore.method)));
  if (explore.method == pack::ExploreMethod::kNone) return;
  node.Add("explore share", ExactNumber(explore.share));
  if (explore.method == pack::ExploreMethod::kSoftmax) {
    node.Add("explore temperature", ExactNumber(explore.temperature));
  }
}

void AddReasonTexts(Outline& root, const pack::Model& model) {
  Outline& texts = root.Add("texts");
  for (const pack::ReasonText& text : model.texts) {
    AddTexts(texts, text.key.text, text.texts);
  }
}

// The same condition may stand in two lines, of which the second never wins.
void MakeNamesDiffer(Outline& outline) {
  std::set<std::string> names;
  for (Outline& child : outline.children) {
    const std::string name = child.name;
    for (int i = 2; !names.insert(child.name).second; ++i) {
      child.name = absl::StrCat(name, " (", i, ")");
    }
    MakeNamesDiffer(child);
  }
}

}  // namespace

Outline& Outline::Add(std::string child_name, std::string child_text) {
  Outline& child = children.emplace_back();
  child.name = std::move(child_name);
  child.text = std::move(child_text);
  return child;
}

void Outline::AddUnlessEmpty(std::string child_name, std::string child_text) {
  if (!child_text.empty()) Add(std::move(child_name), std::move(child_text));
}

void Outline::AddDefaulting(std::string child_name, std::string child_text,
                            absl::string_view default_text) {
  const bool is_same = child_text == default_text;
  Add(std::move(child_name), std::move(child_text)).is_default = is_same;
}

Outline OutlineOf(const pack::Model& model) {
  Outline root;
  AddPack(root, model);
  AddFields(root, "attributes", model.attributes, "default", model.timezone);
  AddFields(root, "request", model.request, "default", model.timezone);
  AddConstraints(root, model);
  AddFields(root, "parameters", model.parameters, "value", model.timezone);
  AddVariables(root, model);
  AddCustomerValue(root, model);
  AddLifecycle(root, model);
  AddTreatments(root, model);
  AddGroups(root, model);
  AddOffers(root, model);
  AddPlacements(root, model);
  AddContextWeights(root, model);
  AddArbitration(root, model);
  AddContactPolicy(root, model);
  AddBudgets(root, model);
  AddReasonTexts(root, model);
  MakeNamesDiffer(root);
  return root;
}

}  // namespace stratagem::author
