// What must hold for a server whose clock is set: what has ended stays ended,
// whoever got its place keeps it, and nothing counts from before it was.

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "engine/store/memory_store.h"
#include "engine/store/record_codec.h"
#include "gtest/gtest.h"
#include "server/rpc/decide_handler.h"
#include "server/rpc/outcome_handler.h"
#include "server/rpc/wire_bytes.h"
#include "tests/server/test_host.h"
#include "tests/server/wire_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

std::shared_ptr<const decide::Router> RouterOfPack(const std::string& yaml) {
  const TempDir dir;
  dir.Write("pack.yaml", "language: 1\nname: shop\nversion: 1.0.0\n" + yaml);
  return RouterOfFolders({dir.path()});
}

// One pack, whose offer `gift` is shown at `home`, and a clock.
class ClockTest : public testing::Test {
 protected:
  void Serve(const std::string& yaml) {
    packs_ = std::make_unique<PackStore>(RouterOfPack(yaml));
    host_ = HostOf(store::NewMemoryStore());
    decide_ = std::make_unique<DecideHandler>(
        *packs_, *host_,
        DecideHandlerOptions{.now = [this] { return now_; },
                             .seed =
                                 [this] {
                                   if (while_deciding_) {
                                     std::exchange(while_deciding_, nullptr)();
                                   }
                                   return 7;
                                 }});
    outcome_ = std::make_unique<OutcomeHandler>(
        *packs_, *host_, OutcomeHandlerOptions{.now = [this] { return now_; }});
  }

  v1::Decision Decide(const std::string& customer) {
    v1::DecideRequest request;
    request.set_customer_id(customer);
    request.add_placements("home");
    std::promise<grpc::Status> done;
    v1::DecideResponse response;
    decide_->Decide(ToByteBuffer(request.SerializeAsString()), "",
                    [&](const grpc::Status& status, grpc::ByteBuffer bytes) {
                      EXPECT_TRUE(!status.ok() || ParseBytes(bytes, response));
                      done.set_value(status);
                    });
    const grpc::Status status = done.get_future().get();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.decision();
  }
  static bool IsShown(const v1::Decision& decision) {
    return decision.placements_size() == 1 &&
           decision.placements(0).slots_size() == 1;
  }

  v1::OutcomeStatus Tell(const v1::Decision& decision, v1::Outcome outcome,
                         absl::Time occurred_at = absl::InfiniteFuture()) {
    v1::RecordOutcomesRequest request;
    v1::OutcomeReport& report = *request.add_reports();
    report.set_decision_id(decision.decision_id());
    report.set_offer_id("gift");
    report.set_outcome(outcome);
    if (occurred_at != absl::InfiniteFuture()) {
      report.mutable_occurred_at()->set_seconds(
          absl::ToUnixSeconds(occurred_at));
    }
    std::promise<void> done;
    v1::RecordOutcomesResponse response;
    outcome_->RecordOutcomes(
        ToByteBuffer(request.SerializeAsString()), "",
        [&](const grpc::Status& status, grpc::ByteBuffer bytes) {
          EXPECT_TRUE(status.ok() && ParseBytes(bytes, response))
              << status.error_message();
          done.set_value();
        });
    done.get_future().wait();
    EXPECT_TRUE(response.results(0).has_told())
        << response.results(0).error().message();
    return response.results(0).told().status();
  }

  absl::Time now_ = kStart;
  // What happens once while a thread decides.
  std::function<void()> while_deciding_;
  std::unique_ptr<PackStore> packs_;
  std::unique_ptr<StoreHost> host_;
  std::unique_ptr<DecideHandler> decide_;
  std::unique_ptr<OutcomeHandler> outcome_;
};

absl::Time DecidedAt(const v1::Decision& decision) {
  return absl::FromUnixSeconds(decision.decided_at().seconds()) +
         absl::Nanoseconds(decision.decided_at().nanos());
}

TEST_F(ClockTest, AReservationThatEndedIsNotThereAgainWhenTheClockGoesBack) {
  Serve(R"(
offers:
  - {id: gift, value: 3, limits: [{count: 1, per: all, period: total, outcome: accepted, reserve_for: 1h}]}
placements: {home: {channel: app}}
)");
  const v1::Decision first = Decide("a");
  EXPECT_TRUE(IsShown(first));
  now_ = kStart + absl::Hours(1) + absl::Seconds(1);
  const v1::Decision second = Decide("b");
  EXPECT_TRUE(IsShown(second));
  now_ -= absl::Seconds(10);
  EXPECT_EQ(Tell(first, v1::OUTCOME_ACCEPTED), v1::OUTCOME_STATUS_EXPIRED);
  EXPECT_EQ(Tell(second, v1::OUTCOME_ACCEPTED), v1::OUTCOME_STATUS_RECORDED);
}

TEST_F(ClockTest, AJumpAheadAndBackGivesNoDayTwice) {
  Serve(R"(
offers:
  - {id: gift, value: 3, limits: [{count: 1, per: all, period: day}]}
placements: {home: {channel: app}}
)");
  EXPECT_TRUE(IsShown(Decide("a")));
  EXPECT_FALSE(IsShown(Decide("b")));
  now_ = kStart + absl::Hours(48);
  EXPECT_TRUE(IsShown(Decide("c")));
  now_ = kStart + absl::Seconds(2);
  const v1::Decision after = Decide("d");
  EXPECT_FALSE(IsShown(after));
  // Until the clock has caught up.
  EXPECT_EQ(DecidedAt(after), kStart + absl::Hours(48));
  now_ = kStart + absl::Hours(72);
  EXPECT_TRUE(IsShown(Decide("e")));
}

// What it would have to read may be forgotten.
TEST_F(ClockTest, AThreadThatSleptDecidesAtTheTimeThatItWakesUp) {
  Serve(R"(
offers:
  - {id: gift, value: 3, limits: [{count: 1, per: all, period: total}]}
placements: {home: {channel: app}}
)");
  while_deciding_ = [this] {
    now_ += absl::Minutes(2);
    EXPECT_TRUE(IsShown(Decide("other")));
  };
  const v1::Decision decision = Decide("sleeper");
  EXPECT_FALSE(IsShown(decision));
  EXPECT_EQ(DecidedAt(decision), kStart + absl::Minutes(2));
  EXPECT_EQ(host_->stores()->log->stats().records, 2u);
}

TEST_F(ClockTest, AnAnswerIsNotFromBeforeItsDecision) {
  Serve(R"(
offers: [{id: gift, value: 3}]
contact_policy: [{name: took_no, count: 1, outcome: declined, within: 30d}]
placements: {home: {channel: app}}
)");
  const v1::Decision decision = Decide("a");
  EXPECT_TRUE(IsShown(decision));
  now_ += absl::Hours(1);
  EXPECT_EQ(Tell(decision, v1::OUTCOME_DECLINED,
                 absl::FromUnixSeconds(1'577'836'800)),
            v1::OUTCOME_STATUS_RECORDED);
  EXPECT_FALSE(IsShown(Decide("a")));
}

// The pack says until when it decides, not until when it keeps its limits.
TEST_F(ClockTest, LimitsHoldForAcceptancesWhenNoVersionIsInEffectAnyMore) {
  now_ = absl::FromUnixSeconds(1'800'057'600);  // Midnight.
  Serve(R"(
effective: {until: 2027-01-17}
offers:
  - {id: gift, value: 3, limits: [{count: 1, per: customer, period: total, outcome: accepted, reserve_for: 1h}]}
placements: {home: {channel: app}}
)");
  const v1::Decision first = Decide("a");
  now_ += absl::Hours(2);
  const v1::Decision second = Decide("a");
  EXPECT_TRUE(IsShown(second));
  now_ += absl::Hours(40);
  EXPECT_EQ(Tell(first, v1::OUTCOME_ACCEPTED), v1::OUTCOME_STATUS_RECORDED);
  EXPECT_EQ(Tell(second, v1::OUTCOME_ACCEPTED), v1::OUTCOME_STATUS_EXPIRED);
}

}  // namespace
}  // namespace stratagem::server
