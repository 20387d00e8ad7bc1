// `treatments:`: their fields, cells, default, tier x stage matrix, table or
// rule.
// That rows, columns and cells name things that exist is the plan's to check.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pack/literal.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {
namespace {

struct TreatmentDraft {
  const YamlNode* fields = nullptr;
  const YamlNode* default_cell = nullptr;
  const YamlNode* matrix = nullptr;
  const YamlNode* cells = nullptr;
  const YamlNode* table = nullptr;
  const YamlNode* rule = nullptr;
  const YamlNode* protected_check = nullptr;
};

// A value of the treatment: every field by name, a literal or {cel: "…"}.
Shape CellShape() { return ByIdentifier<LiteralShape, 1>(); }

Shape CellsShape() { return ByLabel<CellShape>(); }

Shape DefaultShape() { return EitherOf<LabelShape, CellShape>(); }

Shape CellNamesShape() { return ListOf<LabelShape, 1>(); }

Shape MatrixShape() {
  Shape shape = ByLabel<CellNamesShape, 2>();
  shape.keys = {
      {"columns", true, CellNamesShape, "stages, one for each cell of a row"}};
  return shape;
}

constexpr Key<TreatmentDraft> kTreatmentKeys[] = {
    {"fields", Need::kRequired,
     Into<&TreatmentDraft::fields, TreatmentFieldsShape>,
     "what a value of the treatment consists of"},
    {"default", Need::kRequired,
     Into<&TreatmentDraft::default_cell, DefaultShape>,
     "the value when nothing else gives one: a cell's name, or its fields"},
    {"matrix", Need::kOptional, Into<&TreatmentDraft::matrix, MatrixShape>,
     "a cell for each tier and stage"},
    {"cells", Need::kOptional, Into<&TreatmentDraft::cells, CellsShape>,
     "the values that the matrix names"},
    {"rule", Need::kOptional, Into<&TreatmentDraft::rule, RuleShape>,
     "a rule block of CEL Policy that yields the fields"},
    {"table", Need::kOptional, Into<&TreatmentDraft::table, TableShape>,
     "a decision table with DMN's hit policies"},
    {"protected_check", Need::kOptional,
     Into<&TreatmentDraft::protected_check, BoolShape>,
     "true: no attribute marked `protected` may influence it"},
};

Shape TreatmentShape() {
  Shape shape = MappingOf<kTreatmentKeys>();
  shape.choices = {{{"matrix", "table", "rule"}}};
  return shape;
}

// A literal of the field, or {cel: "…"}.
Operand ReadOperand(ReadContext& context, const YamlNode& node,
                    const Field& field) {
  Operand operand;
  operand.location = node.location();
  if (node.is(YamlKind::kMapping) && node.entries.size() == 1 &&
      node.entries[0].key.text == "cel") {
    Read(context, node.entries[0].value, operand.expression.emplace());
    return operand;
  }
  operand.literal = ReadFieldValue(context, node, field);
  return operand;
}

Cell ReadCell(ReadContext& context, const YamlNode& node, const Schema& fields,
              absl::string_view what) {
  Cell cell;
  cell.operands = ReadOperands(context, node, fields, what);
  return cell;
}

void ReadCells(ReadContext& context, const YamlNode& node,
               Treatment& treatment) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "cells by name")) return;
  for (const YamlEntry& entry : node.entries) {
    const Name name = NameOf(entry.key);
    CheckName(name, NameUse::kLabel, "a cell", context.diagnostics);
    Cell cell = ReadCell(context, entry.value, treatment.fields,
                         absl::StrCat("cell `", name.text, "`"));
    cell.name = name;
    treatment.cells.push_back(std::move(cell));
  }
}

// `default: NAME` copies that cell; a mapping is a cell of its own.
void ReadDefault(ReadContext& context, const YamlNode& node,
                 Treatment& treatment) {
  if (!node.is(YamlKind::kScalar)) {
    treatment.default_cell =
        ReadCell(context, node, treatment.fields, "the default");
    treatment.default_cell.name.location = node.location();
    return;
  }
  std::vector<std::string> names;
  for (const Cell& cell : treatment.cells) {
    names.push_back(cell.name.text);
    if (cell.name.text != node.text) continue;
    treatment.default_cell = cell;
    treatment.default_cell.name.location = node.location();
    return;
  }
  context.diagnostics.AddError(
      "E274", node.location(),
      absl::StrCat("the default ", Describe(node), " is not one of the cells"),
      HintAmong(node.text, names));
}

std::vector<Name> ReadRowCells(ReadContext& context, const YamlNode& node) {
  std::vector<Name> cells;
  for (const YamlNode& item : node.items) {
    Read(context, item, cells.emplace_back());
  }
  return cells;
}

void ReadMatrix(ReadContext& context, const YamlNode& node, Matrix& matrix) {
  matrix.location = node.location();
  if (!ExpectKind(context, node, YamlKind::kMapping,
                  "`columns: [STAGE, …]` and a row `TIER: [CELL, …]` for each "
                  "tier")) {
    return;
  }
  const YamlNode* columns = nullptr;
  for (const YamlEntry& entry : node.entries) {
    if (entry.key.text == "columns") {
      columns = &entry.value;
      Read(context, entry.value, matrix.columns);
    }
  }
  if (columns == nullptr) {
    ReportMissingKey(context, node, "the matrix", "columns");
  }
  for (const YamlEntry& entry : node.entries) {
    if (entry.key.text == "columns") continue;
    MatrixRow row;
    row.tier = NameOf(entry.key);
    if (!ExpectKind(context, entry.value, YamlKind::kSequence,
                    "cells, one for each column")) {
      continue;
    }
    row.cells = ReadRowCells(context, entry.value);
    if (columns != nullptr && columns->is(YamlKind::kSequence) &&
        row.cells.size() != columns->items.size()) {
      context.diagnostics.AddError(
          "E272", entry.value.location(),
          absl::StrCat("row `", row.tier.text, "` has ", row.cells.size(),
                       " cells, the matrix has ", columns->items.size(),
                       " columns"));
    }
    matrix.rows.push_back(std::move(row));
  }
  if (matrix.rows.empty()) {
    context.diagnostics.AddError("E224", node.location(),
                                 "the matrix has no rows");
  }
}

// E226 for a treatment that is decided in two ways.
void CheckExclusive(ReadContext& context, const Name& treatment,
                    const TreatmentDraft& draft) {
  struct Way {
    absl::string_view key;
    const YamlNode* node;
  };
  const Way* first = nullptr;
  const Way ways[] = {{"a `matrix`", draft.matrix},
                      {"a `table`", draft.table},
                      {"a `rule`", draft.rule}};
  for (const Way& way : ways) {
    if (way.node == nullptr) continue;
    if (first == nullptr) {
      first = &way;
      continue;
    }
    context.diagnostics.AddError(
        "E226", way.node->location(),
        absl::StrCat("treatment `", treatment.text, "` has both ", first->key,
                     " and ", way.key),
        "a row of a table, or an item of a rule, can ask for `tier` and "
        "`stage`");
  }
}

Treatment ReadTreatment(ReadContext& context, const YamlEntry& entry) {
  Treatment treatment;
  treatment.name = NameOf(entry.key);
  TreatmentDraft draft;
  ReadMapping(context, entry.value,
              absl::StrCat("treatment `", treatment.name.text, "`"),
              kTreatmentKeys, draft);
  // Cells mean nothing without the types of their fields.
  if (draft.fields != nullptr) {
    ReadTreatmentFields(context, *draft.fields, treatment.fields);
    if (draft.cells != nullptr) ReadCells(context, *draft.cells, treatment);
    if (draft.default_cell != nullptr) {
      ReadDefault(context, *draft.default_cell, treatment);
    }
    if (draft.table != nullptr) {
      ReadTable(context, *draft.table, treatment.fields,
                treatment.table.emplace());
    }
  }
  if (draft.matrix != nullptr) {
    ReadMatrix(context, *draft.matrix, treatment.matrix.emplace());
  }
  if (draft.rule != nullptr) {
    ReadRule(context, *draft.rule, CelQuotes::kRequired,
             treatment.rule.emplace());
  }
  CheckExclusive(context, treatment.name, draft);
  if (draft.protected_check != nullptr) {
    bool checks = false;
    Read(context, *draft.protected_check, checks);
    if (checks) treatment.protected_check = draft.protected_check->location();
  }
  return treatment;
}

}  // namespace

std::vector<Operand> ReadOperands(ReadContext& context, const YamlNode& node,
                                  const Schema& fields,
                                  absl::string_view what) {
  std::vector<Operand> operands;
  if (context.HasEnoughErrors() || !ExpectMappingOf(context, node, what)) {
    return operands;
  }
  std::vector<const YamlNode*> values(fields.fields().size());
  for (const YamlEntry& entry : node.entries) {
    const int index = fields.Find(entry.key.text);
    if (index < 0) {
      ReportUnknownKey(context, entry.key, what, fields.names());
    } else {
      values[static_cast<size_t>(index)] = &entry.value;
    }
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const Field& field = fields.fields()[i];
    if (values[i] == nullptr) {
      ReportMissingKey(context, node, what, field.name);
      operands.emplace_back();
    } else {
      operands.push_back(ReadOperand(context, *values[i], field));
    }
  }
  return operands;
}

Shape TreatmentsShape() { return ByIdentifier<TreatmentShape>(); }

void ReadTreatments(ReadContext& context, const YamlNode& node,
                    PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "treatments by name")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const Name name = NameOf(entry.key);
    CheckName(name, NameUse::kMember, "a treatment", context.diagnostics);
    draft.treatments.Add(name, context.diagnostics);
    draft.model.treatments.push_back(ReadTreatment(context, entry));
  }
}

}  // namespace stratagem::pack
