// What must hold for the real `stratagemd` while the machine's clock is set:
// the log's time never goes back, what a cap counted goes on counting, and
// operators are told, once each way.

#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/fault_fixture.h"

namespace stratagem {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr int64_t kHour = 3'600;

class ClockJumpTest : public FaultyWorldTest {
 protected:
  // By how much the newest decision is ahead of the real clock.
  int64_t SecondsAhead() const {
    return acknowledged_.back().decided_at().seconds() -
           absl::ToUnixSeconds(absl::Now());
  }
  void ExpectTimeNeverGoesBack() const {
    for (size_t i = 1; i < acknowledged_.size(); ++i) {
      const auto& before = acknowledged_[i - 1].decided_at();
      const auto& after = acknowledged_[i].decided_at();
      EXPECT_LE(std::tuple(before.seconds(), before.nanos()),
                std::tuple(after.seconds(), after.nanos()));
    }
  }
};

TEST_F(ClockJumpTest, AnHourAheadAndBackGivesNothingTwice) {
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  EXPECT_THAT(DecideOffers(), UnorderedElementsAre("gift", "card"));
  EXPECT_THAT(DecideOffers(), IsEmpty());
  // Half an hour has passed by the only clock there is.
  world_->clock_ahead_seconds = kHour;
  EXPECT_THAT(DecideOffers(), ElementsAre("gift"));
  EXPECT_THAT(DecideOffers(), IsEmpty());
  EXPECT_THAT(SecondsAhead(),
              testing::AllOf(testing::Ge(kHour - 60), testing::Le(kHour + 60)));
  EXPECT_THAT(server_->log(), Not(HasSubstr("clock_behind")));

  // Set right again, time stands still.
  world_->clock_ahead_seconds = 0;
  const auto newest = acknowledged_.back().decided_at();
  EXPECT_THAT(DecideOffers(), IsEmpty());
  EXPECT_EQ(acknowledged_.back().decided_at().SerializeAsString(),
            newest.SerializeAsString());
  EXPECT_NE(server_->WaitForError("\"event\":\"clock_behind\""), "");
  EXPECT_THAT(server_->log(), Not(HasSubstr("clock_caught_up")));

  // Also over a restart, and when it is set back further.
  Stop();
  world_->clock_ahead_seconds = -kHour;
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  EXPECT_THAT(DecideOffers(), IsEmpty());
  EXPECT_NE(server_->WaitForError("\"event\":\"clock_behind\""), "");

  world_->clock_ahead_seconds = kHour + 20 * 60;
  EXPECT_THAT(DecideOffers(), IsEmpty());
  EXPECT_NE(server_->WaitForError("\"event\":\"clock_caught_up\""), "");
  world_->clock_ahead_seconds = kHour + 40 * 60;
  EXPECT_THAT(DecideOffers(), ElementsAre("gift"));
  ExpectTimeNeverGoesBack();
  ExpectWhole();
  Stop();
}

}  // namespace
}  // namespace stratagem
