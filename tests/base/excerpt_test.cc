// What must hold for excerpts: the caret stands under the character that is
// meant, whatever comes before it, and one line stays one line.

#include "engine/base/excerpt.h"

#include <string>
#include <vector>

#include "engine/base/display_width.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

struct ExcerptCase {
  std::string name;
  std::string text;
  int line;
  int column;
  std::string want;
};

class ExcerptTest : public testing::TestWithParam<ExcerptCase> {};

TEST_P(ExcerptTest, PutsTheCaretUnderThePlace) {
  const ExcerptCase& param = GetParam();
  EXPECT_EQ(Excerpt(param.text, param.line, param.column), param.want);
}

INSTANTIATE_TEST_SUITE_P(
    Places, ExcerptTest,
    testing::ValuesIn(std::vector<ExcerptCase>{
        {"First", "a + b\n", 1, 1,
         "  1 | a + b\n"
         "    | ^\n"},
        {"Inside", "a + b\nc * d\n", 2, 5,
         "  2 | c * d\n"
         "    |     ^\n"},
        {"LastLineWithoutBreak", "a\nb", 2, 1,
         "  2 | b\n"
         "    | ^\n"},
        {"TheEnd", "a +", 1, 4,
         "  1 | a +\n"
         "    |    ^\n"},
        {"FarAfterTheEnd", "a +", 1, 40,
         "  1 | a +\n"
         "    |    ^\n"},
        {"EmptyLine", "a\n\nb", 2, 1,
         "  2 | \n"
         "    | ^\n"},
        {"LineBreaksOfWindows", "a\r\nb + c\r\n", 2, 5,
         "  2 | b + c\n"
         "    |     ^\n"},
        {"LineNumbersOfTwoDigits", "\n\n\n\n\n\n\n\n\nx", 10, 1,
         "  10 | x\n"
         "     | ^\n"},
        {"AfterATab", "\ta\t+ b", 1, 4,
         "  1 |     a   + b\n"
         "    |         ^\n"},
        {"AfterWideCharacters", "'老客户' == x", 1, 16,
         "  1 | '老客户' == x\n"
         "    |             ^\n"},
        {"AfterACombiningMark", "'e\u0301' + x", 1, 7,
         "  1 | 'e\u0301' + x\n"
         "    |     ^\n"},
        {"InsideACharacter", "ü + x", 1, 2,
         "  1 | ü + x\n"
         "    | ^\n"},
        {"ControlCharactersAreReplaced", "a\x1b[2J + x", 1, 6,
         "  1 | a\uFFFD[2J + x\n"
         "    |      ^\n"},
        {"BytesThatAreNotUtf8",
         "a\xFF\xFE"
         "b",
         1, 4,
         "  1 | a\uFFFD\uFFFDb\n"
         "    |    ^\n"},
        {"NoSuchLine", "a", 2, 1, ""},
        {"TheWholeFile", "a", 0, 0, ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz";

TEST(ExcerptWidthTest, CutsALongLineAroundTheCaret) {
  EXPECT_EQ(Excerpt(kLetters, 1, 1, 12),
            "  1 | abcdefghij…\n"
            "    | ^\n");
  EXPECT_EQ(Excerpt(kLetters, 1, 13, 12),
            "  1 | …ghijklmnop…\n"
            "    |        ^\n");
  EXPECT_EQ(Excerpt(kLetters, 1, 26, 12),
            "  1 | …qrstuvwxyz\n"
            "    |           ^\n");
  EXPECT_EQ(Excerpt(kLetters, 1, 27, 12),
            "  1 | …qrstuvwxyz\n"
            "    |            ^\n");
  EXPECT_EQ(Excerpt(kLetters, 1, 13, 26),
            "  1 | abcdefghijklmnopqrstuvwxyz\n"
            "    |             ^\n");
}

TEST(ExcerptWidthTest, NoPlaceOfAWideLineBreaksTheWidth) {
  std::string wide;
  for (int i = 0; i < 20; ++i) wide += i % 3 == 0 ? "a" : "户";
  for (int column = 1; column <= static_cast<int>(wide.size()) + 2; ++column) {
    const std::string excerpt = Excerpt(wide, 1, column, 13);
    const size_t end = excerpt.find('\n');
    EXPECT_LE(DisplayWidth(excerpt.substr(0, end)), 6u + 13u) << column;
    EXPECT_LE(excerpt.size() - end - 2, 6u + 13u + 1u) << column;
  }
}

}  // namespace
}  // namespace stratagem
