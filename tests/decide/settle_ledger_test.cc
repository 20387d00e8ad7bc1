// What must hold for outcomes and the ledger together: nobody's answer gives
// away what is another's, and what is told in an odd order costs a place once.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/caps.h"
#include "engine/decide/decide.h"
#include "engine/decide/settle.h"
#include "engine/plan/plan_code.h"
#include "engine/state/ledger.h"
#include "engine/store/fold.h"
#include "engine/store/identity.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

using state::Outcome;

constexpr absl::Duration kHour = absl::Hours(1);

// A pack whose offer `gift` is shown at `home`, and what a server remembers.
class World {
 public:
  explicit World(absl::string_view yaml) { Publish(yaml); }

  // What decides from now on.
  void Publish(absl::string_view yaml) {
    plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
    EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
    plan_ = loaded.plan;
    plans_.push_back(plan_);
  }

  // Returns the number of the decision, so long after the start.
  size_t Decide(const std::string& customer, absl::Duration after) {
    auto decided = std::make_unique<Decided>();
    decided->customer = customer;
    decided->subject = store::SubjectOf("key", customer);
    Call call;
    call.customer_id = decided->customer;
    call.decided_at = kStart + after;
    call.placements = placements_;
    std::vector<state::CounterQuery> queries;
    AskCounters(*plan_, call.decided_at, queries);
    state::StateCopy copy;
    ledger_.Read({decided->subject, plan_->summary().name}, queries, copy);
    call.state = &copy;
    EXPECT_TRUE(decide::Decide(*plan_, call, decided->workspace).empty());
    decided->sequence = ++sequence_;
    fold_.Apply(decided->workspace.record(), decided->subject, sequence_);
    decided_.push_back(std::move(decided));
    return decided_.size() - 1;
  }
  bool IsShown(size_t decision) const {
    return !decided_[decision]->workspace.record().slots.empty();
  }

  // Returns the status.
  std::string Tell(size_t decision, Outcome outcome, absl::Duration after,
                   absl::Duration occurred_after) {
    const Decided& decided = *decided_[decision];
    OutcomeReport report;
    report.offer = "gift";
    report.outcome = outcome;
    report.recorded_at = kStart + after;
    report.occurred_at = kStart + occurred_after;
    state::StateCopy copy;
    ledger_.Read({decided.subject, plan_->summary().name}, {}, copy);
    trace::OutcomeRecord record;
    const trace::OutcomeStatus status =
        Settle({report, decided.workspace.record(), 1, decided.sequence,
                plan_.get(), copy,
                [this](const state::CounterQuery& query) {
                  return ledger_.Amount(query);
                },
                absl::Hours(24 * 30)},
               record);
    if (status != trace::OutcomeStatus::kRepeated) {
      ++sequence_;
      fold_.Apply(record, decided.subject);
    }
    return std::string(trace::OutcomeStatusName(status));
  }
  std::string Tell(size_t decision, Outcome outcome, absl::Duration after) {
    return Tell(decision, outcome, after, after);
  }

  // What the pack's first counter holds.
  int64_t Held(absl::Duration after) const {
    std::vector<state::CounterQuery> queries;
    AskCounters(*plan_, kStart + after, queries);
    return ledger_.Amount(queries.front());
  }

 private:
  struct Decided {
    Workspace workspace;
    uint64_t sequence = 0;
    std::string customer;
    std::string subject;
  };

  const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);
  const std::vector<absl::string_view> placements_ = {"home"};
  std::shared_ptr<const plan::Plan> plan_;
  // What was decided borrows from the plan that decided it.
  std::vector<std::shared_ptr<const plan::Plan>> plans_;
  state::Ledger ledger_;
  store::Fold fold_{ledger_, absl::Minutes(10)};
  uint64_t sequence_ = 0;
  std::vector<std::unique_ptr<Decided>> decided_;
};

TEST(SettleLedgerTest, ADeclineAfterAnExpiredAcceptanceFreesNobodysPlace) {
  World world(R"(
offers:
  - id: gift
    value: 3
    limits:
      - {count: 3, per: all, period: total, outcome: accepted, reserve_for: 3d}
      - {count: 1, per: customer, within: 30d, outcome: accepted, reserve_for: 1h}
placements: {home: {channel: app}}
)");
  // Two of one microsecond.
  const size_t first = world.Decide("a", 0 * kHour);
  const size_t other = world.Decide("b", 0 * kHour);
  const size_t second = world.Decide("a", 2 * kHour);
  EXPECT_EQ(world.Held(2 * kHour), 3);
  EXPECT_EQ(world.Tell(second, Outcome::kAccepted, 2 * kHour), "recorded");
  // The customer has had theirs; the place is free again.
  EXPECT_EQ(world.Tell(first, Outcome::kAccepted, 3 * kHour), "expired");
  EXPECT_EQ(world.Held(3 * kHour), 2);
  const size_t third = world.Decide("c", 3 * kHour);
  EXPECT_TRUE(world.IsShown(third));
  EXPECT_EQ(world.Tell(first, Outcome::kDeclined, 4 * kHour), "recorded");
  EXPECT_EQ(world.Held(4 * kHour), 3);
  EXPECT_FALSE(world.IsShown(world.Decide("d", 4 * kHour)));
  EXPECT_EQ(world.Tell(other, Outcome::kAccepted, 5 * kHour), "recorded");
  EXPECT_EQ(world.Tell(third, Outcome::kAccepted, 5 * kHour), "recorded");
  EXPECT_EQ(world.Held(100 * kHour), 3);
}

TEST(SettleLedgerTest, WhatWasNotPresentedIsHonouredOnlyIfThereIsRoom) {
  World world(R"(
offers: [{id: gift, value: 3, limits: [{count: 1, per: all, period: total}]}]
placements: {home: {channel: app}}
)");
  const size_t first = world.Decide("a", 0 * kHour);
  EXPECT_EQ(world.Tell(first, Outcome::kNotPresented, kHour), "recorded");
  const size_t second = world.Decide("b", 2 * kHour);
  EXPECT_TRUE(world.IsShown(second));
  EXPECT_EQ(world.Tell(first, Outcome::kAccepted, 3 * kHour), "expired");
  EXPECT_EQ(world.Tell(second, Outcome::kNotPresented, 4 * kHour), "recorded");
  EXPECT_EQ(world.Tell(second, Outcome::kAccepted, 5 * kHour), "recorded");
  EXPECT_EQ(world.Held(5 * kHour), 1);
  EXPECT_FALSE(world.IsShown(world.Decide("c", 6 * kHour)));
}

TEST(SettleLedgerTest, OfACustomerWhatIsAcceptedWasShownAfterAll) {
  constexpr char kPack[] = R"(
offers: [{id: gift, value: 3, limits: [{count: 1, per: customer, within: 10h}]}]
placements: {home: {channel: app}}
)";
  World world(kPack);
  const size_t first = world.Decide("a", 0 * kHour);
  EXPECT_EQ(world.Tell(first, Outcome::kNotPresented, kHour), "recorded");
  EXPECT_EQ(world.Tell(first, Outcome::kAccepted, 2 * kHour), "recorded");
  EXPECT_FALSE(world.IsShown(world.Decide("a", 3 * kHour)));
  EXPECT_FALSE(world.IsShown(world.Decide("a", 11 * kHour)));
  EXPECT_TRUE(world.IsShown(world.Decide("a", 12 * kHour)));
  // Their place was given to another decision.
  World full(kPack);
  const size_t taken = full.Decide("a", 0 * kHour);
  EXPECT_EQ(full.Tell(taken, Outcome::kNotPresented, kHour), "recorded");
  EXPECT_TRUE(full.IsShown(full.Decide("a", 2 * kHour)));
  EXPECT_EQ(full.Tell(taken, Outcome::kAccepted, 3 * kHour), "expired");
}

TEST(SettleLedgerTest, TheContactPolicySeesWhatWasShownAfterAll) {
  World world(R"(
offers: [{id: gift, value: 3}]
contact_policy: [{name: fatigue, count: 1, within: 7d}]
placements: {home: {channel: app}}
)");
  const size_t decision = world.Decide("a", 0 * kHour);
  EXPECT_EQ(world.Tell(decision, Outcome::kNotPresented, kHour), "recorded");
  EXPECT_EQ(world.Tell(decision, Outcome::kAccepted, 2 * kHour), "recorded");
  EXPECT_FALSE(world.IsShown(world.Decide("a", 3 * kHour)));
}

// The decision leaves no event of its own in a pack without caps of customers.
TEST(SettleLedgerTest, WhatIsToldToHaveBeenShownIsKnownAgainAndStays) {
  World world(R"(
offers: [{id: gift, value: 3, limits: [{count: 1, per: all, period: total}]}]
placements: {home: {channel: app}}
)");
  const size_t decision = world.Decide("a", 0 * kHour);
  EXPECT_EQ(world.Tell(decision, Outcome::kPresented, kHour, -kHour),
            "recorded");
  EXPECT_EQ(world.Tell(decision, Outcome::kPresented, 2 * kHour), "repeated");
  EXPECT_EQ(world.Tell(decision, Outcome::kNotPresented, 2 * kHour),
            "recorded");
  EXPECT_EQ(world.Held(2 * kHour), 1);
}

// What has its place keeps it when the next version of the pack allows fewer.
TEST(SettleLedgerTest, APendingPlaceOutlivesALowerLimit) {
  const auto pack = [](int count) {
    return absl::StrCat(
        "offers: [{id: gift, value: 3, limits: [{count: ", count,
        ", per: customer, within: 30d, outcome: accepted, reserve_for: 9h}]}]\n"
        "placements: {home: {channel: app}}\n");
  };
  World world(pack(2));
  const size_t first = world.Decide("a", 0 * kHour);
  const size_t second = world.Decide("a", 1 * kHour);
  EXPECT_TRUE(world.IsShown(second));
  world.Publish(pack(1));
  EXPECT_EQ(world.Tell(first, Outcome::kAccepted, 2 * kHour), "recorded");
  EXPECT_EQ(world.Tell(second, Outcome::kAccepted, 10 * kHour), "expired");
}

// Whichever of the two is full.
TEST(SettleLedgerTest, AnAcceptanceNeedsRoomInEachOfItsLimits) {
  for (const absl::string_view counts :
       {"", ", outcome: accepted, reserve_for: 3h"}) {
    const std::string one =
        absl::StrCat("{count: 1, per: all, period: total", counts, "}");
    const std::string many =
        absl::StrCat("{count: 5, per: all, within: 30d", counts, "}");
    for (const std::string& limits :
         {absl::StrCat(one, ", ", many), absl::StrCat(many, ", ", one)}) {
      World world(absl::StrCat("offers: [{id: gift, value: 3, limits: [",
                               limits,
                               "]}]\nplacements: {home: {channel: app}}\n"));
      const size_t first = world.Decide("a", 0 * kHour);
      EXPECT_EQ(world.Tell(first, Outcome::kNotPresented, kHour), "recorded");
      const size_t second = world.Decide("b", 2 * kHour);
      EXPECT_TRUE(world.IsShown(second)) << limits;
      EXPECT_EQ(world.Tell(first, Outcome::kAccepted, 3 * kHour), "expired")
          << limits;
    }
  }
}

// Longer than outcomes may come otherwise.
TEST(SettleLedgerTest, AnAnswerIsKnownAsLongAsItMayBeToldAgain) {
  World world(R"(
offers:
  - id: gift
    value: 3
    limits: [{count: 9, per: all, period: total, outcome: accepted, reserve_for: 60d}]
placements: {home: {channel: app}}
)");
  const size_t decision = world.Decide("a", 0 * kHour);
  EXPECT_EQ(world.Tell(decision, Outcome::kDeclined, kHour), "recorded");
  for (int i = 0; i < 3; ++i) world.Decide("b", 40 * 24 * kHour);
  EXPECT_EQ(world.Tell(decision, Outcome::kDeclined, 40 * 24 * kHour),
            "repeated");
}

TEST(SettleLedgerTest, AnAnswerIsKnownAsLongAsThePackOfTodayLooksBack) {
  World world(R"(
offers: [{id: gift, value: 3}]
placements: {home: {channel: app}}
)");
  const size_t decision = world.Decide("a", 0 * kHour);
  world.Publish(R"(
offers:
  - id: gift
    value: 3
    limits: [{count: 1, per: customer, within: 60d, outcome: accepted, reserve_for: 1h}]
placements: {home: {channel: app}}
)");
  EXPECT_EQ(world.Tell(decision, Outcome::kAccepted, kHour), "recorded");
  for (int i = 0; i < 3; ++i) world.Decide("b", 40 * 24 * kHour);
  EXPECT_FALSE(world.IsShown(world.Decide("a", 40 * 24 * kHour)));
}

// What a group's offers are in the next version of a pack with a limit and a
// line on them.
struct NextVersionCase {
  std::string name;
  std::string offers;
  bool is_shown;
};

class NextVersionTest : public testing::TestWithParam<NextVersionCase> {};

TEST_P(NextVersionTest, GroupsCountWhatWasOfThem) {
  for (const absl::string_view cap :
       {"{parent: all}\n  all: {limits: [{count: 1, per: customer, within: "
        "9h}]}",
        "{parent: all}\n  all: {}\ncontact_policy: [{name: rest, group: all, "
        "count: 1, within: 9h, direction: any}]"}) {
    const std::string head =
        absl::StrCat("groups:\n  other: {}\n  loyalty: ", cap,
                     "\nplacements: {home: {channel: app}}\noffers:\n");
    World world(
        absl::StrCat(head, "  - {id: old, group: loyalty, value: 3}\n"));
    EXPECT_TRUE(world.IsShown(world.Decide("a", 0 * kHour)));
    world.Publish(absl::StrCat(head, GetParam().offers));
    EXPECT_EQ(world.IsShown(world.Decide("a", 8 * kHour)), GetParam().is_shown)
        << head;
    EXPECT_TRUE(world.IsShown(world.Decide("b", 8 * kHour))) << head;
    EXPECT_TRUE(world.IsShown(world.Decide("a", 18 * kHour))) << head;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Offers, NextVersionTest,
    testing::ValuesIn(std::vector<NextVersionCase>{
        {"ItIsGone", "  - {id: gift, group: all, value: 3}\n", false},
        {"ItIsInAnotherGroup",
         "  - {id: old, group: other, value: 0, eligibility: 'false'}\n"
         "  - {id: gift, group: loyalty, value: 3}\n",
         false},
        {"OneOfAnotherGroupIsNoneOfIt",
         "  - {id: gift, group: other, value: 3}\n", true},
        {"OneWithoutAGroupIsNoneOfIt", "  - {id: gift, value: 3}\n", true},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// What a late answer says is remembered for longer than what it answers.
TEST(NextVersionTest, AcceptancesOfOffersThatAreGoneCountForTheGroup) {
  constexpr char kHead[] = R"(
groups:
  loyalty:
    limits:
      - {count: 1, per: customer, within: 9h, outcome: accepted, reserve_for: 3h}
placements: {home: {channel: app}}
offers:
)";
  World world(
      absl::StrCat(kHead, "  - {id: gift, group: loyalty, value: 3}\n"));
  const size_t first = world.Decide("a", 0 * kHour);
  EXPECT_EQ(world.Tell(first, Outcome::kAccepted, 8 * kHour), "recorded");
  world.Publish(
      absl::StrCat(kHead, "  - {id: new, group: loyalty, value: 3}\n"));
  // By then the decision itself is forgotten.
  for (int i = 0; i < 3; ++i) world.Decide("b", 15 * kHour);
  EXPECT_FALSE(world.IsShown(world.Decide("a", 16 * kHour)));
  EXPECT_TRUE(world.IsShown(world.Decide("a", 17 * kHour)));
}

}  // namespace
}  // namespace stratagem::decide
