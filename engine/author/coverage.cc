#include "engine/author/coverage.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/plan/plan_code.h"

namespace stratagem::author {
namespace {

// The items of `rule` with an output, by the paths that policy gives them.
// LIMIT: recursion is as deep as rules nest, at most kPolicyRuleDepthMax.
void AddRuleParts(const pack::RuleBlock& rule, const std::string& path,
                  std::vector<TreatmentPart>& parts) {
  const absl::string_view list = rule.is_aggregate ? "aggregate" : "match";
  for (size_t i = 0; i < rule.items.size(); ++i) {
    const pack::RuleItem& item = rule.items[i];
    const std::string own = absl::StrCat(path, ".", list, "[", i, "]");
    if (item.rule != nullptr) {
      AddRuleParts(*item.rule, absl::StrCat(own, ".rule"), parts);
    } else {
      parts.push_back({CoverageKind::kRule, own, item.location});
    }
  }
}

// True when some item of `rule` yields for every customer.
bool YieldsAlways(const pack::RuleBlock& rule) {
  return std::any_of(
      rule.items.begin(), rule.items.end(), [](const pack::RuleItem& item) {
        return !item.condition.has_value() &&
               (item.rule == nullptr || YieldsAlways(*item.rule));
      });
}

// True when every row that matches takes part in the result; else one of them
// wins, and only that one was reached.
bool TakesAllRows(pack::HitPolicy hit) {
  switch (hit) {
    case pack::HitPolicy::kUnique:
    case pack::HitPolicy::kFirst:
    case pack::HitPolicy::kPriority:
      return false;
    case pack::HitPolicy::kAny:
    case pack::HitPolicy::kRuleOrder:
    case pack::HitPolicy::kOutputOrder:
    case pack::HitPolicy::kCollect:
      return true;
  }
  return false;
}

bool MatchesAlways(const pack::TableRow& row) {
  return std::all_of(row.when.begin(), row.when.end(),
                     [](const pack::InputCell& cell) {
                       return cell.kind == pack::InputCell::Kind::kAny;
                     });
}

// Adds the cells that `matrix` uses. Returns true when it has one for every
// tier and stage.
bool AddMatrixParts(const pack::Treatment& treatment, const pack::Model& model,
                    std::vector<TreatmentPart>& parts) {
  absl::flat_hash_set<std::string> used;
  for (const pack::MatrixRow& row : treatment.matrix->rows) {
    for (const pack::Name& cell : row.cells) used.insert(cell.text);
  }
  for (const pack::Cell& cell : treatment.cells) {
    if (!used.contains(cell.name.text)) continue;
    parts.push_back({CoverageKind::kCell, cell.name.text, cell.name.location});
  }
  return treatment.matrix->rows.size() == model.customer_value->tiers.size() &&
         treatment.matrix->columns.size() == model.lifecycle->stages.size();
}

std::string ItemName(const pack::Treatment& treatment,
                     const TreatmentPart& part) {
  return absl::StrCat(treatment.name.text, ": ",
                      part.label.empty() ? "default" : part.label);
}

std::string StageName(const pack::StageRule& line) {
  return absl::StrCat(line.stage.text, ": ",
                      line.condition.has_value() ? line.condition->source.text()
                                                 : std::string("otherwise"));
}

}  // namespace

absl::string_view CoverageKindName(CoverageKind kind) {
  switch (kind) {
    case CoverageKind::kTier:
      return "tiers";
    case CoverageKind::kStage:
      return "stages";
    case CoverageKind::kCell:
      return "cells";
    case CoverageKind::kRow:
      return "rows";
    case CoverageKind::kRule:
      return "rules";
    case CoverageKind::kOffer:
      return "offers";
  }
  return "";
}

double CoverageShare::percent() const {
  if (total == 0) return 100;
  return 100 * static_cast<double>(reached) / static_cast<double>(total);
}

std::vector<TreatmentPart> PartsOf(const pack::Treatment& treatment,
                                   const pack::Model& model) {
  std::vector<TreatmentPart> parts;
  bool is_total = false;
  if (treatment.rule.has_value()) {
    AddRuleParts(*treatment.rule, "rule", parts);
    is_total = YieldsAlways(*treatment.rule);
  } else if (treatment.table.has_value()) {
    for (const pack::TableRow& row : treatment.table->rows) {
      parts.push_back({CoverageKind::kRow, row.label, row.location});
      is_total = is_total || MatchesAlways(row);
    }
  } else if (treatment.matrix.has_value()) {
    is_total = AddMatrixParts(treatment, model, parts);
  }
  const pack::Name& name = treatment.default_cell.name;
  const bool is_listed = std::any_of(
      parts.begin(), parts.end(),
      [&](const TreatmentPart& part) { return part.label == name.text; });
  if (!is_total && !is_listed) {
    parts.push_back({CoverageKind::kCell, name.text, name.location});
  }
  return parts;
}

Coverage::Coverage(const pack::Model& model, const plan::Plan& plan)
    : plan_(plan) {
  AddCustomerValue(model);
  treatments_.resize(model.treatments.size());
  for (const pack::Treatment& treatment : model.treatments) {
    takes_all_rows_.push_back(treatment.table.has_value() &&
                              TakesAllRows(treatment.table->hit));
  }
  for (const CoverageKind kind :
       {CoverageKind::kCell, CoverageKind::kRow, CoverageKind::kRule}) {
    AddTreatments(model, kind);
  }
  for (const pack::Offer& offer : model.offers) {
    offers_.emplace(offer.id.text, items_.size());
    items_.push_back(
        {CoverageKind::kOffer, offer.id.text, offer.id.location, 0});
  }
}

void Coverage::AddCustomerValue(const pack::Model& model) {
  if (model.customer_value.has_value()) {
    for (const pack::Tier& tier : model.customer_value->tiers) {
      tiers_.emplace(tier.name.text, items_.size());
      items_.push_back(
          {CoverageKind::kTier, tier.name.text, tier.name.location, 0});
    }
  }
  first_stage_ = items_.size();
  if (!model.lifecycle.has_value()) return;
  for (const pack::StageRule& line : model.lifecycle->match) {
    items_.push_back(
        {CoverageKind::kStage, StageName(line), line.stage.location, 0});
  }
}

void Coverage::AddTreatments(const pack::Model& model, CoverageKind kind) {
  for (size_t i = 0; i < model.treatments.size(); ++i) {
    const pack::Treatment& treatment = model.treatments[i];
    for (const TreatmentPart& part : PartsOf(treatment, model)) {
      if (part.kind != kind) continue;
      treatments_[i].emplace(part.label, items_.size());
      items_.push_back({kind, ItemName(treatment, part), part.location, 0});
    }
  }
}

void Coverage::Reach(const ByName& items, absl::string_view name) {
  const auto found = items.find(name);
  if (found != items.end()) ++items_[found->second].reached;
}

// Once more from the first line on, since records only name the stage and two
// lines may give the same.
void Coverage::ReachStage(expr::Frame& frame) {
  const std::vector<plan::StageRuleCode>& lines = plan_.code().stage_rules;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].condition.has_value()) {
      frame.steps_left = kEvaluationStepsMax;
      const Value holds = lines[i].condition->Evaluate(frame);
      if (!holds.is(ValueKind::kBool) || !holds.bool_value()) continue;
    }
    ++items_[first_stage_ + i].reached;
    return;
  }
}

void Coverage::ReachTreatment(size_t treatment,
                              const trace::TreatmentResult& result,
                              expr::Frame& frame) {
  const ByName& parts = treatments_[treatment];
  if (result.reason != trace::Reason::kTableRow ||
      !takes_all_rows_[treatment]) {
    Reach(parts, result.cell);
    return;
  }
  const plan::DecisionTable& table = *plan_.code().treatments[treatment].table;
  frame.steps_left = kEvaluationStepsMax;
  table.FindRows(frame, scratch_);
  for (const uint32_t row : scratch_.rows) Reach(parts, table.label(row));
}

void Coverage::Add(const trace::DecisionRecord& record, expr::Frame& frame) {
  Reach(tiers_, record.tier);
  ReachStage(frame);
  for (size_t i = 0; i < record.treatments.size(); ++i) {
    ReachTreatment(i, record.treatments[i], frame);
  }
  for (const trace::SlotResult& slot : record.slots) {
    Reach(offers_, slot.offer);
  }
}

CoverageShare Coverage::Of(CoverageKind kind) const {
  CoverageShare share;
  for (const CoverageItem& item : items_) {
    if (item.kind != kind) continue;
    ++share.total;
    if (item.reached > 0) ++share.reached;
  }
  return share;
}

CoverageShare Coverage::InAll() const {
  CoverageShare share{0, items_.size()};
  for (const CoverageItem& item : items_) {
    if (item.reached > 0) ++share.reached;
  }
  return share;
}

}  // namespace stratagem::author
