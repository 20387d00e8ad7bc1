#include "engine/expr/time_text.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stratagem::expr {
namespace {

constexpr uint32_t kNanosPerSecond = 1'000'000'000;

// Takes fixed parts off the front of a text; once one is missing, ok() is
// false for good.
class PartReader {
 public:
  explicit PartReader(absl::string_view text) : rest_(text) {}

  // A number of exactly `digits` digits.
  int Number(int digits) {
    int number = 0;
    for (int i = 0; i < digits; ++i) {
      if (rest_.empty() || !absl::ascii_isdigit(rest_[0])) {
        ok_ = false;
        return 0;
      }
      number = number * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return number;
  }

  // One of `characters`, which it returns.
  char OneOf(absl::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == absl::string_view::npos) {
      ok_ = false;
      return '\0';
    }
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  // Nanoseconds after a decimal point, 1 to 9 digits; 0 without a point.
  uint32_t Fraction() {
    if (rest_.empty() || rest_[0] != '.') return 0;
    rest_.remove_prefix(1);
    uint32_t nanos = 0;
    uint32_t unit = kNanosPerSecond;
    while (!rest_.empty() && absl::ascii_isdigit(rest_[0]) && unit > 1) {
      unit /= 10;
      nanos += unit * static_cast<uint32_t>(rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    if (unit == kNanosPerSecond) ok_ = false;
    return nanos;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  bool NextIs(char c) const { return !rest_.empty() && rest_[0] == c; }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

Value Invalid() { return Value::Error(ErrorCode::kInvalidArgument); }

// ".5", or "" for no nanoseconds.
std::string FractionText(uint32_t nanos) {
  if (nanos == 0) return "";
  std::string text = absl::StrFormat(".%09d", nanos);
  while (text.back() == '0') text.pop_back();
  return text;
}

// Nanoseconds of one unit, or 0. Takes the unit off `text`.
int64_t TakeUnit(absl::string_view& text) {
  static constexpr struct {
    absl::string_view name;
    int64_t nanos;
  } kUnits[] = {
      // Longer names first: "m" starts "ms".
      {"ns", 1},
      {"us", 1'000},
      {"\u00b5s", 1'000},
      {"\u03bcs", 1'000},
      {"ms", 1'000'000},
      {"h", 3'600'000'000'000},
      {"m", 60'000'000'000},
      {"s", 1'000'000'000},
  };
  for (const auto& unit : kUnits) {
    if (!absl::StartsWith(text, unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanos;
  }
  return 0;
}

// Digits at the front of `text`, which it takes off.
absl::string_view TakeDigits(absl::string_view& text) {
  size_t size = 0;
  while (size < text.size() && absl::ascii_isdigit(text[size])) ++size;
  const absl::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

// 2^64: more nanoseconds than any duration has, and few enough to calculate.
constexpr absl::int128 kNanosMax = absl::MakeInt128(1, 0);

// The decimal number with unit at the front of `text`, in nanoseconds; takes
// it off. At least kNanosMax for more than that, nullopt for other text.
std::optional<absl::int128> TakeTerm(absl::string_view& text) {
  const absl::string_view whole = TakeDigits(text);
  absl::string_view fraction;
  if (absl::ConsumePrefix(&text, ".")) fraction = TakeDigits(text);
  const int64_t unit = TakeUnit(text);
  if (unit == 0 || (whole.empty() && fraction.empty())) return std::nullopt;
  absl::int128 nanos = 0;
  for (const char c : whole) {
    nanos = std::min(nanos * 10 + (c - '0'), kNanosMax);
  }
  nanos = std::min(nanos * unit, kNanosMax);
  // Digits beyond these are less than a nanosecond of any unit.
  absl::int128 part = 0;
  absl::int128 scale = 1;
  for (const char c : fraction.substr(0, 18)) {
    part = part * 10 + (c - '0');
    scale *= 10;
  }
  return nanos + part * unit / scale;
}

}  // namespace

Value CheckedTimestamp(int64_t seconds, uint32_t nanos) {
  if (seconds < kTimestampSecondsMin || seconds > kTimestampSecondsMax) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return Value::TimestampParts(seconds, nanos);
}

Value CheckedDuration(int64_t seconds, uint32_t nanos) {
  const absl::int128 total = absl::int128(seconds) * kNanosPerSecond + nanos;
  if (total < std::numeric_limits<int64_t>::min() ||
      total > std::numeric_limits<int64_t>::max()) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return Value::DurationParts(seconds, nanos);
}

Value ReadTimestamp(absl::string_view text) {
  PartReader reader(text);
  const int year = reader.Number(4);
  reader.OneOf("-");
  const int month = reader.Number(2);
  reader.OneOf("-");
  const int day = reader.Number(2);
  reader.OneOf("Tt");
  const int hour = reader.Number(2);
  reader.OneOf(":");
  const int minute = reader.Number(2);
  reader.OneOf(":");
  const int second = reader.Number(2);
  const uint32_t nanos = reader.Fraction();
  int64_t offset = 0;
  const char zone = reader.OneOf("Zz+-");
  if (zone == '+' || zone == '-') {
    const int hours = reader.Number(2);
    reader.OneOf(":");
    const int minutes = reader.Number(2);
    if (hours > 23 || minutes > 59) return Invalid();
    offset = (zone == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  if (!reader.ok() || !reader.at_end()) return Invalid();
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  // Civil time would carry February 30 into March.
  if (civil.year() != year || civil.month() != month || civil.day() != day ||
      civil.hour() != hour || civil.minute() != minute ||
      civil.second() != second) {
    return Invalid();
  }
  const int64_t seconds =
      absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
  return CheckedTimestamp(seconds - offset, nanos);
}

Value ReadDuration(absl::string_view text) {
  const bool negative = absl::StartsWith(text, "-");
  if (negative || absl::StartsWith(text, "+")) text.remove_prefix(1);
  if (text == "0") return Value::DurationParts(0, 0);
  if (text.empty()) return Invalid();
  absl::int128 total = 0;
  while (!text.empty()) {
    const std::optional<absl::int128> term = TakeTerm(text);
    if (!term) return Invalid();
    total = std::min(total + *term, kNanosMax);
  }
  if (negative) total = -total;
  auto seconds = static_cast<int64_t>(total / kNanosPerSecond);
  auto nanos = static_cast<int64_t>(total % kNanosPerSecond);
  if (nanos < 0) {
    --seconds;
    nanos += kNanosPerSecond;
  }
  return CheckedDuration(seconds, static_cast<uint32_t>(nanos));
}

std::string TimestampText(const Value& timestamp) {
  const absl::CivilSecond civil = absl::ToCivilSecond(
      absl::FromUnixSeconds(timestamp.seconds()), absl::UTCTimeZone());
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", civil.year(),
                         civil.month(), civil.day(), civil.hour(),
                         civil.minute(), civil.second(),
                         FractionText(timestamp.nanos()));
}

std::string DurationText(const Value& duration) {
  int64_t seconds = duration.seconds();
  uint32_t nanos = duration.nanos();
  const bool negative = seconds < 0;
  if (negative) {
    // -2 s + 0.5 s is written -1.5s.
    seconds = -seconds;
    if (nanos > 0) {
      --seconds;
      nanos = kNanosPerSecond - nanos;
    }
  }
  return absl::StrCat(negative ? "-" : "", seconds, FractionText(nanos), "s");
}

double DurationSeconds(const Value& duration) {
  return static_cast<double>(duration.seconds()) +
         static_cast<double>(duration.nanos()) / kNanosPerSecond;
}

}  // namespace stratagem::expr
