#include "engine/expr/foreign_syntax.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stratagem::expr {
namespace {

struct ForeignWord {
  absl::string_view word;
  absl::string_view hint;
};

constexpr absl::string_view kConditional = "write `condition ? yes : no`";

constexpr ForeignWord kWords[] = {
    {"and", "join conditions with `&&`"},
    {"or", "join conditions with `||`"},
    {"not", "negate with `!`, such as `!(x in y)`"},
    {"xor", "two conditions differ when `x != y`"},
    {"in", "write `in` in small letters"},
    {"is", "compare with `==`, and test an optional with `.hasValue()`"},
    {"like", "text has `startsWith`, `endsWith`, `contains` and `matches`"},
    {"between", "write `x >= low && x <= high`"},
    {"mod", "the remainder of ints is `x % y`"},
    {"div", "divide with `/`"},
    {"if", kConditional},
    {"iif", kConditional},
    {"then", kConditional},
    {"else", kConditional},
    {"case", kConditional},
    {"when", kConditional},
    {"true", "write `true`"},
    {"false", "write `false`"},
    {"null", "write `null`"},
    {"none", "write `null`, and for an optional `optional.none()`"},
    {"nil", "write `null`"},
};

struct LookAlike {
  uint32_t code_point;
  absl::string_view sign;
};

constexpr LookAlike kSigns[] = {
    {0x00A0, " "},  {0x3000, " "},                   // Spaces.
    {0x00AB, "'"},  {0x00BB, "'"},  {0x2018, "'"},   // Quotes.
    {0x2019, "'"},  {0x201A, "'"},  {0x201B, "'"},   //
    {0x201C, "'"},  {0x201D, "'"},  {0x201E, "'"},   //
    {0x300C, "'"},  {0x300D, "'"},                   //
    {0x2010, "-"},  {0x2011, "-"},  {0x2012, "-"},   // Dashes.
    {0x2013, "-"},  {0x2014, "-"},  {0x2212, "-"},   //
    {0x00D7, "*"},  {0x00F7, "/"},                   // Mathematics.
    {0x2260, "!="}, {0x2264, "<="}, {0x2265, ">="},  //
    {0x00AC, "!"},  {0x2227, "&&"}, {0x2228, "||"},  //
    {0x2208, "in"},
};

// Full-width forms of '!' to '~' stand in the same order.
constexpr uint32_t kFullWidthFirst = 0xFF01;
constexpr uint32_t kFullWidthLast = 0xFF5E;

std::string Sign(absl::string_view sign) {
  if (sign == " ") return "write a plain space";
  if (sign == "'" || sign == "\"") return "write plain quotes, as in 'text'";
  return absl::StrCat("write `", sign, "`");
}

}  // namespace

std::string ForeignWordHint(absl::string_view word) {
  for (const ForeignWord& known : kWords) {
    if (absl::EqualsIgnoreCase(word, known.word)) {
      return std::string(known.hint);
    }
  }
  return "";
}

std::string ForeignSignHint(uint32_t code_point) {
  if (code_point >= kFullWidthFirst && code_point <= kFullWidthLast) {
    const auto plain = static_cast<char>(code_point - kFullWidthFirst + '!');
    return Sign(absl::string_view(&plain, 1));
  }
  for (const LookAlike& known : kSigns) {
    if (code_point == known.code_point) return Sign(known.sign);
  }
  return "";
}

}  // namespace stratagem::expr
