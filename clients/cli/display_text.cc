#include "clients/cli/display_text.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {

std::string WithThousands(uint64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string Counted(uint64_t count, absl::string_view noun) {
  return absl::StrCat(WithThousands(count), " ", noun, count == 1 ? "" : "s");
}

std::string BytesText(uint64_t bytes) {
  constexpr const char* kUnits[] = {"bytes", "kB", "MB", "GB", "TB"};
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  while (amount >= 1'000 && unit + 1 < std::size(kUnits)) {
    amount /= 1'000;
    ++unit;
  }
  return absl::StrCat(RoundedNumber(amount, 1), " ", kUnits[unit]);
}

std::string ZonedTime(const std::string& time, absl::TimeZone zone) {
  absl::Time parsed;
  if (!absl::ParseTime(absl::RFC3339_full, time, &parsed, nullptr)) return time;
  return absl::FormatTime(zone.At(parsed).offset == 0
                              ? "%E4Y-%m-%d%ET%H:%M:%SZ"
                              : "%E4Y-%m-%d%ET%H:%M:%S%Ez",
                          parsed, zone);
}

std::string ShellWord(absl::string_view text) {
  const bool plain =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
               static_cast<unsigned char>(c) >= 0x80 ||
               absl::StrContains("_-./:@%+=", c);
      });
  if (plain) return std::string(text);
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

}  // namespace stratagem::cli
