// What must hold for windows of caps: edges are inclusive at the start and
// exclusive at the end, calendars are those of the zone, and clocks that are
// moved neither lose nor double a window.

#include "engine/decide/cap_window.h"

#include <optional>
#include <string>
#include <vector>

#include "engine/decide/caps.h"
#include "gtest/gtest.h"

namespace stratagem::decide {
namespace {

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error))
      << error;
  return time;
}

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

struct CalendarCase {
  std::string name;
  pack::Period period;
  std::string zone;
  std::string now;
  std::string from;
  std::string until;
};

class CalendarWindowTest : public testing::TestWithParam<CalendarCase> {};

TEST_P(CalendarWindowTest, IsThatOfTheZone) {
  const CalendarCase& row = GetParam();
  pack::CapWindow window;
  window.period = row.period;
  const Window got = WindowAt(window, At(row.now), Zone(row.zone));
  EXPECT_EQ(got.from, At(row.from));
  EXPECT_EQ(got.until, At(row.until));
  EXPECT_FALSE(got.is_rolling());
  EXPECT_TRUE(got.Covers(At(row.now)));
  EXPECT_TRUE(got.Covers(got.from));
  EXPECT_FALSE(got.Covers(got.until));
  EXPECT_EQ(got.LeavesAt(got.from), got.until);
  EXPECT_EQ(StartOf(got, At(row.now)), got.from);
  EXPECT_EQ(
      got.before,
      WindowAt(window, got.from - absl::Microseconds(1), Zone(row.zone)).from);
  EXPECT_EQ(got.after, WindowAt(window, got.until, Zone(row.zone)).until);
  EXPECT_EQ(got.KeptUntil(At(row.now)), got.after);
  // Of one zone exactly the window's own amounts are asked for.
  const state::CounterQuery query = QueryFor(7, got, At(row.now));
  EXPECT_GT(query.from, got.before);
  EXPECT_LE(query.from, got.from);
  EXPECT_EQ(query.until, got.until);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CalendarWindowTest,
    testing::ValuesIn(std::vector<CalendarCase>{
        {"Hour", pack::Period::kHour, "Asia/Kolkata", "2026-11-15T10:44:59Z",
         "2026-11-15T10:30:00Z", "2026-11-15T11:30:00Z"},
        {"DayAtItsStart", pack::Period::kDay, "Asia/Shanghai",
         "2026-11-14T16:00:00Z", "2026-11-14T16:00:00Z",
         "2026-11-15T16:00:00Z"},
        {"DayAtItsEnd", pack::Period::kDay, "Asia/Shanghai",
         "2026-11-15T15:59:59.999999Z", "2026-11-14T16:00:00Z",
         "2026-11-15T16:00:00Z"},
        {"WeekOnMonday", pack::Period::kWeek, "UTC", "2026-11-16T00:00:00Z",
         "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"},
        {"WeekOnSunday", pack::Period::kWeek, "UTC", "2026-11-15T23:59:59Z",
         "2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"},
        {"MonthOverTheYear", pack::Period::kMonth, "America/New_York",
         "2027-01-01T04:59:59Z", "2026-12-01T05:00:00Z",
         "2027-01-01T05:00:00Z"},
        {"DayOf23Hours", pack::Period::kDay, "Europe/Berlin",
         "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
         "2026-03-29T22:00:00Z"},
        {"DayOf25Hours", pack::Period::kDay, "Europe/Berlin",
         "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
         "2026-10-25T23:00:00Z"},
        {"AnHourThatComesTwiceIsOne", pack::Period::kHour, "Europe/Berlin",
         "2026-10-25T01:30:00Z", "2026-10-25T00:00:00Z",
         "2026-10-25T02:00:00Z"},
        {"AnHourBeforeOneThatIsSkipped", pack::Period::kHour, "Europe/Berlin",
         "2026-03-29T00:30:00Z", "2026-03-29T00:00:00Z",
         "2026-03-29T01:00:00Z"},
        {"AnHourAfterOneThatClocksLeaveOut", pack::Period::kHour,
         "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z",
         "2026-03-29T02:00:00Z"},
        {"ADayAfterOneThatTheCalendarLeavesOut", pack::Period::kDay,
         "Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z",
         "2011-12-31T10:00:00Z"},
        {"ADayWithoutMidnight", pack::Period::kDay, "America/Sao_Paulo",
         "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z",
         "2018-11-05T02:00:00Z"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(WindowTest, ARollingOneCoversWhatIsYoungerThanItself) {
  pack::CapWindow day;
  day.within = absl::Hours(24);
  const absl::Time now = At("2026-11-15T10:00:00.0000009Z");
  const Window window = WindowAt(day, now, absl::UTCTimeZone());
  EXPECT_TRUE(window.is_rolling());
  EXPECT_FALSE(window.Covers(At("2026-11-14T10:00:00Z")));
  EXPECT_TRUE(window.Covers(At("2026-11-14T10:00:00.000001Z")));
  EXPECT_TRUE(window.Covers(now));
  // A clock that was set back does not open a cap.
  EXPECT_TRUE(window.Covers(now + absl::Hours(48)));
  EXPECT_EQ(window.LeavesAt(At("2026-11-14T10:00:00.000001Z")),
            At("2026-11-15T10:00:00.000001Z"));
  const state::CounterQuery query = QueryFor(7, window, now);
  EXPECT_EQ(query.key, 7u);
  EXPECT_EQ(query.from, At("2026-11-14T10:00:00.000001Z"));
  EXPECT_EQ(query.until, absl::InfiniteFuture());
  EXPECT_EQ(query.now, At("2026-11-15T10:00:00Z"));
}

struct ZoneChangeCase {
  std::string name;
  std::string counted_at;  // By the clocks of Asia/Shanghai.
  std::string asked_at;    // By those of the zone.
  std::string zone;
  bool want;
};

class ZoneChangeTest : public testing::TestWithParam<ZoneChangeCase> {};

// A version with another time zone counts what windows of the one before hold
// that reach into its own, and no others.
TEST_P(ZoneChangeTest, CountsWindowsThatOverlap) {
  const ZoneChangeCase& row = GetParam();
  pack::CapWindow day;
  day.period = pack::Period::kDay;
  const Window counted =
      WindowAt(day, At(row.counted_at), Zone("Asia/Shanghai"));
  const Window asked = WindowAt(day, At(row.asked_at), Zone(row.zone));
  const state::CounterQuery query = QueryFor(7, asked, At(row.asked_at));
  const absl::Time at = StartOf(counted, At(row.counted_at));
  EXPECT_EQ(query.from <= at && at < query.until, row.want);
  EXPECT_EQ(counted.from < asked.until && asked.from < counted.until, row.want);
  // Until then the amount is there.
  if (row.want) {
    EXPECT_GE(counted.KeptUntil(at), asked.until);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ZoneChangeTest,
    testing::ValuesIn(std::vector<ZoneChangeCase>{
        {"TheSameMoment", "2026-11-15T10:00:00Z", "2026-11-15T10:00:00Z", "UTC",
         true},
        {"WestwardTheDayBefore", "2026-11-14T10:00:00Z", "2026-11-15T10:00:00Z",
         "UTC", false},
        {"WestwardTheNextDay", "2026-11-15T10:00:00Z", "2026-11-16T10:00:00Z",
         "UTC", false},
        {"WestwardTheEveningBefore", "2026-11-14T17:00:00Z",
         "2026-11-15T23:00:00Z", "UTC", true},
        {"FarWestward", "2026-11-15T10:00:00Z", "2026-11-16T09:00:00Z",
         "Pacific/Honolulu", true},
        {"Eastward", "2026-11-15T10:00:00Z", "2026-11-15T23:00:00Z",
         "Pacific/Auckland", true},
        {"EastwardTwoDays", "2026-11-14T10:00:00Z", "2026-11-15T23:00:00Z",
         "Pacific/Auckland", false},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(WindowTest, TotalIsForEver) {
  pack::CapWindow total;
  total.period = pack::Period::kTotal;
  const Window window =
      WindowAt(total, At("2026-11-15T10:00:00Z"), absl::UTCTimeZone());
  EXPECT_EQ(window.from, absl::InfinitePast());
  EXPECT_EQ(window.until, absl::InfiniteFuture());
  // What is counted has a time that records can hold.
  EXPECT_EQ(StartOf(window, At("2026-11-15T10:00:00Z")), absl::UnixEpoch());
}

struct QuietCase {
  std::string name;
  int from;  // Hours.
  int until;
  std::string zone;
  std::string now;
  std::string want;  // "": it is not quiet.
};

class QuietHoursTest : public testing::TestWithParam<QuietCase> {};

TEST_P(QuietHoursTest, EndWhenTheyShould) {
  const QuietCase& row = GetParam();
  const pack::QuietHours hours = {
      absl::Hours(row.from), absl::Hours(row.until), {}};
  const std::optional<absl::Time> until =
      QuietUntil(hours, At(row.now), Zone(row.zone));
  if (row.want.empty()) {
    EXPECT_EQ(until, std::nullopt);
  } else {
    EXPECT_EQ(until, At(row.want));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, QuietHoursTest,
    testing::ValuesIn(std::vector<QuietCase>{
        {"JustBefore", 21, 9, "UTC", "2026-11-15T20:59:59.999Z", ""},
        {"AtTheStart", 21, 9, "UTC", "2026-11-15T21:00:00Z",
         "2026-11-16T09:00:00Z"},
        {"AfterMidnight", 21, 9, "UTC", "2026-11-16T00:00:00Z",
         "2026-11-16T09:00:00Z"},
        {"TheLastMoment", 21, 9, "UTC", "2026-11-16T08:59:59.999Z",
         "2026-11-16T09:00:00Z"},
        {"AtTheEnd", 21, 9, "UTC", "2026-11-16T09:00:00Z", ""},
        {"WithinADay", 12, 14, "UTC", "2026-11-16T13:00:00Z",
         "2026-11-16T14:00:00Z"},
        {"WithinADayBefore", 12, 14, "UTC", "2026-11-16T11:00:00Z", ""},
        {"WithinADayAfter", 12, 14, "UTC", "2026-11-16T14:00:00Z", ""},
        {"ByTheZone", 21, 9, "Asia/Shanghai", "2026-11-15T13:00:00Z",
         "2026-11-16T01:00:00Z"},
        {"AShortNight", 21, 9, "Europe/Berlin", "2026-03-28T22:00:00Z",
         "2026-03-29T07:00:00Z"},
        {"ALongNight", 21, 9, "Europe/Berlin", "2026-10-24T22:00:00Z",
         "2026-10-25T08:00:00Z"},
        {"UntilAnHourThatIsSkipped", 21, 2, "Europe/Berlin",
         "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

struct MoneyCase {
  double money;
  int64_t want;
};

TEST(MicrosOfTest, RoundsMoneyUpAndLeavesDecimalsAlone) {
  for (const MoneyCase& row :
       std::vector<MoneyCase>{{0, 0},
                              {-1, 0},
                              {0.07, 70'000},
                              {1.1, 1'100'000},
                              {0.1 + 0.2, 300'000},
                              {20'000, 20'000'000'000},
                              {0.000001, 1},
                              {0.0000001, 1},
                              {0.0000011, 2},
                              {1.0000011, 1'000'002},
                              {123'456'789.123456, 123'456'789'123'456},
                              {1e300, 4'000'000'000'000'000'000}}) {
    EXPECT_EQ(MicrosOf(row.money), row.want) << row.money;
  }
}

}  // namespace
}  // namespace stratagem::decide
