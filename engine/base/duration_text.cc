#include "engine/base/duration_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace stratagem {

std::optional<absl::Duration> ParseDuration(absl::string_view text) {
  if (!text.empty() && text.back() == 'd') {
    const absl::string_view digits = text.substr(0, text.size() - 1);
    int32_t days = 0;
    if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
        !absl::SimpleAtoi(digits, &days)) {
      return std::nullopt;
    }
    return absl::Hours(24) * days;
  }
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) ||
      duration == absl::InfiniteDuration() ||
      duration == -absl::InfiniteDuration()) {
    return std::nullopt;
  }
  return duration;
}

std::string DurationText(absl::Duration duration) {
  const absl::Duration day = absl::Hours(24);
  if (duration % day == absl::ZeroDuration() &&
      duration != absl::ZeroDuration()) {
    return absl::StrCat(duration / day, "d");
  }
  return absl::FormatDuration(duration);
}

}  // namespace stratagem
