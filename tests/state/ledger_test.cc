// What a ledger remembers of customers, counters and requests, until when, and
// that hostile bytes cannot become one.

#include "engine/state/ledger.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/state/saved_ledger.h"
#include "tests/support/status_matchers.h"

namespace stratagem::state {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'795'000'000);
constexpr absl::string_view kAnna = "anna anna anna !";
constexpr absl::string_view kBert = "bert bert bert !";

Name Named(absl::string_view text) { return {text, KeyOf(text)}; }

Event Presented(absl::string_view offer, uint64_t sequence, absl::Time at) {
  return {.at = at,
          .sequence = sequence,
          .offer = Named(offer),
          .channel = Named("app")};
}

Effect Counted(absl::string_view counter, int64_t amount, absl::Time at) {
  return {.counter = Named(counter),
          .offer = Named("coupon"),
          .amount = amount,
          .amount_max = 100,
          .at = at};
}

Effect Reserved(absl::string_view counter, int64_t amount, absl::Time at,
                absl::Time until) {
  Effect effect = Counted(counter, amount, at);
  effect.counts = Outcome::kAccepted;
  effect.reserved_until = until;
  return effect;
}

class LedgerTest : public testing::Test {
 protected:
  // Applies a decision at `at` for a customer of pack `retail`.
  void Decide(absl::string_view subject, absl::Time at,
              const std::vector<Event>& events,
              absl::Time keep_until = absl::InfiniteFuture(),
              std::optional<TierHold> hold = std::nullopt) {
    ledger_.Apply(DecisionChanges{.customer = {subject, "retail"},
                                  .sequence = ++sequence_,
                                  .at = at,
                                  .hold = hold,
                                  .events = events,
                                  .keep_until = keep_until});
  }
  // Returns the decision's sequence.
  uint64_t Add(const Effect& effect, absl::Time at = kNoon) {
    ledger_.Apply(DecisionChanges{
        .sequence = ++sequence_, .at = at, .effects = {&effect, 1}});
    return sequence_;
  }
  // Of the decision at `sequence`; reservations are of one.
  void Change(ChangeKind kind, const Effect& effect, uint64_t sequence = 0,
              absl::Time at = kNoon) {
    const CounterChange change = {kind, effect};
    ledger_.Apply(OutcomeChanges{.at = at,
                                 .event = {.sequence = sequence},
                                 .keep_until = absl::InfinitePast(),
                                 .changes = {&change, 1}});
  }
  void Request(const std::string& id, absl::Time at, absl::Time keep_until) {
    ledger_.Apply(DecisionChanges{.sequence = ++sequence_,
                                  .at = at,
                                  .request_id = id,
                                  .request_keep_until = keep_until});
  }
  int64_t Amount(absl::string_view counter, absl::Time now = kNoon,
                 absl::Time from = absl::InfinitePast(),
                 absl::Time until = absl::InfiniteFuture()) {
    return ledger_.Amount({KeyOf(counter), from, until, now});
  }
  StateCopy Read(absl::string_view subject, absl::string_view pack = "retail") {
    StateCopy copy;
    ledger_.Read({subject, pack}, {}, copy);
    return copy;
  }

  Ledger ledger_;
  uint64_t sequence_ = 0;
};

TEST_F(LedgerTest, ANewLedgerKnowsNothing) {
  const StateCopy copy = Read(kAnna);
  EXPECT_EQ(copy.hold, std::nullopt);
  EXPECT_THAT(copy.events, IsEmpty());
  EXPECT_EQ(copy.customer_version, 0u);
  EXPECT_EQ(Amount("day"), 0);
  EXPECT_EQ(ledger_.FindRequest("r", kNoon), std::nullopt);
  EXPECT_EQ(ledger_.size().customers, 0u);
}

TEST_F(LedgerTest, EventsComeBackAsTheyWereInTheOrderOfTheLog) {
  Event accepted = {.at = kNoon + absl::Microseconds(1),
                    .sequence = 1,
                    .offer = Named("coupon"),
                    .channel = Named(""),
                    .inbound = true,
                    .outcome = Outcome::kRevenue,
                    .honoured = false,
                    .report = ~uint64_t{0},
                    .group = KeyOf("loyalty")};
  const Event first = Presented("coupon", 1, kNoon);
  const Event second = Presented("event", 2, kNoon - absl::Hours(1));
  Decide(kAnna, kNoon, {first});
  Decide(kAnna, kNoon, {second});
  ledger_.Apply(OutcomeChanges{.customer = {kAnna, "retail"},
                               .at = kNoon,
                               .event = accepted,
                               .keep_until = absl::InfiniteFuture()});
  EXPECT_THAT(Read(kAnna).events, ElementsAre(first, second, accepted));
  EXPECT_EQ(ledger_.size().events, 3u);
}

TEST_F(LedgerTest, CustomersAndPacksAreApart) {
  Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)});
  EXPECT_THAT(Read(kAnna, "bank").events, IsEmpty());
  EXPECT_THAT(Read(kBert).events, IsEmpty());
  EXPECT_THAT(Read("anna").events, IsEmpty());
  EXPECT_THAT(Read("").events, IsEmpty());
  EXPECT_EQ(ledger_.size().customers, 1u);
}

TEST_F(LedgerTest, NothingIsRememberedOfASubjectThatIsNoPseudonym) {
  for (const char* subject : {"", "short", "much longer than 16 bytes"}) {
    Decide(subject, kNoon, {Presented("coupon", 1, kNoon)});
    EXPECT_THAT(Read(subject).events, IsEmpty());
  }
  EXPECT_EQ(ledger_.size().customers, 0u);
}

TEST_F(LedgerTest, AHoldIsReplacedAndKept) {
  const TierHold gold = {"gold", std::nullopt};
  const TierHold falling = {"gold", kNoon};
  Decide(kAnna, kNoon, {}, absl::InfinitePast(), gold);
  EXPECT_EQ(Read(kAnna).hold, gold);
  Decide(kAnna, kNoon, {}, absl::InfinitePast(), falling);
  EXPECT_EQ(Read(kAnna).hold, falling);
  Decide(kAnna, kNoon + absl::Hours(100'000), {}, absl::InfinitePast());
  EXPECT_EQ(Read(kAnna).hold, falling);
}

TEST_F(LedgerTest, TheVersionRisesWithChangesOfThatCustomerOnly) {
  Decide(kAnna, kNoon, {}, absl::InfinitePast(), TierHold{"gold", {}});
  const uint64_t first = Read(kAnna).customer_version;
  EXPECT_GT(first, 0u);
  Decide(kAnna, kNoon, {}, absl::InfinitePast(), TierHold{"gold", {}});
  Decide(kBert, kNoon, {Presented("coupon", 1, kNoon)});
  Add(Counted("day", 1, kNoon));
  EXPECT_EQ(Read(kAnna).customer_version, first);
  EXPECT_EQ(ledger_.CustomerVersion({kAnna, "retail"}), first);
  EXPECT_EQ(ledger_.CustomerVersion({kAnna, "bank"}), 0u);
  Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)});
  const uint64_t second = Read(kAnna).customer_version;
  EXPECT_GT(second, first);
  // Nobody who is forgotten and comes back has a version that was before.
  ledger_.Erase(kAnna);
  EXPECT_EQ(Read(kAnna).customer_version, 0u);
  Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)});
  EXPECT_GT(Read(kAnna).customer_version, second);
}

TEST_F(LedgerTest, OfOneCustomerTheNewestEventsAreRemembered) {
  for (uint64_t i = 1; i <= kCustomerEventsMax + 2; ++i) {
    Decide(kAnna, kNoon, {Presented("coupon", i, kNoon)});
  }
  const StateCopy copy = Read(kAnna);
  ASSERT_EQ(copy.events.size(), kCustomerEventsMax);
  EXPECT_EQ(copy.events.front().sequence, 3u);
  EXPECT_EQ(copy.events.back().sequence, kCustomerEventsMax + 2);
  EXPECT_EQ(ledger_.size().events, kCustomerEventsMax);
}

TEST_F(LedgerTest, AnEventIsForgottenAnHourAfterItWasKept) {
  const absl::Time kept = kNoon + absl::Hours(5);
  Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)}, kept);
  Decide(kAnna, kept + kMemoryGrace - absl::Microseconds(1),
         {Presented("event", 2, kNoon)});
  EXPECT_EQ(Read(kAnna).events.size(), 2u);
  Decide(kAnna, kept + kMemoryGrace, {Presented("third", 3, kNoon)});
  EXPECT_EQ(Read(kAnna).events.size(), 2u);
}

TEST_F(LedgerTest, CustomersWhomNobodyTouchesAreForgottenByTheWay) {
  for (int i = 0; i < 100; ++i) {
    Decide(absl::StrCat("customer numbe", i % 10) + static_cast<char>(i), kNoon,
           {Presented("coupon", 1, kNoon)}, kNoon + absl::Hours(1));
  }
  Decide(kAnna, kNoon, {}, kNoon, TierHold{"gold", {}});
  const uint64_t before = ledger_.size().customers;
  EXPECT_GT(before, 10u);
  for (int i = 0; i < 60; ++i) {
    Decide("", kNoon + absl::Hours(2), {});
  }
  EXPECT_EQ(ledger_.size().customers, 1u);
  EXPECT_EQ(ledger_.size().events, 0u);
  EXPECT_TRUE(Read(kAnna).hold.has_value());
}

TEST_F(LedgerTest, OutcomesThatAreNotKeptChangeCountersOnly) {
  // So many that none of them is looked at by the way.
  for (char i = 'a'; i < 'k'; ++i) {
    Decide(absl::StrCat("some customer n") + i, kNoon,
           {Presented("coupon", 1, kNoon)});
    Decide(std::string(15, '.') + i, kNoon, {Presented("coupon", 1, kNoon)});
  }
  const CounterChange change = {ChangeKind::kRelease, Counted("day", 1, kNoon)};
  for (const absl::Time keep_until : {absl::InfinitePast(), kNoon}) {
    Add(Counted("day", 1, kNoon));
    ledger_.Apply(OutcomeChanges{.customer = {kAnna, "retail"},
                                 .at = kNoon,
                                 .event = Presented("coupon", 1, kNoon),
                                 .keep_until = keep_until,
                                 .changes = {&change, 1}});
    EXPECT_THAT(Read(kAnna).events, IsEmpty());
    EXPECT_EQ(Amount("day"), 0);
  }
}

TEST_F(LedgerTest, ErasingForgetsACustomerUnderEveryPackAndKeepsCounters) {
  Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)});
  const Event event = Presented("loan", 2, kNoon);
  const Effect effect = Counted("day", 3, kNoon);
  ledger_.Apply(DecisionChanges{.customer = {kAnna, "bank"},
                                .sequence = 2,
                                .at = kNoon,
                                .events = {&event, 1},
                                .keep_until = absl::InfiniteFuture(),
                                .effects = {&effect, 1}});
  Decide(kBert, kNoon, {Presented("coupon", 3, kNoon)});
  // The newest of all names is that of a pack.
  ledger_.Apply(DecisionChanges{.customer = {kAnna, "newest"},
                                .sequence = 4,
                                .at = kNoon,
                                .events = {&event, 1},
                                .keep_until = absl::InfiniteFuture()});
  const uint64_t version = ledger_.version();
  ledger_.Erase(kAnna);
  // Whoever has read it before has to read again.
  EXPECT_GT(ledger_.version(), version);
  EXPECT_THAT(Read(kAnna).events, IsEmpty());
  EXPECT_THAT(Read(kAnna, "bank").events, IsEmpty());
  EXPECT_THAT(Read(kAnna, "newest").events, IsEmpty());
  EXPECT_EQ(Read(kBert).events.size(), 1u);
  EXPECT_EQ(Amount("day"), 3);
  EXPECT_EQ(ledger_.size().events, 1u);
  EXPECT_THAT(Saved(ledger_), testing::Not(HasSubstr(std::string(kAnna))));
}

// Whoever is looked at next by the way may be gone by then.
TEST_F(LedgerTest, AnErasureAtAnyPlaceOfTheRoundForgetsNobodyElse) {
  for (int steps = 0; steps < 4; ++steps) {
    for (const absl::string_view pack : {"a", "b", "c"}) {
      const Event event = Presented("coupon", 1, kNoon);
      ledger_.Apply(DecisionChanges{.customer = {kAnna, pack},
                                    .sequence = 1,
                                    .at = kNoon,
                                    .events = {&event, 1},
                                    .keep_until = absl::InfiniteFuture()});
    }
    for (int i = 0; i < steps; ++i) Decide("", kNoon, {});
    ledger_.Erase(kAnna);
    Decide(kBert, kNoon, {Presented("coupon", 1, kNoon)});
    EXPECT_EQ(Read(kBert).events.size(), 1u) << steps;
    ledger_.Erase(kBert);
  }
}

TEST_F(LedgerTest, WhoIsForgottenTakesNoRoom) {
  Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)});
  const uint64_t bytes = ledger_.size().bytes;
  Decide(kBert, kNoon, {Presented("coupon", 2, kNoon)});
  EXPECT_GT(ledger_.size().bytes, bytes);
  ledger_.Erase(kBert);
  EXPECT_EQ(ledger_.size().bytes, bytes);
}

TEST_F(LedgerTest, AmountsCountInTheirWindowStartIncludedEndExcluded) {
  Add(Counted("week", 1, kNoon));
  Add(Counted("week", 2, kNoon + absl::Microseconds(1)));
  Add(Counted("week", 4, kNoon + absl::Microseconds(2)));
  Add(Counted("other", 8, kNoon));
  const absl::Time first = kNoon;
  const absl::Time second = kNoon + absl::Microseconds(1);
  const absl::Time third = kNoon + absl::Microseconds(2);
  EXPECT_EQ(Amount("week"), 7);
  EXPECT_EQ(Amount("week", kNoon, first, second), 1);
  EXPECT_EQ(Amount("week", kNoon, second, third), 2);
  EXPECT_EQ(Amount("week", kNoon, second), 6);
  EXPECT_EQ(Amount("week", kNoon, third + absl::Microseconds(1)), 0);
  EXPECT_EQ(Amount("week", kNoon, absl::InfinitePast(), second), 1);
  EXPECT_EQ(Amount("week", kNoon, absl::InfinitePast(), first), 0);
  EXPECT_EQ(Amount("week", kNoon, second, first), 0);
}

TEST_F(LedgerTest, WhatWasPresentedIsTakenBackByARelease) {
  Add(Counted("day", 2, kNoon));
  Add(Counted("day", 2, kNoon));
  Change(ChangeKind::kRelease, Counted("day", 2, kNoon));
  EXPECT_EQ(Amount("day"), 2);
  Change(ChangeKind::kRelease, Counted("day", 2, kNoon + absl::Hours(1)));
  EXPECT_EQ(Amount("day"), 2);  // Nothing was added there.
  Change(ChangeKind::kRelease, Counted("day", 9, kNoon));
  EXPECT_EQ(Amount("day"), 0);  // Never negative.
}

TEST_F(LedgerTest, AReservationCountsUntilItEnds) {
  const absl::Time end = kNoon + absl::Hours(24);
  Add(Reserved("money", 30, kNoon, end));
  EXPECT_EQ(Amount("money", end - absl::Microseconds(1)), 30);
  EXPECT_EQ(Amount("money", end), 0);
  EXPECT_EQ(ledger_.size().reservations, 1u);
}

TEST_F(LedgerTest, AConfirmedReservationCountsForGood) {
  const absl::Time end = kNoon + absl::Hours(24);
  const Effect reserved = Reserved("money", 30, kNoon, end);
  Change(ChangeKind::kConfirm, reserved, Add(reserved));
  EXPECT_EQ(Amount("money", end + absl::Hours(1)), 30);
  EXPECT_EQ(ledger_.size().reservations, 0u);
}

TEST_F(LedgerTest, AReleasedReservationIsFreeAtOnceAndOnlyOnce) {
  const absl::Time end = kNoon + absl::Hours(24);
  const Effect reserved = Reserved("money", 30, kNoon, end);
  const uint64_t first = Add(reserved);
  // Of another, at the same time.
  const uint64_t second = Add(reserved);
  Change(ChangeKind::kRelease, reserved, first);
  EXPECT_EQ(Amount("money"), 30);
  Change(ChangeKind::kRelease, reserved, first);
  EXPECT_EQ(Amount("money"), 30);
  Change(ChangeKind::kConfirm, reserved, first);
  EXPECT_EQ(Amount("money"), 30);
  Change(ChangeKind::kRelease, reserved, second);
  EXPECT_EQ(Amount("money"), 0);
}

TEST_F(LedgerTest, TwoSlotsOfADecisionReserveApart) {
  const absl::Time end = kNoon + absl::Hours(24);
  Effect coupon = Reserved("money", 2, kNoon, end);
  Effect event = Reserved("money", 3, kNoon, end);
  event.offer = Named("event");
  const Effect effects[] = {coupon, event};
  ledger_.Apply(
      DecisionChanges{.sequence = 7, .at = kNoon, .effects = effects});
  EXPECT_EQ(ledger_.size().reservations, 2u);
  Change(ChangeKind::kRelease, coupon, 7);
  EXPECT_EQ(Amount("money"), 3);
  Change(ChangeKind::kConfirm, coupon, 7);
  EXPECT_EQ(Amount("money", end), 0);
  Change(ChangeKind::kConfirm, event, 7);
  EXPECT_EQ(Amount("money", end), 3);
}

// Whatever the clock of a record says, time that was does not come again.
TEST_F(LedgerTest, TheTimeOfTheLogIsTheHighestThatWasApplied) {
  EXPECT_EQ(ledger_.time(), absl::InfinitePast());
  Add(Counted("day", 1, kNoon), kNoon);
  EXPECT_EQ(ledger_.time(), kNoon);
  Add(Counted("day", 1, kNoon), kNoon - absl::Hours(30));
  EXPECT_EQ(ledger_.time(), kNoon);
  Change(ChangeKind::kRelease, Counted("day", 1, kNoon), 1,
         kNoon + absl::Hours(1));
  EXPECT_EQ(ledger_.time(), kNoon + absl::Hours(1));
  Change(ChangeKind::kRelease, Counted("day", 1, kNoon), 2, kNoon);
  EXPECT_EQ(ledger_.time(), kNoon + absl::Hours(1));
  Ledger loaded;
  ASSERT_THAT(Load(Saved(ledger_), loaded), IsOk());
  EXPECT_EQ(loaded.time(), kNoon + absl::Hours(1));
}

TEST_F(LedgerTest, ReservationsOfTheSameTimeThatEndApartAreApart) {
  Add(Reserved("money", 1, kNoon, kNoon + absl::Hours(1)));
  Add(Reserved("money", 2, kNoon, kNoon + absl::Hours(2)));
  Add(Reserved("money", 4, kNoon - absl::Hours(9), kNoon + absl::Hours(1)));
  EXPECT_EQ(Amount("money", kNoon), 7);
  EXPECT_EQ(Amount("money", kNoon + absl::Hours(1)), 2);
  EXPECT_EQ(
      Amount("money", kNoon + absl::Hours(1), kNoon - absl::Hours(10), kNoon),
      0);
  // What ended takes nothing from a window that it is not in.
  Add(Counted("money", 8, kNoon - absl::Hours(1)));
  EXPECT_EQ(
      Amount("money", kNoon + absl::Hours(1), kNoon - absl::Hours(10), kNoon),
      8);
}

TEST_F(LedgerTest, AnAmountAddedLaterCountsWhereItIsAdded) {
  Change(ChangeKind::kAdd, Counted("money", 30, kNoon + absl::Hours(30)));
  EXPECT_EQ(Amount("money", kNoon, kNoon, kNoon + absl::Hours(24)), 0);
  EXPECT_EQ(Amount("money", kNoon, kNoon + absl::Hours(24)), 30);
}

TEST_F(LedgerTest, ReservationsAreForgottenAMinuteAfterTheirEnd) {
  const absl::Time end = kNoon + absl::Hours(24);
  const uint64_t sequence = Add(Reserved("money", 30, kNoon, end));
  Add(Counted("money", 1, kNoon),
      end + kReservationGrace - absl::Microseconds(1));
  EXPECT_EQ(Amount("money", end - absl::Seconds(1)), 31);
  Add(Counted("money", 1, kNoon), end + kReservationGrace);
  EXPECT_EQ(ledger_.size().reservations, 0u);
  // Others may have its place.
  Change(ChangeKind::kConfirm, Reserved("money", 30, kNoon, end), sequence,
         end);
  EXPECT_EQ(Amount("money", end), 2);
}

// A decision that is a little behind the others may still ask for them.
TEST_F(LedgerTest, AmountsAreForgottenAnHourAfterTheyWereKept) {
  const absl::Time kept = kNoon + absl::Hours(1);
  const absl::Time last = kept + kMemoryGrace - absl::Microseconds(1);
  Effect effect = Counted("week", 1, kNoon);
  effect.keep_until = kept;
  Add(effect);
  effect = Counted("week", 2, last);
  Add(effect, last);
  EXPECT_EQ(Amount("week", kNoon), 3);
  Change(ChangeKind::kAdd, effect, 0, last);
  EXPECT_EQ(Amount("week", kNoon), 5);
  Decide("", last, {});  // Looks at it by the way.
  EXPECT_EQ(Amount("week", kNoon), 5);
  Change(ChangeKind::kAdd, effect, 0, kept + kMemoryGrace);
  EXPECT_EQ(Amount("week", kNoon), 6);
}

// Those of two versions of a pack, say, of which one looks back further.
TEST_F(LedgerTest, AmountsOfOneTimeAreKeptAsLongAsAnyOfThem) {
  const absl::Time times[] = {kNoon + absl::Hours(1), kNoon + absl::Hours(9)};
  for (const int first : {0, 1}) {
    const std::string counter = absl::StrCat("counter ", first);
    for (const int i : {first, 1 - first}) {
      Effect effect = Counted(counter, 1, kNoon);
      effect.keep_until = times[i];
      Add(effect);
    }
    const absl::Time later = times[1] + kMemoryGrace;
    Change(ChangeKind::kRelease, Counted(counter, 1, later), 0,
           later - absl::Microseconds(1));
    EXPECT_EQ(Amount(counter), 2);
    Change(ChangeKind::kRelease, Counted(counter, 1, later), 0, later);
    EXPECT_EQ(Amount(counter), 0);
  }
}

// However much is over at once, nobody waits for all of it to go.
TEST_F(LedgerTest, OneChangeForgetsAFewOfTheAmountsThatAreOver) {
  const absl::Time kept = kNoon + absl::Hours(1);
  for (int i = 0; i < 600; ++i) {
    Effect effect = Counted("day", 1, kNoon + absl::Seconds(i));
    effect.keep_until = kept;
    Add(effect);
  }
  Change(ChangeKind::kRelease, Counted("day", 1, kept), 0, kept + kMemoryGrace);
  EXPECT_GT(Amount("day"), 0);
  EXPECT_LT(Amount("day"), 600);
  for (int i = 0; i < 3; ++i) Decide("", kept + kMemoryGrace, {});
  EXPECT_EQ(Amount("day"), 0);
}

TEST_F(LedgerTest, OneChangeForgetsAFewOfTheReservationsThatEnded) {
  const absl::Time end = kNoon + absl::Hours(1);
  for (int i = 0; i < 600; ++i) Add(Reserved("money", 1, kNoon, end));
  Add(Counted("money", 1, kNoon), end + kReservationGrace);
  const uint64_t left = ledger_.size().reservations;
  EXPECT_GT(left, 0u);
  EXPECT_LT(left, 600u);
  EXPECT_EQ(Amount("money", end + kReservationGrace), 1);
  for (int i = 0; i < 3; ++i) Decide("", end + kReservationGrace, {});
  EXPECT_EQ(ledger_.size().reservations, 0u);
}

TEST_F(LedgerTest, CountersThatSayNothingAnyMoreAreForgottenByTheWay) {
  for (int i = 0; i < 50; ++i) {
    Effect effect = Counted(absl::StrCat("counter ", i), 1, kNoon);
    effect.keep_until = kNoon + absl::Hours(1);
    Add(effect);
  }
  EXPECT_EQ(ledger_.size().counters, 50u);
  for (int i = 0; i < 60; ++i) Decide("", kNoon + absl::Hours(2), {});
  EXPECT_EQ(ledger_.size().counters, 0u);
}

TEST_F(LedgerTest, HugeAmountsNeverOverflow) {
  for (int i = 0; i < 3; ++i) {
    Add(Counted("money", INT64_MAX, kNoon + absl::Hours(i)));
    Add(Reserved("money", INT64_MAX, kNoon, kNoon + absl::Hours(1)));
  }
  EXPECT_EQ(Amount("money"), INT64_MAX);
  Add(Counted("money", INT64_MIN, kNoon));
  Change(ChangeKind::kRelease, Counted("money", INT64_MAX, kNoon));
  EXPECT_EQ(Amount("money"), 0);
}

TEST_F(LedgerTest, AReservationWithoutRoomInTheNumbersFreesWhatItTook) {
  const absl::Time end = kNoon + absl::Hours(1);
  Add(Counted("money", INT64_MAX - 10, kNoon));
  const Effect effect = Reserved("money", 30, kNoon, end);
  const uint64_t sequence = Add(effect);
  EXPECT_EQ(Amount("money", end), INT64_MAX - 10);
  // There is no room at all for the next, nor a reservation of nothing.
  Add(effect);
  EXPECT_EQ(ledger_.size().reservations, 1u);
  Change(ChangeKind::kRelease, effect, sequence);
  EXPECT_EQ(Amount("money"), INT64_MAX - 10);
}

TEST_F(LedgerTest, ARequestIsKnownUntilItsTimeIsOver) {
  Request("r-1", kNoon, kNoon + absl::Minutes(10));
  EXPECT_EQ(ledger_.FindRequest("r-1", kNoon), 1u);
  EXPECT_EQ(ledger_.FindRequest(
                "r-1", kNoon + absl::Minutes(10) - absl::Microseconds(1)),
            1u);
  EXPECT_EQ(ledger_.FindRequest("r-1", kNoon + absl::Minutes(10)),
            std::nullopt);
  EXPECT_EQ(ledger_.FindRequest("r-2", kNoon), std::nullopt);
}

TEST_F(LedgerTest, ARequestThatComesAgainIsOfTheNewerDecision) {
  Request("r", kNoon, kNoon + absl::Minutes(10));
  Request("r", kNoon + absl::Minutes(10), kNoon + absl::Minutes(20));
  EXPECT_EQ(ledger_.FindRequest("r", kNoon + absl::Minutes(10)), 2u);
  Request("r", kNoon + absl::Minutes(15), kNoon + absl::Minutes(25));
  EXPECT_EQ(ledger_.size().requests, 2u);
  Request("s", kNoon + absl::Minutes(20), kNoon + absl::Minutes(30));
  EXPECT_EQ(ledger_.FindRequest("r", kNoon + absl::Minutes(20)), 3u);
}

TEST_F(LedgerTest, ExactlyTheRequestsOfTheseDecisionsAreForgotten) {
  const absl::Time until = kNoon + absl::Minutes(10);
  for (const char* id : {"r-1", "r-2", "r-3", "r-4"}) Request(id, kNoon, until);
  ledger_.Erase(kAnna);
  EXPECT_EQ(ledger_.size().requests, 4u);
  const uint64_t before = ledger_.size().bytes;
  const uint64_t sequences[] = {2, 4, 77};
  ledger_.ForgetRequests(sequences);
  ledger_.ForgetRequests(sequences);
  EXPECT_EQ(ledger_.size().requests, 2u);
  EXPECT_LT(ledger_.size().bytes, before);
  EXPECT_EQ(ledger_.FindRequest("r-1", kNoon), 1u);
  EXPECT_EQ(ledger_.FindRequest("r-2", kNoon), std::nullopt);
  EXPECT_EQ(ledger_.FindRequest("r-3", kNoon), 3u);
  EXPECT_EQ(ledger_.FindRequest("r-4", kNoon), std::nullopt);
  // What was forgotten may come again.
  Request("r-2", kNoon, until);
  EXPECT_EQ(ledger_.FindRequest("r-2", kNoon), 5u);
  // The rest goes on being forgotten in its order.
  Request("r-6", until, until + absl::Minutes(10));
  EXPECT_EQ(ledger_.size().requests, 1u);
  EXPECT_EQ(ledger_.FindRequest("r-6", until), 6u);
  EXPECT_EQ(ledger_.size().requests_forgotten_early, 0u);
}

TEST_F(LedgerTest, OfADecisionWithoutARequestNoOtherIsForgotten) {
  const absl::Time until = kNoon + absl::Minutes(10);
  Request("r-1", kNoon, until);
  Decide(kAnna, kNoon, {});
  Request("r-3", kNoon, until);
  const uint64_t sequences[] = {2};
  ledger_.ForgetRequests(sequences);
  EXPECT_EQ(ledger_.FindRequest("r-1", kNoon), 1u);
  EXPECT_EQ(ledger_.FindRequest("r-3", kNoon), 3u);
}

// A place that was forgotten takes nobody else's.
TEST_F(LedgerTest, AForgottenRequestIsNeitherCountedNorSaved) {
  Ledger ledger({.requests_max = 2});
  Ledger rebuilt({.requests_max = 2});
  const auto request = [](Ledger& of, uint64_t sequence, const char* id) {
    of.Apply(DecisionChanges{.sequence = sequence,
                             .at = kNoon,
                             .request_id = id,
                             .request_keep_until = absl::InfiniteFuture()});
  };
  request(ledger, 1, "a");
  request(ledger, 2, "b");
  const uint64_t sequences[] = {2};
  ledger.ForgetRequests(sequences);
  request(ledger, 3, "c");
  for (const auto& [sequence, id] :
       {std::pair<uint64_t, const char*>{1, "a"}, {2, ""}, {3, "c"}}) {
    request(rebuilt, sequence, id);
  }
  EXPECT_EQ(ledger.FindRequest("a", kNoon), 1u);
  EXPECT_EQ(ledger.FindRequest("c", kNoon), 3u);
  EXPECT_EQ(ledger.size().requests_forgotten_early, 0u);
  EXPECT_EQ(Saved(ledger), Saved(rebuilt));
  // Neither when it is the oldest and others need the room.
  const uint64_t oldest[] = {1};
  ledger.ForgetRequests(oldest);
  request(ledger, 4, "d");
  EXPECT_EQ(ledger.size().requests_forgotten_early, 0u);
  request(ledger, 5, "e");
  EXPECT_EQ(ledger.size().requests_forgotten_early, 1u);
  EXPECT_EQ(ledger.FindRequest("d", kNoon), 4u);
}

TEST(LedgerRequestTest, TheOldestRequestsAreForgottenFirst) {
  Ledger ledger({.requests_max = 3});
  for (uint64_t i = 1; i <= 5; ++i) {
    ledger.Apply(DecisionChanges{
        .sequence = i,
        .at = kNoon,
        .request_id = std::string(1, static_cast<char>('a' + i)),
        .request_keep_until = absl::InfiniteFuture()});
  }
  EXPECT_EQ(ledger.size().requests, 3u);
  EXPECT_EQ(ledger.FindRequest("c", kNoon), std::nullopt);
  EXPECT_EQ(ledger.FindRequest("d", kNoon), 3u);
  EXPECT_EQ(ledger.FindRequest("f", kNoon), 5u);
  EXPECT_EQ(ledger.size().requests_forgotten_early, 2u);
}

// A ledger with something of everything.
class LedgerBytesTest : public LedgerTest {
 protected:
  LedgerBytesTest() {
    Decide(kAnna, kNoon, {Presented("coupon", 1, kNoon)},
           kNoon + absl::Hours(9), TierHold{"gold", kNoon});
    Decide(kBert, kNoon, {Presented("event", 2, kNoon)});
    Add(Counted("day", 1, kNoon));
    Add(Counted("day", 1, kNoon + absl::Hours(2)));
    Add(Reserved("money", 30, kNoon, kNoon + absl::Hours(24)));
    Request("r-1", kNoon, kNoon + absl::Minutes(10));
  }
  // `bytes` with the checksum that they should have.
  static std::string Sealed(std::string bytes) {
    bytes.resize(bytes.size() - 64);
    Sha256 hash;
    hash.Update(bytes);
    return bytes + hash.FinishHex();
  }
};

TEST_F(LedgerBytesTest, ALoadedLedgerIsTheSameWhateverThePieces) {
  const std::string bytes = Saved(ledger_);
  for (const size_t piece : {size_t{1}, size_t{7}, bytes.size()}) {
    Ledger loaded;
    ASSERT_THAT(Load(bytes, loaded, piece), IsOk());
    EXPECT_EQ(Saved(loaded), bytes);
    StateCopy copy;
    loaded.Read({kAnna, "retail"}, {}, copy);
    EXPECT_THAT(copy.events, ElementsAre(Presented("coupon", 1, kNoon)));
    EXPECT_EQ(copy.hold, (TierHold{"gold", kNoon}));
    EXPECT_EQ(loaded.FindRequest("r-1", kNoon), 6u);
    EXPECT_EQ(loaded.Amount({.key = KeyOf("money"), .now = kNoon}), 30);
  }
}

// Else the next snapshot of a server that was started in between would be of
// other bytes.
TEST_F(LedgerBytesTest, ALoadedLedgerForgetsNextWhatTheOtherDoes) {
  const absl::Time later = kNoon + absl::Hours(2) + kMemoryGrace;
  for (int i = 0; i < 7; ++i) {
    Effect effect = Counted(absl::StrCat("counter ", i), 1, kNoon);
    effect.keep_until = kNoon + absl::Hours(1);
    Add(effect);
    Decide(absl::StrCat("some customer n", i), kNoon,
           {Presented("coupon", 1, kNoon)}, kNoon + absl::Hours(1));
  }
  for (int steps = 0; steps < 20; ++steps) {
    Ledger loaded;
    ASSERT_THAT(Load(Saved(ledger_), loaded), IsOk());
    for (Ledger* ledger : {&ledger_, &loaded}) {
      ledger->Apply(DecisionChanges{.sequence = 99, .at = later});
    }
    ASSERT_EQ(Saved(loaded), Saved(ledger_)) << steps;
  }
}

TEST_F(LedgerBytesTest, LoadingReplacesWhatWasThere) {
  Ledger other;
  other.Apply(DecisionChanges{.sequence = 1,
                              .at = kNoon,
                              .request_id = "theirs",
                              .request_keep_until = absl::InfiniteFuture()});
  ASSERT_THAT(Load(Saved(ledger_), other), IsOk());
  EXPECT_EQ(other.FindRequest("theirs", kNoon), std::nullopt);
}

TEST_F(LedgerBytesTest, EveryCutAndEveryFlippedByteIsDataLoss) {
  const std::string bytes = Saved(ledger_);
  Ledger target;
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_THAT(Load(bytes.substr(0, i), target),
                StatusIs(absl::StatusCode::kDataLoss))
        << i;
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
    EXPECT_THAT(Load(flipped, target), StatusIs(absl::StatusCode::kDataLoss))
        << i;
  }
  EXPECT_THAT(
      Load(bytes + "x", target),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("more follows its end")));
  EXPECT_EQ(target.size().customers, 0u);
}

TEST_F(LedgerBytesTest, WhatIsWrongBehindARightChecksumDoesNoHarm) {
  const std::string bytes = Saved(ledger_);
  int loaded = 0;
  for (size_t i = 0; i + 64 < bytes.size(); ++i) {
    for (const int bits : {0x01, 0x0f, 0x80, 0xff}) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ bits);
      Ledger target;
      const absl::Status status = Load(Sealed(flipped), target);
      if (!status.ok()) {
        EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
        continue;
      }
      // It became another ledger; it works as one.
      ++loaded;
      StateCopy copy;
      target.Read({kAnna, "retail"}, {}, copy);
      for (const Event& event : copy.events) {
        EXPECT_LE(static_cast<uint8_t>(event.outcome), kOutcomeLast) << i;
      }
      target.Apply(DecisionChanges{.sequence = 9, .at = kNoon});
      const int64_t ended =
          target.Amount({.key = KeyOf("money"), .now = absl::InfiniteFuture()});
      EXPECT_GE(ended, 0);
      // Whatever is reserved counts while it is.
      EXPECT_LE(ended, target.Amount({.key = KeyOf("money"), .now = kNoon}));
      Saved(target);
    }
  }
  EXPECT_GT(loaded, 0);
}

TEST_F(LedgerBytesTest, ErrorsOfTheFileComeThrough) {
  const absl::Status full = absl::ResourceExhaustedError("disk full");
  EXPECT_EQ(ledger_.Save([&](absl::string_view) { return full; }), full);
  const absl::Status broken = absl::UnavailableError("cannot read");
  Ledger target;
  EXPECT_EQ(target.Load(
                [&](size_t) -> absl::StatusOr<std::string> { return broken; }),
            broken);
}

}  // namespace
}  // namespace stratagem::state
