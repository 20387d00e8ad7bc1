// What must hold for `status` and `top`: the first line says whether to get up,
// a script learns it from the exit code, and what a server answers stands on
// the screen. A fake server on loopback answers.

#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "clients/cli/command_line.h"
#include "clients/cli/live_screen.h"
#include "engine/base/display_width.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/fake_server_service.h"
#include "tests/clients/run_command.h"
#include "tests/clients/terminal.h"
#include "tests/support/golden.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A server that has done something, and lets the test say what.
class StatusTest : public testing::Test {
 protected:
  StatusTest() {
    // Times for people are those of the zone of their terminal.
    if (const char* const zone = std::getenv("TZ")) zone_before_ = zone;
    setenv("TZ", "Asia/Shanghai", 1);
  }
  ~StatusTest() override {
    if (zone_before_.has_value()) {
      setenv("TZ", zone_before_->c_str(), 1);
    } else {
      unsetenv("TZ");
    }
  }

  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunHere(arguments);
  }

  FakeServer server_;

 private:
  std::optional<std::string> zone_before_;
};

TEST_F(StatusTest, AHealthyServerFitsOneScreen) {
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/status_healthy.txt");
  const std::vector<std::string> lines = absl::StrSplit(ran.out, '\n');
  EXPECT_LE(lines.size(), 24u) << "the first one scrolls away";
  for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), 80u);
}

TEST_F(StatusTest, AServerThatIsNotReadyIsTheExitCode) {
  server_.Answer(ParseStatus(R"pb(
    version: "0.1.0"
    node_id: "3f2a9c0011223344"
    started_at { seconds: 1790000000 }
    uptime { seconds: 4 }
    not_ready_reason: "no pack serves yet; publish and activate one"
    store {}
    latency_bounds_seconds: 0.001
  )pb"));
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.code, 1);
  ExpectMatchesGolden(ran.out, "tests/golden/clients/status_not_ready.txt");
  EXPECT_EQ(Run({"status", "-o", "json"}).code, 1);
}

TEST_F(StatusTest, WhatIsWrongStandsFirstAndInItsPlace) {
  v1::GetStatusResponse status = HealthyStatus();
  MergeStatus(
      R"pb(
        records_dropped: 1
        store_reopenings: 1
        paused: 2
        refused_packs {
          folder: "packs/boutique"
          message: "boutique/pack.yaml:4:1: error E101: unknown key `ofers`\nmore"
          at { seconds: 1790000000 }
        }
        pack_reloads { failed: 3 last_failed: true }
        config_reloads { succeeded: 2 failed: 1 last_failed: true }
        queues { queue: "changes" refused: 7 }
        queues { queue: "repeats" waiting: 64 }
      )pb",
      status);
  status.mutable_store()->set_projected_sequence(1);
  status.mutable_store()->set_queue_records(1'200);
  status.mutable_store()->set_queue_bytes(3'400'000);
  status.mutable_store()->set_appends_refused(12);
  status.mutable_packs(1)->set_decisions_degraded(300'000);
  server_.Answer(status);
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.code, 0) << "it is ready";
  ExpectMatchesGolden(ran.out, "tests/golden/clients/status_concerns.txt");
}

TEST_F(StatusTest, WithoutAStoreItSaysSo) {
  v1::GetStatusResponse status = HealthyStatus();
  status.set_ready(false);
  status.set_not_ready_reason("the stores are closed: disk I/O error");
  status.clear_store();
  status.clear_http();
  server_.Answer(status);
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out,
              AllOf(StartsWith("NOT READY: the stores are closed: disk I/O "
                               "error\n"),
                    HasSubstr("\nlog        closed\n"),
                    Not(HasSubstr("\nhttp")), Not(HasSubstr("\ntables"))));
}

TEST_F(StatusTest, TextOfTheServerMovesNoCursor) {
  v1::GetStatusResponse status = HealthyStatus();
  status.set_ready(false);
  status.set_not_ready_reason("bad \033[2J news");
  status.set_version("1\r2");
  status.add_queues()->set_queue("q\033[H");
  status.mutable_queues(status.queues_size() - 1)->set_waiting(1);
  status.mutable_packs(0)->mutable_ref()->set_name("a\nb");
  server_.Answer(status);
  for (const char* const command : {"status", "top"}) {
    const Ran ran = Run(command == std::string("top")
                            ? std::vector<std::string>{"top", "--count", "1"}
                            : std::vector<std::string>{"status"});
    EXPECT_THAT(ran.out, AllOf(Not(HasSubstr("\033")), Not(HasSubstr("\r")),
                               Not(HasSubstr("a\nb"))))
        << command;
  }
}

TEST_F(StatusTest, JsonHasEveryMember) {
  const Ran ran = Run({"status", "-o", "json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ExpectMatchesGolden(ran.out, "tests/golden/clients/status.json");
  EXPECT_TRUE(json::accept(ran.out));
}

TEST_F(StatusTest, OfAnEmptyAnswerNothingIsInvented) {
  server_.Answer({});
  const Ran ran = Run({"status", "-o", "json"});
  const json status = json::parse(ran.out);
  EXPECT_EQ(status["store"], nullptr);
  EXPECT_EQ(status["http"], nullptr);
  EXPECT_EQ(status["latencies"], json::array());
  EXPECT_EQ(status["ready"], false);
  EXPECT_EQ(Run({"status"}).code, 1);
}

TEST(StatusCallTest, NoServerIsNoAnswer) {
  for (const char* const command : {"status", "top"}) {
    const Ran ran = RunHere({command, "--server", "127.0.0.1:1"});
    EXPECT_EQ(ran.code, 3) << command;
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("hint: is `stratagemd` running there?"));
  }
}

struct UsageCase {
  std::string name;
  std::vector<std::string> arguments;
  std::string want;
};

class StatusUsageTest : public testing::TestWithParam<UsageCase> {};

TEST_P(StatusUsageTest, IsToldBeforeAServerIsAsked) {
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.insert(arguments.end(), {"--server", "127.0.0.1:1"});
  const Ran ran = RunHere(arguments);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    All, StatusUsageTest,
    testing::ValuesIn(std::vector<UsageCase>{
        {"AFormatOfTop", {"status", "-o", "ndjson"}, "ndjson"},
        {"NoDuration", {"top", "--every", "1"}, "`1` is not a duration"},
        {"TooOften", {"top", "--every", "9ms"}, "from 10ms to 1h"},
        {"TooSeldom", {"top", "--every", "61m"}, "from 10ms to 1h"},
        {"ANegativeCount", {"top", "--count", "-1"}, "-1"},
        {"AnArgument", {"status", "now"}, "takes no argument `now`"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// --------------------------------------------------------------------- top

using TopTest = StatusTest;

std::vector<std::string> TopArguments(const std::string& count) {
  return {"top", "--every", "10ms", "--count", count};
}

// `status` two seconds later, with 500 decisions more and errors.
v1::GetStatusResponse Later(const v1::GetStatusResponse& status) {
  v1::GetStatusResponse later = status;
  later.mutable_uptime()->set_seconds(status.uptime().seconds() + 2);
  v1::PackStatus& pack = *later.mutable_packs(1);
  pack.set_decisions(pack.decisions() + 500);
  pack.set_decisions_degraded(pack.decisions_degraded() + 25);
  v1::RoleCount& role = *pack.mutable_roles(0);
  role.set_count(role.count() + 500);
  v1::StoreStatus& store = *later.mutable_store();
  store.set_last_sequence(store.last_sequence() + 520);
  store.set_records_committed(store.records_committed() + 520);
  store.set_commits(store.commits() + 40);
  store.set_queue_records(12);
  store.set_queue_bytes(15'000);
  for (v1::Latency& latency : *later.mutable_latencies()) {
    if (latency.outcome() != "decided") continue;
    latency.set_count(latency.count() + 500);
    latency.set_buckets(2, latency.buckets(2) + 490);
    latency.set_buckets(3, latency.buckets(3) + 10);
  }
  for (v1::CallCount& call : *later.mutable_calls()) {
    call.set_count(call.count() + (call.code() == "OK" ? 500 : 3));
  }
  return later;
}

TEST_F(TopTest, ShowsWhatHappenedSinceTheAnswerBefore) {
  const v1::GetStatusResponse first = HealthyStatus();
  server_.Answer(first);
  server_.Answer(Later(first));
  // Nothing more happened.
  v1::GetStatusResponse third = Later(first);
  third.mutable_uptime()->set_seconds(third.uptime().seconds() + 2);
  server_.Answer(third);
  const Ran ran = Run(TopArguments("3"));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.out, Not(HasSubstr("\033")));
  ExpectMatchesGolden(server_.WithoutAddress(ran.out),
                      "tests/golden/clients/top.txt");
}

TEST_F(TopTest, AServerThatWasStartedAnewHasNoGiantRate) {
  server_.Answer(HealthyStatus());
  v1::GetStatusResponse anew = HealthyStatus();
  anew.mutable_started_at()->set_seconds(anew.started_at().seconds() + 9'999);
  anew.mutable_uptime()->set_seconds(10);
  anew.mutable_packs(1)->set_decisions(50);
  anew.mutable_packs(1)->set_decisions_degraded(0);
  anew.mutable_packs(1)->mutable_roles(0)->set_count(50);
  server_.Answer(anew);
  const Ran ran = Run(TopArguments("2"));
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("up 10s; started anew, all since then\n"),
                    HasSubstr("  live, decides         5.0/s")));
}

TEST_F(TopTest, AnAnswerAtTheSameMomentHasNoRate) {
  server_.Answer(HealthyStatus());
  server_.Answer(HealthyStatus());
  const Ran ran = Run(TopArguments("2"));
  EXPECT_THAT(ran.out, AllOf(HasSubstr("\ndecisions  - for customers\n"),
                             Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
}

TEST_F(TopTest, AServerThatGoesAwayIsAskedUntilItIsBack) {
  server_.Answer(HealthyStatus());
  server_.Fail(grpc::StatusCode::UNAVAILABLE, "it stops");
  server_.Fail(grpc::StatusCode::UNAVAILABLE, "it stops");
  server_.Answer(Later(HealthyStatus()));
  const Ran ran = Run(TopArguments("4"));
  EXPECT_EQ(ran.code, 0);
  // The numbers after it are of all the time since the answer before.
  EXPECT_THAT(ran.out, AllOf(HasSubstr("\nNO ANSWER for 0s: "),
                             HasSubstr(": it stops\n\nNO ANSWER"),
                             HasSubstr("; the last 2s\n"),
                             HasSubstr("\ndecisions  250/s for customers")));
  EXPECT_EQ(server_.calls(), 4);
}

TEST_F(TopTest, TheLastAnswerIsTheExitCode) {
  server_.Answer(HealthyStatus());
  server_.Fail(grpc::StatusCode::UNAVAILABLE, "it stops");
  EXPECT_EQ(Run(TopArguments("2")).code, 3);
}

TEST_F(TopTest, NdjsonIsOneObjectAnAnswer) {
  server_.Answer(HealthyStatus());
  server_.Answer(Later(HealthyStatus()));
  server_.Fail(grpc::StatusCode::UNAVAILABLE, "it stops");
  std::vector<std::string> arguments = TopArguments("3");
  arguments.insert(arguments.end(), {"-o", "ndjson"});
  const Ran ran = Run(arguments);
  const std::vector<std::string> lines = absl::StrSplit(ran.out, '\n');
  ASSERT_EQ(lines.size(), 4u) << ran.out;
  const json first = json::parse(lines[0]);
  EXPECT_EQ(first["interval_seconds"], 183'132.0);
  EXPECT_EQ(first["packs"][1]["decisions"], 1'234'567);
  const json second = json::parse(lines[1]);
  EXPECT_EQ(second["interval_seconds"], 2.0);
  EXPECT_EQ(second["restarted"], false);
  EXPECT_EQ(second["packs"][1]["decisions"], 500);
  EXPECT_EQ(second["store"]["commits"], 40);
  EXPECT_EQ(second["store"]["queue_records"], 12);
  const json third = json::parse(lines[2]);
  EXPECT_THAT(third["error"].get<std::string>(), HasSubstr("it stops"));
  EXPECT_EQ(lines[3], "");
}

TEST_F(TopTest, HugeNumbersAndWideNamesKeepTheirRows) {
  v1::GetStatusResponse status = HealthyStatus();
  constexpr uint64_t kHuge = 18'000'000'000'000'000'000u;
  v1::PackStatus& pack = *status.mutable_packs(1);
  pack.mutable_ref()->set_name("每个客户都有一个合适的优惠和一个很长的名字");
  pack.mutable_ref()->set_version("2026.11.0-long-version-of-it");
  pack.set_decisions(kHuge);
  pack.mutable_roles(0)->set_count(kHuge);
  status.mutable_uptime()->set_seconds(1);
  server_.Answer(status);
  const Ran ran = Run(TopArguments("1"));
  EXPECT_THAT(ran.out,
              HasSubstr("\n每个客户都有一个合…  2026.11.0-long-…  live, decides"
                        "     1.8e+19/s    <0.1 %\n"));
}

// ------------------------------------------------------------- on a terminal

TEST(FitScreenTest, CutsLinesThatAreTooWide) {
  const TerminalSize size{.columns = 10, .rows = 24};
  EXPECT_EQ(FitScreen("0123456789\n", size), "0123456789");
  EXPECT_EQ(FitScreen("0123456789a\nb\n", size), "012345678…\nb");
  // Two columns each.
  EXPECT_EQ(FitScreen("优惠优惠优惠", size), "优惠优惠…");
  EXPECT_EQ(FitScreen("", size), "");
}

TEST(FitScreenTest, ColoursTakeNoWidthAndEndWithTheirLine) {
  const TerminalSize size{.columns = 5, .rows = 24};
  EXPECT_EQ(FitScreen("\033[31m01234\033[0m", size), "\033[31m01234\033[0m");
  EXPECT_EQ(FitScreen("\033[31m012345\033[0m", size), "\033[31m0123…\033[0m");
  EXPECT_EQ(FitScreen("\033[2m01\033[0m234567", size), "\033[2m01\033[0m23…");
}

TEST(FitScreenTest, SaysHowManyLinesAreMissing) {
  const TerminalSize size{.columns = 80, .rows = 3};
  // Room to breathe goes first.
  EXPECT_EQ(FitScreen("1\n\n2\n", size), "1\n\n2");
  EXPECT_EQ(FitScreen("1\n\n2\n3\n", size), "1\n2\n3");
  EXPECT_EQ(FitScreen("1\n2\n3\n", size), "1\n2\n3");
  EXPECT_EQ(FitScreen("1\n2\n3\n4\n", size), "1\n2\n… 2 more lines");
  EXPECT_EQ(FitScreen("1\n2\n", {.columns = 0, .rows = 0}), "…");
}

bool ShowsKeys(const Terminal& terminal) {
  return (terminal.keys().c_lflag & ECHO) != 0;
}

TEST_F(TopTest, IsDrawnInPlaceUntilQ) {
  Terminal terminal({"top", "--every", "10ms", "--server", server_.address()});
  const std::string first = terminal.WaitFor("READY, all is well");
  EXPECT_THAT(first, HasSubstr("\033[H\033[2J"));
  EXPECT_FALSE(ShowsKeys(terminal));
  // The next one begins where it did, and clears nothing else.
  const std::string second = terminal.WaitFor("READY, all is well");
  EXPECT_THAT(second, AllOf(HasSubstr("\033[H"), Not(HasSubstr("\033[2J"))));
  // 24 rows: no more than 23 line breaks each time.
  const std::vector<std::string> rows = absl::StrSplit(second, "\r\n");
  EXPECT_LE(rows.size(), 24u);
  terminal.Type("x");
  terminal.WaitFor("READY, all is well");
  terminal.Type("q");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
  EXPECT_TRUE(ShowsKeys(terminal));
}

TEST_F(TopTest, CtrlCEndsItAndTheTerminalIsAsBefore) {
  Terminal terminal({"top", "--server", server_.address()});
  terminal.WaitFor("READY, all is well");
  terminal.Type("\x03");
  EXPECT_EQ(terminal.WaitForEnd(), 130);
  EXPECT_TRUE(ShowsKeys(terminal));
}

TEST_F(TopTest, AnotherSizeOfTheWindowIsDrawnAtOnce) {
  Terminal terminal({"top", "--every", "1h", "--server", server_.address()});
  terminal.WaitFor("READY, all is well");
  terminal.Resize(80, 5);
  EXPECT_THAT(terminal.WaitFor(" more lines"), HasSubstr("\r\n"));
  EXPECT_EQ(server_.calls(), 1);
  terminal.Type("q");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST_F(TopTest, NdjsonDrawsNothingOnATerminal) {
  Terminal terminal({"top", "--every", "300ms", "-n", "2", "-o", "ndjson",
                     "--server", server_.address()},
                    {.columns = 100, .rows = 30});
  EXPECT_EQ(terminal.WaitForEnd(), 0);
  EXPECT_THAT(terminal.WaitFor("nothing more"), Not(HasSubstr("\033")));
}

TEST_F(TopTest, WhatWasAnsweredLastStaysWhileThereIsNoAnswer) {
  server_.Answer(HealthyStatus());
  server_.Fail(grpc::StatusCode::UNAVAILABLE, "it stops");
  Terminal terminal({"top", "--every", "10ms", "--server", server_.address()});
  terminal.WaitFor("NO ANSWER for 0s");
  EXPECT_THAT(terminal.WaitFor("NO ANSWER"),
              AllOf(HasSubstr("it stops"), HasSubstr("answered last:"),
                    HasSubstr("live, decides"), Not(HasSubstr("READY"))));
  terminal.Type("q");
  EXPECT_EQ(terminal.WaitForEnd(), 3);
}

}  // namespace
}  // namespace stratagem::cli
