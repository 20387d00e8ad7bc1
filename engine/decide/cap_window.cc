#include "engine/decide/cap_window.h"

#include "absl/time/civil_time.h"

namespace stratagem::decide {
namespace {

// Windows between two points of the calendar. Where clocks are put back an hour
// comes twice and is one window.
template <typename Civil>
Window Between(const Civil& from, const Civil& until, absl::TimeZone zone) {
  return {absl::FromCivil(from, zone), absl::FromCivil(until, zone),
          absl::ZeroDuration()};
}

}  // namespace

Window WindowAt(const pack::CapWindow& window, absl::Time now,
                absl::TimeZone zone) {
  if (window.within.has_value()) {
    return {state::FloorTime(now) - *window.within + absl::Microseconds(1),
            absl::InfiniteFuture(), *window.within};
  }
  const absl::CivilSecond civil = absl::ToCivilSecond(now, zone);
  switch (*window.period) {
    case pack::Period::kHour: {
      const absl::CivilHour hour(civil);
      return Between(hour, hour + 1, zone);
    }
    case pack::Period::kDay: {
      const absl::CivilDay day(civil);
      return Between(day, day + 1, zone);
    }
    case pack::Period::kWeek: {
      const absl::CivilDay day(civil);
      const absl::CivilDay monday =
          absl::PrevWeekday(day + 1, absl::Weekday::monday);
      return Between(monday, monday + 7, zone);
    }
    case pack::Period::kMonth: {
      const absl::CivilMonth month(civil);
      return Between(month, month + 1, zone);
    }
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
  return {key, window.from, window.until, state::FloorTime(now)};
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
