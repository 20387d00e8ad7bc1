// What must hold for numbers that people read: short, but never zero by
// rounding, and grouped as their language does.

#include "engine/trace/number_text.h"

#include <limits>

#include "gtest/gtest.h"

namespace stratagem::trace {
namespace {

TEST(RoundedNumberTest, DropsWhatNobodyReads) {
  EXPECT_EQ(RoundedNumber(0, 2), "0");
  EXPECT_EQ(RoundedNumber(12, 2), "12");
  EXPECT_EQ(RoundedNumber(12.5, 2), "12.5");
  EXPECT_EQ(RoundedNumber(1.99944, 2), "2");
  EXPECT_EQ(RoundedNumber(1.99944, 4), "1.9994");
  EXPECT_EQ(RoundedNumber(100, 0), "100");
  EXPECT_EQ(RoundedNumber(-4000.25, 2), "-4000.25");
}

TEST(RoundedNumberTest, KeepsTheDigitsOfSmallNumbers) {
  EXPECT_EQ(RoundedNumber(0.00031, 2), "0.00031");
  EXPECT_EQ(RoundedNumber(-0.000555556, 2), "-0.0005556");
}

TEST(RoundedNumberTest, VeryLargeNumbersKeepTheirExponent) {
  EXPECT_EQ(RoundedNumber(1e30, 2), "1e+30");
  EXPECT_EQ(RoundedNumber(std::numeric_limits<double>::infinity(), 2), "inf");
}

TEST(GroupedNumberTest, GroupsByThreeAsTheLanguageDoes) {
  EXPECT_EQ(GroupedNumber("999", kEnglishWording), "999");
  EXPECT_EQ(GroupedNumber("3200", kEnglishWording), "3\u202f200");
  EXPECT_EQ(GroupedNumber("-1234567.25", kEnglishWording),
            "-1\u202f234\u202f567.25");
  EXPECT_EQ(GroupedNumber("1234.5", kGermanWording), "1\u202f234,5");
  EXPECT_EQ(GroupedNumber("1234.5", kChineseWording), "1,234.5");
}

TEST(GroupedNumberTest, LeavesOtherTextAlone) {
  for (const char* const text :
       {"", "-", ".", "1.", "1e+30", "nan", "12a4", "1.2.3"}) {
    EXPECT_EQ(GroupedNumber(text, kEnglishWording), text);
  }
}

}  // namespace
}  // namespace stratagem::trace
