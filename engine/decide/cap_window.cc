#include "engine/decide/cap_window.h"

#include "absl/time/civil_time.h"

namespace stratagem::decide {
namespace {

// A window of so many hours, days or months. Where clocks are put back an hour
// comes twice and is one window.
template <typename Civil>
Window Calendar(const Civil& from, int length, absl::TimeZone zone) {
  const auto at = [&from, length, zone](int windows) {
    return absl::FromCivil(from + windows * length, zone);
  };
  Window window = {.from = at(0), .until = at(1)};
  // What clocks leave out begins and ends at once, and is no window.
  int before = -1;
  while (at(before) >= window.from) --before;
  int after = 2;
  while (at(after) <= window.until) ++after;
  window.before = at(before);
  window.after = at(after);
  return window;
}

}  // namespace

Window WindowAt(const pack::CapWindow& window, absl::Time now,
                absl::TimeZone zone) {
  if (window.within.has_value()) {
    return {
        .from = state::FloorTime(now) - *window.within + absl::Microseconds(1),
        .within = *window.within};
  }
  const absl::CivilSecond civil = absl::ToCivilSecond(now, zone);
  switch (*window.period) {
    case pack::Period::kHour:
      return Calendar(absl::CivilHour(civil), 1, zone);
    case pack::Period::kDay:
      return Calendar(absl::CivilDay(civil), 1, zone);
    case pack::Period::kWeek: {
      const absl::CivilDay day(civil);
      const absl::CivilDay monday =
          absl::PrevWeekday(day + 1, absl::Weekday::monday);
      return Calendar(monday, 7, zone);
    }
    case pack::Period::kMonth:
      return Calendar(absl::CivilMonth(civil), 1, zone);
    case pack::Period::kTotal:
      break;
  }
  return {};
}

absl::Time StartOf(const Window& window, absl::Time now) {
  if (window.is_rolling()) return now;
  return window.from == absl::InfinitePast() ? absl::UnixEpoch() : window.from;
}

state::CounterQuery QueryFor(uint64_t key, const Window& window,
                             absl::Time now) {
  // Amounts stand at the start of their window, and a version before may have
  // gone by other clocks: its windows that reach into this one begin after the
  // one before this one does. By the same clocks that is this window alone.
  const absl::Time from = window.before.has_value()
                              ? *window.before + absl::Microseconds(1)
                              : window.from;
  return {key, from, window.until, state::FloorTime(now)};
}

std::optional<absl::Time> QuietUntil(const pack::QuietHours& hours,
                                     absl::Time now, absl::TimeZone zone) {
  const absl::CivilSecond civil = absl::ToCivilSecond(now, zone);
  const absl::CivilDay day(civil);
  const absl::Duration time_of_day =
      absl::Seconds(civil - absl::CivilSecond(day));
  const bool is_over_midnight = hours.until < hours.from;
  const bool is_evening = time_of_day >= hours.from;
  const bool is_morning = time_of_day < hours.until;
  if (is_over_midnight ? !is_evening && !is_morning
                       : !is_evening || !is_morning) {
    return std::nullopt;
  }
  const absl::CivilDay end_day = is_over_midnight && is_evening ? day + 1 : day;
  return absl::FromCivil(
      absl::CivilSecond(end_day) + absl::ToInt64Seconds(hours.until), zone);
}

}  // namespace stratagem::decide
