// What must hold for numbers that people read: grouped as their language does.

#include "engine/trace/number_text.h"

#include "gtest/gtest.h"

namespace stratagem::trace {
namespace {

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
