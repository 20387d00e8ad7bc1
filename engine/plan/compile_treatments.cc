// The section `treatments`: fields, cells, matrix, and what must not reach
// them.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/suggestion.h"
#include "engine/plan/compiler.h"
#include "engine/plan/dependencies.h"

namespace stratagem::plan {
namespace {

using expr::Type;

CellCode CompileCell(const pack::Cell& cell, const Schema& fields,
                     Compiler& compiler) {
  CellCode code;
  code.name = cell.name.text;
  for (size_t i = 0; i < cell.operands.size(); ++i) {
    code.operands.push_back(
        compiler.CompileOperand(cell.operands[i], compiler.scopes.treatments,
                                Type::Of(fields.fields()[i].type)));
  }
  return code;
}

CellCode CompileDefault(const pack::Treatment& treatment, Compiler& compiler) {
  CellCode code;
  code.name = treatment.default_cell.name.text;
  for (const pack::Operand& operand : treatment.default_cell.operands) {
    code.operands.push_back({operand.literal.value_or(Value()), std::nullopt});
    if (!operand.expression.has_value()) continue;
    compiler.diagnostics.AddError(
        "E307", operand.location,
        absl::StrCat("the default of `", treatment.name.text,
                     "` is computed; it must hold even when an expression "
                     "fails"),
        "write a literal");
  }
  return code;
}

// Resolves the names of one side of a matrix against `known`. Unknown names are
// reported; their index is known.size(). The loader refuses repeated ones.
std::vector<size_t> ResolveSide(const std::vector<pack::Name>& names,
                                const std::vector<std::string>& known,
                                absl::string_view what, Compiler& compiler) {
  std::vector<size_t> indexes;
  for (const pack::Name& name : names) {
    const auto found = std::find(known.begin(), known.end(), name.text);
    if (found == known.end()) {
      compiler.diagnostics.AddError(
          "E305", name.location,
          absl::StrCat("`", name.text, "` is not a ", what),
          SuggestionHint(name.text, known));
    }
    indexes.push_back(static_cast<size_t>(found - known.begin()));
  }
  return indexes;
}

void WarnOfMissing(const std::vector<size_t>& indexes,
                   const std::vector<std::string>& known,
                   absl::string_view what, const pack::Treatment& treatment,
                   Compiler& compiler) {
  std::vector<std::string> missing;
  for (size_t i = 0; i < known.size(); ++i) {
    if (std::find(indexes.begin(), indexes.end(), i) == indexes.end()) {
      missing.push_back(absl::StrCat("`", known[i], "`"));
    }
  }
  if (missing.empty()) return;
  compiler.diagnostics.AddWarning(
      "W320", treatment.matrix->location,
      absl::StrCat("the matrix of `", treatment.name.text, "` has no ", what,
                   " ", absl::StrJoin(missing, ", "),
                   "; these customers get the default"));
}

class MatrixCompiler {
 public:
  MatrixCompiler(const pack::Treatment& treatment, TreatmentCode& code,
                 Compiler& compiler)
      : treatment_(treatment), code_(code), compiler_(compiler) {
    for (const CellCode& cell : code.cells) cell_names_.push_back(cell.name);
    used_.resize(code.cells.size());
  }

  void Compile() {
    const pack::Matrix& matrix = *treatment_.matrix;
    if (!compiler_.model.customer_value.has_value() ||
        !compiler_.model.lifecycle.has_value()) {
      compiler_.diagnostics.AddError(
          "E304", matrix.location,
          "a matrix needs tiers and stages, which this pack does not define",
          "add the sections `value:` and `lifecycle:`");
      return;
    }
    std::vector<std::string> tiers;
    for (const pack::Tier& tier : compiler_.model.customer_value->tiers) {
      tiers.push_back(tier.name.text);
    }
    const std::vector<std::string>& stages = compiler_.code.stages;
    std::vector<pack::Name> row_names;
    for (const pack::MatrixRow& row : matrix.rows)
      row_names.push_back(row.tier);
    const std::vector<size_t> columns =
        ResolveSide(matrix.columns, stages, "stage", compiler_);
    const std::vector<size_t> rows =
        ResolveSide(row_names, tiers, "tier", compiler_);
    code_.matrix.assign(tiers.size() * stages.size(), 0);
    for (size_t r = 0; r < rows.size(); ++r) {
      for (size_t c = 0; c < matrix.rows[r].cells.size(); ++c) {
        const uint32_t cell = FindCell(matrix.rows[r].cells[c]);
        if (rows[r] < tiers.size() && c < columns.size() &&
            columns[c] < stages.size()) {
          code_.matrix[rows[r] * stages.size() + columns[c]] = cell;
        }
      }
    }
    WarnOfMissing(rows, tiers, "row for", treatment_, compiler_);
    WarnOfMissing(columns, stages, "column for", treatment_, compiler_);
    WarnOfUnused();
  }

 private:
  uint32_t FindCell(const pack::Name& name) {
    // From the back: a named default stands first and again among the cells.
    const auto found =
        std::find(cell_names_.rbegin(), cell_names_.rend(), name.text);
    if (found == cell_names_.rend() || name.text.empty()) {
      compiler_.diagnostics.AddError(
          "E306", name.location,
          absl::StrCat("`", name.text, "` is not one of the `cells`"),
          SuggestionHint(name.text, std::span(cell_names_)
                                        .subspan(std::min<size_t>(
                                            1, cell_names_.size()))));
      return 0;
    }
    const auto index =
        static_cast<uint32_t>(std::prev(found.base()) - cell_names_.begin());
    used_[index] = true;
    return index;
  }

  void WarnOfUnused() {
    for (size_t i = 1; i < code_.cells.size(); ++i) {
      if (used_[i] || code_.cells[i].name == code_.cells[0].name) continue;
      compiler_.diagnostics.AddWarning(
          "W321", treatment_.cells[i - 1].name.location,
          absl::StrCat("cell `", code_.cells[i].name,
                       "` is not used by the matrix"));
    }
  }

  const pack::Treatment& treatment_;
  TreatmentCode& code_;
  Compiler& compiler_;
  std::vector<std::string> cell_names_;
  std::vector<bool> used_;
};

}  // namespace

void CompileTreatments(Compiler& compiler) {
  int slot = compiler.code.slots.treatments;
  for (const pack::Treatment& treatment : compiler.model.treatments) {
    TreatmentCode code;
    code.name = treatment.name.text;
    code.fields = treatment.fields;
    code.slot = slot;
    slot += static_cast<int>(treatment.fields.fields().size());
    code.cells.push_back(CompileDefault(treatment, compiler));
    for (const pack::Cell& cell : treatment.cells) {
      code.cells.push_back(CompileCell(cell, treatment.fields, compiler));
    }
    if (treatment.matrix.has_value() && !compiler.is_draft) {
      MatrixCompiler(treatment, code, compiler).Compile();
    }
    if (treatment.table.has_value()) {
      CompileTreatmentTable(treatment, code, compiler);
    }
    if (treatment.rule.has_value()) {
      CompileTreatmentRule(treatment, code, compiler);
    }
    compiler.code.treatments.push_back(std::move(code));
  }
}

void CheckProtected(Compiler& compiler) {
  const Dependencies dependencies(compiler.code, compiler.scopes.gates);
  const auto check = [&](const pack::Treatment& treatment,
                         const TreatmentCode& code, const Field& field,
                         int slot) {
    if (!field.is_protected) return;
    const std::vector<std::string> way = dependencies.Way(code, slot);
    if (way.empty()) return;
    compiler.diagnostics.AddError(
        "E322", *treatment.protected_check,
        absl::StrCat("`", field.name, "` is protected and reaches `",
                     treatment.name.text, "`: ", absl::StrJoin(way, " -> ")),
        "decide without it, or drop `protected_check` and say why it may");
  };
  for (size_t i = 0; i < compiler.model.treatments.size(); ++i) {
    const pack::Treatment& treatment = compiler.model.treatments[i];
    if (!treatment.protected_check.has_value()) continue;
    const TreatmentCode& code = compiler.code.treatments[i];
    int slot = compiler.code.slots.attributes;
    for (const Field& field : compiler.model.attributes.fields()) {
      check(treatment, code, field, slot++);
    }
    slot = compiler.code.slots.request;
    for (const Field& field : compiler.model.request.fields()) {
      check(treatment, code, field, slot++);
    }
  }
}

}  // namespace stratagem::plan
