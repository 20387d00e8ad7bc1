// What must hold for a call that is made again: a request id that the caller
// gave gets its first answer, byte for byte, and is spent once - while the
// first is under way, later, and after a restart; and an id is never another
// call's.

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/error_details.h"
#include "tests/server/handler_fixture.h"
#include "tests/server/running_server.h"
#include "tests/server/wire_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;

v1::DecideRequest Request(const std::string& request_id,
                          const std::string& customer_id,
                          const std::string& placement) {
  v1::DecideRequest request;
  request.set_request_id(request_id);
  request.set_customer_id(customer_id);
  request.set_locale("en");
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  request.add_placements(placement);
  return request;
}

class RepeatedDecisionTest : public HandlerFixture {
 protected:
  RepeatedDecisionTest() : HandlerFixture(RouterOf({"capped", "wire"})) {}

  // Decides until there is an answer, which a repeat reads on a thread.
  std::shared_ptr<Answer<v1::DecideResponse>> DecideAgain(
      const v1::DecideRequest& request) {
    const auto answer = Decide(request);
    store_.Commit();
    answer->Await();
    return answer;
  }
};

TEST_F(RepeatedDecisionTest, TheSameIdGetsTheSameBytesAndIsSpentOnce) {
  const v1::DecideRequest request = Request("r-1", "c-1", "for_all");
  const v1::Decision first = DecideNow(request);
  EXPECT_EQ(first.placements(0).slots(0).content(), "One of ten");
  now_ += absl::Minutes(9);
  const auto again = DecideAgain(request);
  EXPECT_TRUE(again->status.ok()) << again->status.error_message();
  EXPECT_EQ(again->response.decision().SerializeAsString(),
            first.SerializeAsString());
  EXPECT_TRUE(again->response.repeated_request());
  EXPECT_EQ(store_.stats().records, 1u);
}

TEST_F(RepeatedDecisionTest, WhoComesWhileTheFirstIsUnderWayWaitsForIt) {
  const v1::DecideRequest request = Request("r-1", "c-1", "for_all");
  const auto first = Decide(request);
  const auto second = Decide(request);
  EXPECT_FALSE(first->given);
  EXPECT_FALSE(second->given);
  store_.Commit();
  second->Await();
  ASSERT_TRUE(first->given);
  EXPECT_EQ(second->response.decision().SerializeAsString(),
            first->response.decision().SerializeAsString());
  EXPECT_FALSE(first->response.repeated_request());
  EXPECT_TRUE(second->response.repeated_request());
  EXPECT_EQ(store_.stats().records, 1u);
}

TEST_F(RepeatedDecisionTest, ALostRecordFailsBothCalls) {
  const v1::DecideRequest request = Request("r-1", "c-1", "for_all");
  const auto first = Decide(request);
  const auto second = Decide(request);
  store_.Break();
  EXPECT_THAT(first->status,
              IsError(StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE", ""));
  EXPECT_THAT(second->status,
              IsError(StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE", ""));
}

TEST_F(RepeatedDecisionTest, AfterTheWindowTheIdIsNew) {
  const v1::DecideRequest request = Request("r-1", "c-1", "for_all");
  const v1::Decision first = DecideNow(request);
  now_ += absl::Minutes(10);
  const v1::Decision second = DecideNow(request);
  EXPECT_NE(first.decision_id(), second.decision_id());
  EXPECT_EQ(store_.stats().records, 2u);
}

TEST_F(RepeatedDecisionTest, FactsOfTheRepeatChangeNothing) {
  v1::DecideRequest request = Request("r-1", "c-1", "for_all");
  const v1::Decision first = DecideNow(request);
  *request.add_attributes() = Double("spend", 500);
  const auto again = DecideAgain(request);
  EXPECT_EQ(again->response.decision().tier(), first.tier());
  EXPECT_EQ(again->response.decision().decision_id(), first.decision_id());
}

TEST_F(RepeatedDecisionTest, CallsWithoutAnIdAreDecidedEachTime) {
  const v1::DecideRequest request = Request("", "c-1", "for_all");
  const v1::Decision first = DecideNow(request);
  const v1::Decision second = DecideNow(request);
  EXPECT_NE(first.decision_id(), second.decision_id());
  // The id that the server made is no promise.
  const v1::Decision third =
      DecideNow(Request(first.request_id(), "c-1", "for_all"));
  EXPECT_NE(third.decision_id(), first.decision_id());
}

TEST_F(RepeatedDecisionTest, PreviewsAreDecidedEachTimeAndLeaveTheIdFree) {
  v1::DecideRequest preview = Request("r-1", "c-1", "for_all");
  preview.set_dry_run(true);
  DecideNow(preview);
  DecideNow(preview);
  const v1::Decision live = DecideNow(Request("r-1", "c-1", "for_all"));
  EXPECT_EQ(live.role(), v1::DECISION_ROLE_LIVE);
  EXPECT_EQ(store_.stats().records, 3u);
}

struct ReuseCase {
  std::string name;
  void (*change)(v1::DecideRequest& request);
  std::string what;
};

class ReusedRequestIdTest : public RepeatedDecisionTest,
                            public testing::WithParamInterface<ReuseCase> {};

TEST_P(ReusedRequestIdTest, IsRefusedAndDecidesNothing) {
  DecideNow(Request("r-1", "c-1", "for_all"));
  v1::DecideRequest other = Request("r-1", "c-1", "for_all");
  GetParam().change(other);
  const auto answer = DecideAgain(other);
  EXPECT_THAT(answer->status, IsError(StatusCode::INVALID_ARGUMENT,
                                      "REQUEST_ID_REUSED", "request_id"));
  EXPECT_THAT(answer->status.error_message(),
              testing::HasSubstr(GetParam().what));
  EXPECT_EQ(store_.stats().records, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Reuses, ReusedRequestIdTest,
    testing::ValuesIn(std::vector<ReuseCase>{
        {"Customer",
         [](v1::DecideRequest& request) { request.set_customer_id("c-2"); },
         "another customer"},
        {"Pack",
         [](v1::DecideRequest& request) {
           request.mutable_pack()->set_name("wire");
         },
         "another pack"},
        {"Version",
         [](v1::DecideRequest& request) {
           request.mutable_pack()->set_version("2.0.0");
         },
         "another version of the pack"},
        {"Placements",
         [](v1::DecideRequest& request) { request.add_placements("paid"); },
         "other placements"},
        {"NoPlacements",
         [](v1::DecideRequest& request) { request.clear_placements(); },
         "other placements"},
        {"Preview",
         [](v1::DecideRequest& request) { request.set_dry_run(true); },
         "a call of another kind"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(RepeatedDecisionTest, ABatchMayHoldARepeatOfItsOwnItem) {
  const v1::DecideRequest request = Request("r-1", "c-1", "for_all");
  const auto batch =
      BatchDecide({request, Request("r-2", "c-2", "for_all"), request});
  store_.Commit();
  batch->Await();
  const auto& results = batch->response.results();
  ASSERT_EQ(results.size(), 3);
  EXPECT_EQ(results[0].decision().SerializeAsString(),
            results[2].decision().SerializeAsString());
  EXPECT_NE(results[0].decision().decision_id(),
            results[1].decision().decision_id());
  EXPECT_EQ(store_.stats().records, 2u);
}

// Calls `server` from many threads at once with few ids; returns the answers by
// id.
std::map<std::string, std::vector<std::string>> DecideAtOnce(
    RunningServer& server) {
  constexpr int kCallers = 32;
  constexpr int kIds = 4;
  std::vector<std::string> answers(kCallers);
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&server, &answers, i] {
      v1::DecideResponse response;
      const grpc::Status status = server.Decide(
          Request("r-" + std::to_string(i % kIds), "c-1", "for_all"), response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      answers[static_cast<size_t>(i)] = response.decision().SerializeAsString();
    });
  }
  for (std::thread& caller : callers) caller.join();
  std::map<std::string, std::vector<std::string>> by_id;
  for (int i = 0; i < kCallers; ++i) {
    by_id["r-" + std::to_string(i % kIds)].push_back(
        answers[static_cast<size_t>(i)]);
  }
  return by_id;
}

TEST(RepeatedDecisionServerTest, ManyAtOnceAndAfterARestartGetTheSameBytes) {
  const TempDir directory;
  const auto open = [&directory] {
    store::SqliteStoreOptions options;
    options.directory = directory.path();
    return *store::OpenSqliteStore(options);
  };
  std::map<std::string, std::vector<std::string>> before;
  {
    RunningServer server({}, open(), PackDirectories({"capped"}));
    before = DecideAtOnce(server);
    EXPECT_EQ(server.store().stats().records, 1 + before.size());
  }
  RunningServer server({}, open(), PackDirectories({"capped"}));
  const auto after = DecideAtOnce(server);
  EXPECT_EQ(server.store().stats().records, 1 + before.size());
  for (const auto& [id, answers] : before) {
    EXPECT_THAT(answers, testing::Each(answers.front())) << id;
    EXPECT_EQ(after.at(id), answers) << id;
  }
}

TEST(RepeatedDecisionServerTest, AWindowOfZeroRepeatsNothing) {
  Options options;
  options.request_window = absl::ZeroDuration();
  RunningServer server(options, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(server.Decide(Request("r-1", "c-1", "for_all")).ok());
  }
  EXPECT_EQ(server.records(), 2u);
}

}  // namespace
}  // namespace stratagem::server
