// What must hold for Exponential(): it is e^x within a unit in the last place
// over the whole range, never falls, and its special cases are exact.

#include "engine/base/exponential.h"

#include <cmath>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

// How far `got` is from e^x, in units in the last place of the true value.
double UnitsAway(double x, double got) {
  const long double want = std::exp(static_cast<long double>(x));
  const double nearest = static_cast<double>(want);
  const double unit =
      std::nextafter(std::abs(nearest), kInfinity) - std::abs(nearest);
  return static_cast<double>(std::abs(want - static_cast<long double>(got)) /
                             static_cast<long double>(unit));
}

TEST(ExponentialTest, SpecialCasesAreExact) {
  EXPECT_EQ(Exponential(0.0), 1.0);
  EXPECT_EQ(Exponential(-0.0), 1.0);
  EXPECT_EQ(Exponential(kSmallest), 1.0);
  EXPECT_EQ(Exponential(kInfinity), kInfinity);
  EXPECT_EQ(Exponential(-kInfinity), 0.0);
  EXPECT_TRUE(std::isnan(Exponential(std::nan(""))));
  EXPECT_DOUBLE_EQ(Exponential(1.0), 2.718281828459045);
}

TEST(ExponentialTest, TheEndsOfTheRangeAreThoseOfDoubles) {
  const double last = 709.782712893384;
  EXPECT_LT(Exponential(last), kInfinity);
  EXPECT_GT(Exponential(last), 1.797e308);
  EXPECT_EQ(Exponential(std::nextafter(last, 1000)), kInfinity);
  EXPECT_EQ(Exponential(1e300), kInfinity);
  EXPECT_EQ(Exponential(-745.1332191019411), kSmallest);
  EXPECT_EQ(Exponential(-745.1332191019412), 0.0);
  EXPECT_EQ(Exponential(-1e300), 0.0);
}

TEST(ExponentialTest, IsWithinAUnitInTheLastPlace) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> near(-2, 2);
  std::uniform_real_distribution<double> far(-745, 709);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    for (const double x : {near(random), far(random), near(random) * 1e-6}) {
      worst = std::max(worst, UnitsAway(x, Exponential(x)));
    }
  }
  EXPECT_LT(worst, 1.0);
}

// At every multiple of ln 2 / 2 the reduction changes its k.
TEST(ExponentialTest, DoesNotFallWhereTheReductionChanges) {
  for (int k = -2'148; k <= 2'046; ++k) {
    double x = k * 0.34657359027997264;
    for (int i = 0; i < 20; ++i) x = std::nextafter(x, -kInfinity);
    for (int i = 0; i < 40; ++i) {
      const double next = std::nextafter(x, kInfinity);
      ASSERT_LE(Exponential(x), Exponential(next)) << x;
      x = next;
    }
  }
}

}  // namespace
}  // namespace stratagem
