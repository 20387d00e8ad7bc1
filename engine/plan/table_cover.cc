#include "engine/plan/table_cover.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::plan {
namespace {

using pack::CellTest;
using pack::HitPolicy;
using pack::InputCell;

// LIMIT: sets of inputs that the rows of one table leave open; rows with
// further ones are not compared.
constexpr size_t kPatternsMax = 16;
// LIMIT: inputs of a table whose rows are compared: the bits of a set.
constexpr size_t kInputsMax = 64;

std::string TestText(const CellTest& test) {
  return absl::StrCat(static_cast<int>(test.kind), test.low_inclusive,
                      test.high_inclusive, test.low.text.size(), ":",
                      test.low.text, test.high.text);
}

// Equal for cells that say the same, whatever the order of alternatives.
std::string CellText(const InputCell& cell) {
  if (cell.kind == InputCell::Kind::kExpression) {
    return absl::StrCat("cel:", cell.source.text());
  }
  std::vector<std::string> tests;
  for (const CellTest& test : cell.tests) tests.push_back(TestText(test));
  std::sort(tests.begin(), tests.end());
  return absl::StrCat(cell.negated ? "!" : "", absl::StrJoin(tests, "|"));
}

// A row by numbers: equal ones are cells that say the same, 0 is `_`.
struct RowKey {
  uint64_t open = 0;  // The inputs whose cell is `_`.
  std::vector<uint32_t> cells;
};

class CoverFinder {
 public:
  CoverFinder(absl::string_view treatment, const pack::Table& table,
              Diagnostics& diagnostics)
      : treatment_(treatment), table_(table), diagnostics_(diagnostics) {}

  void Find() {
    for (const pack::TableRow& row : table_.rows) keys_.push_back(KeyOf(row));
    if (table_.hit == HitPolicy::kFirst) {
      // A row is looked up before it is there itself: earlier rows only.
      for (size_t row = 0; row < keys_.size(); ++row) {
        NoteCover(row);
        Add(row);
      }
    } else {
      for (size_t row = 0; row < keys_.size(); ++row) Add(row);
      for (size_t row = 0; row < keys_.size(); ++row) NoteCover(row);
    }
    for (const auto& [cover, rows] : covered_) Warn(cover, rows);
  }

 private:
  struct Covered {
    size_t first = 0;
    size_t count = 0;
  };

  RowKey KeyOf(const pack::TableRow& row) {
    RowKey key;
    for (size_t i = 0; i < row.when.size(); ++i) {
      if (row.when[i].kind == InputCell::Kind::kAny) {
        key.open |= uint64_t{1} << i;
        key.cells.push_back(0);
      } else {
        const auto next = static_cast<uint32_t>(numbers_.size() + 1);
        key.cells.push_back(
            numbers_.emplace(CellText(row.when[i]), next).first->second);
      }
    }
    return key;
  }

  // The row's cells but those of the inputs `open`.
  std::vector<uint32_t> Closed(size_t row, uint64_t open) const {
    std::vector<uint32_t> cells = keys_[row].cells;
    for (size_t i = 0; i < cells.size(); ++i) {
      if ((open >> i & 1) != 0) cells[i] = 0;
    }
    return cells;
  }

  void Add(size_t row) {
    const uint64_t open = keys_[row].open;
    if (patterns_.size() >= kPatternsMax && !patterns_.contains(open)) return;
    patterns_[open].emplace(keys_[row].cells, row);
  }

  // The first row besides `row` found to cover it counts.
  void NoteCover(size_t row) {
    for (const auto& [open, rows] : patterns_) {
      const auto found = rows.find(Closed(row, open));
      if (found == rows.end() || found->second == row) continue;
      Covered& covered = covered_[found->second];
      if (covered.count++ == 0) covered.first = row;
      return;
    }
  }

  void Warn(size_t cover, const Covered& rows) {
    const pack::TableRow& covering = table_.rows[cover];
    const pack::TableRow& first = table_.rows[rows.first];
    const std::string others =
        rows.count == 1 ? "" : absl::StrCat(" (and ", rows.count - 1, " more)");
    if (table_.hit == HitPolicy::kFirst) {
      diagnostics_.AddWarning(
          "W323", first.location,
          absl::StrCat(first.label, others, " of `", std::string(treatment_),
                       "` never decides: ", covering.label,
                       " comes first and matches whenever it does"),
          "put the special rows before the general ones");
      return;
    }
    diagnostics_.AddWarning(
        "W324", table_.rows[std::max(cover, rows.first)].location,
        absl::StrCat(covering.label, " of `", std::string(treatment_),
                     "` matches whenever ", first.label, others,
                     " does: these customers get the default"),
        "a table with `hit: first` takes the first of several rows");
  }

  const absl::string_view treatment_;
  const pack::Table& table_;
  Diagnostics& diagnostics_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;  // Of cells.
  std::vector<RowKey> keys_;
  // Rows by the inputs that they leave open and the cells of the others.
  std::map<uint64_t, absl::flat_hash_map<std::vector<uint32_t>, size_t>>
      patterns_;
  std::map<size_t, Covered> covered_;  // By the row that covers.
};

}  // namespace

void WarnOfCoveredRows(absl::string_view treatment, const pack::Table& table,
                       Diagnostics& diagnostics) {
  const bool counts =
      table.hit == HitPolicy::kFirst || table.hit == HitPolicy::kUnique;
  if (!counts || table.inputs.size() > kInputsMax) return;
  CoverFinder(treatment, table, diagnostics).Find();
}

}  // namespace stratagem::plan
