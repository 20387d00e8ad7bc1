// engine/plan/decision_table.h
//
// DecisionTable: a compiled decision table. compile_table.cc builds it, decide
// runs it, and explanations list the rows that it matched.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_DECISION_TABLE_H_
#define STRATAGEM_ENGINE_PLAN_DECISION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/expr/program.h"
#include "engine/pack/table.h"
#include "engine/plan/operand_code.h"
#include "engine/plan/table_column.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::plan {

// Memory for one evaluation at a time, reused: once warm it asks the heap for
// nothing. Plain data for its user; only DecisionTable reads it.
struct TableScratch {
  RowSet candidates;
  RowSet column;
  std::vector<uint32_t> rows;     // What matched, ascending.
  std::vector<Value> outputs;     // Of those rows, row by row.
  std::vector<uint32_t> ranking;  // Of `rows`, by number, best first.
  std::vector<uint32_t> ranks;    // Of those rows, one a field that counts.
};

// What a table came to.
struct TableOutcome {
  enum class Kind {
    kFilled,    // Every field has its value.
    kNoRow,     // No row matched.
    kConflict,  // Rows of `unique` or `any` contradict each other.
    kError,     // An input, cell or output failed, or a sum did.
  };
  Kind kind = Kind::kNoRow;
  // Of kFilled: the first row that counts; absent for a count of no rows.
  std::optional<uint32_t> row;
  ErrorCode error = ErrorCode::kNone;  // Of kError.
};

// A condition of one row that is no test of its input: {cel: "…"}.
struct CellCondition {
  uint32_t row = 0;
  expr::Program program;
};

// Immutable; any number of threads may evaluate it, each on its own frame and
// scratch.
class DecisionTable {
 public:
  // What compile_table.cc puts together. `texts` holds the label and the
  // condition of each row.
  struct Parts {
    pack::HitPolicy hit = pack::HitPolicy::kUnique;
    pack::TableAggregate aggregate = pack::TableAggregate::kNone;
    std::vector<expr::Program> inputs;
    std::vector<TableColumn> columns;       // One an input.
    std::vector<CellCondition> conditions;  // Ascending by row.
    // One a field: what its rows yield (of list fields the item).
    std::vector<Field> row_fields;
    std::vector<Field> fields;         // As declared.
    std::vector<OperandCode> outputs;  // Row by row, one a field.
    std::vector<pack::Table::Order> order;
    size_t row_count = 0;
    Arena literals;  // Of cells.
    std::string texts;
    std::vector<uint32_t> text_ends;  // Two a row: label, condition.
  };
  explicit DecisionTable(Parts parts);

  // Applies the hit policy and writes the value of field i to `fields[i]`;
  // they may be partly written when the outcome is another than kFilled. What
  // is built lives in `frame.arena`. Time: O(inputs · (log rows + rows / 64))
  // besides the rows that match; no allocation with a warm scratch but lists,
  // in the arena.
  TableOutcome Evaluate(expr::Frame& frame, TableScratch& scratch,
                        std::span<Value> fields) const;

  // Leaves all rows that match in `scratch.rows`, ascending, whatever the hit
  // policy. Returns the first error of an input or of a row's condition;
  // `scratch.rows` then holds the rows before it.
  ErrorCode FindRows(expr::Frame& frame, TableScratch& scratch) const;

  size_t row_count() const { return parts_.row_count; }
  // Where the row stands: "rows[3]", "rates.csv:14".
  absl::string_view label(uint32_t row) const { return Text(2 * row); }
  // The cells that ask something, as written: "tier: gold | silver,
  // request.channel: call"; "" when none does.
  absl::string_view condition(uint32_t row) const { return Text(2 * row + 1); }

  // An expression of the table: an input or, with `row`, what stands there.
  struct RowProgram {
    std::optional<uint32_t> row;
    const expr::Program* program = nullptr;
  };
  // All of them, for whoever asks what the table reads.
  std::vector<RowProgram> programs() const;

 private:
  absl::string_view Text(size_t index) const {
    const size_t begin = index == 0 ? 0 : parts_.text_ends[index - 1];
    return absl::string_view(parts_.texts)
        .substr(begin, parts_.text_ends[index] - begin);
  }
  ErrorCode FindCandidates(expr::Frame& frame, TableScratch& scratch) const;
  ErrorCode KeepRows(expr::Frame& frame, TableScratch& scratch,
                     size_t rows_max) const;
  ErrorCode MeetsConditions(uint32_t row, expr::Frame& frame,
                            bool& meets) const;
  ErrorCode YieldRow(uint32_t row, expr::Frame& frame,
                     std::span<Value> outputs) const;
  ErrorCode YieldAll(expr::Frame& frame, TableScratch& scratch) const;
  TableOutcome Choose(expr::Frame& frame, TableScratch& scratch,
                      std::span<Value> fields) const;
  bool RowsAgree(const TableScratch& scratch) const;
  ErrorCode RankRows(TableScratch& scratch) const;
  ErrorCode FillLists(const TableScratch& scratch, Arena& arena,
                      std::span<Value> fields) const;
  ErrorCode Aggregate(const TableScratch& scratch, Arena& arena,
                      Value& field) const;

  Parts parts_;
};

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_DECISION_TABLE_H_
