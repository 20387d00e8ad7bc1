#include "engine/base/display_width.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "engine/base/utf8.h"

namespace stratagem {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Blocks whose characters take two columns (Unicode's East Asian Width W and F,
// joined where only unassigned characters lie between). Ascending.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x23F0, 0x23F0},   {0x23F3, 0x23F3},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
    {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},
    {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},
    {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},
    {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF},
    {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320},
    {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0},
    {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440},
    {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F567},
    {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4},
    {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC},
    {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F90C, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

// Characters that are drawn over the one before. Ascending.
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489},   {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0E31, 0x0E31},   {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},   {0x200B, 0x200F}, {0x2028, 0x202E},
    {0x2060, 0x2064}, {0x20D0, 0x20FF},   {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

template <size_t kSize>
bool Contains(const Range (&ranges)[kSize], uint32_t code_point) {
  const Range* const range = std::lower_bound(
      std::begin(ranges), std::end(ranges), code_point,
      [](const Range& r, uint32_t value) { return r.last < value; });
  return range != std::end(ranges) && range->first <= code_point;
}

size_t CodePointWidth(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  if (Contains(kZeroWidth, code_point)) return 0;
  return Contains(kWide, code_point) ? 2 : 1;
}

// Reads the code point at the start of `text`; a byte that is not UTF-8 comes
// back as U+FFFD. Returns its length. Requires: `text` not empty.
size_t Decode(absl::string_view text, uint32_t& code_point) {
  const size_t length = DecodeUtf8(text, code_point);
  if (length > 0) return length;
  code_point = 0xFFFD;
  return 1;
}

bool MovesCursor(uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    uint32_t code_point = 0;
    text.remove_prefix(Decode(text, code_point));
    width += CodePointWidth(code_point);
  }
  return width;
}

std::string Truncate(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  size_t used = 0;
  size_t kept = 0;
  while (kept < text.size()) {
    uint32_t code_point = 0;
    const size_t length = Decode(text.substr(kept), code_point);
    if (used + CodePointWidth(code_point) > width - 1) break;
    used += CodePointWidth(code_point);
    kept += length;
  }
  return std::string(text.substr(0, kept)) + "…";
}

std::vector<std::string> Wrap(absl::string_view text, size_t width) {
  std::vector<std::string> lines(1);
  size_t used = 0;
  while (!text.empty()) {
    const size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    text.remove_prefix(spaces);
    const absl::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const size_t word_width = DisplayWidth(word);
    if (used + spaces + word_width <= width) {
      lines.back().append(spaces, ' ').append(word.data(), word.size());
      used += spaces + word_width;
      continue;
    }
    if (used > 0) lines.emplace_back();
    used = 0;
    for (absl::string_view rest = word; !rest.empty();) {
      uint32_t code_point = 0;
      const size_t length = Decode(rest, code_point);
      if (used + CodePointWidth(code_point) > width) {
        lines.emplace_back();
        used = 0;
      }
      lines.back().append(rest.data(), length);
      used += CodePointWidth(code_point);
      rest.remove_prefix(length);
    }
  }
  return lines;
}

std::string Printable(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    uint32_t code_point = 0;
    text.remove_prefix(Decode(text, code_point));
    AppendUtf8(MovesCursor(code_point) ? 0xFFFD : code_point, result);
  }
  return result;
}

}  // namespace stratagem
