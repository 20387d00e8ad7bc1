#include "engine/base/number_text.h"

#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace stratagem {
namespace {

constexpr double kSmall = 0.1;
constexpr double kLarge = 1e15;
constexpr int kDigitsMin = 6;
constexpr int kDigitsMax = 17;  // Tell any two doubles apart.

}  // namespace

std::string ExactNumber(double number) {
  // No negative zero: nobody writes it.
  if (std::abs(number) < kLarge && number == std::trunc(number)) {
    return absl::StrFormat("%.0f", number == 0 ? 0 : number);
  }
  for (int digits = kDigitsMin; digits < kDigitsMax; ++digits) {
    std::string text = absl::StrFormat("%.*g", digits, number);
    double read = 0;
    if (absl::SimpleAtod(text, &read) && read == number) return text;
  }
  return absl::StrFormat("%.*g", kDigitsMax, number);
}

std::string RoundedNumber(double number, int decimals) {
  const double size = std::abs(number);
  if (!(size < kLarge) || (size < kSmall && size > 0)) {
    return absl::StrFormat("%.4g", number);
  }
  std::string text =
      absl::StrFormat("%.*f", decimals, number == 0 ? 0 : number);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace stratagem
