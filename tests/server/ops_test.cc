// What must hold for the server's surroundings: its log, its trace context and
// what it knows of time zones.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/ops/clock_watch.h"
#include "server/ops/log.h"
#include "server/ops/time_zones.h"
#include "server/ops/trace_context.h"
#include "server/options.h"
#include "server/reload/pack_store.h"
#include "server/rpc/seed_source.h"
#include "tests/server/wire_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;

TEST(FormatLogLineTest, IsOneLineOfJsonWhateverTheFieldsHold) {
  EXPECT_EQ(
      FormatLogLine(
          absl::FromUnixMillis(1'500), LogLevel::kWarning, "tried",
          {{"what", Value::String("a \"b\"\n\x01")}, {"count", Value::Int(3)}}),
      "{\"time\":\"1970-01-01T00:00:01.500Z\",\"level\":\"warning\","
      "\"event\":\"tried\",\"what\":\"a \\\"b\\\"\\n\\u0001\",\"count\":3}\n");
}

TEST(LogTest, WritesNothingBelowTheLevelThatIsSet) {
  const auto written = [](LogLevel level) {
    testing::internal::CaptureStderr();
    Log(level, "tried", {});
    return !testing::internal::GetCapturedStderr().empty();
  };
  const LogLevel levels[] = {LogLevel::kInfo, LogLevel::kWarning,
                             LogLevel::kError};
  for (const LogLevel least : levels) {
    SetLogLevel(least);
    for (const LogLevel level : levels) {
      EXPECT_EQ(written(level), level >= least);
    }
  }
  SetLogLevel(LogLevel::kInfo);
}

TEST(ClockWatchTest, TellsOnceOfAClockThatIsBehindAndOnceThatItCaughtUp) {
  const absl::Time log = absl::FromUnixSeconds(1'790'000'000);
  ClockWatch watch;
  const auto look = [&](absl::Duration behind) {
    testing::internal::CaptureStderr();
    watch.Look(log - behind, log);
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_EQ(look(-absl::Hours(1)), "");
  EXPECT_EQ(look(kClockBehindMax), "");
  EXPECT_THAT(look(kClockBehindMax + absl::Seconds(5)),
              HasSubstr("\"level\":\"warning\",\"event\":\"clock_behind\","
                        "\"seconds\":65,"));
  EXPECT_EQ(look(absl::Hours(2)), "");
  EXPECT_EQ(look(absl::Seconds(1)), "");
  EXPECT_THAT(look(absl::ZeroDuration()),
              HasSubstr("\"event\":\"clock_caught_up\""));
  EXPECT_EQ(look(absl::ZeroDuration()), "");
  EXPECT_THAT(look(absl::Hours(2)), HasSubstr("clock_behind"));
}

TEST(ReadTimeZonesVersionTest, ReadsTheFirstLineOrSaysUnknown) {
  const TempDir dir;
  EXPECT_EQ(ReadTimeZonesVersion(
                dir.Write("good", "# version 2026a\n# redo posix_only\n")),
            "2026a");
  EXPECT_EQ(ReadTimeZonesVersion(dir.Write("other", "Z Africa/Abidjan\n")),
            "unknown");
  EXPECT_EQ(ReadTimeZonesVersion(dir.Write("empty", "")), "unknown");
  EXPECT_EQ(ReadTimeZonesVersion(dir.Join("absent")), "unknown");
}

TEST(RandomSeedTest, SeedsDiffer) {
  std::vector<uint64_t> seeds;
  for (int i = 0; i < 100; ++i) seeds.push_back(RandomSeed());
  std::sort(seeds.begin(), seeds.end());
  EXPECT_EQ(std::unique(seeds.begin(), seeds.end()), seeds.end());
}

struct TraceCase {
  std::string name;
  std::string traceparent;
  std::string want;
};

class TraceIdOfTest : public testing::TestWithParam<TraceCase> {};

TEST_P(TraceIdOfTest, ReturnsTheIdOfAValidHeaderOnly) {
  EXPECT_EQ(TraceIdOf(GetParam().traceparent), GetParam().want);
}

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"
#define ZEROS16 "0000000000000000"

INSTANTIATE_TEST_SUITE_P(
    Headers, TraceIdOfTest,
    testing::ValuesIn(std::vector<TraceCase>{
        {"Valid", "00-" TRACE "-" PARENT "-01", TRACE},
        {"LaterVersion", "01-" TRACE "-" PARENT "-01", TRACE},
        {"LaterVersionWithMore", "01-" TRACE "-" PARENT "-01-more", TRACE},
        {"Absent", "", ""},
        {"Short", "00-" TRACE "-" PARENT "-0", ""},
        {"Version0WithMore", "00-" TRACE "-" PARENT "-01-more", ""},
        {"LaterVersionRunsOn", "01-" TRACE "-" PARENT "-01more", ""},
        {"ForbiddenVersion", "ff-" TRACE "-" PARENT "-01", ""},
        {"UpperCase", "00-0AF7651916CD43DD8448EB211C80319C-" PARENT "-01", ""},
        {"ZeroTrace", "00-" ZEROS16 ZEROS16 "-" PARENT "-01", ""},
        {"ZeroParent", "00-" TRACE "-" ZEROS16 "-01", ""},
        {"FlagsNotHex", "00-" TRACE "-" PARENT "-0x", ""},
        {"WrongDash", "00_" TRACE "-" PARENT "-01", ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(LoadPacksTest, KeepsTheOrderOfActivation) {
  const auto router = WireRouter();
  ASSERT_EQ(router->plans().size(), 2u);
  EXPECT_EQ(router->plans()[0]->summary().name, "wire");
  EXPECT_EQ(router->plans()[1]->summary().name, "retired");
}

TEST(LoadPacksTest, SaysWhatIsWrongWithEveryPack) {
  const TempDir dir;
  dir.Write("one/pack.yaml", "language: 1\nname: one\n");
  dir.Write("two/pack.yaml", "language: 7\n");
  const std::vector<std::string> directories = {dir.Join("one"),
                                                dir.Join("two")};
  const auto loaded = LoadPacks(directories, Options().outcome_window);
  ASSERT_TRUE(std::holds_alternative<PackErrors>(loaded));
  const std::string& text = std::get<PackErrors>(loaded).text;
  EXPECT_NE(text.find("`" + directories[0] + "` has errors"),
            std::string::npos);
  EXPECT_NE(text.find("`" + directories[1] + "` has errors"),
            std::string::npos);
  EXPECT_NE(text.find("pack.yaml:1:"), std::string::npos);
}

// An acceptance in time would come too late.
TEST(LoadPacksTest, RefusesAPackThatReservesForLongerThanOutcomesCount) {
  const TempDir dir;
  dir.Write("shop/pack.yaml", R"(
language: 1
name: shop
version: 1.0.0
offers:
  - id: gift
    cost: 1
    limits:
      - {count: 1, per: all, period: day, reserve_for: 90d}
      - {count: 1, per: customer, period: day, outcome: accepted, reserve_for: 3d}
placements: {web: {channel: web}}
budgets: [{name: money, offers: [gift], amount: 9, period: total, reserve_for: 36h}]
)");
  const std::vector<std::string> directories = {dir.Join("shop")};
  const auto loaded = LoadPacks(directories, absl::Hours(24));
  ASSERT_TRUE(std::holds_alternative<PackErrors>(loaded));
  EXPECT_EQ(std::get<PackErrors>(loaded).text,
            "pack `" + directories.front() +
                "`: `offers.gift.limits[1]` reserves for 3d, `budgets.money` "
                "reserves for 36h, but outcomes count for 1d here; start with "
                "`--outcome-window 3d` or longer, or shorten `reserve_for`\n");
  EXPECT_FALSE(std::holds_alternative<PackErrors>(
      LoadPacks(directories, absl::Hours(72))));
}

TEST(LoadPacksTest, RefusesTheSameNameAndVersionTwice) {
  std::vector<std::string> directories = PackDirectories({"wire", "retired"});
  directories.push_back(directories.front());
  const auto loaded = LoadPacks(directories, Options().outcome_window);
  ASSERT_TRUE(std::holds_alternative<PackErrors>(loaded));
  EXPECT_NE(std::get<PackErrors>(loaded).text.find("is `wire` version `1.0.0`"),
            std::string::npos);
}

}  // namespace
}  // namespace stratagem::server
