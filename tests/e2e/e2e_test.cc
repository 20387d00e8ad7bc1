// What must hold for the real `stratagemd`, end to end: it tells when it is
// ready and what keeps it from it, decides and answers, and drains on SIGTERM.

#include <signal.h>

#include <array>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/pack_service.grpc.pb.h"
#include "tests/e2e/load.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/server_process.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kClients = 4;

class EndToEndTest : public testing::Test {
 protected:
  std::vector<std::string> Arguments(
      const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        "--listen", "127.0.0.1:0",
        "--pack",   SourcePath("tests/golden/packs/wire"),
        "--pack",   SourcePath("rules/retail"),
        "--store",  dir_.Join("store")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  const TempDir dir_;
};

// All of the log, by sequence.
std::map<uint64_t, v1::Decision> ReadLog(int port) {
  const auto stub = v1::InsightService::NewStub(ChannelTo(port));
  std::map<uint64_t, v1::Decision> log;
  v1::ListDecisionsRequest request;
  request.set_order(v1::LIST_ORDER_OLDEST_FIRST);
  request.set_page_size(1'000);
  v1::ListDecisionsResponse page;
  do {
    grpc::ClientContext context;
    const grpc::Status status = stub->ListDecisions(&context, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::LogEntry& entry : page.entries()) {
      EXPECT_NE(entry.customer_id(), "");
      log.emplace(entry.decision().position().sequence(), entry.decision());
    }
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return log;
}

// Every answer is in the log, and the log has no gap behind what the start
// recorded.
void ExpectAllLogged(const std::map<uint64_t, v1::Decision>& answers,
                     const std::map<uint64_t, v1::Decision>& log) {
  for (const auto& [sequence, answer] : answers) {
    const auto logged = log.find(sequence);
    ASSERT_NE(logged, log.end()) << "lost: " << answer.ShortDebugString();
    EXPECT_EQ(logged->second.SerializeAsString(), answer.SerializeAsString())
        << "answered: " << answer.ShortDebugString()
        << "\nlogged:   " << logged->second.ShortDebugString();
  }
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(log.rbegin()->first - log.begin()->first + 1, log.size());
}

// In a function, so that the connection ends with it: one that is idle holds up
// a server's stop until the client next looks at it, seconds later.
v1::ListPacksResponse ListPacks(int port) {
  v1::ListPacksResponse packs;
  grpc::ClientContext context;
  const grpc::Status status = v1::PackService::NewStub(ChannelTo(port))
                                  ->ListPacks(&context, {}, &packs);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return packs;
}

TEST_F(EndToEndTest, AnswersHealthReflectionPacksAndDecisions) {
  ServerProcess server(Arguments({"--port-file", dir_.Join("port")}));
  const int port = server.WaitUntilReady();
  ASSERT_NE(port, 0) << server.log();
  int port_in_file = 0;
  std::ifstream(dir_.Join("port")) >> port_in_file;
  EXPECT_EQ(port_in_file, port);

  EXPECT_TRUE(IsServing(port));
  // ServerReflectionRequest{list_services: "*"}.
  const std::string services = CallRaw(
      port, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      "\x3a\x01*");
  EXPECT_THAT(services, HasSubstr("stratagem.v1.DecisionService"));
  EXPECT_THAT(services, HasSubstr("stratagem.v1.PackService"));
  EXPECT_THAT(services, HasSubstr("stratagem.v1.InsightService"));
  EXPECT_THAT(services, HasSubstr("grpc.health.v1.Health"));

  const v1::ListPacksResponse packs = ListPacks(port);
  ASSERT_EQ(packs.packs_size(), 2);
  EXPECT_EQ(packs.packs(0).ref().name(), "wire");
  EXPECT_EQ(packs.packs(1).ref().name(), "retail");

  server.Signal(SIGINT);
  EXPECT_EQ(server.WaitForExit(), 0) << server.log();
}

v1::NamedValue Number(const std::string& name, double value) {
  v1::NamedValue named;
  named.set_name(name);
  named.mutable_value()->set_double_value(value);
  return named;
}

v1::NamedValue Whole(const std::string& name, int64_t value) {
  v1::NamedValue named;
  named.set_name(name);
  named.mutable_value()->set_int_value(value);
  return named;
}

grpc::Status Decide(int port, const v1::DecideRequest& request,
                    v1::DecideResponse& response) {
  grpc::ClientContext context;
  return v1::DecisionService::NewStub(ChannelTo(port))
      ->Decide(&context, request, &response);
}

// `season` 1.0.0 was in effect from 2015 until 2020, 2.0.0 is since.
TEST_F(EndToEndTest, TheVersionInEffectDecidesNowAndAsOfThen) {
  ServerProcess server({"--listen", "127.0.0.1:0", "--store",
                        dir_.Join("store"), "--pack",
                        SourcePath("tests/golden/packs/season_first"), "--pack",
                        SourcePath("tests/golden/packs/season_second")});
  const int port = server.WaitUntilReady();
  ASSERT_NE(port, 0) << server.log();
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  *request.add_attributes() = Whole("orders", 3);
  v1::DecideResponse now;
  ASSERT_TRUE(Decide(port, request, now).ok());
  EXPECT_EQ(now.decision().pack().version(), "2.0.0");
  EXPECT_EQ(now.decision().role(), v1::DECISION_ROLE_LIVE);
  EXPECT_EQ(now.decision().treatments(0).fields(0).value().double_value(), 10);

  request.mutable_as_of()->set_seconds(1'560'000'000);  // In 2019.
  v1::DecideResponse then;
  ASSERT_TRUE(Decide(port, request, then).ok());
  EXPECT_EQ(then.decision().pack().version(), "1.0.0");
  EXPECT_EQ(then.decision().role(), v1::DECISION_ROLE_AS_OF);
  EXPECT_EQ(then.decision().treatments(0).fields(0).value().double_value(), 5);

  request.mutable_as_of()->set_seconds(1'000'000'000);  // In 2001.
  v1::DecideResponse never;
  const grpc::Status refused = Decide(port, request, never);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(),
              HasSubstr("`1.0.0` from 2015-01-01T00:00:00+08:00 until "
                        "2020-01-01T00:00:00+08:00, `2.0.0` from "
                        "2020-01-01T00:00:00+08:00"));

  const auto log = ReadLog(port);
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log.begin()->second.SerializeAsString(),
            now.decision().SerializeAsString());
  EXPECT_EQ(log.rbegin()->second.SerializeAsString(),
            then.decision().SerializeAsString());
}

TEST_F(EndToEndTest, AnAnswerInFullIsInTheCallersLanguageAndTheLogIsWithout) {
  ServerProcess server({"--listen", "127.0.0.1:0", "--store",
                        dir_.Join("store"), "--pack",
                        SourcePath("tests/golden/packs/screen")});
  const int port = server.WaitUntilReady();
  ASSERT_NE(port, 0) << server.log();
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  request.set_locale("zh-Hans-CN");
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  request.add_placements("home");
  *request.add_attributes() = Number("spend", 320);
  v1::DecideResponse response;
  const grpc::Status status = Decide(port, request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const v1::Slot& notice = response.decision().placements(0).slots(0);
  EXPECT_EQ(notice.content(), "条款更新");
  EXPECT_EQ(notice.content_locale(), "zh");
  const v1::FullExplanation& full = response.decision().explanation().full();
  EXPECT_EQ(full.indicators_size(), 1);
  EXPECT_EQ(full.tier().tier(), response.decision().tier());
  EXPECT_EQ(full.placements(0).offers_size(), 4);
  EXPECT_NE(full.text(), "");

  v1::ListDecisionsRequest list;
  list.set_explain(v1::EXPLAIN_LEVEL_FULL);
  v1::ListDecisionsResponse page;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::InsightService::NewStub(ChannelTo(port))
                  ->ListDecisions(&context, list, &page)
                  .ok());
  ASSERT_EQ(page.entries_size(), 1);
  const v1::Decision& logged = page.entries(0).decision();
  EXPECT_TRUE(logged.has_explanation());
  EXPECT_FALSE(logged.explanation().has_full());
  EXPECT_EQ(logged.placements(0).slots(0).offer_id(), "notice");
  EXPECT_EQ(logged.placements(0).slots(0).content(), "");
}

TEST_F(EndToEndTest, SigtermFinishesWhatIsInFlight) {
  ServerProcess server(Arguments());
  const int port = server.WaitUntilReady();
  ASSERT_NE(port, 0) << server.log();
  Load load(port, kClients, "term");
  ASSERT_TRUE(load.WaitForAnswers(500));
  server.Signal(SIGTERM);
  load.Join();
  EXPECT_EQ(server.WaitForExit(), 0) << server.log();
  EXPECT_THAT(server.log(), HasSubstr("\"event\":\"stopped\""));
  // Calls that came too late were not begun: gRPC says either of these.
  for (const grpc::Status& end : load.ends()) {
    EXPECT_THAT(end.error_code(), testing::AnyOf(grpc::StatusCode::UNAVAILABLE,
                                                 grpc::StatusCode::CANCELLED))
        << end.error_message();
  }

  ServerProcess again(Arguments());
  const int port_again = again.WaitUntilReady();
  ASSERT_NE(port_again, 0) << again.log();
  const auto log = ReadLog(port_again);
  ExpectAllLogged(load.answers(), log);
  // Drained: what was decided was also answered.
  EXPECT_EQ(log.size(), load.answers().size());
}

TEST_F(EndToEndTest, ABadPackIsReportedWithAllItsMistakes) {
  dir_.Write("bad/pack.yaml", "language: 1\nnaem: x\nversion: 1.0.0\n");
  ServerProcess server({"--listen", "127.0.0.1:0", "--store", "memory",
                        "--pack", dir_.Join("bad")});
  EXPECT_EQ(server.WaitUntilReady(), 0);
  EXPECT_EQ(server.WaitForExit(), 1);
  EXPECT_THAT(server.log(), HasSubstr("\"event\":\"packs_refused\""));
  // All of it is in the event, once.
  EXPECT_THAT(server.log(), HasSubstr("\\npack.yaml:2:1: error E"));
  EXPECT_THAT(server.log(), Not(HasSubstr("\npack.yaml")));
}

TEST_F(EndToEndTest, ATakenPortIsReported) {
  ServerProcess first(Arguments());
  const int port = first.WaitUntilReady();
  ASSERT_NE(port, 0) << first.log();
  const std::string address = absl::StrCat("127.0.0.1:", port);
  ServerProcess second({"--listen", address, "--store", "memory", "--pack",
                        SourcePath("tests/golden/packs/wire")});
  EXPECT_EQ(second.WaitForExit(), 1);
  EXPECT_THAT(second.log(), HasSubstr("cannot listen on `" + address + "`"));
}

TEST_F(EndToEndTest, AStoreThatIsInUseIsReported) {
  ServerProcess first(Arguments());
  ASSERT_NE(first.WaitUntilReady(), 0);
  ServerProcess second(Arguments());
  EXPECT_EQ(second.WaitForExit(), 1);
  EXPECT_THAT(second.log(), HasSubstr("\"event\":\"store_refused\""));
  EXPECT_THAT(second.log(), HasSubstr(dir_.Join("store")));
}

}  // namespace
}  // namespace stratagem
