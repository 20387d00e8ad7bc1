#include "clients/cli/latency_quantile.h"

#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace stratagem::cli {
namespace {

// "9.9", "10", "850".
std::string ShortNumber(double number) {
  // From here on one decimal would round to two digits before it.
  constexpr double kTen = 9.95;
  return absl::StrFormat("%.*f", number < kTen ? 1 : 0, number);
}

std::string SecondsText(double seconds) {
  struct Unit {
    double per_second;
    const char* name;
  };
  constexpr Unit kUnits[] = {{1e6, "µs"}, {1e3, "ms"}};
  for (const Unit& unit : kUnits) {
    const double number = seconds * unit.per_second;
    // What rounds to a thousand is one of the next unit.
    if (number < 999.5)
      return absl::StrCat(ShortNumber(number), " ", unit.name);
  }
  return absl::StrCat(ShortNumber(seconds), " s");
}

}  // namespace

std::optional<LatencyQuantile> QuantileOf(
    std::span<const double> bounds_seconds, std::span<const uint64_t> buckets,
    double share) {
  const uint64_t count =
      std::accumulate(buckets.begin(), buckets.end(), uint64_t{0});
  if (count == 0) return std::nullopt;
  const double rank = share * static_cast<double>(count);
  double before = 0;  // Calls of the buckets below.
  double lower = 0;
  for (size_t i = 0; i < bounds_seconds.size() && i < buckets.size(); ++i) {
    const double here = static_cast<double>(buckets[i]);
    const double upper = bounds_seconds[i];
    if (here > 0 && before + here >= rank) {
      return LatencyQuantile{.seconds = lower + (upper - lower) *
                                                    (rank - before) / here};
    }
    before += here;
    lower = upper;
  }
  return LatencyQuantile{.seconds = lower, .is_longer = true};
}

std::string LatencyText(const std::optional<LatencyQuantile>& quantile) {
  if (!quantile.has_value()) return "-";
  return absl::StrCat(quantile->is_longer ? "> " : "",
                      SecondsText(quantile->seconds));
}

}  // namespace stratagem::cli
