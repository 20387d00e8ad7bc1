#include "clients/cli/status_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/display_text.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

// Where one decimal would round to two digits before it.
constexpr double kTwoDigits = 9.95;

}  // namespace

std::string UptimeText(absl::Duration uptime) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const int64_t seconds = std::max<int64_t>(0, absl::ToInt64Seconds(uptime));
  if (seconds < kMinute) return absl::StrCat(seconds, "s");
  if (seconds < kHour) {
    return absl::StrCat(seconds / kMinute, "m ", seconds % kMinute, "s");
  }
  if (seconds < kDay) {
    return absl::StrCat(seconds / kHour, "h ", seconds % kHour / kMinute, "m");
  }
  return absl::StrCat(WithThousands(static_cast<uint64_t>(seconds / kDay)),
                      "d ", seconds % kDay / kHour, "h");
}

std::string RateText(std::optional<double> per_second) {
  if (!per_second.has_value()) return "-";
  const double rate = *per_second;
  if (rate <= 0) return "0/s";
  if (rate < 0.05) return "<0.1/s";
  if (rate < kTwoDigits) return absl::StrFormat("%.1f/s", rate);
  constexpr double kLarge = 1e15;
  if (rate >= kLarge) return absl::StrCat(RoundedNumber(rate, 0), "/s");
  return absl::StrCat(WithThousands(static_cast<uint64_t>(rate + 0.5)), "/s");
}

std::string PercentText(double share) {
  const double percent = share * 100;
  if (percent <= 0) return "0 %";
  if (percent < 0.05) return "<0.1 %";
  return absl::StrFormat("%.*f %%", percent < kTwoDigits ? 1 : 0, percent);
}

}  // namespace stratagem::cli
