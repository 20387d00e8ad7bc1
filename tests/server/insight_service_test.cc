// What must hold for questions to the log over gRPC: filters find what they
// say, tokens belong to their question, what packs declare personal is masked
// and named, and those who follow get each decision once, in order, until the
// server stops.

#include "server/rpc/insight_service.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/rpc/log_entry.h"
#include "server/rpc/log_queries.h"
#include "tests/server/error_details.h"
#include "tests/server/running_server.h"
#include "tests/server/wire_pack.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class InsightServiceTest : public testing::Test {
 protected:
  void Decide(const std::string& customer, bool dry_run = false) {
    v1::DecideRequest request = GoodRequest(customer);
    request.set_dry_run(dry_run);
    ASSERT_TRUE(running_.Decide(request).ok());
  }
  std::unique_ptr<v1::InsightService::Stub> Stub() {
    return v1::InsightService::NewStub(running_.channel());
  }
  grpc::Status List(const v1::ListDecisionsRequest& request,
                    v1::ListDecisionsResponse& response) {
    grpc::ClientContext context;
    return Stub()->ListDecisions(&context, request, &response);
  }
  // The customers that `filter` finds, oldest first.
  std::vector<std::string> Find(const v1::DecisionFilter& filter) {
    v1::ListDecisionsRequest request;
    *request.mutable_filter() = filter;
    request.set_order(v1::LIST_ORDER_OLDEST_FIRST);
    v1::ListDecisionsResponse response;
    EXPECT_TRUE(List(request, response).ok());
    std::vector<std::string> customers;
    for (const v1::LogEntry& entry : response.entries()) {
      customers.push_back(entry.customer_id());
    }
    return customers;
  }

  RunningServer running_;
};

TEST_F(InsightServiceTest, FiltersFindWhatTheySay) {
  Decide("c-1");
  Decide("c-2", /*dry_run=*/true);
  Decide("c-3");
  v1::DecisionFilter customer;
  customer.set_customer_id("c-1");
  EXPECT_THAT(Find(customer), ElementsAre("c-1"));
  v1::DecisionFilter role;
  role.set_role(v1::DECISION_ROLE_DRY_RUN);
  EXPECT_THAT(Find(role), ElementsAre("c-2"));
  v1::DecisionFilter past;
  past.mutable_until()->set_seconds(1);
  EXPECT_THAT(Find(past), IsEmpty());
  v1::DecisionFilter excluded;
  excluded.add_exclusions()->set_offer_id("event");
  EXPECT_THAT(Find(excluded), ElementsAre("c-1", "c-2", "c-3"));
  excluded.mutable_exclusions(0)->set_reason(v1::REASON_BUDGET);
  EXPECT_THAT(Find(excluded), IsEmpty());
  v1::DecisionFilter pack;
  pack.set_pack_name("nobody");
  EXPECT_THAT(Find(pack), IsEmpty());
}

TEST_F(InsightServiceTest, WrongQuestionsNameTheirFields) {
  const struct {
    const char* name;
    void (*spoil)(v1::ListDecisionsRequest&);
    const char* reason;
    const char* field;
  } cases[] = {
      {"version without a pack",
       [](v1::ListDecisionsRequest& r) {
         r.mutable_filter()->set_pack_version("1");
       },
       "MISSING_FIELD", "filter.pack_name"},
      {"treatment without a name",
       [](v1::ListDecisionsRequest& r) {
         r.mutable_filter()->add_treatments()->set_cell("x");
       },
       "MISSING_FIELD", "filter.treatments[0].name"},
      {"empty exclusion",
       [](v1::ListDecisionsRequest& r) {
         r.mutable_filter()->add_exclusions();
       },
       "MISSING_FIELD", "filter.exclusions[0]"},
      {"unknown role",
       [](v1::ListDecisionsRequest& r) {
         r.mutable_filter()->set_role(static_cast<v1::DecisionRole>(99));
       },
       "UNKNOWN_NAME", "filter.role"},
      {"unknown order",
       [](v1::ListDecisionsRequest& r) {
         r.set_order(static_cast<v1::ListOrder>(99));
       },
       "UNKNOWN_NAME", "order"},
      {"too many offers",
       [](v1::ListDecisionsRequest& r) {
         for (int i = 0; i <= kFilterConditionsMax; ++i) {
           r.mutable_filter()->add_offer_ids("x");
         }
       },
       "TOO_LARGE", "filter.offer_ids"},
      {"a token that is none",
       [](v1::ListDecisionsRequest& r) { r.set_page_token("x"); },
       "MALFORMED_ID", "page_token"},
  };
  for (const auto& c : cases) {
    v1::ListDecisionsRequest request;
    c.spoil(request);
    v1::ListDecisionsResponse response;
    EXPECT_THAT(List(request, response),
                IsError(StatusCode::INVALID_ARGUMENT, c.reason, c.field))
        << c.name;
  }
}

TEST_F(InsightServiceTest, ATokenIsOfItsQuestionOnly) {
  Decide("c-1");
  Decide("c-2");
  v1::ListDecisionsRequest request;
  request.set_page_size(1);
  v1::ListDecisionsResponse page;
  ASSERT_TRUE(List(request, page).ok());
  request.set_page_token(page.next_page_token());
  ASSERT_TRUE(List(request, page).ok());
  EXPECT_EQ(page.entries(0).customer_id(), "c-1");
  request.mutable_filter()->set_customer_id("c-2");
  EXPECT_THAT(List(request, page), IsError(StatusCode::INVALID_ARGUMENT,
                                           "MALFORMED_ID", "page_token"));
}

TEST_F(InsightServiceTest, OneDecisionIsFoundByItsId) {
  Decide("c-1");
  v1::ListDecisionsResponse page;
  ASSERT_TRUE(List({}, page).ok());
  const std::string id = page.entries(0).decision().decision_id();
  const auto get = [&](const std::string& asked,
                       v1::GetDecisionResponse& response) {
    grpc::ClientContext context;
    v1::GetDecisionRequest request;
    request.set_decision_id(asked);
    return Stub()->GetDecision(&context, request, &response);
  };
  v1::GetDecisionResponse response;
  ASSERT_TRUE(get(id, response).ok());
  EXPECT_EQ(response.entry().customer_id(), "c-1");
  EXPECT_EQ(response.outcomes_size(), 0);
  EXPECT_THAT(get("x", response), IsError(StatusCode::INVALID_ARGUMENT,
                                          "MALFORMED_ID", "decision_id"));
  for (const std::string& other :
       {absl::StrCat(running_.store().identity().node_id, ".1.99"),
        absl::StrCat(running_.store().identity().node_id, ".9.1"),
        std::string("0011223344556677.1.1")}) {
    EXPECT_THAT(get(other, response),
                IsError(StatusCode::NOT_FOUND, "DECISION_NOT_FOUND", ""));
  }
}

TEST_F(InsightServiceTest, FollowersGetWhatIsRecordedInOrder) {
  Decide("c-1");
  grpc::ClientContext context;
  v1::FollowDecisionsRequest request;
  request.set_after_sequence(0);
  request.mutable_filter()->set_role(v1::DECISION_ROLE_LIVE);
  const auto stub = Stub();
  const auto reader = stub->FollowDecisions(&context, request);
  v1::FollowDecisionsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.entry().customer_id(), "c-1");
  Decide("c-2", /*dry_run=*/true);
  Decide("c-3");
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.entry().customer_id(), "c-3");
  EXPECT_EQ(response.records_missed(), 0u);
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(InsightServiceTest, AnUnknownExplainLevelIsRefused) {
  const auto level = static_cast<v1::ExplainLevel>(99);
  const auto is_refused =
      IsError(StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME", "explain");
  v1::ListDecisionsRequest list;
  list.set_explain(level);
  v1::ListDecisionsResponse page;
  EXPECT_THAT(List(list, page), is_refused);
  v1::GetDecisionRequest get;
  get.set_decision_id("0011223344556677.1.1");
  get.set_explain(level);
  EXPECT_THAT(running_.CallBytes("/stratagem.v1.InsightService/GetDecision",
                                 get.SerializeAsString()),
              is_refused);
  grpc::ClientContext context;
  v1::FollowDecisionsRequest follow;
  follow.set_explain(level);
  const auto stub = Stub();
  const auto reader = stub->FollowDecisions(&context, follow);
  v1::FollowDecisionsResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_THAT(reader->Finish(), is_refused);
}

TEST_F(InsightServiceTest, AFollowerAfterTheLargestSequenceGetsNothing) {
  Decide("c-1");
  grpc::ClientContext context;
  context.set_deadline(
      absl::ToChronoTime(absl::Now() + absl::Milliseconds(400)));
  v1::FollowDecisionsRequest request;
  request.set_after_sequence(std::numeric_limits<uint64_t>::max());
  const auto stub = Stub();
  const auto reader = stub->FollowDecisions(&context, request);
  v1::FollowDecisionsResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::DEADLINE_EXCEEDED);
}

TEST(DecisionFeedTest, EndsWhenTheServerStopsThoughNobodyReads) {
  auto running = std::make_unique<RunningServer>();
  const auto stub = v1::InsightService::NewStub(running->channel());
  grpc::ClientContext context;
  v1::FollowDecisionsRequest request;
  request.set_after_sequence(0);
  const auto reader = stub->FollowDecisions(&context, request);
  reader->WaitForInitialMetadata();
  testing::internal::CaptureStderr();
  running = nullptr;  // Waits for calls in flight, without end.
  const std::string log = testing::internal::GetCapturedStderr();
  v1::FollowDecisionsResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_THAT(reader->Finish(),
              IsError(StatusCode::UNAVAILABLE, "SERVER_STOPPING", ""));
  EXPECT_THAT(log, HasSubstr("\"level\":\"info\",\"event\":\"call_failed\""))
      << "a restart is nobody's fault";
}

// When the server stops more waits for a reader than the network holds for it.
TEST(DecisionFeedTest, AReaderThatTakesNothingHoldsUpNoStop) {
  constexpr int kDecisions = 1'000;
  RunningServer running;
  v1::BatchDecideRequest batch;
  for (int i = 0; i < kDecisions; ++i) {
    *batch.add_requests() = GoodRequest(absl::StrCat("c-", i));
  }
  v1::BatchDecideResponse decided;
  ASSERT_TRUE(running.BatchDecide(batch, decided).ok());
  v1::FollowDecisionsRequest request;
  request.set_after_sequence(0);
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  // By itself, over a connection whose window does not grow.
  grpc::ChannelArguments narrow;
  narrow.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  narrow.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  const auto idle_stub = v1::InsightService::NewStub(grpc::CreateCustomChannel(
      absl::StrCat("127.0.0.1:", running.server().port()),
      grpc::InsecureChannelCredentials(), narrow));
  grpc::ClientContext idle_context;
  const auto idle = idle_stub->FollowDecisions(&idle_context, request);
  idle->WaitForInitialMetadata();
  // They take turns: when one has all, the other has what it can hold.
  const auto stub = v1::InsightService::NewStub(running.channel());
  grpc::ClientContext context;
  const auto reader = stub->FollowDecisions(&context, request);
  v1::FollowDecisionsResponse response;
  for (int i = 0; i < kDecisions; ++i) ASSERT_TRUE(reader->Read(&response));
  running.server().Stop(absl::InfiniteDuration());
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_THAT(reader->Finish(),
              IsError(StatusCode::UNAVAILABLE, "SERVER_STOPPING", ""));
  while (idle->Read(&response)) {
  }
  EXPECT_FALSE(idle->Finish().ok());
}

TEST(DecisionFeedTest, WrongFiltersAndTooManyReadersAreRefused) {
  RunningServer running;
  const auto stub = v1::InsightService::NewStub(running.channel());
  v1::FollowDecisionsResponse response;
  {
    grpc::ClientContext context;
    v1::FollowDecisionsRequest request;
    request.mutable_filter()->add_exclusions();
    const auto reader = stub->FollowDecisions(&context, request);
    EXPECT_FALSE(reader->Read(&response));
    EXPECT_THAT(reader->Finish(),
                IsError(StatusCode::INVALID_ARGUMENT, "MISSING_FIELD",
                        "filter.exclusions[0]"));
  }
  struct Call {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::FollowDecisionsResponse>> reader;
  };
  std::vector<Call> calls(kFollowersMax);
  for (Call& call : calls) {
    call.reader = stub->FollowDecisions(&call.context, {});
    call.reader->WaitForInitialMetadata();
  }
  grpc::ClientContext context;
  const auto refused = stub->FollowDecisions(&context, {});
  EXPECT_FALSE(refused->Read(&response));
  EXPECT_THAT(refused->Finish(),
              IsError(StatusCode::RESOURCE_EXHAUSTED, "READ_QUEUE_FULL", ""));
  for (Call& call : calls) {
    call.context.TryCancel();
    call.reader->Finish();
  }
}

TEST(LogEntryTest, PersonalInputsAreMaskedAndNamed) {
  trace::DecisionRecord decision;
  decision.decided_at = absl::UnixEpoch();
  decision.customer_id = "c-1";
  decision.attributes = {
      {"visits", Value::Int(3), FactSource::kRequest, false},
      {"gender", Value::String("f"), FactSource::kRequest, true},
      {"phone", Value(), FactSource::kAbsent, true}};
  decision.request_values = {
      {"ip", Value::String("::1"), FactSource::kRequest, true}};
  const store::Identity identity = store::NewIdentity();
  const auto record = store::Decode(store::Encode(decision, identity));
  ASSERT_TRUE(record.ok());
  const v1::LogEntry masked =
      WriteEntry(**record, {1, 1}, v1::EXPLAIN_LEVEL_REASONS, Pii::kMasked);
  EXPECT_THAT(masked.masked(), ElementsAre("attributes.gender", "request.ip"));
  const v1::Explanation& explanation = masked.decision().explanation();
  EXPECT_EQ(explanation.attributes(0).value().int_value(), 3);
  EXPECT_FALSE(explanation.attributes(1).has_value());
  EXPECT_FALSE(explanation.request(0).has_value());
  const v1::LogEntry shown =
      WriteEntry(**record, {1, 1}, v1::EXPLAIN_LEVEL_REASONS, Pii::kShown);
  EXPECT_THAT(shown.masked(), IsEmpty());
  EXPECT_EQ(shown.decision().explanation().attributes(1).value().string_value(),
            "f");
  EXPECT_THAT(WriteEntry(**record, {1, 1}, v1::EXPLAIN_LEVEL_NONE, Pii::kMasked)
                  .masked(),
              IsEmpty());
}

TEST_F(InsightServiceTest, StatsCountByDayAndTellSizes) {
  Decide("c-1");
  grpc::ClientContext context;
  v1::GetLogStatsRequest request;
  request.set_days(2);
  v1::GetLogStatsResponse stats;
  ASSERT_TRUE(Stub()->GetLogStats(&context, request, &stats).ok());
  EXPECT_EQ(stats.first_sequence(), 1u);
  EXPECT_GT(stats.record_bytes(), 0u);
  EXPECT_TRUE(stats.has_ledger());
  EXPECT_FALSE(stats.retention().has_retain_for());
  ASSERT_EQ(stats.days_size(), 1);
  EXPECT_EQ(stats.days(0).counts_size(), stats.counts_size());
  grpc::ClientContext again;
  request.set_days(kStatsDaysMax + 1);
  EXPECT_THAT(Stub()->GetLogStats(&again, request, &stats),
              IsError(StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "days"));
}

}  // namespace
}  // namespace stratagem::server
