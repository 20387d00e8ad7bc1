// What must hold for the server's surroundings: its command line, its log, its
// trace context and what it knows of time zones.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/ops/clock_watch.h"
#include "server/ops/log.h"
#include "server/ops/time_zones.h"
#include "server/options.h"
#include "server/reload/pack_store.h"
#include "server/rpc/seed_source.h"
#include "server/rpc/trace_context.h"
#include "tests/server/wire_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;

std::variant<Options, ExitCode> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "stratagemd");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ParseOptionsTest, ListensOnLoopbackUnlessToldOtherwise) {
  const auto parsed = Parse({"--pack", "a"});
  ASSERT_TRUE(std::holds_alternative<Options>(parsed));
  const Options& options = std::get<Options>(parsed);
  EXPECT_EQ(options.listen, "127.0.0.1:50051");
  EXPECT_EQ(options.store, "stratagem-data");
  EXPECT_EQ(options.message_bytes_max, 4u << 20);
  EXPECT_EQ(options.batch_items_max, 1'000u);
  EXPECT_EQ(options.request_window, absl::Minutes(10));
  EXPECT_EQ(options.outcome_window, absl::Hours(30 * 24));
  EXPECT_EQ(options.drain_timeout, absl::Seconds(10));
}

TEST(ParseOptionsTest, ReadsEveryFlag) {
  const auto parsed = Parse(
      {"--listen=0.0.0.0:1", "--pack", "a", "--pack", "b", "--store", "memory",
       "--port-file=p", "--message-bytes-max=2048", "--batch-items-max=7",
       "--store-queue-records-max=9", "--store-queue-bytes-max=65536",
       "--request-window=90s", "--requests-max=11", "--outcome-window=14d",
       "--drain-timeout-ms=1500"});
  ASSERT_TRUE(std::holds_alternative<Options>(parsed));
  const Options& options = std::get<Options>(parsed);
  EXPECT_EQ(options.listen, "0.0.0.0:1");
  EXPECT_EQ(options.packs, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.store, "memory");
  EXPECT_EQ(options.port_file, "p");
  EXPECT_EQ(options.message_bytes_max, 2048u);
  EXPECT_EQ(options.batch_items_max, 7u);
  EXPECT_EQ(options.store_queue_records_max, 9u);
  EXPECT_EQ(options.store_queue_bytes_max, 65'536u);
  EXPECT_EQ(options.request_window, absl::Seconds(90));
  EXPECT_EQ(options.requests_max, 11u);
  EXPECT_EQ(options.outcome_window, absl::Hours(14 * 24));
  EXPECT_EQ(options.drain_timeout, absl::Milliseconds(1500));
}

TEST(ParseOptionsTest, ACommandLineThatCannotBeReadEndsWithTwo) {
  for (const std::vector<const char*>& arguments :
       std::vector<std::vector<const char*>>{
           {"--pack", "a", "--batch-items-max=0"},
           {"--pack", "a", "--batch-items-max=100001"},
           {"--pack", "a", "--message-bytes-max=many"},
           {"--pack", "a", "--request-window=25h"},
           {"--pack", "a", "--request-window=-1s"},
           {"--pack", "a", "--request-window=10"},
           {"--pack", "a", "--outcome-window=1s"},
           {"--pack", "a", "--outcome-window=a month"},
           {"--pack", "a", "--unknown"}}) {
    const auto parsed = Parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitCode>(parsed));
    EXPECT_EQ(std::get<ExitCode>(parsed).value, 2);
  }
}

struct MistakeCase {
  std::string name;
  std::vector<const char*> arguments;  // After `--pack a`.
  std::string error;
  std::string hint = "see `stratagemd --help`";
};

class ParseOptionsMistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(ParseOptionsMistakeTest, IsToldWithWhatWouldDo) {
  std::vector<const char*> arguments = {"--pack", "a"};
  arguments.insert(arguments.end(), GetParam().arguments.begin(),
                   GetParam().arguments.end());
  testing::internal::CaptureStderr();
  const auto parsed = Parse(arguments);
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "error: " + GetParam().error + "\n  hint: " + GetParam().hint + "\n");
  ASSERT_TRUE(std::holds_alternative<ExitCode>(parsed));
  EXPECT_EQ(std::get<ExitCode>(parsed).value, 2);
}

INSTANTIATE_TEST_SUITE_P(
    Flags, ParseOptionsMistakeTest,
    testing::ValuesIn(std::vector<MistakeCase>{
        {"UnknownFlag",
         {"--stroe", "memory"},
         "`stratagemd` has no flag `--stroe`",
         "did you mean `--store`?"},
        {"UnknownFlagWithItsValue",
         {"--pakc=a"},
         "`stratagemd` has no flag `--pakc`",
         "did you mean `--pack`?"},
        {"LikeNoFlag", {"--zzz"}, "`stratagemd` has no flag `--zzz`"},
        {"Argument",
         {"--store", "memory", "retail"},
         "`stratagemd` takes no argument `retail`"},
        {"NoValue", {"--store"}, "`--store` needs a value"},
        {"Twice",
         {"--store", "a", "--store", "b"},
         "`--store` stands there more than once"},
        {"Messages",
         {"--message-bytes-max", "1023"},
         "`--message-bytes-max`: `1023` is not a number of bytes from 1024 to "
         "1073741824"},
        {"Batch",
         {"--batch-items-max", "many"},
         "`--batch-items-max`: `many` is not a number of requests from 1 to "
         "100000"},
        {"QueueRecords",
         {"--store-queue-records-max", "10000001"},
         "`--store-queue-records-max`: `10000001` is not a number of records "
         "from 1 to 10000000"},
        {"QueueBytes",
         {"--store-queue-bytes-max", "65535"},
         "`--store-queue-bytes-max`: `65535` is not a number of bytes from "
         "65536 to 68719476736"},
        {"Drain",
         {"--drain-timeout-ms=-1"},
         "`--drain-timeout-ms`: `-1` is not a number of milliseconds from 0 "
         "to 3600000"},
        {"RequestWindow",
         {"--request-window", "25h"},
         "`--request-window`: `25h` is not a duration from 0 to 1d, such as "
         "45s, 10m or 30d"},
        {"RequestsMax",
         {"--requests-max=0"},
         "`--requests-max`: `0` is not a number of request ids from 1 to "
         "100000000"},
        {"OutcomeWindow",
         {"--outcome-window", "1101d"},
         "`--outcome-window`: `1101d` is not a duration from 1m to 1100d, such "
         "as 45s, 10m or 30d"},
        {"RetainFor",
         {"--retain-for", "1h"},
         "`--retain-for`: `1h` is not a duration from 1d on, such as 400d"},
        {"RetainTooLittle",
         {"--retain-bytes", "999kB"},
         "`--retain-bytes`: `999kB` is not a size from 1MB to 1EiB, such as "
         "500MiB or 50GB"},
        {"RetainInNoUnit",
         {"--retain-bytes", "5XB"},
         "`--retain-bytes`: `5XB` is not a size from 1MB to 1EiB, such as "
         "500MiB or 50GB"},
        {"Pii", {"--pii", "no"}, "`--pii`: `no` is neither masked nor shown"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ParseOptionsTest, WhatIsUnknownIsToldWithTheNearest) {
  const auto said_of = [](const std::vector<const char*>& arguments) {
    testing::internal::CaptureStderr();
    Parse(arguments);
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_EQ(said_of({"--pakc", "a"}),
            "error: `stratagemd` has no flag `--pakc`\n"
            "  hint: did you mean `--pack`?\n");
}

TEST(ParseOptionsTest, ASizeMayHaveAUnit) {
  const auto bytes_of = [](const char* text) {
    const auto parsed = Parse({"--pack", "a", "--retain-bytes", text});
    return std::holds_alternative<Options>(parsed)
               ? std::get<Options>(parsed).retain_bytes
               : 0;
  };
  EXPECT_EQ(bytes_of("1000000"), 1'000'000u);
  EXPECT_EQ(bytes_of("50GB"), 50'000'000'000u);
  EXPECT_EQ(bytes_of("500MiB"), 500u << 20);
}

TEST(ParseOptionsTest, ListensOnlyOnAHostAndAPort) {
  const auto is_read = [](const char* listen) {
    return std::holds_alternative<Options>(
        Parse({"--pack", "a", "--listen", listen}));
  };
  for (const char* good :
       {"127.0.0.1:0", "localhost:65535", "[::1]:50051", "[::]:1"}) {
    EXPECT_TRUE(is_read(good)) << good;
  }
  for (const char* bad :
       {"nonsense", ":50051", "localhost:", "localhost:65536", "localhost:-1",
        "localhost:+1", "localhost:http", "::1:50051", "[]:1", ""}) {
    EXPECT_FALSE(is_read(bad)) << bad;
  }
  testing::internal::CaptureStderr();
  const auto parsed = Parse({"--pack", "a", "--listen", "nonsense"});
  EXPECT_NE(testing::internal::GetCapturedStderr().find(
                "`nonsense` is not HOST:PORT"),
            std::string::npos);
  ASSERT_TRUE(std::holds_alternative<ExitCode>(parsed));
  EXPECT_EQ(std::get<ExitCode>(parsed).value, 2);
}

TEST(ParseOptionsTest, HelpAndVersionEndWithZero) {
  for (const char* flag : {"--help", "--version"}) {
    const auto parsed = Parse({flag});
    ASSERT_TRUE(std::holds_alternative<ExitCode>(parsed));
    EXPECT_EQ(std::get<ExitCode>(parsed).value, 0);
  }
}

TEST(FormatLogLineTest, IsOneLineOfJsonWhateverTheFieldsHold) {
  EXPECT_EQ(
      FormatLogLine(
          absl::FromUnixMillis(1'500), LogLevel::kWarning, "tried",
          {{"what", Value::String("a \"b\"\n\x01")}, {"count", Value::Int(3)}}),
      "{\"time\":\"1970-01-01T00:00:01.500Z\",\"level\":\"warning\","
      "\"event\":\"tried\",\"what\":\"a \\\"b\\\"\\n\\u0001\",\"count\":3}\n");
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
