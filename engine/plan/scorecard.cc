#include "engine/plan/scorecard.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/base/check.h"

namespace stratagem::plan {
namespace {

constexpr int64_t kCurveDenominator = 1'000'000;
constexpr int64_t kDecimalDenominator = 10'000;

// Returns the least common multiple, or nullopt beyond `max`.
std::optional<int64_t> BoundedLcm(int64_t a, int64_t b, int64_t max) {
  const Wide lcm = static_cast<Wide>(a / std::gcd(a, b)) * b;
  if (lcm > max) return std::nullopt;
  return static_cast<int64_t>(lcm);
}

// numerator / denominator with an exact whole part. Requires: both >= 0.
double Quotient(Wide numerator, Wide denominator) {
  const Wide whole = numerator / denominator;
  const Wide rest = numerator % denominator;
  return static_cast<double>(whole) +
         static_cast<double>(rest) / static_cast<double>(denominator);
}

}  // namespace

PointScale PointScale::Bins(std::vector<double> bins, bool lower_is_better) {
  STRATAGEM_CHECK(!bins.empty());
  PointScale scale;
  scale.denominator_ = static_cast<int64_t>(bins.size());
  scale.bins_ = std::move(bins);
  scale.lower_is_better_ = lower_is_better;
  return scale;
}

PointScale PointScale::Curve(std::vector<std::pair<double, double>> points) {
  STRATAGEM_CHECK(points.size() >= 2);
  PointScale scale;
  scale.denominator_ = kCurveDenominator;
  scale.curve_ = std::move(points);
  return scale;
}

int64_t PointScale::Points(double x) const {
  if (!bins_.empty()) {
    // 100·k/n in units of 1/n.
    const auto reached =
        lower_is_better_
            ? bins_.end() - std::lower_bound(bins_.begin(), bins_.end(), x)
            : std::upper_bound(bins_.begin(), bins_.end(), x) - bins_.begin();
    return 100 * static_cast<int64_t>(reached);
  }
  const auto right = std::upper_bound(
      curve_.begin(), curve_.end(), x,
      [](double wanted, const auto& point) { return wanted < point.first; });
  double y = 0;
  if (right == curve_.begin()) {
    y = curve_.front().second;
  } else if (right == curve_.end()) {
    y = curve_.back().second;
  } else {
    const auto left = std::prev(right);
    // The share is computed first, so that huge x cannot overflow y; of halves
    // where the distance of the points themselves is no double.
    const double scale = std::isinf(right->first - left->first) ? 0.5 : 1;
    const double share = (x * scale - left->first * scale) /
                         (right->first * scale - left->first * scale);
    y = left->second + share * (right->second - left->second);
  }
  return std::llround(std::clamp(y, 0.0, 100.0) *
                      static_cast<double>(kCurveDenominator));
}

std::optional<Scorecard> Scorecard::Build(std::vector<DimensionCode> dimensions,
                                          std::vector<TierCode> tiers) {
  // FindTier() multiplies 100 points by both denominators, all weights and
  // kDecimalDenominator: at most 10^(2+12+12+8+4) = 10^38, which is below
  // 2^127.
  constexpr int64_t kPointDenominatorMax = 1'000'000'000'000;
  constexpr int64_t kAverageDenominatorMax = 1'000'000'000'000;
  constexpr int64_t kWeightTotalMax = 100'000'000;
  Scorecard card;
  for (const DimensionCode& dimension : dimensions) {
    if (dimension.weight > kWeightTotalMax - card.weight_total_) {
      return std::nullopt;
    }
    card.weight_total_ += dimension.weight;
    for (const IndicatorCode& indicator : dimension.indicators) {
      const std::optional<int64_t> lcm =
          BoundedLcm(card.point_denominator_, indicator.scale.denominator(),
                     kPointDenominatorMax);
      if (!lcm.has_value()) return std::nullopt;
      card.point_denominator_ = *lcm;
    }
    for (size_t n = 2; n <= dimension.indicators.size(); ++n) {
      const std::optional<int64_t> lcm =
          BoundedLcm(card.average_denominator_, static_cast<int64_t>(n),
                     kAverageDenominatorMax);
      if (!lcm.has_value()) return std::nullopt;
      card.average_denominator_ = *lcm;
    }
  }
  for (DimensionCode& dimension : dimensions) {
    for (IndicatorCode& indicator : dimension.indicators) {
      indicator.point_factor =
          card.point_denominator_ / indicator.scale.denominator();
    }
    dimension.average_factor.assign(1, 0);
    for (size_t n = 1; n <= dimension.indicators.size(); ++n) {
      dimension.average_factor.push_back(card.average_denominator_ /
                                         static_cast<int64_t>(n));
    }
  }
  card.dimensions_ = std::move(dimensions);
  card.tiers_ = std::move(tiers);
  return card;
}

void Scorecard::AddDimension(const DimensionCode& dimension, int64_t points,
                             size_t present, ScoreSum& sum) const {
  if (present == 0) return;
  sum.weighted += static_cast<Wide>(dimension.weight) * points *
                  dimension.average_factor[present];
  sum.weight += dimension.weight;
  sum.weight_present += static_cast<Wide>(dimension.weight) *
                        static_cast<int64_t>(present) *
                        dimension.average_factor[dimension.indicators.size()];
}

double Scorecard::Score(const ScoreSum& sum) const {
  if (sum.weight == 0) return 0;
  return Quotient(sum.weighted, static_cast<Wide>(sum.weight) *
                                    point_denominator_ * average_denominator_);
}

double Scorecard::Coverage(const ScoreSum& sum) const {
  if (weight_total_ == 0) return 0;
  return Quotient(sum.weight_present,
                  static_cast<Wide>(weight_total_) * average_denominator_);
}

bool Scorecard::CoverageReaches(const ScoreSum& sum,
                                int64_t coverage_min) const {
  return sum.weight_present * kDecimalDenominator >=
         static_cast<Wide>(weight_total_) * average_denominator_ * coverage_min;
}

size_t Scorecard::FindTier(const ScoreSum& sum) const {
  if (sum.weight == 0) return tiers_.size() - 1;
  const Wide scale =
      static_cast<Wide>(sum.weight) * point_denominator_ * average_denominator_;
  for (size_t i = 0; i + 1 < tiers_.size(); ++i) {
    if (sum.weighted * kDecimalDenominator >= *tiers_[i].score_min * scale) {
      return i;
    }
  }
  return tiers_.size() - 1;
}

}  // namespace stratagem::plan
