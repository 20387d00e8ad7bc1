// A treatment for people: a grid of cells whose colours are those of the legend
// below it, a table of conditions and outputs, or the items of a rule.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/display_text.h"
#include "clients/cli/pack_printer.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/text_table.h"
#include "engine/author/pack_text.h"
#include "engine/pack/words.h"

namespace stratagem::cli {
namespace {

using author::ExpressionText;
using author::OperandText;
using author::ValueText;

constexpr size_t kIndent = 2;
constexpr Style kHues[] = {Style::kHue1, Style::kHue2, Style::kHue3,
                           Style::kHue4, Style::kHue5, Style::kHue6};

// "discount_pct: double, 0 to 25 (percent)".
std::string FieldText(const Field& field, absl::TimeZone timezone) {
  std::string text = absl::StrCat(field.name, ": ", ToString(field.type));
  if (field.value_min.has_value() && field.value_max.has_value()) {
    absl::StrAppend(&text, ", ", ValueText(*field.value_min, timezone), " to ",
                    ValueText(*field.value_max, timezone));
  } else if (field.value_min.has_value()) {
    absl::StrAppend(&text, ", at least ",
                    ValueText(*field.value_min, timezone));
  } else if (field.value_max.has_value()) {
    absl::StrAppend(&text, ", at most ", ValueText(*field.value_max, timezone));
  }
  if (!field.unit.empty()) absl::StrAppend(&text, " (", field.unit, ")");
  if (!field.values.empty()) {
    absl::StrAppend(&text, ", one of ", absl::StrJoin(field.values, ", "));
  }
  return text;
}

class TreatmentPrinter {
 public:
  TreatmentPrinter(const pack::Model& model, const pack::Treatment& treatment,
                   const Console& console)
      : model_(model), treatment_(treatment), console_(console) {
    for (size_t i = 0; i < treatment.cells.size(); ++i) {
      const std::string& name = treatment.cells[i].name.text;
      styles_[name] = name == treatment.default_cell.name.text
                          ? Style::kPlain
                          : kHues[i % std::size(kHues)];
    }
  }

  void Print(size_t rows_max) {
    PrintHead();
    if (treatment_.matrix.has_value()) {
      PrintGrid(*treatment_.matrix);
      PrintLegend();
    } else if (treatment_.table.has_value()) {
      PrintTable(*treatment_.table, rows_max);
    } else if (treatment_.rule.has_value()) {
      TextTable items({{.heading = "when", .width_min = 20},
                       {.heading = "then", .width_min = 20}},
                      console_, kIndent);
      AddItems(*treatment_.rule, 0, items);
      items.Print();
    }
    PrintDefault();
  }

 private:
  void PrintHead() {
    const std::string how =
        treatment_.matrix.has_value()  ? "by tier and stage"
        : treatment_.table.has_value() ? TablePolicy(*treatment_.table)
        : treatment_.rule.has_value()  ? "by a rule"
                                       : "the same for everybody";
    const absl::string_view check =
        treatment_.protected_check.has_value()
            ? ", protected attributes may not influence it"
            : "";
    console_.out << console_.PaintOut(Style::kHeading, treatment_.name.text)
                 << "  "
                 << console_.PaintOut(Style::kFaint, absl::StrCat(how, check))
                 << "\n";
    for (const Field& field : treatment_.fields.fields()) {
      PrintLine(FieldText(field, model_.timezone), Style::kFaint);
    }
  }

  void PrintLine(const std::string& text, Style style) {
    PrintParagraph(text, kIndent, style, console_);
  }

  static std::string TablePolicy(const pack::Table& table) {
    return absl::StrCat(
        "by a table, hit policy ", pack::WordOf(table.hit),
        table.aggregate == pack::TableAggregate::kNone ? "" : " ",
        pack::WordOf(table.aggregate));
  }

  // "discount_pct 12, price_list member".
  std::string CellText(const pack::Cell& cell) const {
    std::vector<std::string> values;
    for (size_t i = 0; i < cell.operands.size(); ++i) {
      values.push_back(
          absl::StrCat(treatment_.fields.fields()[i].name, " ",
                       OperandText(cell.operands[i], model_.timezone)));
    }
    return absl::StrJoin(values, ", ");
  }

  void PrintGrid(const pack::Matrix& matrix) {
    std::vector<TableColumn> columns = {{.heading = "", .width_min = 6}};
    for (const pack::Name& stage : model_.lifecycle->stages) {
      columns.push_back({.heading = stage.text, .width_min = 6});
    }
    TextTable grid(std::move(columns), console_, kIndent);
    for (const pack::Tier& tier : model_.customer_value->tiers) {
      std::vector<TableCell> cells = {{tier.name.text, Style::kHeading}};
      for (const pack::Name& stage : model_.lifecycle->stages) {
        cells.push_back(GridCell(matrix, tier.name.text, stage.text));
      }
      grid.AddRow(std::move(cells));
    }
    grid.Print();
  }

  // The cell's name; a faint "default" where the matrix names none.
  TableCell GridCell(const pack::Matrix& matrix, const std::string& tier,
                     const std::string& stage) const {
    for (const pack::MatrixRow& row : matrix.rows) {
      if (row.tier.text != tier) continue;
      for (size_t i = 0; i < row.cells.size(); ++i) {
        if (matrix.columns[i].text != stage) continue;
        const std::string& name = row.cells[i].text;
        return {name, styles_.at(name)};
      }
    }
    return {"default", Style::kFaint};
  }

  void PrintLegend() {
    TextTable legend({{.heading = "cell"}, {.heading = "values"}}, console_,
                     kIndent);
    for (const pack::Cell& cell : treatment_.cells) {
      legend.AddRow(
          {{cell.name.text, styles_.at(cell.name.text)}, {CellText(cell)}});
    }
    legend.Print();
  }

  void PrintTable(const pack::Table& table, size_t rows_max) {
    std::vector<TableColumn> columns;
    for (const pack::TableInput& input : table.inputs) {
      columns.push_back(
          {.heading = ExpressionText(input.expression), .width_min = 4});
    }
    columns.push_back({.heading = "|", .width_min = 1});
    const bool counts = table.aggregate == pack::TableAggregate::kCount;
    if (!counts) {
      for (const Field& field : treatment_.fields.fields()) {
        columns.push_back({.heading = field.name, .width_min = 4});
      }
    }
    TextTable rows(std::move(columns), console_, kIndent);
    for (size_t i = 0; i < std::min(rows_max, table.rows.size()); ++i) {
      std::vector<TableCell> cells;
      for (const pack::InputCell& cell : table.rows[i].when) {
        cells.push_back(
            {author::CellText(cell), cell.kind == pack::InputCell::Kind::kAny
                                         ? Style::kFaint
                                         : Style::kPlain});
      }
      cells.push_back({"|", Style::kFaint});
      for (const pack::Operand& operand : table.rows[i].out) {
        cells.push_back({OperandText(operand, model_.timezone)});
      }
      rows.AddRow(std::move(cells));
    }
    rows.Print();
    if (table.rows.size() > rows_max) {
      PrintLine(absl::StrCat("… ", WithThousands(table.rows.size() - rows_max),
                             " more rows"),
                Style::kFaint);
    }
  }

  // Recursion is bounded by kPolicyRuleDepthMax.
  void AddItems(const pack::RuleBlock& rule, size_t depth, TextTable& table) {
    const std::string indent(2 * depth, ' ');
    for (const pack::RuleItem& item : rule.items) {
      const std::string condition = item.condition.has_value()
                                        ? ExpressionText(*item.condition)
                                        : std::string("otherwise");
      table.AddRow({{absl::StrCat(indent, condition)},
                    {item.output.has_value()
                         ? ExpressionText(*item.output)
                         : std::string(item.rule->is_aggregate ? "all of"
                                                               : "first of")}});
      if (item.rule != nullptr) AddItems(*item.rule, depth + 1, table);
    }
  }

  void PrintDefault() {
    const pack::Cell& cell = treatment_.default_cell;
    PrintLine(
        absl::StrCat("default: ",
                     cell.name.text.empty() ? CellText(cell) : cell.name.text),
        Style::kPlain);
  }

  const pack::Model& model_;
  const pack::Treatment& treatment_;
  const Console& console_;
  std::map<std::string, Style> styles_;  // Of cells.
};

}  // namespace

void PrintTreatment(const pack::Model& model, const pack::Treatment& treatment,
                    size_t rows_max, const Console& console) {
  TreatmentPrinter(model, treatment, console).Print(rows_max);
}

}  // namespace stratagem::cli
