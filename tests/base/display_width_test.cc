// What must hold wherever text is shown: its width on a terminal is known
// whatever the script, and nothing in it can move the cursor.

#include "engine/base/display_width.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

struct WidthCase {
  std::string name;
  std::string text;
  size_t want;
};

class DisplayWidthTest : public testing::TestWithParam<WidthCase> {};

TEST_P(DisplayWidthTest, CountsColumnsOfATerminal) {
  EXPECT_EQ(DisplayWidth(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Scripts, DisplayWidthTest,
                         testing::ValuesIn(std::vector<WidthCase>{
                             {"Empty", "", 0},
                             {"Ascii", "gold", 4},
                             {"Latin", "Zürich", 6},
                             {"Cyrillic", "золото", 6},
                             {"Chinese", "老客户", 6},
                             {"Japanese", "ゴールド", 8},
                             {"Korean", "금", 2},
                             {"FullWidthLatin", "Ａ", 2},
                             {"HalfWidthKatakana", "ｱ", 1},
                             {"CombiningMark", "e\u0301", 1},
                             {"ZeroWidthSpace", "a\u200Bb", 2},
                             {"Emoji", "🎁", 2},
                             {"Ellipsis", "…", 1},
                             {"BytesThatAreNotUtf8", "a\xFF", 2},
                         }),
                         [](const auto& param_info) {
                           return param_info.param.name;
                         });

TEST(TruncateTest, KeepsWhatFitsWithAnEllipsis) {
  EXPECT_EQ(Truncate("platinum", 8), "platinum");
  EXPECT_EQ(Truncate("platinum", 7), "platin…");
  EXPECT_EQ(Truncate("platinum", 1), "…");
  // A wide character is never cut in half.
  EXPECT_EQ(Truncate("老客户", 6), "老客户");
  EXPECT_EQ(Truncate("老客户", 5), "老客…");
  EXPECT_EQ(Truncate("老客户", 4), "老…");
}

TEST(WrapTest, BreaksAtSpacesAndInsideOfWordsOnlyWhereItMust) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(Wrap("", 4), Lines{""});
  EXPECT_EQ(Wrap("one two", 7), Lines{"one two"});
  EXPECT_EQ(Wrap("one two", 6), (Lines{"one", "two"}));
  EXPECT_EQ(Wrap("a  b c", 4), (Lines{"a  b", "c"}));
  EXPECT_EQ(Wrap("ab abcdefghi c", 4), (Lines{"ab", "abcd", "efgh", "i c"}));
  // A wide character is never cut in half.
  EXPECT_EQ(Wrap("老客户", 5), (Lines{"老客", "户"}));
}

TEST(PrintableTest, ReplacesWhatCouldMoveTheCursor) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\x7f"), "a\uFFFD[31mb\uFFFDc\uFFFD");
  EXPECT_EQ(Printable("a\u202Eb"), "a\uFFFDb");
  EXPECT_EQ(Printable("a\xFF"), "a\uFFFD");
  EXPECT_EQ(Printable("老客户"), "老客户");
}

}  // namespace
}  // namespace stratagem
