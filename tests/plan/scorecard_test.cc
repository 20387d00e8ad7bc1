// What must hold for scores: points step exactly at bins, missing inputs leave
// without moving the rest, and a bound of 35 is met by exactly 35.

#include "engine/plan/scorecard.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/compile.h"
#include "gtest/gtest.h"

namespace stratagem::plan {
namespace {

expr::Program AnyProgram() {
  Diagnostics diagnostics;
  return *expr::Compile(SourceText("1", {"test", 1, 1}), expr::Scope(), {},
                        diagnostics);
}

// A dimension whose indicators have the given numbers of bins: 1, 2, 3, ….
DimensionCode Dimension(int64_t weight, const std::vector<int>& bin_counts) {
  DimensionCode dimension;
  dimension.weight = weight;
  for (const int count : bin_counts) {
    std::vector<double> bins;
    for (int bin = 1; bin <= count; ++bin) bins.push_back(bin);
    dimension.indicators.push_back(
        {"i", AnyProgram(), PointScale::Bins(std::move(bins), false)});
  }
  return dimension;
}

std::vector<TierCode> Tiers() {
  return {{"gold", 600'000}, {"silver", 350'000}, {"bronze", std::nullopt}};
}

// Scores one x an indicator, in order; NaN is missing.
ScoreSum Sum(const Scorecard& card, const std::vector<double>& xs) {
  ScoreSum sum;
  size_t next = 0;
  for (const DimensionCode& dimension : card.dimensions()) {
    int64_t points = 0;
    size_t present = 0;
    for (const IndicatorCode& indicator : dimension.indicators) {
      const double x = xs[next++];
      if (x != x) continue;
      points += indicator.scale.Points(x) * indicator.point_factor;
      ++present;
    }
    card.AddDimension(dimension, points, present, sum);
  }
  return sum;
}

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double PointsOf(const PointScale& scale, double x) {
  return static_cast<double>(scale.Points(x)) /
         static_cast<double>(scale.denominator());
}

TEST(PointScaleBinsTest, CountsBinsThatAreReached) {
  const PointScale scale = PointScale::Bins({10, 20, 30, 40}, false);
  EXPECT_EQ(PointsOf(scale, 9.999), 0);
  EXPECT_EQ(PointsOf(scale, 10), 25);
  EXPECT_EQ(PointsOf(scale, 39.9), 75);
  EXPECT_EQ(PointsOf(scale, 40), 100);
  EXPECT_EQ(PointsOf(scale, 1e300), 100);
}

TEST(PointScaleBinsTest, LowerIsBetterCountsBinsAtOrAboveX) {
  const PointScale scale = PointScale::Bins({14, 30, 90, 180}, true);
  EXPECT_EQ(PointsOf(scale, 0), 100);
  EXPECT_EQ(PointsOf(scale, 14), 100);
  EXPECT_EQ(PointsOf(scale, 14.5), 75);
  EXPECT_EQ(PointsOf(scale, 180), 25);
  EXPECT_EQ(PointsOf(scale, 181), 0);
}

// The doubles beside every bin, above and below.
TEST(PointScaleBinsTest, BinsAreReachedExactly) {
  const std::vector<double> bins = {-1e300, -0.1, 0, 0.1, 0.3, 1e300};
  const PointScale up = PointScale::Bins(bins, false);
  const PointScale down = PointScale::Bins(bins, true);
  const int64_t all = 100 * static_cast<int64_t>(bins.size());
  for (size_t i = 0; i < bins.size(); ++i) {
    const auto reached = 100 * static_cast<int64_t>(i);
    const double below = std::nextafter(bins[i], -1e308);
    const double above = std::nextafter(bins[i], 1e308);
    EXPECT_EQ(up.Points(below), reached) << bins[i];
    EXPECT_EQ(up.Points(bins[i]), reached + 100) << bins[i];
    EXPECT_EQ(up.Points(above), reached + 100) << bins[i];
    EXPECT_EQ(down.Points(below), all - reached) << bins[i];
    EXPECT_EQ(down.Points(bins[i]), all - reached) << bins[i];
    EXPECT_EQ(down.Points(above), all - reached - 100) << bins[i];
  }
  EXPECT_EQ(up.Points(-0.0), 300);  // Equal to the bin 0.
  EXPECT_EQ(down.Points(-0.0), 400);
}

TEST(PointScaleCurveTest, DoesNotOverflowBetweenFarPoints) {
  const PointScale scale = PointScale::Curve({{-1e308, 0}, {1e308, 100}});
  EXPECT_EQ(PointsOf(scale, -1e308), 0);
  EXPECT_EQ(PointsOf(scale, 0), 50);
  EXPECT_EQ(PointsOf(scale, 9e307), 95);
  EXPECT_EQ(PointsOf(scale, 1e308), 100);
}

TEST(PointScaleCurveTest, IsLinearBetweenPointsAndFlatOutside) {
  const PointScale scale = PointScale::Curve({{0, 10}, {10, 20}, {20, 100}});
  EXPECT_EQ(PointsOf(scale, -5), 10);
  EXPECT_EQ(PointsOf(scale, 0), 10);
  EXPECT_EQ(PointsOf(scale, 5), 15);
  EXPECT_EQ(PointsOf(scale, 10), 20);
  EXPECT_EQ(PointsOf(scale, 15), 60);
  EXPECT_EQ(PointsOf(scale, 20), 100);
  EXPECT_EQ(PointsOf(scale, 99), 100);
}

TEST(ScorecardTest, AScoreOnTheBoundReachesTheTierExactly) {
  // 35 = 0.35 · 100: as doubles, 0.1 + 0.25 times 100 misses it.
  std::optional<Scorecard> card = Scorecard::Build(
      [] {
        std::vector<DimensionCode> dimensions;
        dimensions.push_back(Dimension(1000, {1}));
        dimensions.push_back(Dimension(2500, {3}));
        dimensions.push_back(Dimension(6500, {7}));
        return dimensions;
      }(),
      Tiers());
  ASSERT_TRUE(card.has_value());
  const ScoreSum sum = Sum(*card, {1, 3, 0});
  EXPECT_EQ(card->Score(sum), 35.0);
  EXPECT_EQ(card->tiers()[card->FindTier(sum)].name, "silver");
  EXPECT_EQ(card->Coverage(sum), 1.0);
}

TEST(ScorecardTest, JustUnderTheBoundStaysBelow) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(Dimension(3499, {1}));
  dimensions.push_back(Dimension(6501, {1}));
  std::optional<Scorecard> card =
      Scorecard::Build(std::move(dimensions), Tiers());
  const ScoreSum sum = Sum(*card, {1, 0});
  EXPECT_EQ(card->Score(sum), 34.99);
  EXPECT_EQ(card->tiers()[card->FindTier(sum)].name, "bronze");
}

TEST(ScorecardTest, AMissingIndicatorLeavesItsDimension) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(Dimension(5000, {4, 4}));
  dimensions.push_back(Dimension(5000, {4}));
  std::optional<Scorecard> card =
      Scorecard::Build(std::move(dimensions), Tiers());
  // (100 + missing)/1 · 0.5 + 0 · 0.5.
  const ScoreSum sum = Sum(*card, {4, kMissing, 0});
  EXPECT_EQ(card->Score(sum), 50.0);
  EXPECT_EQ(card->Coverage(sum), 0.75);
}

TEST(ScorecardTest, AnEmptyDimensionLeavesTheTotal) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(Dimension(7500, {4}));
  dimensions.push_back(Dimension(2500, {4}));
  std::optional<Scorecard> card =
      Scorecard::Build(std::move(dimensions), Tiers());
  const ScoreSum sum = Sum(*card, {kMissing, 3});
  EXPECT_EQ(card->Score(sum), 75.0);
  EXPECT_EQ(card->Coverage(sum), 0.25);
}

TEST(ScorecardTest, CoverageReachesItsBoundExactly) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(Dimension(3333, {1, 1, 1}));
  dimensions.push_back(Dimension(6667, {1}));
  std::optional<Scorecard> card =
      Scorecard::Build(std::move(dimensions), Tiers());
  // A third of 0.3333: 0.1111 of the weight.
  const ScoreSum third = Sum(*card, {1, kMissing, kMissing, kMissing});
  EXPECT_TRUE(card->CoverageReaches(third, 1111));
  EXPECT_FALSE(card->CoverageReaches(third, 1112));
  const ScoreSum all = Sum(*card, {1, 1, 1, 1});
  EXPECT_TRUE(card->CoverageReaches(all, 10'000));
  const ScoreSum nothing = Sum(*card, {kMissing, kMissing, kMissing, kMissing});
  EXPECT_TRUE(card->CoverageReaches(nothing, 0));
  EXPECT_FALSE(card->CoverageReaches(nothing, 1));
}

TEST(ScorecardTest, NothingPresentIsTheFloorTierAtCoverageZero) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(Dimension(10000, {4, 2}));
  std::optional<Scorecard> card =
      Scorecard::Build(std::move(dimensions), Tiers());
  const ScoreSum sum = Sum(*card, {kMissing, kMissing});
  EXPECT_EQ(card->Score(sum), 0.0);
  EXPECT_EQ(card->Coverage(sum), 0.0);
  EXPECT_EQ(card->tiers()[card->FindTier(sum)].name, "bronze");
}

// Exhaustive over a small card: the tier must agree with fractions compared by
// cross-multiplication, written the obvious way.
TEST(ScorecardExhaustiveTest, AgreesWithFractions) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(Dimension(4500, {3, 7}));
  dimensions.push_back(Dimension(2000, {5}));
  std::optional<Scorecard> card =
      Scorecard::Build(std::move(dimensions), Tiers());
  for (int a = 0; a <= 3; ++a) {
    for (int b = 0; b <= 7; ++b) {
      for (int c = 0; c <= 5; ++c) {
        const ScoreSum sum =
            Sum(*card, {static_cast<double>(a), static_cast<double>(b),
                        static_cast<double>(c)});
        // score = (45·(100a/3 + 100b/7)/2 + 20·100c/5) / 65, over 65·210.
        const int64_t numerator =
            45 * 100 * (70 * a + 30 * b) / 2 + 20 * 100 * c * 42;
        const int64_t denominator = 65 * 210;
        const char* const want = numerator >= 60 * denominator   ? "gold"
                                 : numerator >= 35 * denominator ? "silver"
                                                                 : "bronze";
        EXPECT_EQ(card->tiers()[card->FindTier(sum)].name, want)
            << a << " " << b << " " << c;
        EXPECT_NEAR(
            card->Score(sum),
            static_cast<double>(numerator) / static_cast<double>(denominator),
            1e-12);
      }
    }
  }
}

TEST(ScorecardBuildTest, RefusesNumbersOfBinsWithoutACommonDenominator) {
  std::vector<DimensionCode> dimensions;
  dimensions.push_back(
      Dimension(10000, {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}));
  EXPECT_FALSE(Scorecard::Build(std::move(dimensions), Tiers()).has_value());
}

}  // namespace
}  // namespace stratagem::plan
