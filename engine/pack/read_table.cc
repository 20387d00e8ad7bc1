// The `table` of a treatment: its shape, its policy and its rows. What depends
// on the types of its inputs is the plan's to check.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/pack/literal.h"
#include "engine/pack/sections.h"
#include "engine/pack/table_cell.h"
#include "engine/pack/table_reader.h"
#include "engine/pack/words.h"
#include "engine/value/compare.h"

namespace stratagem::pack {

// The words of enumerations, in their order.
Shape ShapeOf(Of<HitPolicy>) {
  return WordShape({"unique", "any", "first", "priority", "rule_order",
                    "output_order", "collect"});
}
Shape ShapeOf(Of<TableAggregate>) {
  return WordShape({"sum", "min", "max", "count"});
}

namespace {

struct TableDraft {
  std::optional<HitPolicy> hit;
  std::optional<TableAggregate> aggregate;
  const YamlNode* hit_node = nullptr;
  const YamlNode* aggregate_node = nullptr;
  const YamlNode* inputs = nullptr;
  const YamlNode* rows = nullptr;
  const YamlNode* order = nullptr;
  std::optional<Name> rows_from;
};

struct RowDraft {
  const YamlNode* when = nullptr;
  const YamlNode* out = nullptr;
};

Shape CellTextShape() { return EitherOf<TextShape, ComputedShape>(); }

constexpr Key<RowDraft> kRowKeys[] = {
    {"when", Need::kRequired, Into<&RowDraft::when, ListOf<CellTextShape>>,
     "a cell for each input: gold | silver, '[10..20)', '>= 5', _"},
    {"out", Need::kOptional, Into<&RowDraft::out, ByIdentifier<LiteralShape>>,
     "what the row yields, field by field"},
};

constexpr HitPolicy kPolicies[] = {
    HitPolicy::kUnique,   HitPolicy::kAny,       HitPolicy::kFirst,
    HitPolicy::kPriority, HitPolicy::kRuleOrder, HitPolicy::kOutputOrder,
    HitPolicy::kCollect};
constexpr TableAggregate kAggregates[] = {
    TableAggregate::kSum, TableAggregate::kMin, TableAggregate::kMax,
    TableAggregate::kCount};

// Absent after an error. The node is kept for its place in messages.
constexpr auto kIntoHit = [](ReadContext& context, const YamlNode& node,
                             TableDraft& draft) {
  draft.hit_node = &node;
  const auto word = ReadWord(context, node, ShapeOf(Of<HitPolicy>()));
  if (word.has_value()) draft.hit = kPolicies[*word];
};
constexpr auto kIntoAggregate = [](ReadContext& context, const YamlNode& node,
                                   TableDraft& draft) {
  draft.aggregate_node = &node;
  const auto word = ReadWord(context, node, ShapeOf(Of<TableAggregate>()));
  if (word.has_value()) draft.aggregate = kAggregates[*word];
};

Shape OrderShape() { return ByIdentifier<ListOf<LiteralShape, 1>, 1>(); }

Shape CsvPathShape() {
  Shape shape = TextShape();
  shape.pattern = "^[^/].*[.]csv$";
  return shape;
}

constexpr Key<TableDraft> kTableKeys[] = {
    {"hit",
     Need::kOptional,
     {kIntoHit, ShapeOfType<HitPolicy>},
     "which of the rows that match count: unique when absent"},
    {"aggregate",
     Need::kOptional,
     {kIntoAggregate, ShapeOfType<TableAggregate>},
     "of collect: what the rows' values come to"},
    {"inputs", Need::kRequired, Into<&TableDraft::inputs, ListOf<TextShape, 1>>,
     "what the columns test: names, or CEL between quotes"},
    {"rows", Need::kOptional,
     Into<&TableDraft::rows, ListOf<MappingOf<kRowKeys>>>, "the rows"},
    {"rows_from", Need::kOptional, Into<&TableDraft::rows_from, CsvPathShape>,
     "a CSV file with further rows, below the pack's folder"},
    {"order", Need::kOptional, Into<&TableDraft::order, OrderShape>,
     "of priority and output_order: the values of fields, best first"},
};

// "rule_order", "collect sum".
std::string PolicyText(HitPolicy hit,
                       TableAggregate aggregate = TableAggregate::kNone) {
  const absl::string_view word = WordOf(aggregate);
  return absl::StrCat(WordOf(hit), word.empty() ? "" : " ", word);
}

// A name, or a dotted one, that needs no quotes.
bool IsPlainName(absl::string_view text) {
  for (const absl::string_view part : absl::StrSplit(text, '.')) {
    if (part.empty() ||
        absl::ascii_isdigit(static_cast<unsigned char>(part[0]))) {
      return false;
    }
    for (const char c : part) {
      if (c != '_' && !absl::ascii_isalnum(static_cast<unsigned char>(c))) {
        return false;
      }
    }
  }
  return true;
}

class TableReader {
 public:
  TableReader(ReadContext& context, const Schema& fields, Table& table)
      : context_(context), fields_(fields), table_(table) {}

  void ReadTable(const YamlNode& node) {
    table_.location = node.location();
    if (!ReadMapping(context_, node, "the table", kTableKeys, draft_)) return;
    if (draft_.inputs != nullptr) ReadInputs(*draft_.inputs);
    // What rows may hold depends on the policy.
    if ((draft_.hit_node != nullptr && !draft_.hit.has_value()) ||
        (draft_.aggregate_node != nullptr && !draft_.aggregate.has_value())) {
      return;
    }
    table_.hit = draft_.hit.value_or(HitPolicy::kUnique);
    table_.aggregate = draft_.aggregate.value_or(TableAggregate::kNone);
    CheckKeys(node);
    for (Field& field : RowFields(table_, fields_)) {
      row_fields_.Add(std::move(field));
    }
    if (CheckFields()) ReadOrder();
    if (draft_.rows != nullptr) ReadRows(*draft_.rows);
    if (draft_.rows_from.has_value()) {
      ReadTableCsv(context_, *draft_.rows_from, row_fields_, table_);
    }
  }

 private:
  void Error(absl::string_view code, const SourceLocation& location,
             std::string message, std::string hint = "") {
    context_.diagnostics.AddError(code, location, std::move(message),
                                  std::move(hint));
  }

  bool NeedsOrder() const {
    return table_.hit == HitPolicy::kPriority ||
           table_.hit == HitPolicy::kOutputOrder;
  }

  // E277 for keys that the hit policy does not know, E222 without rows.
  void CheckKeys(const YamlNode& node) {
    if (draft_.aggregate_node != nullptr && table_.hit != HitPolicy::kCollect) {
      Error("E277", draft_.aggregate_node->location(),
            absl::StrCat("`aggregate` in a table with `hit: ",
                         PolicyText(table_.hit), "`"),
            "only `hit: collect` aggregates");
      table_.aggregate = TableAggregate::kNone;
    }
    if (draft_.order != nullptr && !NeedsOrder()) {
      Error("E277", draft_.order->location(),
            absl::StrCat(
                "`order` in a table with `hit: ", PolicyText(table_.hit), "`"),
            "only `priority` and `output_order` rank what rows yield");
    }
    if (draft_.rows == nullptr && !draft_.rows_from.has_value()) {
      ReportMissingKey(context_, node, "the table", "rows");
    }
  }

  void ReadInputs(const YamlNode& node) {
    if (!ExpectKind(context_, node, YamlKind::kSequence, "inputs")) return;
    if (node.items.empty()) {
      Error("E224", node.location(), "the table has no inputs");
    }
    for (const YamlNode& item : node.items) {
      TableInput& input = table_.inputs.emplace_back();
      if (item.is(YamlKind::kScalar) && item.style == ScalarStyle::kPlain &&
          IsPlainName(item.text)) {
        input.expression.source = item.source();
      } else {
        Read(context_, item, input.expression);
      }
    }
  }

  // E278 for fields that cannot hold what the policy yields. False after one.
  bool CheckFields() {
    const SourceLocation& location =
        draft_.aggregate_node != nullptr ? draft_.aggregate_node->location()
        : draft_.hit_node != nullptr     ? draft_.hit_node->location()
                                         : table_.location;
    if (table_.yields_lists()) return CheckListFields(location);
    if (table_.aggregate == TableAggregate::kNone) return true;
    const std::vector<Field>& fields = fields_.fields();
    if (fields.size() != 1) {
      Error("E278", location,
            absl::StrCat("`", PolicyText(table_.hit, table_.aggregate),
                         "` yields one value, the "
                         "treatment has ",
                         fields.size(), " fields"),
            "make a treatment of each");
      return false;
    }
    const ValueKind kind = fields[0].type.kind;
    const bool is_number =
        kind == ValueKind::kInt || kind == ValueKind::kDouble;
    const bool fits =
        table_.aggregate == TableAggregate::kCount ? kind == ValueKind::kInt
        : table_.aggregate == TableAggregate::kSum
            ? is_number
            : is_number || kind == ValueKind::kString ||
                  kind == ValueKind::kTimestamp || kind == ValueKind::kDuration;
    if (fits) return true;
    Error("E278", location,
          absl::StrCat("field `", fields[0].name, "` is ",
                       ToString(fields[0].type), ", which `",
                       PolicyText(table_.hit, table_.aggregate),
                       "` does not yield"),
          table_.aggregate == TableAggregate::kCount ? "declare it as int"
          : table_.aggregate == TableAggregate::kSum
              ? "declare it as int or double"
              : "declare it as a type that has an order");
    return false;
  }

  bool CheckListFields(const SourceLocation& location) {
    bool ok = true;
    for (const Field& field : fields_.fields()) {
      if (field.type.kind == ValueKind::kList) continue;
      ok = false;
      Error("E278", location,
            absl::StrCat("`", PolicyText(table_.hit, table_.aggregate),
                         "` yields a list for field `", field.name,
                         "`, which is ", ToString(field.type)),
            absl::StrCat("declare it as {list: ", ToString(field.type), "}"));
    }
    return ok;
  }

  // Without `order`, the order in which fields list their `values` counts.
  void ReadOrder() {
    if (!NeedsOrder()) return;
    const std::vector<Field>& fields = row_fields_.fields();
    if (draft_.order != nullptr) {
      ReadGivenOrder(*draft_.order);
    } else {
      for (size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].values.empty()) continue;
        Table::Order& order = table_.order.emplace_back();
        order.field = i;
        for (const std::string& value : fields[i].values) {
          order.values.push_back(
              Value::String(context_.arena.CopyString(value)));
        }
      }
      if (table_.order.empty()) {
        Error("E277", draft_.hit_node->location(),
              absl::StrCat("`", PolicyText(table_.hit, table_.aggregate),
                           "` needs `order`: no field lists its `values`"),
              "write `order: {FIELD: [best, …, worst]}`");
      }
    }
  }

  void ReadGivenOrder(const YamlNode& node) {
    if (!ExpectKind(context_, node, YamlKind::kMapping,
                    "values by field, best first")) {
      return;
    }
    if (node.entries.empty()) {
      Error("E224", node.location(), "the order names no field");
    }
    const std::vector<Field>& fields = row_fields_.fields();
    for (const YamlEntry& entry : node.entries) {
      const int field = row_fields_.Find(entry.key.text);
      if (field < 0) {
        ReportUnknownKey(context_, entry.key, "the order", row_fields_.names());
        continue;
      }
      if (!ExpectKind(context_, entry.value, YamlKind::kSequence,
                      "values, best first")) {
        continue;
      }
      Table::Order& order = table_.order.emplace_back();
      order.field = static_cast<size_t>(field);
      for (const YamlNode& item : entry.value.items) {
        AddOrderValue(item, fields[order.field], order);
      }
    }
    // DMN compares fields as they are declared.
    std::sort(table_.order.begin(), table_.order.end(),
              [](const Table::Order& a, const Table::Order& b) {
                return a.field < b.field;
              });
  }

  void AddOrderValue(const YamlNode& node, const Field& field,
                     Table::Order& order) {
    const std::optional<Value> value = ReadFieldValue(context_, node, field);
    if (!value.has_value()) return;
    for (const Value& other : order.values) {
      if (!ValuesEqual(other, *value)) continue;
      Error("E232", node.location(),
            absl::StrCat(ToString(*value), " stands twice in the order of `",
                         field.name, "`"));
      return;
    }
    order.values.push_back(*value);
  }

  void ReadRows(const YamlNode& node) {
    if (!ExpectKind(context_, node, YamlKind::kSequence,
                    "rows `{when: […], out: {…}}`")) {
      return;
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const SourceLocation location = node.items[i].location();
      if (context_.HasEnoughErrors() ||
          !HasRoomForRow(context_, location, table_)) {
        return;
      }
      ReadRow(node.items[i], absl::StrCat("rows[", i, "]"));
    }
    if (node.items.empty() && !draft_.rows_from.has_value()) {
      Error("E224", node.location(), "the table has no rows");
    }
  }

  void ReadRow(const YamlNode& node, std::string label) {
    RowDraft draft;
    if (!ReadMapping(context_, node, "a row", kRowKeys, draft)) return;
    TableRow row;
    row.location = node.location();
    row.label = std::move(label);
    if (draft.when != nullptr) ReadWhen(*draft.when, row);
    if (table_.aggregate == TableAggregate::kCount) {
      if (draft.out != nullptr) {
        Error("E277", draft.out->location(),
              "`out` in a row that is only counted", "remove it");
      }
    } else if (draft.out == nullptr) {
      ReportMissingKey(context_, node, "a row", "out");
    } else {
      row.out = ReadOperands(context_, *draft.out, row_fields_, "`out`");
    }
    table_.rows.push_back(std::move(row));
  }

  void ReadWhen(const YamlNode& node, TableRow& row) {
    if (!ExpectKind(context_, node, YamlKind::kSequence,
                    "cells, one for each input")) {
      return;
    }
    if (draft_.inputs != nullptr && node.items.size() != table_.inputs.size()) {
      Error("E276", node.location(),
            absl::StrCat("the row has ", node.items.size(),
                         " cells, the table has ", table_.inputs.size(),
                         " inputs"),
            "write `_` where every value will do");
    }
    for (const YamlNode& item : node.items) {
      row.when.push_back(ReadTableCell(context_, item));
    }
  }

  ReadContext& context_;
  const Schema& fields_;
  Table& table_;
  TableDraft draft_;
  Schema row_fields_;
};

}  // namespace

bool HasRoomForRow(ReadContext& context, const SourceLocation& location,
                   const Table& table) {
  const size_t cells = (table.rows.size() + 1) * table.inputs.size();
  const bool fits_rows = table.rows.size() < kTableRowsMax;
  if (fits_rows && cells <= kTableCellsMax) return true;
  context.diagnostics.AddError(
      "E225", location,
      fits_rows
          ? absl::StrCat("more than ", kTableCellsMax, " cells in one table")
          : absl::StrCat("more than ", kTableRowsMax, " rows in one table"));
  return false;
}

std::vector<Field> RowFields(const Table& table, const Schema& fields) {
  if (table.aggregate == TableAggregate::kCount) return {};
  std::vector<Field> row_fields = fields.fields();
  for (Field& field : row_fields) {
    if (table.yields_lists() && field.type.kind == ValueKind::kList) {
      field.type = FieldType(*field.type.element);
    }
    if (table.aggregate == TableAggregate::kSum) {
      field.value_min.reset();
      field.value_max.reset();
    }
  }
  return row_fields;
}

absl::string_view WordOf(HitPolicy hit) {
  return ShapeOf(Of<HitPolicy>()).words[static_cast<size_t>(hit)];
}

absl::string_view WordOf(TableAggregate aggregate) {
  if (aggregate == TableAggregate::kNone) return "";
  return ShapeOf(Of<TableAggregate>())
      .words[static_cast<size_t>(aggregate) - 1];
}

Shape TableShape() { return MappingOf<kTableKeys>(); }

void ReadTable(ReadContext& context, const YamlNode& node, const Schema& fields,
               Table& table) {
  TableReader(context, fields, table).ReadTable(node);
}

}  // namespace stratagem::pack
