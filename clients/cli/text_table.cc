#include "clients/cli/text_table.h"

#include <algorithm>
#include <utility>

#include "clients/cli/display_width.h"
#include "engine/base/check.h"

namespace stratagem::cli {
namespace {

constexpr size_t kGap = 2;
// The last column keeps this much, however narrow the terminal is.
constexpr size_t kLastColumnMin = 8;

}  // namespace

TextTable::TextTable(std::vector<TableColumn> columns, const Console& console,
                     size_t indent)
    : columns_(std::move(columns)), console_(console), indent_(indent) {
  for (const TableColumn& column : columns_) {
    widths_.push_back(DisplayWidth(column.heading));
  }
}

void TextTable::AddRow(std::vector<TableCell> cells) {
  STRATAGEM_CHECK(cells.size() == columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i].text = Printable(cells[i].text);
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i].text));
  }
  rows_.push_back(std::move(cells));
}

void TextTable::Print() {
  if (rows_.empty()) return;
  if (!headings_printed_) {
    std::vector<TableCell> headings;
    for (const TableColumn& column : columns_) {
      headings.push_back({column.heading, Style::kHeading});
    }
    PrintLine(headings);
    headings_printed_ = true;
  }
  for (const std::vector<TableCell>& row : rows_) PrintLine(row);
  rows_.clear();
}

void TextTable::PrintLine(const std::vector<TableCell>& cells) {
  size_t last = cells.size();
  while (last > 0 && cells[last - 1].text.empty()) --last;
  std::string line(indent_, ' ');
  size_t column = indent_;
  for (size_t i = 0; i < last; ++i) {
    std::string text = cells[i].text;
    if (console_.out_is_terminal && i + 1 == columns_.size()) {
      const size_t room =
          console_.columns > column ? console_.columns - column : 0;
      text = Truncate(text, std::max(room, kLastColumnMin));
    }
    const size_t padding =
        widths_[i] - std::min(widths_[i], DisplayWidth(text));
    const bool right = columns_[i].align == Align::kRight;
    if (right) line.append(padding, ' ');
    line += console_.PaintOut(cells[i].style, text);
    if (i + 1 < last) line.append((right ? 0 : padding) + kGap, ' ');
    column += widths_[i] + kGap;
  }
  console_.out << line << "\n";
}

}  // namespace stratagem::cli
