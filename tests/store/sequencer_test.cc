// What the sequencer promises: each record is what its decision comes to with
// what stands before it in the log, caps hold whoever calls at once, and what
// it remembers is what the log says.

#include "engine/store/sequencer.h"

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/fold.h"
#include "engine/store/memory_store.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/fake_decisions.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using state::Outcome;
using testing::HasSubstr;

const absl::Time kNoon = absl::FromUnixSeconds(1'795'000'000);

class SequencerTest : public testing::Test {
 protected:
  SequencerTest() : store_(NewMemoryStore()) { Reopen(); }

  void Reopen(const SequencerOptions& options = {}) {
    auto opened = Sequencer::Open(*store_, options);
    ASSERT_THAT(opened, IsOk());
    sequencer_ = *std::move(opened);
  }
  std::unique_ptr<FakeDecision> NewDecision(
      const std::string& customer, absl::Time now = kNoon,
      trace::Role role = trace::Role::kLive,
      const std::string& request_id = "") {
    return std::make_unique<FakeDecision>(caps_, store_->identity(), customer,
                                          now, role, request_id);
  }
  // Decides and returns the offer.
  std::string Decide(const std::string& customer, absl::Time now = kNoon,
                     trace::Role role = trace::Role::kLive) {
    const auto decision = NewDecision(customer, now, role);
    EXPECT_THAT(decision->Run(*sequencer_), IsOk());
    return std::string(decision->offer());
  }
  int64_t Amount(absl::string_view counter, absl::Time now = kNoon) {
    const state::CounterQuery query = {.key = state::KeyOf(counter),
                                       .now = now};
    state::StateCopy copy;
    sequencer_->Read({.counters = {&query, 1}}, copy);
    return copy.amounts.front();
  }

  FakeCaps caps_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Sequencer> sequencer_;
};

TEST_F(SequencerTest, ADecisionIsRememberedByTheNext) {
  EXPECT_EQ(Decide("anna"), "event");
  const auto second = NewDecision("anna");
  ASSERT_THAT(second->Run(*sequencer_), IsOk());
  ASSERT_EQ(second->copy().events.size(), 1u);
  const state::Event& event = second->copy().events.front();
  EXPECT_EQ(event.offer, (state::Name{"event", state::KeyOf("event")}));
  EXPECT_EQ(event.channel.text, "app");
  EXPECT_EQ(event.sequence, 1u);
  EXPECT_EQ(event.at, kNoon);
  EXPECT_EQ(event.outcome, Outcome::kPresented);
  EXPECT_EQ(second->copy().hold, (state::TierHold{"gold", std::nullopt}));
  EXPECT_EQ(Decide("anna"), "coupon");
  EXPECT_EQ(Amount(kEventCounter), 2);
  EXPECT_EQ(Amount(kBudgetCounter), caps_.coupon_cost);
  EXPECT_EQ(sequencer_->stats().decided_again, 0u);
}

TEST_F(SequencerTest, RolesThatNobodyGotChangeNothing) {
  for (const trace::Role role :
       {trace::Role::kDryRun, trace::Role::kAsOf, trace::Role::kShadow}) {
    EXPECT_EQ(Decide("anna", kNoon, role), "event");
  }
  EXPECT_EQ(Amount(kEventCounter), 0);
  EXPECT_EQ(sequencer_->stats().ledger.customers, 0u);
  EXPECT_EQ(store_->stats().records, 3u);
  EXPECT_EQ(Decide("anna", kNoon, trace::Role::kCanary), "event");
  EXPECT_EQ(Amount(kEventCounter), 1);
}

TEST_F(SequencerTest, ADecisionThatAnotherHasOvertakenIsMadeAgain) {
  caps_.event_max = 1;
  const auto first = NewDecision("anna");
  const auto second = NewDecision("bert");
  sequencer_->Read(first->query(), first->copy());
  sequencer_->Read(second->query(), second->copy());
  ReadyRecord ready_first = first->Decide();
  ReadyRecord ready_second = second->Decide();
  EXPECT_EQ(second->offer(), "event");
  EXPECT_THAT(first->Commit(*sequencer_, std::move(ready_first)), IsOk());
  EXPECT_THAT(second->Commit(*sequencer_, std::move(ready_second)), IsOk());
  EXPECT_EQ(first->times_decided(), 1);
  EXPECT_EQ(second->times_decided(), 2);
  EXPECT_EQ(second->offer(), "coupon");
  EXPECT_EQ(Amount(kEventCounter), 1);
  EXPECT_EQ(sequencer_->stats().decided_again, 1u);
  // The log has what was decided last.
  const auto entries = store_->Read(1, 1);
  ASSERT_THAT(entries, IsOk());
  const auto record = Decode(entries->front().record);
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ((*record)->decision().slots.front().offer, "coupon");
  EXPECT_EQ((*record)->decision().counters_read.front().amount, 1);
}

TEST_F(SequencerTest, ADecisionThatStaysTheSameIsNotMadeAgain) {
  caps_.event_max = 2;  // The second takes the last place.
  const auto first = NewDecision("anna");
  const auto second = NewDecision("bert");
  sequencer_->Read(first->query(), first->copy());
  sequencer_->Read(second->query(), second->copy());
  ReadyRecord ready_first = first->Decide();
  ReadyRecord ready_second = second->Decide();
  EXPECT_THAT(first->Commit(*sequencer_, std::move(ready_first)), IsOk());
  EXPECT_THAT(second->Commit(*sequencer_, std::move(ready_second)), IsOk());
  EXPECT_EQ(second->times_decided(), 1);
  EXPECT_EQ(sequencer_->stats().decided_again, 0u);
}

TEST_F(SequencerTest, ADecisionIsMadeAgainWhenACapOpens) {
  caps_.event_max = 1;
  const auto first = NewDecision("anna");
  const auto at = first->Run(*sequencer_);
  ASSERT_THAT(at, IsOk());
  const auto second = NewDecision("bert");
  sequencer_->Read(second->query(), second->copy());
  ReadyRecord ready = second->Decide();
  EXPECT_EQ(second->offer(), "coupon");
  ASSERT_THAT(RecordOutcome(*sequencer_, store_->identity(), first->record(),
                            at->sequence, Outcome::kNotPresented, kNoon),
              IsOk());
  EXPECT_THAT(second->Commit(*sequencer_, std::move(ready)), IsOk());
  EXPECT_EQ(second->offer(), "event");
}

TEST_F(SequencerTest, TwoDecisionsForOneCustomerSeeEachOther) {
  caps_.event_customer_max = 1;
  const auto first = NewDecision("anna");
  const auto second = NewDecision("anna");
  sequencer_->Read(first->query(), first->copy());
  sequencer_->Read(second->query(), second->copy());
  ReadyRecord ready_first = first->Decide();
  ReadyRecord ready_second = second->Decide();
  EXPECT_THAT(first->Commit(*sequencer_, std::move(ready_first)), IsOk());
  EXPECT_THAT(second->Commit(*sequencer_, std::move(ready_second)), IsOk());
  EXPECT_EQ(first->offer(), "event");
  EXPECT_EQ(second->offer(), "coupon");
}

TEST_F(SequencerTest, ARequestIdIsTakenOnceWithinItsWindow) {
  const auto decide = [&](const std::string& id, absl::Time now) {
    return NewDecision("anna", now, trace::Role::kLive, id)->Run(*sequencer_);
  };
  EXPECT_THAT(decide("r-1", kNoon), IsOk());
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon), 1u);
  EXPECT_EQ(sequencer_->FindRequest("r-2", kNoon), std::nullopt);
  EXPECT_THAT(
      decide("r-1", kNoon + absl::Minutes(9)),
      StatusIs(absl::StatusCode::kAlreadyExists,
               HasSubstr("request id `r-1` was taken by the decision at 1")));
  EXPECT_EQ(store_->stats().records, 1u);
  EXPECT_EQ(sequencer_->stats().requests_repeated, 1u);
  EXPECT_THAT(decide("r-2", kNoon), IsOk());
  EXPECT_THAT(decide("r-1", kNoon + absl::Minutes(10)), IsOk());
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon + absl::Minutes(10)), 3u);
}

TEST_F(SequencerTest, RequestIdsOutliveARestartUnlessTheWindowIsZero) {
  EXPECT_THAT(
      NewDecision("anna", kNoon, trace::Role::kLive, "r-1")->Run(*sequencer_),
      IsOk());
  Reopen();
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon), 1u);
  Reopen({.request_window = absl::ZeroDuration()});
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon), std::nullopt);
}

TEST_F(SequencerTest, PreviewsTakeNoRequestId) {
  EXPECT_THAT(
      NewDecision("anna", kNoon, trace::Role::kDryRun, "r-1")->Run(*sequencer_),
      IsOk());
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon), std::nullopt);
}

TEST_F(SequencerTest, TheTimeOfTheLogGoesOnlyForward) {
  EXPECT_LT(sequencer_->time(), absl::UnixEpoch() - absl::Hours(1'000'000));
  Decide("anna", kNoon);
  EXPECT_EQ(sequencer_->time(), kNoon);
  Decide("bert", kNoon - absl::Seconds(1));
  EXPECT_EQ(sequencer_->time(), kNoon);
  Decide("bert", kNoon + absl::Hours(1), trace::Role::kDryRun);
  EXPECT_EQ(sequencer_->time(), kNoon);
  Reopen();
  EXPECT_EQ(sequencer_->time(), kNoon);
  const auto decision = NewDecision("carl");
  const auto at = decision->Run(*sequencer_);
  ASSERT_THAT(at, IsOk());
  const absl::Time later = kNoon + absl::Hours(2);
  ASSERT_THAT(RecordOutcome(*sequencer_, store_->identity(), decision->record(),
                            at->sequence, Outcome::kClicked, later),
              IsOk());
  EXPECT_EQ(sequencer_->time(), later);
}

// What it should read may be forgotten already.
TEST_F(SequencerTest, ADecisionFarBehindTheLogHasToBeMadeAtALaterTime) {
  Decide("anna", kNoon);
  const auto late = NewDecision("bert", kNoon - state::kReservationGrace);
  EXPECT_THAT(late->Run(*sequencer_),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("the log is at 2026-11-18T11:06:40+00:00")));
  EXPECT_EQ(store_->stats().records, 1u);
  EXPECT_EQ(
      Decide("bert", kNoon - state::kReservationGrace + absl::Microseconds(1)),
      "event");
  // A preview is of its own time.
  EXPECT_EQ(Decide("bert", kNoon - absl::Hours(9), trace::Role::kDryRun),
            "event");
}

TEST_F(SequencerTest, AnAcceptanceConfirmsItsReservation) {
  caps_.event_max = 0;
  const auto decision = NewDecision("anna");
  const auto at = decision->Run(*sequencer_);
  ASSERT_THAT(at, IsOk());
  const absl::Time later = kNoon + absl::Hours(25);
  EXPECT_EQ(Amount(kBudgetCounter, later), 0);
  const auto recorded =
      RecordOutcome(*sequencer_, store_->identity(), decision->record(),
                    at->sequence, Outcome::kAccepted, kNoon + absl::Hours(1));
  ASSERT_THAT(recorded, IsOk());
  EXPECT_EQ(recorded->sequence, 2u);
  EXPECT_EQ(Amount(kBudgetCounter, later), caps_.coupon_cost);
  state::StateCopy copy;
  sequencer_->Read(decision->query(), copy);
  ASSERT_EQ(copy.events.size(), 2u);
  EXPECT_EQ(copy.events[1].outcome, Outcome::kAccepted);
  EXPECT_EQ(copy.events[1].sequence, 1u);
  EXPECT_TRUE(copy.events[1].honoured);
}

TEST_F(SequencerTest, AnOutcomeWithNothingToAppendWaitsForWhatIsThere) {
  const auto decision = NewDecision("anna");
  const auto at = decision->Run(*sequencer_);
  ASSERT_THAT(at, IsOk());
  for (int i = 0; i < 2; ++i) {
    const auto recorded =
        RecordOutcome(*sequencer_, store_->identity(), decision->record(),
                      at->sequence, Outcome::kClicked, kNoon);
    ASSERT_THAT(recorded, IsOk());
    EXPECT_EQ(recorded->sequence, 2u);
  }
  EXPECT_EQ(store_->stats().records, 2u);
}

TEST_F(SequencerTest, ALateAcceptanceWithoutRoomCountsForNothing) {
  caps_.event_max = 0;
  caps_.budget_max = caps_.coupon_cost;
  const auto first = NewDecision("anna");
  const auto at = first->Run(*sequencer_);
  ASSERT_THAT(at, IsOk());
  const absl::Time later = kNoon + absl::Hours(25);
  EXPECT_EQ(Decide("bert", later), "coupon");
  trace::OutcomeStatus status = trace::OutcomeStatus::kRecorded;
  ASSERT_THAT(RecordOutcome(*sequencer_, store_->identity(), first->record(),
                            at->sequence, Outcome::kAccepted, later, &status),
              IsOk());
  EXPECT_EQ(status, trace::OutcomeStatus::kExpired);
  EXPECT_EQ(Amount(kBudgetCounter, later), caps_.coupon_cost);
  state::StateCopy copy;
  sequencer_->Read(first->query(), copy);
  EXPECT_FALSE(copy.events.back().honoured);
}

TEST_F(SequencerTest, ARefusedRecordChangesNothing) {
  store_->Close();
  const auto decision = NewDecision("anna");
  EXPECT_THAT(decision->Run(*sequencer_),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Amount(kEventCounter), 0);
  EXPECT_EQ(sequencer_->stats().ledger.customers, 0u);
}

TEST_F(SequencerTest, ALogThatCannotBeReadIsNotOpened) {
  ASSERT_THAT(AppendAndWait(*store_, RecordBytes{"no record", ""}), IsOk());
  EXPECT_THAT(Sequencer::Open(*store_, {}),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("record 1 of the log cannot be counted")));
}

TEST_F(SequencerTest, OtherKindsOfRecordsArePassedOver) {
  ASSERT_THAT(AppendAndWait(*store_, EncodeErasure({.at = kNoon, .records = 3},
                                                   store_->identity())),
              IsOk());
  Reopen();
  EXPECT_EQ(sequencer_->stats().folded_at_open, 1u);
  EXPECT_EQ(Decide("anna"), "event");
}

// Many callers at once, against caps that all of them want.
TEST_F(SequencerTest, WhatIsPausedMeanwhileIsDecidedAgain) {
  const auto decision = NewDecision("anna");
  sequencer_->Read(decision->query(), decision->copy());
  ReadyRecord ready = decision->Decide();
  const state::Operation pause = {.kind = state::OperationKind::kPauseOffer,
                                  .at = kNoon,
                                  .pack = "retail",
                                  .name = "event",
                                  .actor = "ann",
                                  .reason = "sold out"};
  EXPECT_FALSE(sequencer_->has_pauses());
  ASSERT_THAT(sequencer_->Operate(pause), IsOk());
  EXPECT_TRUE(sequencer_->has_pauses());
  EXPECT_THAT(decision->Commit(*sequencer_, std::move(ready)), IsOk());
  EXPECT_EQ(decision->times_decided(), 2);
  EXPECT_THAT(decision->copy().paused,
              testing::ElementsAre(state::Paused{"event", false}));
  // Known already, and nothing to another pack.
  EXPECT_THAT(NewDecision("bert")->Run(*sequencer_), IsOk());
  EXPECT_EQ(sequencer_->stats().decided_again, 1u);
  // In the log before the decision, and after a restart.
  const auto entries = store_->Read(0, 1);
  ASSERT_THAT(entries, IsOk());
  const auto record = DecodeOperation(entries->front().record);
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ((*record)->operation(), pause);
  Reopen();
  EXPECT_TRUE(sequencer_->has_pauses());
  EXPECT_EQ(sequencer_->time(), kNoon);
}

TEST_F(SequencerTest, WhatServesIsKnownAfterARestart) {
  ASSERT_THAT(sequencer_->Operate({.kind = state::OperationKind::kCanary,
                                   .at = kNoon,
                                   .pack = "retail",
                                   .version = "2",
                                   .digest = "abc",
                                   .canary_slots = 500,
                                   .forced = true}),
              IsOk());
  const std::vector<state::ServedVersion> served =
      sequencer_->operations().versions();
  ASSERT_EQ(served.size(), 1u);
  EXPECT_EQ(served.front().canary_slots, 500u);
  Reopen();
  EXPECT_EQ(sequencer_->operations().versions(), served);
}

TEST_F(SequencerTest, WhatIsNotInTheLogIsNotSet) {
  store_->Close();
  EXPECT_THAT(sequencer_->Operate({.kind = state::OperationKind::kPauseOffer,
                                   .at = kNoon,
                                   .pack = "retail",
                                   .name = "event"}),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(sequencer_->has_pauses());
}

class SequencerContentionTest : public SequencerTest {
 protected:
  static constexpr int kThreads = 64;
  static constexpr int kDecisions = 40;  // Of each thread.
  static constexpr int kCustomers = 300;

  // Each caller decides for customers at random; some answer their coupons.
  void RunCallers() {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] { Call(static_cast<uint64_t>(t)); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::string RememberedAt(absl::Time now) const {
    std::vector<std::string> customers;
    for (int i = 0; i < kCustomers; ++i) {
      customers.push_back(absl::StrCat("customer ", i));
    }
    return Remembered(
        [this](const StateQuery& query, state::StateCopy& copy) {
          sequencer_->Read(query, copy);
        },
        store_->identity(), customers, now);
  }
  void Call(uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < kDecisions; ++i) {
      const absl::Time now = kNoon + absl::Milliseconds(i);
      const auto decision =
          NewDecision(absl::StrCat("customer ", random() % kCustomers), now);
      const auto at = decision->Run(*sequencer_);
      ASSERT_THAT(at, IsOk());
      const uint64_t answer = random() % 4;
      if (decision->offer() == "leaflet" || answer > 1) continue;
      const auto recorded = RecordOutcome(
          *sequencer_, store_->identity(), decision->record(), at->sequence,
          answer == 0 ? Outcome::kAccepted : Outcome::kDeclined, now);
      ASSERT_THAT(recorded, IsOk());
    }
  }
};

TEST_F(SequencerContentionTest, ACapOfNPresentsNAndABudgetIsNeverExceeded) {
  caps_.event_max = 157;
  caps_.budget_max = 100 * caps_.coupon_cost + caps_.coupon_cost - 1;
  RunCallers();

  const auto entries = store_->Read(0, 1'000'000);
  ASSERT_THAT(entries, IsOk());
  const CapsTally tally = TallyOf(*entries, caps_);
  EXPECT_EQ(tally.exceeded_at, 0u);
  EXPECT_EQ(tally.events, caps_.event_max);
  // There was demand to the end: no further coupon would fit.
  EXPECT_GT(tally.reserved + caps_.coupon_cost, caps_.budget_max);
  EXPECT_EQ(Amount(kEventCounter), caps_.event_max);
  EXPECT_EQ(Amount(kBudgetCounter), tally.reserved);
}

TEST_F(SequencerContentionTest, EachRecordIsAPureFunctionOfTheLogBeforeIt) {
  caps_.event_max = 100;
  RunCallers();
  state::Ledger ledger;
  Fold fold(ledger, absl::Minutes(10));
  const auto entries = store_->Read(0, 1'000'000);
  ASSERT_THAT(entries, IsOk());
  for (const LogEntry& entry : *entries) {
    if (*KindOf(entry.record) == RecordKind::kDecision) {
      const auto record = Decode(entry.record);
      ASSERT_THAT(record, IsOk());
      const trace::DecisionRecord& logged = (*record)->decision();
      FakeDecision again(caps_, store_->identity(),
                         std::string(logged.customer_id), logged.decided_at);
      ledger.Read(again.query().customer, again.query().counters, again.copy());
      again.Decide();
      ASSERT_EQ(again.offer(), logged.slots.front().offer)
          << "record " << entry.position.sequence;
      ASSERT_EQ(again.record().events_read, logged.events_read);
    }
    ASSERT_THAT(fold.Apply(entry), IsOk());
  }
}

TEST_F(SequencerContentionTest, WhatIsRememberedIsWhatTheLogSays) {
  RunCallers();
  const absl::Time now = kNoon + absl::Hours(1);
  const std::string live = RememberedAt(now);
  EXPECT_THAT(live, HasSubstr("coupon"));
  const state::LedgerSize size = sequencer_->stats().ledger;
  Reopen();
  EXPECT_EQ(RememberedAt(now), live);
  EXPECT_EQ(sequencer_->stats().folded_at_open, store_->stats().records);
  EXPECT_EQ(sequencer_->stats().ledger.events, size.events);
  EXPECT_EQ(sequencer_->stats().ledger.reservations, size.reservations);
}

TEST_F(SequencerContentionTest, OfManyCallsWithOneRequestIdOneIsCommitted) {
  std::atomic<int> committed = 0;
  std::atomic<int> repeated = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const auto at = NewDecision("anna", kNoon, trace::Role::kLive, "r-1")
                          ->Run(*sequencer_);
      committed += at.ok();
      repeated += absl::IsAlreadyExists(at.status());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(committed, 1);
  EXPECT_EQ(repeated, kThreads - 1);
  EXPECT_EQ(store_->stats().records, 1u);
  EXPECT_EQ(Amount(kEventCounter), 1);
}

}  // namespace
}  // namespace stratagem::store
