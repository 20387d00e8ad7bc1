// What must hold for what counts of a customer's history: a cap opens when one
// less than allowed is left, a contact counts as long as its last offer does,
// and what somebody was seen to react to was shown.

#include "engine/decide/cap_counter.h"

#include <string>
#include <vector>

#include "engine/state/ledger.h"
#include "gtest/gtest.h"

namespace stratagem::decide {
namespace {

using state::Outcome;

absl::Time Hour(int hour) { return absl::UnixEpoch() + absl::Hours(hour); }

state::Event EventOf(int hour, uint64_t sequence, absl::string_view offer,
                     Outcome outcome = Outcome::kPresented) {
  state::Event event;
  event.at = Hour(hour);
  event.sequence = sequence;
  event.offer = {offer, state::KeyOf(offer)};
  event.outcome = outcome;
  return event;
}

// What a line `count: COUNT, within: 7d` counts at hour 100.
Count CountOf(const std::vector<state::Event>& events, int64_t count,
              pack::Counting counting = pack::Counting::kOffers) {
  plan::CapsCode code;
  CustomerHistory history;
  history.Read(code, events);
  plan::ContactCode line;
  line.count = count;
  line.counting = counting;
  line.window.within = absl::Hours(7 * 24);
  CapCounter counter;
  return counter.OfLine(line,
                        WindowAt(line.window, Hour(100), absl::UTCTimeZone()),
                        state::KeyOf("a"), history);
}

TEST(CapCounterTest, ACapOpensWhenOneLessThanAllowedIsLeft) {
  const std::vector<state::Event> events = {
      EventOf(30, 3, "c"), EventOf(10, 1, "a"), EventOf(20, 2, "b"),
      EventOf(40, 4, "d")};
  EXPECT_EQ(CountOf(events, 5).amount, 4);
  EXPECT_EQ(CountOf(events, 5).opens_at, std::nullopt);
  EXPECT_EQ(CountOf(events, 4).opens_at, Hour(10 + 168));
  EXPECT_EQ(CountOf(events, 2).opens_at, Hour(30 + 168));
  EXPECT_EQ(CountOf(events, 1).opens_at, Hour(40 + 168));
}

TEST(CapCounterTest, AContactCountsAsLongAsItsLastOffer) {
  const std::vector<state::Event> events = {EventOf(10, 1, "a"),
                                            EventOf(12, 1, "b")};
  const Count count = CountOf(events, 1, pack::Counting::kContacts);
  EXPECT_EQ(count.amount, 1);
  EXPECT_EQ(count.opens_at, Hour(12 + 168));
}

TEST(CapCounterTest, WhatWasNotShownAndIsAcceptedAllTheSameWasShownThen) {
  std::vector<state::Event> events = {
      EventOf(10, 1, "a"), EventOf(11, 1, "a", Outcome::kNotPresented)};
  EXPECT_EQ(CountOf(events, 1).amount, 0);
  events.push_back(EventOf(12, 1, "a", Outcome::kAccepted));
  EXPECT_EQ(CountOf(events, 1).amount, 1);
  EXPECT_EQ(CountOf(events, 1).opens_at, Hour(12 + 168));
  events.back().honoured = false;
  EXPECT_EQ(CountOf(events, 1).amount, 0);
}

// Of a decision whose own event is not remembered.
TEST(CapCounterTest, WhatSomebodyToldToBeShownIsNotTakenBack) {
  std::vector<state::Event> events = {
      EventOf(10, 1, "a"), EventOf(11, 1, "a", Outcome::kNotPresented)};
  events.front().report = state::kToldReport;
  EXPECT_EQ(CountOf(events, 1).amount, 1);
}

TEST(CapCounterTest, SameOfferCountsThatOfferOnly) {
  const std::vector<state::Event> events = {
      EventOf(10, 1, "a"), EventOf(11, 1, "b"), EventOf(12, 2, "a")};
  EXPECT_EQ(CountOf(events, 9, pack::Counting::kSameOffer).amount, 2);
}

// Of somebody of whom the oldest events may be forgotten nobody knows what a
// window held that begins before those that are left.
TEST(CapCounterTest, AWindowThatIsNotRememberedWholeIsClosed) {
  std::vector<state::Event> events(state::kCustomerEventsMax,
                                   EventOf(50, 1, "b"));
  for (size_t i = 0; i < events.size(); ++i) events[i].sequence = i + 1;
  const Count closed = CountOf(events, 3, pack::Counting::kSameOffer);
  EXPECT_EQ(closed.amount, 3);
  EXPECT_EQ(closed.opens_at, std::nullopt);
  events.pop_back();
  EXPECT_EQ(CountOf(events, 3, pack::Counting::kSameOffer).amount, 0);
  events.push_back(EventOf(51, 2'000, "b"));
  // An answer tells of an earlier time than the log's.
  events.front() = EventOf(-1'000, 1, "b", Outcome::kClicked);
  EXPECT_EQ(CountOf(events, 3, pack::Counting::kSameOffer).amount, 3);
  // The window begins after what may be forgotten.
  for (state::Event& event : events) event.at = Hour(100 - 7 * 24 - 1);
  EXPECT_EQ(CountOf(events, 3, pack::Counting::kSameOffer).amount, 0);
}

TEST(CapCounterTest, OnlyTheFirstThingToldTakesAnOfferBack) {
  EXPECT_EQ(
      CountOf(
          {EventOf(10, 1, "a"), EventOf(11, 1, "a", Outcome::kNotPresented)}, 9)
          .amount,
      0);
  EXPECT_EQ(
      CountOf({EventOf(10, 1, "a"), EventOf(11, 1, "a", Outcome::kClicked),
               EventOf(12, 1, "a", Outcome::kNotPresented)},
              9)
          .amount,
      1);
  // Told that it was shown: that is no second time.
  EXPECT_EQ(CountOf({EventOf(10, 1, "a"), EventOf(11, 1, "a"),
                     EventOf(12, 1, "a", Outcome::kNotPresented)},
                    9)
                .amount,
            1);
}

}  // namespace
}  // namespace stratagem::decide
