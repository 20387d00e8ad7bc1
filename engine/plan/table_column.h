// engine/plan/table_column.h
//
// TableColumn: which rows of a decision table let a value of one input pass,
// found without looking at every row. Part of DecisionTable.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_TABLE_COLUMN_H_
#define STRATAGEM_ENGINE_PLAN_TABLE_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/value/value.h"

namespace stratagem::plan {

// A set of rows, one bit each.
using RowSet = std::vector<uint64_t>;

// A stretch of values; a missing bound leaves that side open.
struct ValueRange {
  Value low;
  Value high;
  bool low_inclusive = true;
  bool high_inclusive = true;
};

// What one cell lets pass.
struct ColumnCell {
  bool any = false;  // Every value, and none.
  // Else: values inside any of `ranges`, which do not overlap, or, negated,
  // outside all of them; and whether an absent input passes.
  bool negated = false;
  bool absent = false;
  std::vector<ValueRange> ranges;
};

// Values are cut at the bounds of all cells into points and the gaps between
// them. A tree over these holds every range in O(log) of its nodes, so that
// the nodes above one value name all rows that it passes.
// Immutable; any number of threads may read it.
class TableColumn {
 public:
  // `cells[r]` is the cell of row r. Requires: bounds of one kind, which has an
  // order (CompareValues), none of them NaN. Time and memory: O(n log n).
  explicit TableColumn(std::span<const ColumnCell> cells);

  // Leaves in `rows` only the rows of it that `value` passes; kMissing stands
  // for an absent input. `column` is room for the work. Returns false when
  // `value` is not of the kind of the bounds, or NaN.
  // Requires: both sets have a bit for each row.
  // Time: O(log n + rows / 64) and the rows that pass where they are few.
  bool Narrow(const Value& value, RowSet& rows, RowSet& column) const;

 private:
  // Where a node keeps its rows: few as a list, many as bits.
  struct Node {
    uint32_t begin = 0;  // In row_lists_, or in row_bits_.
    uint32_t count = 0;  // Of the list; 0 with bits.
    bool has_bits = false;
  };
  struct Placement {
    uint32_t node = 0;
    uint32_t row = 0;
  };

  void CollectPoints(std::span<const ColumnCell> cells);
  size_t IndexOf(const Value& value) const;
  void Place(const ColumnCell& cell, uint32_t row,
             std::vector<Placement>& placements) const;
  void PlaceStretch(size_t begin, size_t end, uint32_t row,
                    std::vector<Placement>& placements) const;
  void Store(std::vector<Placement> placements);
  void Unite(const Node& node, RowSet& rows) const;

  size_t words_ = 0;  // Of a set of rows.
  // Ascending, each once. Place 2i + 1 is point i, place 2i the gap before it.
  std::vector<Value> points_;
  bool filters_ = false;  // False: every row lets everything pass.
  RowSet any_;            // Rows whose cell takes every value and none.
  RowSet absent_;         // Rows that an absent input passes.
  std::vector<Node> nodes_;
  std::vector<uint32_t> row_lists_;
  std::vector<uint64_t> row_bits_;
};

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_TABLE_COLUMN_H_
