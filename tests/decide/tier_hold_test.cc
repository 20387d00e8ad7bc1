// What must hold for held tiers: up at once, down only after the time the pack
// names, never because little is known or a clock went back.

#include "engine/decide/tier_hold.h"

#include <optional>
#include <string>
#include <vector>

#include "engine/decide/decide.h"
#include "engine/state/state.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/golden.h"

namespace stratagem::decide {
namespace {

using trace::Reason;

constexpr size_t kGold = 0;
constexpr size_t kSilver = 1;
constexpr size_t kBronze = 2;

absl::Time Day(int day) { return absl::UnixEpoch() + absl::Hours(24) * day; }

struct HoldTierCase {
  std::string name;
  size_t computed;
  bool coverage_suffices;
  std::optional<HeldTier> held;
  HeldTier want;
  Reason want_reason = Reason::kNone;
};

class HoldTierTest : public testing::TestWithParam<HoldTierCase> {};

// All at day 100 of a hold of 90 days.
TEST_P(HoldTierTest, FindsTheTierThatCounts) {
  const HoldTierCase& row = GetParam();
  const HoldResult got = HoldTier({row.computed, row.coverage_suffices,
                                   row.held, Day(100), absl::Hours(24 * 90)});
  EXPECT_EQ(got.held, row.want);
  EXPECT_EQ(got.reason, row.want_reason);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HoldTierTest,
    testing::ValuesIn(std::vector<HoldTierCase>{
        {"NothingHeld", kSilver, true, std::nullopt, {kSilver, {}}},
        {"NothingHeldAndLittleKnown",
         kBronze,
         false,
         std::nullopt,
         {kBronze, {}}},
        {"Better", kGold, true, {{kSilver, {}}}, {kGold, {}}},
        {"BetterClearsTheClock",
         kGold,
         true,
         {{kSilver, Day(50)}},
         {kGold, {}}},
        {"BetterAlthoughLittleIsKnown",
         kGold,
         false,
         {{kSilver, Day(50)}},
         {kGold, {}}},
        {"EqualClearsTheClock",
         kSilver,
         true,
         {{kSilver, Day(50)}},
         {kSilver, {}}},
        {"EqualClearsAClockThatRanOut",
         kSilver,
         true,
         {{kSilver, Day(1)}},
         {kSilver, {}}},
        {"BelowStartsTheClock",
         kBronze,
         true,
         {{kGold, {}}},
         {kGold, Day(100)},
         Reason::kHeldTier},
        {"BelowKeepsTheClock",
         kSilver,
         true,
         {{kGold, Day(50)}},
         {kGold, Day(50)},
         Reason::kHeldTier},
        {"JustBeforeTheTime",
         kSilver,
         true,
         {{kGold, Day(10) + absl::Nanoseconds(1)}},
         {kGold, Day(10) + absl::Nanoseconds(1)},
         Reason::kHeldTier},
        {"AtTheTime", kSilver, true, {{kGold, Day(10)}}, {kSilver, {}}},
        {"LongAfterTheTime",
         kBronze,
         true,
         {{kGold, Day(-1000)}},
         {kBronze, {}}},
        {"LittleKnownDoesNotStartTheClock",
         kBronze,
         false,
         {{kGold, {}}},
         {kGold, {}},
         Reason::kLowCoverage},
        {"LittleKnownDoesNotClearTheClock",
         kBronze,
         false,
         {{kGold, Day(50)}},
         {kGold, Day(50)},
         Reason::kLowCoverage},
        {"LittleKnownDoesNotDowngrade",
         kBronze,
         false,
         {{kGold, Day(1)}},
         {kGold, Day(1)},
         Reason::kLowCoverage},
        {"TheClockWentBack",
         kBronze,
         true,
         {{kGold, Day(5000)}},
         {kGold, Day(5000)},
         Reason::kHeldTier},
        {"TheClockStartedNever",
         kBronze,
         true,
         {{kGold, absl::InfinitePast()}},
         {kBronze, {}}},
        {"TheClockNeverRunsOut",
         kBronze,
         true,
         {{kGold, absl::InfiniteFuture()}},
         {kGold, absl::InfiniteFuture()},
         Reason::kHeldTier},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// A customer over a year, each decision reading what the one before wrote.
TEST(HoldDecisionTest, AYearOfDecisions) {
  const plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("tests/golden/decisions/hold"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  struct Step {
    int day;
    double spend;
    std::string want;
  };
  const std::vector<Step> year = {
      {0, 5000, "gold"},  {10, 0, "gold"},      {40, 0, "gold"},
      {60, 5000, "gold"},  // Back above: the clock starts anew.
      {70, 0, "gold"},    {150, 0, "gold"},     {159, 0, "gold"},
      {160, 0, "bronze"}, {161, 500, "silver"}, {162, 5000, "gold"}};
  state::StateCopy state;
  Workspace workspace;
  for (const Step& step : year) {
    const NamedValue attributes[] = {{"spend", Value::Double(step.spend)}};
    Call call;
    call.customer_id = "c-1";
    call.decided_at = Day(step.day);
    call.attributes = attributes;
    call.state = &state;
    ASSERT_TRUE(Decide(*loaded.plan, call, workspace).empty());
    const trace::DecisionRecord& record = workspace.record();
    EXPECT_EQ(record.tier, step.want) << step.day;
    ASSERT_TRUE(record.hold_written.has_value());
    EXPECT_EQ(record.hold_written->tier, step.want) << step.day;
    state.hold = record.hold_written;
  }
}

TEST(HoldDecisionTest, PacksWithoutHoldReadAndWriteNone) {
  const plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("tests/golden/decisions/score"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  state::StateCopy state;
  state.hold = {"gold", std::nullopt};
  const NamedValue attributes[] = {{"spend", Value::Int(250)}};
  Call call;
  call.customer_id = "c-1";
  call.attributes = attributes;
  call.state = &state;
  Workspace workspace;
  ASSERT_TRUE(Decide(*loaded.plan, call, workspace).empty());
  EXPECT_EQ(workspace.record().hold_read, std::nullopt);
  EXPECT_EQ(workspace.record().hold_written, std::nullopt);
}

}  // namespace
}  // namespace stratagem::decide
