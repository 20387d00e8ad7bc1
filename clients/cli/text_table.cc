#include "clients/cli/text_table.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

constexpr size_t kGap = 2;

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
  if (console_.out_is_terminal) FitTerminal();
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

void TextTable::FitTerminal() {
  size_t total = indent_ + kGap * (widths_.size() - 1);
  for (const size_t width : widths_) total += width;
  for (; total > console_.columns; --total) {
    size_t* const width = WidthToCut();
    if (width == nullptr) return;
    --*width;
  }
}

size_t* TextTable::WidthToCut() {
  const auto is_above_minimum = [this](size_t i) {
    return widths_[i] > columns_[i].width_min;
  };
  // The last column explains the others, so it gives way first.
  const size_t last = widths_.size() - 1;
  if (is_above_minimum(last)) return &widths_[last];
  size_t* widest = nullptr;
  for (size_t i = 0; i < last; ++i) {
    if (!is_above_minimum(i)) continue;
    if (widest == nullptr || widths_[i] > *widest) widest = &widths_[i];
  }
  return widest;
}

void TextTable::PrintLine(const std::vector<TableCell>& cells) {
  size_t last = cells.size();
  while (last > 0 && cells[last - 1].text.empty()) --last;
  std::string line(indent_, ' ');
  for (size_t i = 0; i < last; ++i) {
    const std::string text = Truncate(cells[i].text, widths_[i]);
    const size_t padding = widths_[i] - DisplayWidth(text);
    const bool right = columns_[i].align == Align::kRight;
    if (right) line.append(padding, ' ');
    line += console_.PaintOut(cells[i].style, text);
    if (i + 1 < last) line.append((right ? 0 : padding) + kGap, ' ');
  }
  console_.out << line << "\n";
}

}  // namespace stratagem::cli
