// What records change in the ledger, one by one: nothing that they do not say,
// at the time that they say.

#include "engine/store/fold.h"

#include <string>

#include "engine/store/identity.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'795'000'000);
constexpr absl::string_view kAnna = "anna anna anna !";

class FoldTest : public testing::Test {
 protected:
  FoldTest() {
    decision_.role = trace::Role::kLive;
    decision_.pack_name = "retail";
    decision_.decided_at = kNoon;
    decision_.request_id = "r-1";
    decision_.request_id_given = true;
    decision_.slots.push_back({"coupon", trace::Reason::kNone, 1, 1});
    trace::PlacementResult placement;
    placement.name = "home";
    placement.channel = "app";
    placement.slots_end = 1;
    decision_.placements.push_back(placement);
    decision_.events_keep_until = kNoon + absl::Hours(1);
  }
  state::StateCopy Read() const {
    state::StateCopy copy;
    ledger_.Read({kAnna, "retail"}, {}, copy);
    return copy;
  }

  trace::DecisionRecord decision_;
  state::Ledger ledger_;
  Fold fold_{ledger_, absl::Minutes(10)};
};

TEST_F(FoldTest, TimesAreWholeMicroseconds) {
  decision_.decided_at += absl::Nanoseconds(999);
  fold_.Apply(decision_, kAnna, 7);
  ASSERT_EQ(Read().events.size(), 1u);
  EXPECT_EQ(Read().events.front().at, kNoon);
  EXPECT_EQ(ledger_.time(), kNoon);
  // The request is known for the window that follows, to the microsecond.
  const absl::Time end = kNoon + absl::Minutes(10);
  EXPECT_EQ(ledger_.FindRequest("r-1", end - absl::Microseconds(1)), 7u);
  EXPECT_EQ(ledger_.FindRequest("r-1", end), std::nullopt);
}

TEST_F(FoldTest, ADecisionThatSaysNoTimeLeavesNoEvent) {
  // So many others that she is not looked at by the way.
  for (char i = 'a'; i < 'k'; ++i) {
    fold_.Apply(decision_, std::string(15, '.') + i, 1);
  }
  decision_.events_keep_until = absl::InfinitePast();
  fold_.Apply(decision_, kAnna, 7);
  EXPECT_THAT(Read().events, IsEmpty());
  EXPECT_EQ(ledger_.size().customers, 10u);
}

TEST_F(FoldTest, AnIdThatTheServerGaveIsNotRemembered) {
  decision_.request_id_given = false;
  fold_.Apply(decision_, kAnna, 7);
  EXPECT_EQ(ledger_.FindRequest("r-1", kNoon), std::nullopt);
}

// Callers say when it happened; it counts from when it was told.
TEST_F(FoldTest, AnOutcomeIsOfTheTimeWhenItWasTold) {
  trace::OutcomeRecord outcome;
  outcome.pack_name = "retail";
  outcome.offer = "coupon";
  outcome.recorded_at = kNoon;
  outcome.occurred_at = kNoon + absl::Hours(9);
  fold_.Apply(outcome, kAnna);
  EXPECT_EQ(ledger_.time(), kNoon);
}

TEST_F(FoldTest, AKindOfANewerProgramIsNotPassedOver) {
  v1::Envelope envelope;
  ASSERT_TRUE(
      envelope.ParseFromString(Encode(decision_, NewIdentity()).envelope));
  envelope.set_kind(static_cast<v1::Kind>(99));
  const LogEntry entry = {{1, 7}, {envelope.SerializeAsString(), ""}};
  EXPECT_THAT(fold_.Apply(entry),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("record 7 of the log cannot be counted")));
}

}  // namespace
}  // namespace stratagem::store
