#include "engine/base/excerpt.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/display_width.h"
#include "engine/base/utf8.h"

namespace stratagem {
namespace {

constexpr size_t kTabWidth = 4;

// One character as it is shown.
struct Cell {
  std::string text;
  size_t width = 0;
};

// The line as cells, and which of them holds the byte at the caret; one past
// the last when that is the line's end.
struct Cells {
  std::vector<Cell> cells;
  size_t caret = 0;
};

std::optional<absl::string_view> LineOf(absl::string_view text, int line) {
  for (int at = 1; at < line; ++at) {
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  if (line < 1) return std::nullopt;
  return absl::StripSuffix(text.substr(0, text.find('\n')), "\r");
}

Cells CellsOf(absl::string_view line, size_t caret_byte) {
  Cells result;
  size_t column = 0;
  for (size_t at = 0; at < line.size();) {
    uint32_t code_point = 0;
    const size_t length =
        std::max<size_t>(DecodeUtf8(line.substr(at), code_point), 1);
    if (at + length <= caret_byte) result.caret = result.cells.size() + 1;
    Cell cell;
    if (line[at] == '\t') {
      cell.width = kTabWidth - column % kTabWidth;
      cell.text = std::string(cell.width, ' ');
    } else {
      cell.text = Printable(line.substr(at, length));
      cell.width = DisplayWidth(cell.text);
    }
    column += cell.width;
    result.cells.push_back(std::move(cell));
    at += length;
  }
  return result;
}

size_t WidthOf(const std::vector<Cell>& cells, size_t first, size_t last) {
  size_t width = 0;
  for (size_t i = first; i < last; ++i) width += cells[i].width;
  return width;
}

// Drops cells on the sides, marking each cut with an ellipsis, until the rest
// fits `width` with the caret inside.
void CutAroundCaret(Cells& line, size_t width) {
  std::vector<Cell>& cells = line.cells;
  if (WidthOf(cells, 0, cells.size()) <= width) return;
  const size_t room = width - 2;  // An ellipsis on each side.
  size_t first = line.caret;
  size_t before = 0;
  while (first > 0 && before + cells[first - 1].width <= room * 2 / 3) {
    before += cells[--first].width;
  }
  size_t last = first;
  size_t used = 0;
  while (last < cells.size() && used + cells[last].width <= room) {
    used += cells[last++].width;
  }
  // Near the end there is room left over for more of the beginning.
  while (first > 0 && used + cells[first - 1].width <= room) {
    used += cells[--first].width;
  }
  std::vector<Cell> kept(cells.begin() + static_cast<ptrdiff_t>(first),
                         cells.begin() + static_cast<ptrdiff_t>(last));
  line.caret -= first;
  if (first > 0) {
    kept.insert(kept.begin(), Cell{"…", 1});
    ++line.caret;
  }
  if (last < cells.size()) kept.push_back(Cell{"…", 1});
  cells = std::move(kept);
}

}  // namespace

std::string Excerpt(absl::string_view text, int line, int column,
                    size_t width) {
  const std::optional<absl::string_view> found = LineOf(text, line);
  if (!found) return "";
  Cells shown = CellsOf(*found, static_cast<size_t>(std::max(column, 1) - 1));
  CutAroundCaret(shown, width);
  const std::string number = absl::StrCat("  ", line);
  std::string result = absl::StrCat(number, " | ");
  for (const Cell& cell : shown.cells) absl::StrAppend(&result, cell.text);
  const size_t indent = WidthOf(shown.cells, 0, shown.caret);
  absl::StrAppend(&result, "\n", std::string(number.size(), ' '), " | ",
                  std::string(indent, ' '), "^\n");
  return result;
}

}  // namespace stratagem
