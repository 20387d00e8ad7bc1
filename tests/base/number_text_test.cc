// What must hold for doubles as text: nothing that a person reads for nothing,
// and nothing lost where programs compare.

#include "engine/base/number_text.h"

#include <cstdlib>
#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

TEST(ExactNumberTest, HasTheFewestDigitsThatReadAsTheSameNumber) {
  EXPECT_EQ(ExactNumber(2.5), "2.5");
  EXPECT_EQ(ExactNumber(0.1), "0.1");
  EXPECT_EQ(ExactNumber(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(ExactNumber(-3200.75), "-3200.75");
  EXPECT_EQ(ExactNumber(1.0 / 3), "0.3333333333333333");
}

TEST(ExactNumberTest, WholeNumbersStandWithoutAnExponent) {
  EXPECT_EQ(ExactNumber(0), "0");
  EXPECT_EQ(ExactNumber(-0.0), "0");
  EXPECT_EQ(ExactNumber(60), "60");
  EXPECT_EQ(ExactNumber(2'000'000), "2000000");
  EXPECT_EQ(ExactNumber(999'999'999'999'999), "999999999999999");
  EXPECT_EQ(ExactNumber(1e15), "1e+15");
}

TEST(ExactNumberTest, ReadsBackAtTheEdgesOfDouble) {
  for (const double number :
       {std::numeric_limits<double>::max(), std::numeric_limits<double>::min(),
        std::numeric_limits<double>::denorm_min(),
        std::numeric_limits<double>::epsilon(), 1e22, 123456789.123456789}) {
    EXPECT_EQ(std::strtod(ExactNumber(number).c_str(), nullptr), number)
        << ExactNumber(number);
    EXPECT_EQ(std::strtod(ExactNumber(-number).c_str(), nullptr), -number)
        << ExactNumber(-number);
  }
}

TEST(ExactNumberTest, WhatIsNoNumberHasItsName) {
  EXPECT_EQ(ExactNumber(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(ExactNumber(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(RoundedNumberTest, DropsWhatNobodyReads) {
  EXPECT_EQ(RoundedNumber(0, 2), "0");
  EXPECT_EQ(RoundedNumber(-0.0, 2), "0");
  EXPECT_EQ(RoundedNumber(12, 2), "12");
  EXPECT_EQ(RoundedNumber(12.5, 2), "12.5");
  EXPECT_EQ(RoundedNumber(71.25, 2), "71.25");
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
  EXPECT_EQ(RoundedNumber(1e15, 2), "1e+15");
  EXPECT_EQ(RoundedNumber(999'999'999'999'999.5, 1), "999999999999999.5");
  EXPECT_EQ(RoundedNumber(std::numeric_limits<double>::infinity(), 2), "inf");
}

}  // namespace
}  // namespace stratagem
