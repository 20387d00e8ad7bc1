// clients/cli/text_table.h
//
// TextTable: rows of cells as aligned text for people.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_TEXT_TABLE_H_
#define STRATAGEM_CLIENTS_CLI_TEXT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"

namespace stratagem::cli {

enum class Align { kLeft, kRight };

struct TableColumn {
  std::string heading;
  Align align = Align::kLeft;
  size_t width_min = 8;  // Kept, however narrow the terminal is.
  // On a terminal that is too narrow for the whole table, the cell stands below
  // its row, after the heading.
  bool folds = false;
};

struct TableCell {
  std::string text;
  Style style = Style::kPlain;
};

// Columns are as wide as their widest cell so far, by display width, and two
// spaces apart; nothing is padded at the end of a line. On a terminal that is
// too narrow columns that may do so fold, and then the widest of the others
// wrap, between words while there are any; nothing is cut. Takes rows a page at
// a time, so that a table may be longer than memory: later pages keep or widen
// the columns.
class TextTable {
 public:
  // `indent` spaces stand before each line.
  TextTable(std::vector<TableColumn> columns, const Console& console,
            size_t indent = 0);

  // Requires: as many cells as columns. Control characters are replaced.
  void AddRow(std::vector<TableCell> cells);
  size_t pending_rows() const { return rows_.size(); }

  // Prints the rows added since the last Print(), the headings before the
  // first of them. Prints nothing when there never was a row.
  void Print();

 private:
  // How wide a column is, and the widest of its words.
  struct Width {
    size_t text = 0;
    size_t word = 0;
  };

  bool IsFolded(size_t column) const {
    return folded_ && columns_[column].folds;
  }
  size_t TotalWidth(const std::vector<size_t>& widths) const;
  void Fold();
  // The widths to print with: those of the cells, or less on a terminal.
  std::vector<size_t> FitTerminal() const;
  void PrintRow(const std::vector<TableCell>& cells,
                const std::vector<size_t>& widths);
  void PrintFolded(const std::vector<TableCell>& cells);

  const std::vector<TableColumn> columns_;
  const Console& console_;
  const size_t indent_;
  std::vector<Width> widths_;
  std::vector<std::vector<TableCell>> rows_;
  bool folded_ = false;
  bool headings_printed_ = false;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_TEXT_TABLE_H_
