#include "engine/trace/number_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace stratagem::trace {
namespace {

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

}  // namespace

std::string GroupedNumber(absl::string_view number, const Wording& wording) {
  absl::string_view rest = number;
  const bool is_negative = absl::ConsumePrefix(&rest, "-");
  const size_t point = std::min(rest.find('.'), rest.size());
  const absl::string_view whole = rest.substr(0, point);
  const absl::string_view decimals =
      point == rest.size() ? "" : rest.substr(point + 1);
  if (!IsDigits(whole) || (point != rest.size() && !IsDigits(decimals))) {
    return std::string(number);
  }
  std::string text = is_negative ? "-" : "";
  for (size_t i = 0; i < whole.size(); ++i) {
    if (i > 0 && (whole.size() - i) % 3 == 0) {
      absl::StrAppend(&text, wording.group_separator);
    }
    text += whole[i];
  }
  if (!decimals.empty()) absl::StrAppend(&text, wording.decimal_sign, decimals);
  return text;
}

}  // namespace stratagem::trace
