// Quotes of treatments without a record: only where it is allowed, marked, and
// nothing of them stays.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/error_details.h"
#include "tests/server/handler_fixture.h"

namespace stratagem::server {
namespace {

class UnloggedTest : public HandlerFixture {
 protected:
  UnloggedTest() { handler_.AllowUnlogged(true); }

  static v1::DecideRequest Request() {
    v1::DecideRequest request;
    request.set_customer_id("c-1");
    request.set_unlogged(true);
    v1::NamedValue& orders = *request.add_attributes();
    orders.set_name("orders");
    orders.mutable_value()->set_int_value(3);
    return request;
  }
};

TEST_F(UnloggedTest, IsRefusedUnlessTheServerAllowsIt) {
  handler_.AllowUnlogged(false);
  const auto answer = Decide(Request());
  EXPECT_THAT(answer->status, IsError(grpc::StatusCode::FAILED_PRECONDITION,
                                      "UNLOGGED_NOT_ALLOWED", ""));
  EXPECT_EQ(store_.waiting(), 0u);
}

TEST_F(UnloggedTest, AnswersAtOnceWhatARecordedDecisionAnswers) {
  const auto quote = Decide(Request());
  ASSERT_TRUE(quote->given) << "it waits for no disk";
  ASSERT_TRUE(quote->status.ok()) << quote->status.error_message();
  EXPECT_EQ(store_.waiting(), 0u);
  EXPECT_EQ(store_.stats().records, 0u);
  const v1::Decision& decision = quote->response.decision();
  EXPECT_TRUE(decision.unlogged());
  EXPECT_EQ(decision.decision_id(), "");
  EXPECT_FALSE(decision.has_position());
  EXPECT_EQ(decision.role(), v1::DECISION_ROLE_DRY_RUN);

  v1::DecideRequest logged = Request();
  logged.set_unlogged(false);
  const v1::Decision recorded = DecideNow(logged);
  EXPECT_FALSE(recorded.unlogged());
  EXPECT_EQ(decision.tier(), recorded.tier());
  EXPECT_EQ(decision.stage(), recorded.stage());
  ASSERT_EQ(decision.treatments_size(), recorded.treatments_size());
  ASSERT_GT(decision.treatments_size(), 0);
  for (int i = 0; i < decision.treatments_size(); ++i) {
    EXPECT_EQ(decision.treatments(i).SerializeAsString(),
              recorded.treatments(i).SerializeAsString());
  }
}

TEST_F(UnloggedTest, IsMarkedAndCountedInABatch) {
  v1::DecideRequest logged = Request();
  logged.set_unlogged(false);
  const auto answer = BatchDecide({Request(), logged});
  store_.Commit();
  ASSERT_TRUE(answer->given && answer->status.ok());
  EXPECT_TRUE(answer->response.results(0).decision().unlogged());
  EXPECT_FALSE(answer->response.results(1).decision().unlogged());
  EXPECT_EQ(store_.stats().records, 1u);
  const auto serving = packs_.serving();
  const PlanCountsView counts =
      serving->CountsOf(*serving->router().plans().front()).view();
  EXPECT_EQ(counts.unlogged, 1u);
  EXPECT_EQ(counts.decisions_total, 1u);
}

TEST_F(UnloggedTest, TakesNoOffersAndNoName) {
  v1::DecideRequest with_offers = Request();
  with_offers.add_placements("home");
  EXPECT_THAT(Decide(with_offers)->status,
              IsError(grpc::StatusCode::INVALID_ARGUMENT, "CONFLICTING_FIELDS",
                      "placements"));
  v1::DecideRequest named = Request();
  named.set_request_id("r-1");
  EXPECT_THAT(Decide(named)->status,
              IsError(grpc::StatusCode::INVALID_ARGUMENT, "CONFLICTING_FIELDS",
                      "request_id"));
}

TEST_F(UnloggedTest, RefusesWhatThePackDoesNotTake) {
  v1::DecideRequest request = Request();
  v1::NamedValue& value = *request.add_attributes();
  value.set_name("no_such_attribute");
  value.mutable_value()->set_bool_value(true);
  EXPECT_THAT(Decide(request)->status,
              IsError(grpc::StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME",
                      "attributes.no_such_attribute"));
}

TEST_F(UnloggedTest, NeedsAnOpenStoreSinceItReadsWhatIsKeptOfTheCustomer) {
  store_.Break();
  while (host_->stores() != nullptr) std::this_thread::yield();
  EXPECT_THAT(Decide(Request())->status,
              IsError(grpc::StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE", ""));
}

}  // namespace
}  // namespace stratagem::server
