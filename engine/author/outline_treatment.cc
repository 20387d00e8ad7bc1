// Treatments in an outline: what each pair of tier and stage gets, the rows of
// a table by their conditions, the items of a rule by theirs.

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/author/outline.h"
#include "engine/author/pack_text.h"
#include "engine/pack/words.h"

namespace stratagem::author {
namespace {

using pack::HitPolicy;

constexpr char kOtherwise[] = "otherwise";

class TreatmentOutliner {
 public:
  TreatmentOutliner(const pack::Model& model, const pack::Treatment& treatment)
      : model_(model), treatment_(treatment) {}

  void AddTo(Outline& node) {
    AddFields(node, "fields", treatment_.fields, "default", model_.timezone);
    node.AddDefaulting(
        "protected_check",
        treatment_.protected_check.has_value() ? "true" : "false", "false");
    node.Add("decided by", treatment_.matrix.has_value()  ? "a matrix"
                           : treatment_.table.has_value() ? "a table"
                           : treatment_.rule.has_value()  ? "a rule"
                                                          : "the default");
    AddValues(node, "default", treatment_.default_cell.operands);
    if (treatment_.matrix.has_value()) AddMatrix(node, *treatment_.matrix);
    if (treatment_.table.has_value()) AddTable(node, *treatment_.table);
    if (treatment_.rule.has_value()) AddRule(node, *treatment_.rule);
  }

 private:
  // `operands` of the fields, under `name`.
  void AddValues(Outline& parent, std::string name,
                 const std::vector<pack::Operand>& operands) {
    Outline& node = parent.Add(std::move(name));
    for (size_t i = 0; i < operands.size(); ++i) {
      node.Add(treatment_.fields.fields()[i].name,
               OperandText(operands[i], model_.timezone));
    }
  }

  // What each tier gets in each stage; the default, where the matrix says
  // nothing.
  void AddMatrix(Outline& node, const pack::Matrix& matrix) {
    std::map<std::string, const pack::Cell*> cells;
    for (const pack::Cell& cell : treatment_.cells) {
      cells[cell.name.text] = &cell;
    }
    std::map<std::pair<std::string, std::string>, std::string> named;
    for (const pack::MatrixRow& row : matrix.rows) {
      for (size_t i = 0; i < row.cells.size(); ++i) {
        named[{row.tier.text, matrix.columns[i].text}] = row.cells[i].text;
      }
    }
    for (const pack::Tier& tier : model_.customer_value->tiers) {
      for (const pack::Name& stage : model_.lifecycle->stages) {
        const auto name = named.find({tier.name.text, stage.text});
        const auto cell =
            name == named.end() ? cells.end() : cells.find(name->second);
        AddValues(node, absl::StrCat(tier.name.text, " x ", stage.text),
                  cell == cells.end() ? treatment_.default_cell.operands
                                      : cell->second->operands);
      }
    }
  }

  void AddTable(Outline& node, const pack::Table& table) {
    std::string policy(pack::WordOf(table.hit));
    if (table.aggregate != pack::TableAggregate::kNone) {
      absl::StrAppend(&policy, " ", pack::WordOf(table.aggregate));
    }
    node.Add("hit", policy);
    for (const pack::Table::Order& order : table.order) {
      std::vector<std::string> values;
      for (const Value& value : order.values) {
        values.push_back(ValueText(value, model_.timezone));
      }
      node.Add(absl::StrCat("order of ",
                            treatment_.fields.fields()[order.field].name),
               absl::StrJoin(values, ", "));
    }
    std::vector<std::string> inputs;
    for (const pack::TableInput& input : table.inputs) {
      inputs.push_back(ExpressionText(input.expression));
    }
    Outline& rows = node.Add("row");
    rows.is_ordered = OrderDecides(table);
    for (const pack::TableRow& row : table.rows) {
      AddValues(rows, RowName(inputs, row), row.out);
    }
  }

  static bool OrderDecides(const pack::Table& table) {
    switch (table.hit) {
      case HitPolicy::kFirst:
      case HitPolicy::kRuleOrder:
      case HitPolicy::kPriority:  // Between rows of equal rank, as below.
      case HitPolicy::kOutputOrder:
        return true;
      case HitPolicy::kCollect:
        return table.yields_lists();
      case HitPolicy::kUnique:
      case HitPolicy::kAny:
        return false;
    }
    return false;
  }

  // "request.channel: call, tier: gold": the conditions by their inputs.
  static std::string RowName(const std::vector<std::string>& inputs,
                             const pack::TableRow& row) {
    std::vector<std::string> conditions;
    for (size_t i = 0; i < row.when.size(); ++i) {
      if (row.when[i].kind == pack::InputCell::Kind::kAny) continue;
      conditions.push_back(
          absl::StrCat(inputs[i], ": ", SortedText(row.when[i])));
    }
    if (conditions.empty()) return kOtherwise;
    std::sort(conditions.begin(), conditions.end());
    return absl::StrCat("(", absl::StrJoin(conditions, ", "), ")");
  }

  // Recursion is bounded by kPolicyRuleDepthMax.
  void AddRule(Outline& node, const pack::RuleBlock& rule) {
    for (const pack::Variable& variable : rule.variables) {
      node.Add(absl::StrCat("variable ", variable.name.text),
               ExpressionText(variable.expression));
    }
    Outline& items = node.Add(rule.is_aggregate ? "aggregate" : "match");
    items.is_ordered = true;
    for (const pack::RuleItem& item : rule.items) {
      Outline& line =
          items.Add(item.condition.has_value() ? ExpressionText(*item.condition)
                                               : kOtherwise);
      if (item.output.has_value())
        line.Add("output", ExpressionText(*item.output));
      if (item.explanation.has_value()) {
        line.Add("explanation", ExpressionText(*item.explanation));
      }
      if (item.rule != nullptr) AddRule(line, *item.rule);
    }
  }

  const pack::Model& model_;
  const pack::Treatment& treatment_;
};

}  // namespace

void AddTreatments(Outline& parent, const pack::Model& model) {
  Outline& treatments = parent.Add("treatments");
  for (const pack::Treatment& treatment : model.treatments) {
    TreatmentOutliner(model, treatment)
        .AddTo(treatments.Add(treatment.name.text));
  }
}

}  // namespace stratagem::author
