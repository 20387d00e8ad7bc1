// What must hold for a DecideHandler: no answer before its record is durable,
// the answer is the record, and a store that is full or broken is the error of
// exactly the calls that it concerns.

#include "server/rpc/decide_handler.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "server/rpc/write_decision.h"
#include "tests/server/error_details.h"
#include "tests/server/handler_fixture.h"
#include "tests/server/wire_pack.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;

constexpr char kTraceparent[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class DecideHandlerTest : public HandlerFixture {
 protected:
  explicit DecideHandlerTest(size_t queue = 1'000)
      : HandlerFixture(WireRouter(), queue) {}
};

TEST_F(DecideHandlerTest, NothingIsAnsweredBeforeItsRecordIsDurable) {
  const auto answer = Decide(GoodRequest());
  EXPECT_FALSE(answer->given);
  EXPECT_EQ(store_.waiting(), 1u);
  store_.Commit();
  ASSERT_TRUE(answer->given);
  EXPECT_TRUE(answer->status.ok()) << answer->status.error_message();
}

TEST_F(DecideHandlerTest, TheAnswerSaysWhatWasDecidedAndWhereItStands) {
  const auto answer = Decide(NamedRequest());
  store_.Commit();
  const v1::Decision& decision = answer->response.decision();
  EXPECT_EQ(decision.request_id(), "r-c-1");
  EXPECT_EQ(decision.role(), v1::DECISION_ROLE_LIVE);
  EXPECT_EQ(decision.pack().name(), "wire");
  EXPECT_EQ(decision.pack().digest().size(), 64u);
  EXPECT_EQ(decision.decided_at().seconds(), 1'790'000'000);
  EXPECT_EQ(decision.score(), 100);
  EXPECT_EQ(decision.coverage(), 1);
  EXPECT_EQ(decision.tier(), "gold");
  EXPECT_EQ(decision.tier_reason(), v1::REASON_SCORED);
  EXPECT_EQ(decision.stage(), "active");
  ASSERT_EQ(decision.treatments_size(), 1);
  EXPECT_EQ(decision.treatments(0).cell(), "loyal");
  EXPECT_EQ(decision.treatments(0).reason(), v1::REASON_MATRIX_CELL);
  EXPECT_EQ(decision.treatments(0).fields(0).value().double_value(), 5);
  ASSERT_EQ(decision.placements_size(), 1);
  EXPECT_EQ(decision.placements(0).direction(), v1::DIRECTION_OUTBOUND);
  ASSERT_EQ(decision.placements(0).slots_size(), 1);
  EXPECT_EQ(decision.placements(0).slots(0).offer_id(), "coupon");
  EXPECT_EQ(decision.placements(0).slots(0).score(), 4);
  EXPECT_EQ(decision.placements(0).slots(0).selection_probability(), 1);
  EXPECT_FALSE(decision.degraded());
  EXPECT_FALSE(decision.has_explanation());
  EXPECT_EQ(decision.position().node_id(), store_.identity().node_id);
  EXPECT_EQ(decision.position().epoch(), 7u);
  EXPECT_EQ(decision.position().sequence(), 1u);
  EXPECT_EQ(decision.decision_id(), store_.identity().node_id + ".7.1");
}

TEST_F(DecideHandlerTest, TheRecordHoldsTheSameDecisionWithAllItsReasons) {
  v1::DecideRequest request = GoodRequest();
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  request.add_placements("side");
  const auto answer = Decide(request, kTraceparent);
  store_.Commit();
  const auto record = Record(1);
  v1::Decision logged;
  WriteDecision(record->decision(), v1::EXPLAIN_LEVEL_REASONS, logged);
  WritePosition(record->header().node_id, {7, 1}, logged);
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(answer->response.decision(), logged))
      << difference;
  EXPECT_EQ(record->decision().trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(record->decision().customer_id, "c-1");
  EXPECT_EQ(record->decision().time_zones_version, "2026a");
  EXPECT_EQ(record->decision().seed, 41u);
}

TEST_F(DecideHandlerTest, ReasonsNameInputsCandidatesAndExclusions) {
  v1::DecideRequest request = GoodRequest();
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  request.mutable_attributes()->RemoveLast();  // Without nps `survey` fails.
  const auto answer = Decide(request);
  store_.Commit();
  const v1::Decision& decision = answer->response.decision();
  EXPECT_TRUE(decision.degraded());
  const v1::Explanation& explanation = decision.explanation();
  ASSERT_EQ(explanation.attributes_size(), 10);
  EXPECT_EQ(explanation.attributes(0).source(), v1::INPUT_SOURCE_REQUEST);
  EXPECT_EQ(explanation.attributes(0).value().int_value(), 3);
  EXPECT_EQ(explanation.attributes(2).name(), "nps");
  EXPECT_EQ(explanation.attributes(2).source(), v1::INPUT_SOURCE_ABSENT);
  EXPECT_FALSE(explanation.attributes(2).has_value());
  EXPECT_EQ(explanation.attributes(3).source(), v1::INPUT_SOURCE_DEFAULT);
  EXPECT_EQ(explanation.request(0).value().string_value(), "app");
  EXPECT_EQ(explanation.parameters(0).name(), "discount");
  ASSERT_EQ(explanation.placements_size(), 1);
  const v1::PlacementExplanation& home = explanation.placements(0);
  ASSERT_EQ(home.candidates_size(), 1);
  EXPECT_EQ(home.candidates(0).offer_id(), "coupon");
  EXPECT_EQ(home.candidates(0).propensity(), 0.1);
  EXPECT_TRUE(home.candidates(0).propensity_given());
  EXPECT_EQ(home.candidates(0).lever(), 1);
  ASSERT_EQ(home.exclusions_size(), 2);
  EXPECT_EQ(home.exclusions(0).offer_id(), "event");
  EXPECT_EQ(home.exclusions(0).reason(), v1::REASON_ELIGIBILITY);
  EXPECT_EQ(home.exclusions(1).offer_id(), "survey");
  EXPECT_EQ(home.exclusions(1).reason(), v1::REASON_GATE_ERROR);
  EXPECT_EQ(home.exclusions(1).error(), v1::EXPRESSION_ERROR_DIVISION_BY_ZERO);
  ASSERT_GE(explanation.degradations_size(), 1);
  EXPECT_EQ(explanation.degradations(0).subject(), "survey");
  EXPECT_EQ(explanation.seed(), 41u);
}

TEST_F(DecideHandlerTest, APreviewAndASimulationAreRecordedAsWhatTheyAre) {
  v1::DecideRequest preview = GoodRequest();
  preview.set_dry_run(true);
  v1::DecideRequest simulation = GoodRequest();
  simulation.clear_placements();
  simulation.clear_attributes();
  *simulation.add_attributes() = Int("orders", 1);
  simulation.mutable_pack()->set_name("retired");
  simulation.mutable_as_of()->set_seconds(1'560'000'000);  // In 2019.
  simulation.set_dry_run(true);
  const auto previewed = Decide(preview);
  const auto simulated = Decide(simulation);
  store_.Commit();
  EXPECT_EQ(previewed->response.decision().role(), v1::DECISION_ROLE_DRY_RUN);
  EXPECT_EQ(simulated->response.decision().role(), v1::DECISION_ROLE_AS_OF);
  EXPECT_EQ(simulated->response.decision().pack().name(), "retired");
  EXPECT_EQ(simulated->response.decision().as_of().seconds(), 1'560'000'000);
  EXPECT_EQ(simulated->response.decision().decided_at().seconds(),
            1'790'000'000);
  EXPECT_FALSE(previewed->response.decision().has_as_of());
  EXPECT_EQ(Record(1)->decision().role, trace::Role::kDryRun);
  EXPECT_EQ(Record(2)->decision().role, trace::Role::kAsOf);
}

TEST_F(DecideHandlerTest, ACallWithoutARequestIdGetsOneOfItsOwn) {
  v1::DecideRequest request = GoodRequest();
  request.clear_request_id();
  const auto first = Decide(request);
  const auto second = Decide(request);
  store_.Commit();
  const std::string& id = first->response.decision().request_id();
  EXPECT_EQ(id.size(), 32u);
  EXPECT_NE(id, second->response.decision().request_id());
  EXPECT_EQ(std::string(Record(1)->decision().request_id), id);
}

TEST_F(DecideHandlerTest, EveryTypeOfTheWireArrivesInTheRecord) {
  v1::DecideRequest request = GoodRequest();
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  const auto add = [&request](const std::string& name) {
    v1::NamedValue& named = *request.add_attributes();
    named.set_name(name);
    return named.mutable_value();
  };
  add("vip")->set_bool_value(true);
  add("joined")->mutable_timestamp_value()->set_seconds(-5);
  v1::Value* idle = add("idle");
  idle->mutable_duration_value()->set_seconds(-1);
  idle->mutable_duration_value()->set_nanos(-500'000'000);
  add("tags")->mutable_list_value()->add_values()->set_string_value("新");
  v1::NamedValue& entry = *add("scores")->mutable_map_value()->add_entries();
  entry.set_name("a");
  entry.mutable_value()->set_double_value(0.5);
  add("gender")->set_null_value(google::protobuf::NULL_VALUE);
  const auto answer = Decide(request);
  store_.Commit();
  ASSERT_TRUE(answer->status.ok()) << answer->status.error_message();
  const auto& inputs = answer->response.decision().explanation().attributes();
  for (const v1::NamedValue& sent : request.attributes()) {
    bool found = false;
    for (const v1::Input& input : inputs) {
      if (input.name() != sent.name() || sent.value().has_null_value())
        continue;
      found = true;
      EXPECT_EQ(input.value().SerializeAsString(),
                sent.value().SerializeAsString())
          << sent.name();
    }
    EXPECT_EQ(found, !sent.value().has_null_value()) << sent.name();
  }
  // The caller said that there is none.
  EXPECT_EQ(inputs[9].source(), v1::INPUT_SOURCE_REQUEST);
  EXPECT_FALSE(inputs[9].has_value());
}

TEST_F(DecideHandlerTest, ABatchIsAnsweredInItsOrderWhenTheLastIsDurable) {
  const auto answer =
      BatchDecide({NamedRequest("c-1"), GoodRequest(""), NamedRequest("c-3")});
  EXPECT_FALSE(answer->given);
  EXPECT_EQ(store_.waiting(), 2u);
  store_.Commit();
  ASSERT_TRUE(answer->given);
  ASSERT_EQ(answer->response.results_size(), 3);
  const auto& results = answer->response.results();
  EXPECT_EQ(results[0].decision().request_id(), "r-c-1");
  EXPECT_EQ(results[0].decision().position().sequence(), 1u);
  EXPECT_THAT(results[1].error(), IsError(StatusCode::INVALID_ARGUMENT,
                                          "MISSING_FIELD", "customer_id"));
  EXPECT_EQ(results[2].decision().request_id(), "r-c-3");
  EXPECT_EQ(results[2].decision().position().sequence(), 2u);
}

TEST_F(DecideHandlerTest, ABatchOfErrorsIsAnsweredWithoutTheStore) {
  const auto answer = BatchDecide({GoodRequest(""), GoodRequest("")});
  ASSERT_TRUE(answer->given);
  EXPECT_EQ(answer->response.results_size(), 2);
  EXPECT_EQ(store_.waiting(), 0u);
}

TEST_F(DecideHandlerTest, ABatchExplainsFewDecisionsInFull) {
  DecideHandler handler(packs_, *host_, {.explained_batch_items_max = 2});
  const auto ask = [&](int full_count) {
    v1::BatchDecideRequest batch;
    for (int i = 0; i < 4; ++i) {
      *batch.add_requests() = GoodRequest(absl::StrCat("c-", i));
      batch.mutable_requests(i)->set_explain(
          i < full_count ? v1::EXPLAIN_LEVEL_FULL : v1::EXPLAIN_LEVEL_REASONS);
    }
    grpc::Status answer;
    handler.BatchDecide(
        ToByteBuffer(batch.SerializeAsString()), "",
        [&answer](const grpc::Status& status, const grpc::ByteBuffer&) {
          answer = status;
        });
    store_.Commit();
    return answer;
  };
  EXPECT_TRUE(ask(2).ok());
  const grpc::Status refused = ask(3);
  EXPECT_EQ(refused.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_details(), testing::HasSubstr("TOO_LARGE"));
  EXPECT_THAT(refused.error_details(),
              testing::HasSubstr("3 requests with EXPLAIN_LEVEL_FULL"));
}

TEST_F(DecideHandlerTest, ADecisionThatIsNotDurableIsAnError) {
  const auto waiting = Decide(GoodRequest());
  const auto batch = BatchDecide({GoodRequest()});
  store_.Break();
  const auto later = Decide(GoodRequest());
  for (const grpc::Status& status : {waiting->status, later->status}) {
    EXPECT_THAT(status,
                IsError(StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE", ""));
  }
  ASSERT_TRUE(batch->given);
  EXPECT_THAT(batch->response.results(0).error(),
              IsError(StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE", ""));
}

class FullQueueTest : public DecideHandlerTest {
 protected:
  FullQueueTest() : DecideHandlerTest(/*queue=*/1) {}
};

TEST_F(FullQueueTest, IsRefusedWithATimeToTryAgain) {
  const auto first = Decide(GoodRequest());
  const auto second = Decide(GoodRequest("c-2"));
  ASSERT_TRUE(second->given);
  EXPECT_THAT(second->status,
              IsError(StatusCode::RESOURCE_EXHAUSTED, "STORE_QUEUE_FULL", ""));
  const auto retry =
      FindDetail<google::rpc::RetryInfo>(ToRpcStatus(second->status));
  ASSERT_TRUE(retry.has_value());
  EXPECT_GT(retry->retry_delay().nanos(), 0);
  store_.Commit();
  EXPECT_TRUE(first->status.ok());
  const auto third = Decide(GoodRequest("c-3"));
  store_.Commit();
  EXPECT_TRUE(third->given && third->status.ok());
}

TEST_F(FullQueueTest, IsTheErrorOfTheItemsThatFindItFull) {
  const auto answer = BatchDecide({NamedRequest("c-1"), GoodRequest("c-2")});
  store_.Commit();
  ASSERT_TRUE(answer->given);
  EXPECT_EQ(answer->response.results(0).decision().request_id(), "r-c-1");
  EXPECT_THAT(answer->response.results(1).error(),
              IsError(StatusCode::RESOURCE_EXHAUSTED, "STORE_QUEUE_FULL", ""));
}

}  // namespace
}  // namespace stratagem::server
