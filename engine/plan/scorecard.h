// engine/plan/scorecard.h
//
// Scorecard: customer value -> score 0..100 -> tier. Compiled by
// compile_value.cc; run by decide.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_SCORECARD_H_
#define STRATAGEM_ENGINE_PLAN_SCORECARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/program.h"

namespace stratagem::plan {

// Exact sums: weights and bounds are decimals and points are fractions, so a
// score of 35 is never 34.999…. The compiler refuses scorecards whose
// denominators would not fit.
__extension__ typedef __int128 Wide;

// One indicator's way from a number to points.
class PointScale {
 public:
  // Points are 100·k/bins.size(), k the number of bins <= x (lower_is_better:
  // >= x). Requires: `bins` strictly ascending, not empty.
  static PointScale Bins(std::vector<double> bins, bool lower_is_better);
  // Linear between points, flat outside. Points are rounded to millionths, so
  // that sums stay exact. Requires: x strictly ascending, at least two points,
  // y within 0..100.
  static PointScale Curve(std::vector<std::pair<double, double>> points);

  // The denominator of every result of Points().
  int64_t denominator() const { return denominator_; }
  // Returns points · denominator(), within 0..100·denominator().
  // Requires: `x` finite. Time: O(log n).
  int64_t Points(double x) const;

 private:
  std::vector<double> bins_;  // Empty for a curve.
  bool lower_is_better_ = false;
  std::vector<std::pair<double, double>> curve_;
  int64_t denominator_ = 1;
};

struct IndicatorCode {
  std::string name;  // "economic.monetary".
  expr::Program program;
  PointScale scale;
  // Brings points to the scorecard's common denominator.
  int64_t point_factor = 1;
};

struct DimensionCode {
  std::string name;
  int64_t weight = 0;  // In ten-thousandths.
  std::vector<IndicatorCode> indicators;
  // average_factor[n] brings the sum over n present indicators to the common
  // denominator of averages; [0] is unused.
  std::vector<int64_t> average_factor;
};

struct TierCode {
  std::string name;
  std::optional<int64_t> score_min;  // In ten-thousandths.
};

// What is known of one customer after all indicators were read.
struct ScoreSum {
  Wide weighted = 0;        // Sum of weight · average, in 1/denominator.
  int64_t weight = 0;       // Of the dimensions that are present.
  Wide weight_present = 0;  // Of single indicators, in 1/coverage_denominator.
};

// Immutable.
class Scorecard {
 public:
  // Returns nullopt when the exact sums could overflow.
  static std::optional<Scorecard> Build(std::vector<DimensionCode> dimensions,
                                        std::vector<TierCode> tiers);

  const std::vector<DimensionCode>& dimensions() const { return dimensions_; }
  const std::vector<TierCode>& tiers() const { return tiers_; }

  // Adds one dimension with `present` of its indicators there, whose points
  // (each times its point_factor) sum to `points`. `present` may be 0.
  void AddDimension(const DimensionCode& dimension, int64_t points,
                    size_t present, ScoreSum& sum) const;

  // 0..100; 0 when nothing is present. A whole score is exactly that double.
  double Score(const ScoreSum& sum) const;
  // 0..1: the share of weight that was present, where the indicators of a
  // dimension share its weight equally.
  double Coverage(const ScoreSum& sum) const;
  // Whether that share is at least `coverage_min` ten-thousandths, exactly.
  bool CoverageReaches(const ScoreSum& sum, int64_t coverage_min) const;
  // Index into tiers(): the best whose score_min is reached, exactly; the last
  // when nothing is present. Time: O(tiers).
  size_t FindTier(const ScoreSum& sum) const;

 private:
  Scorecard() = default;
  std::vector<DimensionCode> dimensions_;
  std::vector<TierCode> tiers_;
  int64_t point_denominator_ = 1;
  int64_t average_denominator_ = 1;
  int64_t weight_total_ = 0;
};

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_SCORECARD_H_
