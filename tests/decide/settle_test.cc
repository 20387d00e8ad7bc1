// What must hold for outcomes: what a decision reserved is confirmed or freed
// once, whatever comes twice, late or out of order, and nothing is honoured
// that there is no room for.

#include "engine/decide/settle.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/decide/caps.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan_code.h"
#include "engine/state/ledger.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

using state::ChangeKind;
using state::Outcome;
using trace::OutcomeStatus;

// A gift that is limited for all, for each customer and in money; a card that
// is limited as shown; news without limits.
constexpr char kPack[] = R"(
offers:
  - id: gift
    value: 3
    cost: 2
    limits:
      - {count: 1, per: all, period: day, outcome: accepted, reserve_for: 3d}
      - {count: 1, per: customer, within: 30d, outcome: accepted, reserve_for: 2d}
  - {id: card, value: 2, limits: [{count: 5, per: all, period: day, reserve_for: 1d}]}
  - {id: news, value: 1}
  - {id: resort}
placements:
  home: {channel: app, max_offers: 3}
  last: {channel: call, direction: inbound, groups: [none], fallback: resort}
groups: {none: {}}
budgets:
  - {name: pot, offers: [gift], amount: 3, charge: accepted, reserve_for: 3d, period: day}
)";

absl::Time Decided() { return absl::FromUnixSeconds(1'800'000'000); }

std::string NameOf(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kConfirm:
      return "confirm";
    case ChangeKind::kRelease:
      return "release";
    case ChangeKind::kAdd:
      return "add";
  }
  return "";
}

// One decision that shows everything, and a memory that is told of outcomes as
// a server's would be.
class Told {
 public:
  explicit Told(trace::Role role = trace::Role::kLive) {
    plan::LoadedPlan loaded = plan::PlanFromYaml(kPack);
    EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
    plan_ = loaded.plan;
    call_.role = role;
    call_.customer_id = "c-1";
    call_.decided_at = Decided();
    call_.placements = placements_;
    EXPECT_TRUE(Decide(*plan_, call_, workspace_).empty());
    EXPECT_EQ(workspace_.record().slots.size(), 4u);
    for (const trace::SlotResult& slot : workspace_.record().slots) {
      state::Event& event = state_.events.emplace_back();
      event.at = Decided();
      event.sequence = kSequence;
      event.offer = {slot.offer, state::KeyOf(slot.offer)};
    }
  }

  // What others took of each counter.
  void SetTaken(int64_t amount) { taken_ = amount; }
  void ForgetEvents() { state_.events.clear(); }
  void ForgetPlan() { has_plan_ = false; }
  void SetOutcomeWindow(absl::Duration window) { outcome_window_ = window; }

  // Tells an outcome so long after the decision, and remembers it if it is to
  // be. Returns the status and what becomes of counters.
  std::string Tell(absl::string_view offer, Outcome outcome,
                   absl::Duration after, absl::string_view id = "") {
    OutcomeReport report;
    report.offer = offer;
    report.outcome = outcome;
    report.outcome_id = id;
    report.recorded_at = report.occurred_at = Decided() + after;
    const SettleCase settle_case = {report,
                                    workspace_.record(),
                                    7,
                                    kSequence,
                                    has_plan_ ? plan_.get() : nullptr,
                                    state_,
                                    [this](const state::CounterQuery& query) {
                                      queries_.push_back(query);
                                      return taken_;
                                    },
                                    outcome_window_};
    const OutcomeStatus status = Settle(settle_case, record_);
    std::string text(trace::OutcomeStatusName(status));
    if (status == OutcomeStatus::kRepeated ||
        status == OutcomeStatus::kUnknown) {
      return text;
    }
    for (const state::CounterChange& change : record_.changes) {
      absl::StrAppend(&text, " ", NameOf(change.kind), " ",
                      change.effect.amount);
    }
    state::Event event = trace::EventOf(record_);
    event.offer = {offer, state::KeyOf(offer)};
    if (record_.keep_until > record_.recorded_at) {
      state_.events.push_back(event);
    }
    return text;
  }

  const trace::OutcomeRecord& record() const { return record_; }
  const std::vector<state::CounterQuery>& queries() const { return queries_; }
  state::StateCopy& state() { return state_; }

 private:
  static constexpr uint64_t kSequence = 42;

  std::shared_ptr<const plan::Plan> plan_;
  bool has_plan_ = true;
  const std::vector<absl::string_view> placements_ = {"home", "last"};
  Call call_;
  Workspace workspace_;
  state::StateCopy state_;
  int64_t taken_ = 0;
  absl::Duration outcome_window_ = absl::Hours(24 * 30);
  std::vector<state::CounterQuery> queries_;
  trace::OutcomeRecord record_;
};

constexpr absl::Duration kHour = absl::Hours(1);
constexpr absl::Duration kDay = absl::Hours(24);

struct Step {
  std::string offer;
  Outcome outcome;
  absl::Duration after;
  std::string want;
  std::string id = "";
};

struct Story {
  std::string name;
  std::vector<Step> steps;
  int64_t taken = 0;
};

class SettleTest : public testing::TestWithParam<Story> {};

TEST_P(SettleTest, ConfirmsFreesAndAddsWhatItShould) {
  Told told;
  told.SetTaken(GetParam().taken);
  for (const Step& step : GetParam().steps) {
    EXPECT_EQ(told.Tell(step.offer, step.outcome, step.after, step.id),
              step.want)
        << step.offer << " " << state::OutcomeName(step.outcome) << " after "
        << step.after;
  }
}

// Of the gift 1 is reserved in the limit of all and 2,000,000 in the budget,
// for three days, and the customer's limit for two.
INSTANTIATE_TEST_SUITE_P(
    Stories, SettleTest,
    testing::ValuesIn(std::vector<Story>{
        {"AcceptedInTime",
         {{"gift", Outcome::kAccepted, kHour,
           "recorded confirm 1 confirm 2000000"}}},
        {"AcceptedAtTheLastMoment",
         {{"gift", Outcome::kAccepted, 2 * kDay - absl::Microseconds(1),
           "recorded confirm 1 confirm 2000000"}},
         1'000'000'000},
        {"AcceptedAfterTheCustomersReservationWithRoom",
         {{"gift", Outcome::kAccepted, 2 * kDay,
           "recorded confirm 1 confirm 2000000"}}},
        {"AcceptedAfterAllReservationsWithRoom",
         {{"gift", Outcome::kAccepted, 3 * kDay,
           "recorded add 1 add 2000000"}}},
        {"AcceptedAfterAllReservationsWithoutRoom",
         {{"gift", Outcome::kAccepted, 3 * kDay, "expired"}},
         1},
        {"AcceptedTwice",
         {{"gift", Outcome::kAccepted, kHour,
           "recorded confirm 1 confirm 2000000"},
          {"gift", Outcome::kAccepted, 2 * kHour, "repeated"}}},
        {"ExpiredTwice",
         {{"gift", Outcome::kAccepted, 3 * kDay, "expired"},
          {"gift", Outcome::kAccepted, 3 * kDay + kHour, "repeated"}},
         1},
        {"Declined",
         {{"gift", Outcome::kDeclined, kHour,
           "recorded release 1 release 2000000"},
          {"gift", Outcome::kDeclined, 2 * kHour, "repeated"}}},
        {"DeclinedAfterAnExpiredAcceptance",
         {{"gift", Outcome::kAccepted, 3 * kDay, "expired"},
          {"gift", Outcome::kDeclined, 3 * kDay + kHour, "recorded"}},
         1},
        {"DeclinedAfterTheReservation",
         {{"gift", Outcome::kDeclined, 3 * kDay, "recorded"}}},
        {"DeclinedAfterAcceptance",
         {{"gift", Outcome::kAccepted, kHour,
           "recorded confirm 1 confirm 2000000"},
          {"gift", Outcome::kDeclined, 2 * kHour, "recorded"}}},
        {"AcceptedAfterADeclineNeedsRoomAnew",
         {{"gift", Outcome::kDeclined, kHour,
           "recorded release 1 release 2000000"},
          {"gift", Outcome::kAccepted, 2 * kHour,
           "recorded add 1 add 2000000"}}},
        {"AcceptedAfterADeclineWithoutRoom",
         {{"gift", Outcome::kDeclined, kHour,
           "recorded release 1 release 2000000"},
          {"gift", Outcome::kAccepted, 2 * kHour, "expired"}},
         1},
        {"NotPresented",
         {{"gift", Outcome::kNotPresented, kHour,
           "recorded release 1 release 2000000"},
          {"card", Outcome::kNotPresented, kHour, "recorded release 1"},
          {"card", Outcome::kNotPresented, 2 * kHour, "repeated"}}},
        {"NotPresentedAfterTheReservation",
         {{"card", Outcome::kNotPresented, kDay, "recorded"},
          {"gift", Outcome::kNotPresented, 3 * kDay, "recorded"}}},
        {"NotPresentedAfterItWasSeen",
         {{"card", Outcome::kClicked, kHour, "recorded"},
          {"card", Outcome::kNotPresented, 2 * kHour, "recorded"}}},
        {"NotPresentedAfterItWasPresented",
         {{"card", Outcome::kPresented, kHour, "recorded"},
          {"card", Outcome::kPresented, kHour, "repeated"},
          {"card", Outcome::kNotPresented, 2 * kHour, "recorded"}}},
        {"AcceptedAfterItWasNotPresented",
         {{"gift", Outcome::kNotPresented, kHour,
           "recorded release 1 release 2000000"},
          {"gift", Outcome::kAccepted, 2 * kHour,
           "recorded add 1 add 2000000"}}},
        {"AcceptedAfterALimitOnWhatIsShownWasTakenBack",
         {{"card", Outcome::kNotPresented, kHour, "recorded release 1"},
          {"card", Outcome::kAccepted, 2 * kHour, "recorded add 1"},
          {"card", Outcome::kNotPresented, 2 * kHour, "repeated"}},
         4},
        {"AcceptedAfterItsPlaceWasAnothers",
         {{"card", Outcome::kNotPresented, kHour, "recorded release 1"},
          {"card", Outcome::kAccepted, 2 * kHour, "expired"},
          {"card", Outcome::kAccepted, 3 * kHour, "repeated"}},
         5},
        {"AcceptedAfterItWasTooLateToTakeItBack",
         {{"card", Outcome::kNotPresented, kDay, "recorded"},
          {"card", Outcome::kAccepted, kDay + kHour, "recorded"}},
         5},
        {"DeclinedAfterItWasNotPresented",
         {{"gift", Outcome::kNotPresented, kHour,
           "recorded release 1 release 2000000"},
          {"gift", Outcome::kDeclined, 2 * kHour, "recorded"}}},
        {"AcceptedOfALimitOnWhatIsShown",
         {{"card", Outcome::kAccepted, kHour, "recorded"},
          {"card", Outcome::kDeclined, kHour, "recorded"}}},
        {"WhatChangesNothing",
         {{"gift", Outcome::kPresented, kHour, "recorded"},
          {"gift", Outcome::kClicked, kHour, "recorded"},
          {"gift", Outcome::kDeferred, kHour, "recorded"},
          {"gift", Outcome::kIgnored, kHour, "recorded"},
          {"gift", Outcome::kRedeemed, kHour, "recorded"},
          {"gift", Outcome::kClicked, kHour, "repeated"},
          {"gift", Outcome::kAccepted, kHour,
           "recorded confirm 1 confirm 2000000"}}},
        {"RevenueSeveralTimes",
         {{"gift", Outcome::kRevenue, kHour, "recorded", "a"},
          {"gift", Outcome::kRevenue, kHour, "recorded", "b"},
          {"gift", Outcome::kRevenue, kHour, "repeated", "a"},
          {"gift", Outcome::kRevenue, kHour, "recorded"},
          {"gift", Outcome::kRevenue, kHour, "repeated"},
          {"card", Outcome::kRevenue, kHour, "recorded", "a"}}},
        {"AnIdDoesNotMakeAnAnswerNew",
         {{"gift", Outcome::kClicked, kHour, "recorded", "a"},
          {"gift", Outcome::kClicked, kHour, "repeated", "b"}}},
        {"Late",
         {{"gift", Outcome::kDeclined, 30 * kDay + absl::Microseconds(1),
           "late"},
          {"gift", Outcome::kDeclined, 31 * kDay, "repeated"},
          {"gift", Outcome::kAccepted, 31 * kDay, "late"}}},
        {"NotYetLate", {{"gift", Outcome::kDeclined, 30 * kDay, "recorded"}}},
        {"BeforeItsDecision",
         {{"gift", Outcome::kAccepted, -kHour,
           "recorded confirm 1 confirm 2000000"}}},
        {"UnknownOffer", {{"nope", Outcome::kAccepted, kHour, "unknown"}}},
        {"OfTheFallback",
         {{"resort", Outcome::kAccepted, kHour, "recorded"},
          {"resort", Outcome::kNotPresented, kHour, "recorded"}},
         1},
    }),
    [](const auto& param_info) { return param_info.param.name; });

class PreviewTest : public testing::TestWithParam<trace::Role> {};

TEST_P(PreviewTest, HasNoOutcomes) {
  Told told(GetParam());
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, kHour), "unknown");
}

INSTANTIATE_TEST_SUITE_P(Roles, PreviewTest,
                         testing::Values(trace::Role::kDryRun,
                                         trace::Role::kAsOf,
                                         trace::Role::kShadow));

TEST(SettleRoleTest, CanariesAreReal) {
  Told told(trace::Role::kCanary);
  EXPECT_EQ(told.Tell("card", Outcome::kNotPresented, kHour),
            "recorded release 1");
}

// A window that has become shorter ends no reservation that was promised.
TEST(SettleTest, WhatIsReservedMayBeAnsweredAfterAShorterWindow) {
  Told told;
  told.SetOutcomeWindow(kHour);
  EXPECT_EQ(told.Tell("news", Outcome::kAccepted, kHour), "recorded");
  EXPECT_EQ(told.Tell("news", Outcome::kDeclined, 2 * kHour), "late");
  EXPECT_EQ(told.Tell("gift", Outcome::kDeclined, kDay),
            "recorded release 1 release 2000000");
  EXPECT_EQ(told.Tell("gift", Outcome::kDeclined, 3 * kDay), "repeated");
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, 3 * kDay + kHour), "late");
}

// A limit of the customer looks back for 30 days.
TEST(SettleTest, AnOutcomeIsKeptAsLongAsItsDecisionMayLookBack) {
  Told told;
  told.ForgetPlan();
  told.SetOutcomeWindow(kHour);
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, 2 * kDay),
            "recorded confirm 1 confirm 2000000");
  EXPECT_GE(told.record().keep_until, Decided() + 32 * kDay);
}

TEST(SettleTest, ALateAcceptanceAsksForTheWindowOfToday) {
  Told told;
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, 3 * kDay),
            "recorded add 1 add 2000000");
  ASSERT_EQ(told.queries().size(), 2u);
  const absl::Time now = Decided() + 3 * kDay;
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time midnight = absl::FromCivil(absl::ToCivilDay(now, utc), utc);
  EXPECT_EQ(told.queries()[0].from, midnight - kDay + absl::Microseconds(1));
  EXPECT_EQ(told.queries()[0].until, midnight + kDay);
  EXPECT_EQ(told.queries()[0].now, now);
  EXPECT_EQ(told.record().changes[0].effect.at, midnight);
  EXPECT_EQ(told.record().changes[0].effect.keep_until, midnight + 2 * kDay);
}

TEST(SettleTest, TheCustomersOwnLimitHoldsForLateAcceptances) {
  Told told;
  state::Event other;
  other.at = Decided() + 2 * kDay;
  other.sequence = 50;
  other.offer = {"gift", state::KeyOf("gift")};
  told.state().events.push_back(other);
  other.outcome = Outcome::kAccepted;
  told.state().events.push_back(other);
  // What is still reserved for all is freed: it will not be used.
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, 2 * kDay + kHour),
            "expired release 1 release 2000000");
  // Once: the slot is answered.
  EXPECT_EQ(told.Tell("gift", Outcome::kDeclined, 2 * kDay + 2 * kHour),
            "recorded");
}

// Whether it was told before cannot be known.
TEST(SettleTest, OfWhatMayBeForgottenAnOutcomeIsLate) {
  Told told;
  state::Event event;
  event.at = Decided() + kHour;
  event.offer = {"card", state::KeyOf("card")};
  for (uint64_t i = 0; i < state::kCustomerEventsMax; ++i) {
    event.sequence = 1'000 + i;
    told.state().events.push_back(event);
  }
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, 2 * kHour), "late");
}

TEST(SettleTest, WithoutAPlanTheDecisionsOwnBoundsHold) {
  Told told;
  told.ForgetPlan();
  EXPECT_EQ(told.Tell("gift", Outcome::kAccepted, 3 * kDay),
            "recorded add 1 add 2000000");
  Told full;
  full.ForgetPlan();
  full.SetTaken(1);
  EXPECT_EQ(full.Tell("gift", Outcome::kAccepted, 3 * kDay), "expired");
}

TEST(SettleTest, WhatIsRememberedOfNothingIsSettledAllTheSame) {
  Told told;
  told.ForgetEvents();
  EXPECT_EQ(told.Tell("card", Outcome::kNotPresented, kHour),
            "recorded release 1");
  EXPECT_EQ(told.Tell("card", Outcome::kNotPresented, kHour), "repeated");
}

TEST(SettleTest, TheRecordSaysWhereTheOfferWasShown) {
  Told told;
  told.Tell("resort", Outcome::kClicked, kHour, "id-1");
  const trace::OutcomeRecord& record = told.record();
  EXPECT_EQ(record.placement, "last");
  EXPECT_EQ(record.channel, "call");
  EXPECT_TRUE(record.inbound);
  EXPECT_EQ(record.offer, "resort");
  EXPECT_EQ(record.outcome_id, "id-1");
  EXPECT_EQ(record.decision_epoch, 7u);
  EXPECT_EQ(record.decision_sequence, 42u);
  EXPECT_EQ(record.decided_at, Decided());
  EXPECT_EQ(record.customer_id, "c-1");
  EXPECT_EQ(record.keep_until, Decided() + kHour + 30 * kDay);
}

struct EventCase {
  std::string name;
  Outcome outcome;
  OutcomeStatus status;
  absl::Duration occurred_after;  // Recorded an hour after the decision.
  absl::Duration want_after;
  bool want_honoured;
};

class EventOfTest : public testing::TestWithParam<EventCase> {};

TEST_P(EventOfTest, CountsFromWhenItShould) {
  trace::OutcomeRecord record;
  record.outcome = GetParam().outcome;
  record.status = GetParam().status;
  record.decided_at = Decided();
  record.recorded_at = Decided() + kHour;
  record.occurred_at = Decided() + GetParam().occurred_after;
  const state::Event event = trace::EventOf(record);
  EXPECT_EQ(event.at, Decided() + GetParam().want_after);
  EXPECT_EQ(event.honoured, GetParam().want_honoured);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, EventOfTest,
    testing::ValuesIn(std::vector<EventCase>{
        {"AnswersFromWhenTheyWereGiven", Outcome::kDeclined,
         OutcomeStatus::kRecorded, absl::Minutes(5), absl::Minutes(5), true},
        {"NotFromBeforeItsDecision", Outcome::kDeclined,
         OutcomeStatus::kRecorded, -absl::Hours(9'000), absl::ZeroDuration(),
         true},
        {"NotFromTheFuture", Outcome::kClicked, OutcomeStatus::kRecorded,
         2 * kHour, kHour, true},
        {"AcceptancesByTheServersClock", Outcome::kAccepted,
         OutcomeStatus::kRecorded, absl::Minutes(5), kHour, true},
        {"NotShownByTheServersClock", Outcome::kNotPresented,
         OutcomeStatus::kRecorded, absl::Minutes(5), kHour, true},
        {"ExpiredIsNotHonoured", Outcome::kAccepted, OutcomeStatus::kExpired,
         kHour, kHour, false},
        {"LateIsNotHonoured", Outcome::kDeclined, OutcomeStatus::kLate, kHour,
         kHour, false},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::decide
