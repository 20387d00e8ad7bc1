#include "clients/cli/text_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_split.h"
#include "engine/base/check.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

constexpr size_t kGap = 2;
// A folded cell stands deeper than its row, in no less than this.
constexpr size_t kFoldIndent = 2;
constexpr size_t kFoldWidthMin = 20;

size_t WidestWord(absl::string_view text) {
  size_t widest = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    widest = std::max(widest, DisplayWidth(word));
  }
  return widest;
}

}  // namespace

TextTable::TextTable(std::vector<TableColumn> columns, const Console& console,
                     size_t indent)
    : columns_(std::move(columns)), console_(console), indent_(indent) {
  for (const TableColumn& column : columns_) {
    widths_.push_back(
        {DisplayWidth(column.heading), WidestWord(column.heading)});
  }
}

void TextTable::AddRow(std::vector<TableCell> cells) {
  STRATAGEM_CHECK(cells.size() == columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i].text = Printable(cells[i].text);
    widths_[i].text = std::max(widths_[i].text, DisplayWidth(cells[i].text));
    widths_[i].word = std::max(widths_[i].word, WidestWord(cells[i].text));
  }
  rows_.push_back(std::move(cells));
}

void TextTable::Print() {
  if (rows_.empty()) return;
  if (console_.out_is_terminal) Fold();
  const std::vector<size_t> widths = FitTerminal();
  if (!headings_printed_) {
    std::vector<TableCell> headings;
    for (const TableColumn& column : columns_) {
      headings.push_back({column.heading, Style::kHeading});
    }
    PrintRow(headings, widths);
    headings_printed_ = true;
  }
  for (const std::vector<TableCell>& row : rows_) {
    PrintRow(row, widths);
    if (folded_) PrintFolded(row);
  }
  rows_.clear();
}

size_t TextTable::TotalWidth(const std::vector<size_t>& widths) const {
  size_t total = indent_;
  bool is_first = true;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (IsFolded(i)) continue;
    total += widths[i] + (is_first ? 0 : kGap);
    is_first = false;
  }
  return total;
}

void TextTable::Fold() {
  const bool may_fold =
      std::any_of(columns_.begin(), columns_.end(),
                  [](const TableColumn& column) { return column.folds; });
  if (folded_ || !may_fold) return;
  std::vector<size_t> widths;
  for (const Width& width : widths_) widths.push_back(width.text);
  folded_ = TotalWidth(widths) > console_.columns;
  // Those of the pages before were of more columns.
  if (folded_) headings_printed_ = false;
}

std::vector<size_t> TextTable::FitTerminal() const {
  std::vector<size_t> widths;
  for (const Width& width : widths_) widths.push_back(width.text);
  if (!console_.out_is_terminal) return widths;
  // Words are broken only when breaking between them is not enough.
  for (const bool breaks_words : {false, true}) {
    while (TotalWidth(widths) > console_.columns) {
      size_t* widest = nullptr;
      for (size_t i = 0; i < widths.size(); ++i) {
        const size_t least =
            breaks_words ? columns_[i].width_min
                         : std::max(columns_[i].width_min, widths_[i].word);
        if (IsFolded(i) || widths[i] <= least) continue;
        if (widest == nullptr || widths[i] >= *widest) widest = &widths[i];
      }
      if (widest == nullptr) break;
      --*widest;
    }
  }
  return widths;
}

void TextTable::PrintRow(const std::vector<TableCell>& cells,
                         const std::vector<size_t>& widths) {
  std::vector<std::vector<std::string>> wrapped(cells.size());
  size_t lines = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (IsFolded(i)) continue;
    wrapped[i] = DisplayWidth(cells[i].text) <= widths[i]
                     ? std::vector<std::string>{cells[i].text}
                     : Wrap(cells[i].text, widths[i]);
    lines = std::max(lines, wrapped[i].size());
  }
  for (size_t n = 0; n < lines; ++n) {
    std::string line;
    size_t pending = indent_;  // Spaces, should anything follow.
    for (size_t i = 0; i < cells.size(); ++i) {
      if (IsFolded(i)) continue;
      const std::string text = n < wrapped[i].size() ? wrapped[i][n] : "";
      const size_t padding = widths[i] - DisplayWidth(text);
      const bool right = columns_[i].align == Align::kRight;
      if (!text.empty()) {
        line.append(pending + (right ? padding : 0), ' ');
        line += console_.PaintOut(cells[i].style, text);
        pending = right ? 0 : padding;
      } else {
        pending += padding;
      }
      pending += kGap;
    }
    console_.out << line << "\n";
  }
}

void TextTable::PrintFolded(const std::vector<TableCell>& cells) {
  size_t heading_width = 0;
  for (const TableColumn& column : columns_) {
    if (!column.folds) continue;
    heading_width = std::max(heading_width, DisplayWidth(column.heading));
  }
  const size_t before = indent_ + kFoldIndent + heading_width + kGap;
  const size_t width = console_.columns > before + kFoldWidthMin
                           ? console_.columns - before
                           : kFoldWidthMin;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!IsFolded(i) || cells[i].text.empty()) continue;
    std::string start(indent_ + kFoldIndent, ' ');
    start += console_.PaintOut(Style::kFaint, columns_[i].heading);
    start.append(heading_width - DisplayWidth(columns_[i].heading) + kGap, ' ');
    for (const std::string& line : Wrap(cells[i].text, width)) {
      console_.out << start << console_.PaintOut(cells[i].style, line) << "\n";
      start.assign(before, ' ');
    }
  }
}

}  // namespace stratagem::cli
