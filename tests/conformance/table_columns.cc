#include "tests/conformance/table_columns.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "tests/conformance/table_feel.h"

namespace stratagem {
namespace {

// All numbers are doubles, as they all are decimals in DMN.
std::optional<ValueKind> CellKindOf(const Json& json) {
  const std::optional<ValueKind> kind = KindOf({json});
  return kind == ValueKind::kInt ? ValueKind::kDouble : kind;
}

std::optional<ValueKind> DeclaredKind(const std::string& type) {
  if (type == "number") return ValueKind::kDouble;
  if (type == "string") return ValueKind::kString;
  if (type == "boolean") return ValueKind::kBool;
  return std::nullopt;
}

std::optional<CellColumn> ColumnOf(const Json& input, const Json& input_data,
                                   const Json& inputs) {
  const std::string name(
      absl::StripAsciiWhitespace(TextOf(Member(input, "expression"))));
  const bool is_name =
      inputs.contains(name) ||
      std::find(input_data.begin(), input_data.end(), name) != input_data.end();
  if (!is_name) return std::nullopt;
  CellColumn column;
  column.given = Member(inputs, name.c_str());
  const std::optional<ValueKind> declared =
      DeclaredKind(TextOf(Member(input, "type")));
  const std::optional<ValueKind> given = CellKindOf(column.given);
  column.kind = declared.value_or(given.value_or(ValueKind::kString));
  if (!column.given.is_null() && given != column.kind) return std::nullopt;
  return column;
}

}  // namespace

std::optional<std::vector<CellColumn>> ColumnsOf(const Json& table,
                                                 const Json& input_data,
                                                 const Json& inputs) {
  std::vector<CellColumn> columns;
  for (const Json& input : Member(table, "inputs")) {
    std::optional<CellColumn> column = ColumnOf(input, input_data, inputs);
    if (!column.has_value()) return std::nullopt;
    columns.push_back(*std::move(column));
  }
  const Json& rules = Member(table, "rules");
  const bool knows_one =
      std::any_of(rules.begin(), rules.end(), [&columns](const Json& rule) {
        return CellsOf(rule, columns).has_value();
      });
  if (columns.empty() || !knows_one) return std::nullopt;
  return columns;
}

std::optional<std::vector<std::string>> CellsOf(
    const Json& rule, const std::vector<CellColumn>& columns) {
  const Json& tests = Member(rule, "feel_inputs");
  if (tests.size() != columns.size()) return std::nullopt;
  std::vector<std::string> cells;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!tests[i].is_string()) return std::nullopt;
    std::optional<std::string> cell =
        CellOfFeel(tests[i].get_ref<const std::string&>(), columns[i].kind);
    if (!cell.has_value()) return std::nullopt;
    cells.push_back(*std::move(cell));
  }
  return cells;
}

}  // namespace stratagem
