// What must hold for timestamps and durations: their range, their texts, and
// what calendars and clocks show in any zone.

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/expr/shown.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::expr {
namespace {

TEST(TimestampTest, ShowsItsPartsInUtc) {
  World world;
  world.Declare("t", Type(TypeKind::kTimestamp),
                Value::TimestampParts(1'234'567'890, 987'654'321));
  ExpectShown(world, {
                         {"t.getFullYear()", "2009"},
                         {"t.getMonth()", "1"},
                         {"t.getDate()", "13"},
                         {"t.getDayOfMonth()", "12"},
                         {"t.getDayOfYear()", "43"},
                         {"t.getDayOfWeek()", "5"},
                         {"t.getHours()", "23"},
                         {"t.getMinutes()", "31"},
                         {"t.getSeconds()", "30"},
                         {"t.getMilliseconds()", "987"},
                     });
}

TEST(TimestampTest, CountsFromTheEdgesOfTheCalendar) {
  ExpectShown({
      {"timestamp('2024-12-31T23:59:59Z').getDayOfYear()", "365"},
      {"timestamp('2026-01-01T00:00:00Z').getDayOfYear()", "0"},
      {"timestamp('2026-11-01T00:00:00Z').getDayOfWeek()", "0"},
      {"timestamp('2026-10-31T00:00:00Z').getDayOfWeek()", "6"},
      {"timestamp('0001-01-01T00:00:00Z').getFullYear()", "1"},
      {"timestamp('9999-12-31T23:59:59.999999999Z').getMilliseconds()", "999"},
      {"timestamp('1969-12-31T23:59:59.25Z').getMilliseconds()", "250"},
      {"timestamp('1969-12-31T23:59:59.25Z').getSeconds()", "59"},
  });
}

TEST(TimestampZoneTest, NamesAndOffsetsMoveEveryPart) {
  World world;
  world.Declare("t", Type(TypeKind::kTimestamp),
                Value::TimestampParts(1'234'567'890, 0));  // 23:31:30 UTC
  ExpectShown(
      world,
      {
          {"t.getDate('Australia/Sydney')", "14"},
          {"t.getDayOfMonth('US/Central')", "12"},
          {"t.getDayOfYear('+00:29')", "44"},
          {"t.getDayOfYear('+00:28')", "43"},
          {"t.getDayOfWeek('+11:00')", "6"},
          {"t.getFullYear('Pacific/Auckland')", "2009"},
          {"t.getMonth('UTC')", "1"},
          {"t.getHours('02:00')", "1"},
          {"t.getHours('-02:30')", "21"},
          {"t.getMinutes('-02:30')", "1"},
          {"t.getMinutes('Asia/Kathmandu')", "16"},
          {"t.getSeconds('-00:00')", "30"},
          {"t.getMilliseconds('Europe/Paris')", "0"},
          {"t.getHours('')", "23"},
          {"t.getHours('Etc/GMT+5')", "18"},
          {"t.getHours('EST5EDT')", "18"},
          {"timestamp('2026-07-01T00:00:00Z').getHours('Europe/Paris')", "2"},
          {"timestamp('2026-01-01T00:00:00Z').getHours('Europe/Paris')", "1"},
          {"timestamp('0001-01-01T00:00:00Z').getFullYear('-01:00')", "0"},
      });
}

TEST(TimestampZoneTest, OtherTextIsNoZone) {
  World world;
  world.Declare("zone", Type(TypeKind::kString)).Declare("t", Type());
  for (const std::string zone : {"Mars/Olympus",
                                 "utc",
                                 "Local",
                                 "localtime",
                                 "/etc/localtime",
                                 "Europe/../Europe/Paris",
                                 "../../../etc/passwd",
                                 "./UTC",
                                 "Europe",
                                 "Europe/",
                                 "/Europe/Paris",
                                 "Europe//Paris",
                                 "file:/etc/localtime",
                                 "Fixed/UTC+01:00:00",
                                 "+1:00",
                                 "+01:0",
                                 "01:60",
                                 "24:00",
                                 "+-1:00",
                                 "++1:00",
                                 "+01:00:00",
                                 ":",
                                 "+",
                                 " UTC",
                                 "Europe/Paris ",
                                 "zone.tab",
                                 "tzdata.zi",
                                 "\xE2\x82\xAC",
                                 "+01:0\xE2"}) {
    world.slots() = {Value::String(zone), Value::TimestampParts(0, 0)};
    for (const char* part : {"getHours", "getMilliseconds"}) {
      EXPECT_EQ(world.Show(std::string("timestamp(0).") + part + "(zone)"),
                "error(invalid argument)")
          << zone;
    }
  }
  world.slots()[0] = Value::String("Europe/Paris");
  EXPECT_EQ(world.Show("timestamp(0).getHours(zone)"), "1");
}

TEST(TimestampZoneTest, GuessingAtZonesEndsAtTheStepLimit) {
  const std::vector<Value> items(5'000, Value::Int(1));
  for (const auto& [text, want] :
       {std::pair("l.all(i, timestamp(i).getHours('Etc/GMT+' + string(i)) > 9)",
                  "true"),
        std::pair("l.exists(i, timestamp(i).getHours('A' + string(i)) > 9)",
                  "error(too many evaluation steps)"),
        std::pair("l.exists(i, timestamp(i).getMilliseconds(string(i)) > 9)",
                  "error(too many evaluation steps)")}) {
    World world;
    world.Declare("l", Type::List(Type(TypeKind::kInt)), Value::List(items));
    EXPECT_EQ(world.Show(text), want) << text;
  }
}

TEST(TimestampZoneTest, AKnownZoneCostsNoAllocation) {
  World world;
  world.Declare("t", Type(TypeKind::kTimestamp), Value::TimestampParts(0, 0));
  for (const char* text :
       {"t.getHours()", "t.getHours('Asia/Shanghai')", "t.getHours('+08:00')",
        "t.getDayOfWeek('Asia/Shanghai') == 4"}) {
    Diagnostics diagnostics;
    const std::optional<Program> program =
        Compile(Source(text), world.scope(), {}, diagnostics);
    ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
    world.Run(*program);
    const AllocationCounter counter;
    world.Run(*program);
    EXPECT_EQ(counter.count(), 0) << text;
  }
}

TEST(DurationTest, HoursMinutesAndSecondsAreTotalsMillisecondsAreNot) {
  ExpectShown({
      {"duration('10000s').getHours()", "2"},
      {"duration('10000s').getMinutes()", "166"},
      {"duration('10000.9s').getSeconds()", "10000"},
      {"duration('123.321456789s').getMilliseconds()", "321"},
      {"duration('-1.5s').getSeconds()", "-1"},
      {"duration('-1.5s').getMilliseconds()", "-500"},
      {"duration('-59m59.999s').getHours()", "0"},
      {"duration('-1h').getHours()", "-1"},
      {"duration('-1ns').getSeconds()", "0"},
  });
}

TEST(DurationTest, ReadsSumsOfDecimalNumbersWithUnits) {
  ExpectShown({
      {"string(duration('1h30m'))", "'5400s'"},
      {"string(duration('-1.5s'))", "'-1.5s'"},
      {"string(duration('+1m'))", "'60s'"},
      {"string(duration('0'))", "'0s'"},
      {"string(duration('1ms2us3ns'))", "'0.001002003s'"},
      {"string(duration('1\\u00b5s'))", "'0.000001s'"},
      {"string(duration('.5s'))", "'0.5s'"},
      {"string(duration('1.s'))", "'1s'"},
      {"string(duration('0.000000000009h'))", "'0.000000032s'"},
      {"string(duration('1.9999999999s'))", "'1.999999999s'"},
      {"string(duration('1s1h'))", "'3601s'"},
      {"duration('')", "error(invalid argument)"},
      {"duration('-')", "error(invalid argument)"},
      {"duration('1')", "error(invalid argument)"},
      {"duration('s')", "error(invalid argument)"},
      {"duration('.s')", "error(invalid argument)"},
      {"duration('1.2.3s')", "error(invalid argument)"},
      {"duration('1d')", "error(invalid argument)"},
      {"duration('--1s')", "error(invalid argument)"},
      {"duration('1 s')", "error(invalid argument)"},
      {"duration('1S')", "error(invalid argument)"},
  });
}

TEST(DurationTest, ReachesAsFarAs64BitsOfNanoseconds) {
  const char* const over = "error(integer overflow)";
  ExpectShown({
      {"string(duration('9223372036.854775807s'))", "'9223372036.854775807s'"},
      {"string(duration('-9223372036.854775808s'))",
       "'-9223372036.854775808s'"},
      {"duration('9223372036.854775808s')", over},
      {"duration('-9223372036.854775809s')", over},
      {"duration('9223372037s')", over},
      {"duration('99999999999999999999999999999999999999999999h')", over},
      {"duration('2562047h') + duration('2562047h')", over},
      {"duration('9223372036.854775807s') + duration('1ns')", over},
      {"duration('-9223372036.854775808s') - duration('1ns')", over},
      {"string(duration('9223372036.854775806s') + duration('1ns'))",
       "'9223372036.854775807s'"},
      {"timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
       over},
      {"string(timestamp('2262-04-11T23:47:16.854775807Z') - timestamp(0))",
       "'9223372036.854775807s'"},
  });
}

TEST(TimestampTextTest, ReadsRfc3339AndWritesUtc) {
  ExpectShown({
      {"string(timestamp('2026-11-01T08:00:00.500+08:00'))",
       "'2026-11-01T00:00:00.5Z'"},
      {"string(timestamp('2009-02-13T23:31:30Z'))", "'2009-02-13T23:31:30Z'"},
      {"string(timestamp('0001-01-01T00:00:00Z'))", "'0001-01-01T00:00:00Z'"},
      {"string(timestamp('9999-12-31T23:59:59.999999999Z'))",
       "'9999-12-31T23:59:59.999999999Z'"},
      {"int(timestamp('1969-12-31T23:59:59.5Z'))", "-1"},
      {"string(timestamp(-62135596800))", "'0001-01-01T00:00:00Z'"},
      {"timestamp(253402300800)", "error(integer overflow)"},
      {"timestamp(-62135596801)", "error(integer overflow)"},
      {"timestamp('0000-12-31T23:59:59Z')", "error(integer overflow)"},
      {"timestamp('0001-01-01T00:00:00+01:00')", "error(integer overflow)"},
      {"timestamp('10000-01-01T00:00:00Z')", "error(invalid argument)"},
      {"timestamp('2026-02-29T00:00:00Z')", "error(invalid argument)"},
      {"timestamp('2026-11-01')", "error(invalid argument)"},
      {"timestamp('2026-11-01T00:00:00')", "error(invalid argument)"},
      {"timestamp('2026-11-01T24:00:00Z')", "error(invalid argument)"},
      {"timestamp('2026-11-01T00:00:00.Z')", "error(invalid argument)"},
      {"timestamp('2026-11-01T00:00:00+24:00')", "error(invalid argument)"},
      {"timestamp('2026-11-01T00:00:00Z ')", "error(invalid argument)"},
      {"timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')",
       "error(integer overflow)"},
  });
}

}  // namespace
}  // namespace stratagem::expr
