// What must hold for several versions of one pack in one server: the newest
// activated one in effect decides, edges are midnight in the pack's zone, a
// simulation goes to the version of its time and changes nothing but the log,
// and when none is in effect the caller is told which are and when.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/error_details.h"
#include "tests/server/handler_fixture.h"

namespace stratagem::server {
namespace {

// season 1.0.0 from 2015 until 2020 and 2.0.0 from 2020 on, years that begin at
// 16:00 UTC of the day before.
class EffectiveDatingTest : public HandlerFixture {
 protected:
  EffectiveDatingTest()
      : HandlerFixture(RouterOf({"season_first", "season_second"})) {}

  static absl::Time At(const std::string& text) {
    absl::Time time;
    std::string error;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error))
        << error;
    return time;
  }

  static v1::DecideRequest Request(const std::string& as_of = "") {
    v1::DecideRequest request;
    request.set_customer_id("c-1");
    *request.add_attributes() = Int("orders", 3);
    if (!as_of.empty()) {
      request.mutable_as_of()->set_seconds(absl::ToUnixSeconds(At(as_of)));
    }
    return request;
  }

  static double Discount(const v1::Decision& decision) {
    return decision.treatments(0).fields(0).value().double_value();
  }
};

TEST_F(EffectiveDatingTest, LiveCallsAreDecidedByTheVersionOfTheirTime) {
  struct Case {
    std::string now;
    std::string version;
    double discount;
  };
  for (const Case& c : std::vector<Case>{
           {"2014-12-31T16:00:00Z", "1.0.0", 5},
           {"2019-12-31T15:59:59.999999999Z", "1.0.0", 5},
           {"2019-12-31T16:00:00Z", "2.0.0", 10},
           {"2026-11-15T00:00:00Z", "2.0.0", 10},
       }) {
    now_ = At(c.now);
    const v1::Decision decision = DecideNow(Request());
    EXPECT_EQ(decision.pack().version(), c.version) << c.now;
    EXPECT_EQ(Discount(decision), c.discount) << c.now;
    EXPECT_EQ(decision.role(), v1::DECISION_ROLE_LIVE) << c.now;
    EXPECT_FALSE(decision.has_as_of()) << c.now;
  }
}

TEST_F(EffectiveDatingTest, ASimulationIsDecidedByTheVersionOfItsTime) {
  const v1::Decision past = DecideNow(Request("2019-06-01T00:00:00Z"));
  EXPECT_EQ(past.pack().version(), "1.0.0");
  EXPECT_EQ(Discount(past), 5);
  now_ = At("2018-01-01T00:00:00Z");
  const v1::Decision future = DecideNow(Request("2030-01-01T00:00:00Z"));
  EXPECT_EQ(future.pack().version(), "2.0.0");
  EXPECT_EQ(Discount(future), 10);
}

TEST_F(EffectiveDatingTest, ASimulationIsRecordedAsOneAndHasNoEffects) {
  const v1::Decision decision = DecideNow(Request("2019-06-01T00:00:00Z"));
  EXPECT_EQ(decision.role(), v1::DECISION_ROLE_AS_OF);
  const auto entry = Record(1);
  const trace::DecisionRecord& record = entry->decision();
  EXPECT_EQ(record.role, trace::Role::kAsOf);
  EXPECT_EQ(record.decided_at, now_);
  EXPECT_EQ(record.as_of, At("2019-06-01T00:00:00Z"));
  EXPECT_EQ(record.pack_version, "1.0.0");
  EXPECT_THAT(record.effects, testing::IsEmpty());
}

TEST_F(EffectiveDatingTest, ABatchMayMixTimes) {
  const auto answer = BatchDecide({Request("2019-06-01T00:00:00Z"), Request(),
                                   Request("2001-01-01T00:00:00Z")});
  store_.Commit();
  ASSERT_TRUE(answer->given);
  const auto& results = answer->response.results();
  EXPECT_EQ(results[0].decision().pack().version(), "1.0.0");
  EXPECT_EQ(results[1].decision().pack().version(), "2.0.0");
  EXPECT_THAT(results[2].error(), IsError(grpc::StatusCode::FAILED_PRECONDITION,
                                          "PACK_NOT_IN_EFFECT", ""));
}

TEST_F(EffectiveDatingTest, AVersionAskedForByNameMustBeInEffectToo) {
  v1::DecideRequest request = Request();
  request.mutable_pack()->set_version("1.0.0");
  const auto answer = Decide(request);
  EXPECT_EQ(answer->status.error_message(),
            "no active version of pack `season` is in effect at "
            "2026-09-21T22:13:20+08:00: `1.0.0` from "
            "2015-01-01T00:00:00+08:00 until 2020-01-01T00:00:00+08:00");
  request.mutable_as_of()->set_seconds(
      absl::ToUnixSeconds(At("2019-06-01T00:00:00Z")));
  EXPECT_EQ(DecideNow(request).pack().version(), "1.0.0");
}

TEST_F(EffectiveDatingTest, NoVersionInEffectNamesTheIntervals) {
  now_ = At("2014-12-31T15:59:59Z");
  const auto answer = Decide(Request());
  EXPECT_THAT(answer->status, IsError(grpc::StatusCode::FAILED_PRECONDITION,
                                      "PACK_NOT_IN_EFFECT", ""));
  EXPECT_EQ(answer->status.error_message(),
            "no active version of pack `season` is in effect at "
            "2014-12-31T23:59:59+08:00: `1.0.0` from "
            "2015-01-01T00:00:00+08:00 until 2020-01-01T00:00:00+08:00, "
            "`2.0.0` from 2020-01-01T00:00:00+08:00");
  EXPECT_EQ(store_.waiting(), 0u);
}

TEST_F(EffectiveDatingTest, FactsAreCheckedAgainstTheVersionThatDecides) {
  v1::DecideRequest request = Request("2019-06-01T00:00:00Z");
  *request.add_attributes() = Int("points", 7);
  EXPECT_THAT(Decide(request)->status,
              IsError(grpc::StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME",
                      "attributes.points"));
  request.clear_as_of();
  EXPECT_EQ(DecideNow(request).pack().version(), "2.0.0");
}

}  // namespace
}  // namespace stratagem::server
