#include "engine/plan/table_column.h"

#include <algorithm>

#include "engine/value/compare.h"

namespace stratagem::plan {
namespace {

constexpr size_t kWordBits = 64;

bool Less(const Value& a, const Value& b) {
  return CompareValues(a, b) == Order::kLess;
}

void SetBit(std::span<uint64_t> rows, uint32_t row) {
  rows[row / kWordBits] |= uint64_t{1} << (row % kWordBits);
}

}  // namespace

TableColumn::TableColumn(std::span<const ColumnCell> cells)
    : words_((cells.size() + kWordBits - 1) / kWordBits),
      any_(words_),
      absent_(words_) {
  CollectPoints(cells);
  std::vector<Placement> placements;
  for (uint32_t row = 0; row < cells.size(); ++row) {
    const ColumnCell& cell = cells[row];
    if (cell.any) {
      SetBit(any_, row);
      continue;
    }
    filters_ = true;
    if (cell.absent) SetBit(absent_, row);
    Place(cell, row, placements);
  }
  Store(std::move(placements));
}

void TableColumn::CollectPoints(std::span<const ColumnCell> cells) {
  for (const ColumnCell& cell : cells) {
    for (const ValueRange& range : cell.ranges) {
      if (!range.low.is_missing()) points_.push_back(range.low);
      if (!range.high.is_missing()) points_.push_back(range.high);
    }
  }
  std::sort(points_.begin(), points_.end(), Less);
  points_.erase(std::unique(points_.begin(), points_.end(),
                            [](const Value& a, const Value& b) {
                              return CompareValues(a, b) == Order::kEqual;
                            }),
                points_.end());
}

// The place of `value` among the points and gaps.
size_t TableColumn::IndexOf(const Value& value) const {
  const auto found =
      std::lower_bound(points_.begin(), points_.end(), value, Less);
  const auto below = static_cast<size_t>(found - points_.begin());
  const bool is_point = found != points_.end() && !Less(value, *found);
  return 2 * below + (is_point ? 1 : 0);
}

void TableColumn::Place(const ColumnCell& cell, uint32_t row,
                        std::vector<Placement>& placements) const {
  std::vector<std::pair<size_t, size_t>> stretches;  // End exclusive.
  for (const ValueRange& range : cell.ranges) {
    const size_t begin =
        range.low.is_missing()
            ? 0
            : IndexOf(range.low) + (range.low_inclusive ? 0 : 1);
    const size_t end =
        range.high.is_missing()
            ? 2 * points_.size() + 1
            : IndexOf(range.high) + (range.high_inclusive ? 1 : 0);
    stretches.emplace_back(begin, end);
  }
  if (!cell.negated) {
    for (const auto& [begin, end] : stretches) {
      PlaceStretch(begin, end, row, placements);
    }
    return;
  }
  std::sort(stretches.begin(), stretches.end());
  size_t open = 0;
  for (const auto& [begin, end] : stretches) {
    PlaceStretch(open, begin, row, placements);
    open = end;
  }
  PlaceStretch(open, 2 * points_.size() + 1, row, placements);
}

// The usual decomposition of a bottom-up segment tree over all places: leaf i
// is node i + places, the parent of node n is n / 2.
void TableColumn::PlaceStretch(size_t begin, size_t end, uint32_t row,
                               std::vector<Placement>& placements) const {
  const size_t places = 2 * points_.size() + 1;
  for (begin += places, end += places; begin < end; begin /= 2, end /= 2) {
    if (begin % 2 == 1) {
      placements.push_back({static_cast<uint32_t>(begin++), row});
    }
    if (end % 2 == 1) {
      placements.push_back({static_cast<uint32_t>(--end), row});
    }
  }
}

void TableColumn::Store(std::vector<Placement> placements) {
  const size_t places = 2 * points_.size() + 1;
  nodes_.resize(2 * places);
  // Rows were placed in ascending order, and stay so within a node.
  std::stable_sort(
      placements.begin(), placements.end(),
      [](const Placement& a, const Placement& b) { return a.node < b.node; });
  for (size_t i = 0; i < placements.size();) {
    size_t end = i;
    while (end < placements.size() &&
           placements[end].node == placements[i].node) {
      ++end;
    }
    Node& node = nodes_[placements[i].node];
    // A row of a list takes half a word.
    node.has_bits = (end - i) / 2 >= words_;
    if (node.has_bits) {
      node.begin = static_cast<uint32_t>(row_bits_.size());
      row_bits_.resize(row_bits_.size() + words_);
      const auto bits = std::span(row_bits_).subspan(node.begin, words_);
      for (; i < end; ++i) SetBit(bits, placements[i].row);
    } else {
      node.begin = static_cast<uint32_t>(row_lists_.size());
      node.count = static_cast<uint32_t>(end - i);
      for (; i < end; ++i) row_lists_.push_back(placements[i].row);
    }
  }
}

void TableColumn::Unite(const Node& node, RowSet& rows) const {
  if (node.has_bits) {
    for (size_t w = 0; w < words_; ++w) rows[w] |= row_bits_[node.begin + w];
  }
  for (uint32_t i = 0; i < node.count; ++i) {
    SetBit(rows, row_lists_[node.begin + i]);
  }
}

bool TableColumn::Narrow(const Value& value, RowSet& rows,
                         RowSet& column) const {
  if (!filters_) return true;
  std::copy(any_.begin(), any_.end(), column.begin());
  if (value.is_missing()) {
    for (size_t w = 0; w < words_; ++w) column[w] |= absent_[w];
  } else {
    // NaN is unordered even with itself.
    const auto comparable =
        CompareValues(value, points_.empty() ? value : points_.front());
    if (!comparable.has_value() || *comparable == Order::kUnordered) {
      return false;
    }
    const size_t places = 2 * points_.size() + 1;
    for (size_t node = IndexOf(value) + places; node > 0; node /= 2) {
      Unite(nodes_[node], column);
    }
  }
  for (size_t w = 0; w < words_; ++w) rows[w] &= column[w];
  return true;
}

}  // namespace stratagem::plan
