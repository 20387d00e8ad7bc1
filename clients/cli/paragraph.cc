#include "clients/cli/paragraph.h"

#include <string>
#include <vector>

#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

constexpr size_t kHanging = 2;
constexpr size_t kWidthMin = 20;  // However narrow the terminal is.

}  // namespace

void PrintParagraph(absl::string_view text, size_t indent, Style style,
                    const Console& console) {
  const std::string line = Printable(text);
  std::string before(indent, ' ');
  if (!console.out_is_terminal ||
      indent + DisplayWidth(line) <= console.columns) {
    console.out << before << console.PaintOut(style, line) << "\n";
    return;
  }
  const size_t taken = indent + kHanging;
  const size_t width =
      console.columns > taken + kWidthMin ? console.columns - taken : kWidthMin;
  for (const std::string& part : Wrap(line, width)) {
    console.out << before << console.PaintOut(style, part) << "\n";
    before.assign(taken, ' ');
  }
}

}  // namespace stratagem::cli
