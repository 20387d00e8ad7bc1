// What a clock and a calendar show at a timestamp, in UTC or another zone, and
// the parts of durations.

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/expr/function_table.h"
#include "engine/expr/time_zone.h"

namespace stratagem::expr {
namespace {

constexpr int64_t kNanosPerMillisecond = 1'000'000;
constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kUnknownZoneSteps = 500;

// One number of a civil time.
using Part = int64_t (*)(const absl::CivilSecond& civil);

int64_t FullYear(const absl::CivilSecond& civil) { return civil.year(); }
// Months, days of months and days of years count from 0, dates from 1.
int64_t Month(const absl::CivilSecond& civil) { return civil.month() - 1; }
int64_t Date(const absl::CivilSecond& civil) { return civil.day(); }
int64_t DayOfMonth(const absl::CivilSecond& civil) { return civil.day() - 1; }
int64_t DayOfYear(const absl::CivilSecond& civil) {
  return absl::GetYearDay(absl::CivilDay(civil)) - 1;
}
// Sunday is 0.
int64_t DayOfWeek(const absl::CivilSecond& civil) {
  const int monday_is_0 =
      static_cast<int>(absl::GetWeekday(absl::CivilDay(civil)));
  return (monday_is_0 + 1) % 7;
}
int64_t Hours(const absl::CivilSecond& civil) { return civil.hour(); }
int64_t Minutes(const absl::CivilSecond& civil) { return civil.minute(); }
int64_t Seconds(const absl::CivilSecond& civil) { return civil.second(); }

std::optional<absl::CivilSecond> Civil(const Value& timestamp,
                                       absl::string_view zone) {
  return LocalTime(absl::FromUnixSeconds(timestamp.seconds()), zone);
}

template <Part kPart>
Value InUtc(Evaluation&, const Value* arguments) {
  return Value::Int(kPart(*Civil(arguments[0], "UTC")));
}

// What is no zone is looked for on the disk every time.
Value NoSuchZone(Evaluation& evaluation) {
  return Value::Error(evaluation.Charge(kUnknownZoneSteps)
                          ? ErrorCode::kInvalidArgument
                          : ErrorCode::kStepLimit);
}

template <Part kPart>
Value InZone(Evaluation& evaluation, const Value* arguments) {
  const std::optional<absl::CivilSecond> civil =
      Civil(arguments[0], arguments[1].text());
  return civil ? Value::Int(kPart(*civil)) : NoSuchZone(evaluation);
}

Value MillisecondsInUtc(Evaluation&, const Value* arguments) {
  return Value::Int(arguments[0].nanos() / kNanosPerMillisecond);
}

// The same in every zone, whose name must still be one.
Value MillisecondsInZone(Evaluation& evaluation, const Value* arguments) {
  return Civil(arguments[0], arguments[1].text())
             ? MillisecondsInUtc(evaluation, arguments)
             : NoSuchZone(evaluation);
}

// Whole seconds and the rest, both with the sign of the duration: -1.5 s are
// -1 and -500,000,000.
int64_t WholeSeconds(const Value& duration) {
  const bool borrowed = duration.seconds() < 0 && duration.nanos() > 0;
  return duration.seconds() + (borrowed ? 1 : 0);
}
int64_t RestNanos(const Value& duration) {
  const bool borrowed = duration.seconds() < 0 && duration.nanos() > 0;
  return int64_t{duration.nanos()} - (borrowed ? kNanosPerSecond : 0);
}

template <int64_t kSecondsPerUnit>
Value TotalOf(Evaluation&, const Value* arguments) {
  return Value::Int(WholeSeconds(arguments[0]) / kSecondsPerUnit);
}

// Of durations hours, minutes and seconds are totals, milliseconds the part
// below a second.
Value MillisecondsOf(Evaluation&, const Value* arguments) {
  return Value::Int(RestNanos(arguments[0]) / kNanosPerMillisecond);
}

}  // namespace

std::vector<Overload> CalendarOverloads() {
  const Type i(TypeKind::kInt);
  const Type s(TypeKind::kString);
  const Type t(TypeKind::kTimestamp);
  const Type d(TypeKind::kDuration);
  return {
      Method("getFullYear", {t}, i, InUtc<FullYear>),
      Method("getFullYear", {t, s}, i, InZone<FullYear>),
      Method("getMonth", {t}, i, InUtc<Month>),
      Method("getMonth", {t, s}, i, InZone<Month>),
      Method("getDate", {t}, i, InUtc<Date>),
      Method("getDate", {t, s}, i, InZone<Date>),
      Method("getDayOfMonth", {t}, i, InUtc<DayOfMonth>),
      Method("getDayOfMonth", {t, s}, i, InZone<DayOfMonth>),
      Method("getDayOfYear", {t}, i, InUtc<DayOfYear>),
      Method("getDayOfYear", {t, s}, i, InZone<DayOfYear>),
      Method("getDayOfWeek", {t}, i, InUtc<DayOfWeek>),
      Method("getDayOfWeek", {t, s}, i, InZone<DayOfWeek>),
      Method("getHours", {t}, i, InUtc<Hours>),
      Method("getHours", {t, s}, i, InZone<Hours>),
      Method("getHours", {d}, i, TotalOf<3600>),
      Method("getMinutes", {t}, i, InUtc<Minutes>),
      Method("getMinutes", {t, s}, i, InZone<Minutes>),
      Method("getMinutes", {d}, i, TotalOf<60>),
      Method("getSeconds", {t}, i, InUtc<Seconds>),
      Method("getSeconds", {t, s}, i, InZone<Seconds>),
      Method("getSeconds", {d}, i, TotalOf<1>),
      Method("getMilliseconds", {t}, i, MillisecondsInUtc),
      Method("getMilliseconds", {t, s}, i, MillisecondsInZone),
      Method("getMilliseconds", {d}, i, MillisecondsOf),
  };
}

}  // namespace stratagem::expr
