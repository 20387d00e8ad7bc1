#include "engine/base/duration_text.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

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

}  // namespace stratagem
