// The ledger against a naive model: a list of all that ever changed, read from
// its beginning for every question. Random decisions and outcomes, windows and
// jumps of the clock; and the ledger that lived through it, the one rebuilt
// from all changes and the one saved and loaded in between are equal.

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/state/ledger.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/state/saved_ledger.h"
#include "tests/support/status_matchers.h"

namespace stratagem::state {
namespace {

// Owns what a change borrows.
struct Change {
  std::string subject;
  std::string pack;
  absl::Time at;
  std::optional<TierHold> hold;
  std::vector<Event> events;
  absl::Time keep_until;
  std::vector<Effect> effects;
  std::string request_id;
  absl::Time request_keep_until;
  // Of an outcome, which has one event:
  bool is_outcome = false;
  std::vector<CounterChange> counter_changes;
};

void Apply(const Change& change, uint64_t sequence, Ledger& ledger) {
  if (change.is_outcome) {
    return ledger.Apply(
        OutcomeChanges{.customer = {change.subject, change.pack},
                       .at = change.at,
                       .event = change.events.front(),
                       .keep_until = change.keep_until,
                       .changes = change.counter_changes});
  }
  ledger.Apply(
      DecisionChanges{.customer = {change.subject, change.pack},
                      .sequence = sequence,
                      .at = change.at,
                      .hold = change.hold,
                      .events = change.events,
                      .keep_until = change.keep_until,
                      .effects = change.effects,
                      .request_id = change.request_id,
                      .request_keep_until = change.request_keep_until});
}

// What an amount has become, by the whole list.
struct Amount {
  Effect effect;
  uint64_t sequence = 0;  // Of its decision.
  bool for_good = false;
};

bool Alike(const Effect& a, const Effect& b) {
  return a.counter.key == b.counter.key && a.offer == b.offer && a.at == b.at &&
         a.amount == b.amount && a.reserved_until == b.reserved_until;
}

int64_t ModelAmount(const std::vector<Change>& changes,
                    const CounterQuery& query) {
  std::vector<Amount> amounts;
  uint64_t sequence = 0;
  for (const Change& change : changes) {
    ++sequence;
    for (const Effect& effect : change.effects) {
      amounts.push_back(
          {effect, sequence, effect.counts == Outcome::kPresented});
    }
    for (const CounterChange& counter_change : change.counter_changes) {
      const auto found = std::find_if(
          amounts.begin(), amounts.end(), [&](const Amount& amount) {
            return Alike(amount.effect, counter_change.effect) &&
                   amount.sequence == change.events.front().sequence &&
                   amount.for_good ==
                       (counter_change.effect.counts == Outcome::kPresented);
          });
      switch (counter_change.kind) {
        case ChangeKind::kConfirm:
          found->for_good = true;
          break;
        case ChangeKind::kRelease:
          amounts.erase(found);
          break;
        case ChangeKind::kAdd:
          amounts.push_back({counter_change.effect, 0, true});
          break;
      }
    }
  }
  int64_t sum = 0;
  for (const Amount& amount : amounts) {
    const Effect& effect = amount.effect;
    if (effect.counter.key == query.key && effect.at >= query.from &&
        effect.at < query.until &&
        (amount.for_good || query.now < effect.reserved_until)) {
      sum += effect.amount;
    }
  }
  return sum;
}

// Events of a customer that still matter at `now`.
std::vector<Event> ModelEvents(const std::vector<Change>& changes,
                               const CustomerKey& customer, absl::Time now) {
  std::vector<Event> events;
  for (const Change& change : changes) {
    if (change.subject != customer.subject || change.pack != customer.pack ||
        change.keep_until <= now) {
      continue;
    }
    events.insert(events.end(), change.events.begin(), change.events.end());
  }
  return events;
}

struct Window {
  absl::string_view counter;
  absl::Duration length;
  bool calendar;
  Outcome counts;
};

constexpr absl::string_view kSubjects[] = {
    "customer number1", "customer number2", "customer number3",
    "customer number4", "customer number5"};
constexpr absl::string_view kPacks[] = {"retail", "bank"};
constexpr absl::string_view kOffers[] = {"coupon", "event", "loan"};
const Window kWindows[] = {
    {"a/presented/day", absl::Hours(24), true, Outcome::kPresented},
    {"a/presented/within", absl::Hours(7), false, Outcome::kPresented},
    {"b/accepted/day", absl::Hours(24), true, Outcome::kAccepted},
    {"b/accepted/within", absl::Hours(30), false, Outcome::kAccepted},
    {"c/accepted/total", absl::InfiniteDuration(), true, Outcome::kAccepted},
};

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {}

  // The clock runs, stands still, jumps ahead, or goes back a little.
  absl::Time Tick() {
    const int64_t kind = Upto(9);
    absl::Time now = latest_;
    if (kind < 6) now += absl::Seconds(Upto(1'000));
    if (kind == 6) now += absl::Hours(Upto(20));
    if (kind == 7) now += absl::Hours(Upto(300));
    if (kind == 8) now -= absl::Seconds(Upto(50));
    latest_ = std::max(latest_, now);
    return now;
  }

  Change Decision(absl::Time now, uint64_t sequence) {
    Change change = Someone(now);
    const int64_t slots = Upto(2);
    for (int64_t i = 0; i < slots; ++i) {
      change.events.push_back({.at = now,
                               .sequence = sequence,
                               .offer = Named(Pick(kOffers)),
                               .channel = Named(Upto(1) == 0 ? "app" : ""),
                               .inbound = Upto(1) == 0});
    }
    if (Upto(3) == 0) {
      change.hold = TierHold{Upto(1) == 0 ? "gold" : "basic", {}};
      if (Upto(1) == 0) change.hold->below_since = now;
    }
    for (const Window& window : kWindows) {
      if (Upto(2) == 0) change.effects.push_back(EffectOf(window, now));
    }
    if (Upto(1) == 0) {
      change.request_id = absl::StrCat("request ", Upto(40));
      change.request_keep_until = now + absl::Minutes(10);
    }
    for (const Effect& effect : change.effects) {
      open_.push_back({effect, sequence});
    }
    return change;
  }

  // An outcome of an amount that no outcome has changed yet.
  Change Answer(absl::Time now) {
    Change change = Someone(now);
    change.is_outcome = true;
    change.events.push_back(
        {.at = now,
         .offer = Named(Pick(kOffers)),
         .channel = Named(""),
         .outcome = static_cast<Outcome>(Upto(kOutcomeLast - 1) + 1),
         .honoured = Upto(3) != 0,
         .report = static_cast<uint64_t>(Upto(3)),
         .group = static_cast<uint64_t>(Upto(2))});
    if (open_.empty()) return change;
    const auto chosen =
        open_.begin() + Upto(static_cast<int64_t>(open_.size()) - 1);
    const auto [effect, sequence] = *chosen;
    change.events.front().sequence = sequence;
    open_.erase(chosen);
    const bool ended = now >= effect.reserved_until;
    if (effect.counts == Outcome::kPresented || (!ended && Upto(1) == 0)) {
      // Nobody takes back what no question can be about any more.
      if (effect.keep_until > now && !ended) {
        change.counter_changes.push_back({ChangeKind::kRelease, effect});
      }
    } else if (!ended) {
      change.counter_changes.push_back({ChangeKind::kConfirm, effect});
    } else {
      Effect added = EffectOf(WindowOf(effect), now);
      added.amount = effect.amount;
      change.counter_changes.push_back({ChangeKind::kAdd, added});
    }
    return change;
  }

  static CounterQuery Query(const Window& window, absl::Time now) {
    CounterQuery query = {.key = KeyOf(window.counter), .now = now};
    if (!window.calendar) {
      query.from = now - window.length + absl::Microseconds(1);
    } else if (window.length != absl::InfiniteDuration()) {
      query.from = StartOf(now);
      query.until = query.from + window.length;
    }
    return query;
  }

  int64_t Upto(int64_t max) {
    return std::uniform_int_distribution<int64_t>(0, max)(random_);
  }

 private:
  static Name Named(absl::string_view text) { return {text, KeyOf(text)}; }
  static absl::Time StartOf(absl::Time now) {
    return absl::UnixEpoch() +
           absl::Floor(now - absl::UnixEpoch(), absl::Hours(24));
  }
  static const Window& WindowOf(const Effect& effect) {
    return *std::find_if(std::begin(kWindows), std::end(kWindows),
                         [&](const Window& window) {
                           return window.counter == effect.counter.text;
                         });
  }

  template <typename T, size_t N>
  const T& Pick(const T (&items)[N]) {
    return items[Upto(N - 1)];
  }

  Change Someone(absl::Time now) {
    Change change;
    change.subject = std::string(Pick(kSubjects));
    change.pack = std::string(Pick(kPacks));
    change.at = now;
    change.keep_until = now + absl::Hours(Upto(60) + 1);
    return change;
  }

  Effect EffectOf(const Window& window, absl::Time now) {
    const absl::Time at = !window.calendar ? now
                          : window.length == absl::InfiniteDuration()
                              ? absl::InfinitePast()
                              : StartOf(now);
    return {.counter = Named(window.counter),
            .offer = Named(Pick(kOffers)),
            .amount = Upto(50) + 1,
            .amount_max = 1'000,
            .at = at,
            .keep_until = window.length == absl::InfiniteDuration()
                              ? absl::InfiniteFuture()
                              : at + window.length,
            .counts = window.counts,
            .reserved_until = now + absl::Hours(Upto(40))};
  }

  std::mt19937_64 random_;
  absl::Time latest_ = absl::FromUnixSeconds(1'795'000'000);
  // With the sequence of the decision.
  std::vector<std::pair<Effect, uint64_t>> open_;
};

class LedgerModelTest : public testing::TestWithParam<uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, LedgerModelTest,
                         testing::Range<uint64_t>(1, 7));

TEST_P(LedgerModelTest, AgreesWithTheListOfAllChanges) {
  World world(GetParam());
  std::vector<Change> changes;
  Ledger live;
  for (uint64_t sequence = 1; sequence <= 400; ++sequence) {
    const absl::Time now = world.Tick();
    changes.push_back(world.Upto(2) == 0 ? world.Answer(now)
                                         : world.Decision(now, sequence));
    Apply(changes.back(), sequence, live);
    for (const Window& window : kWindows) {
      const CounterQuery query = World::Query(window, now);
      ASSERT_EQ(live.Amount(query), ModelAmount(changes, query))
          << window.counter << " after change " << sequence;
    }
    const CustomerKey customer = {changes.back().subject, changes.back().pack};
    StateCopy copy;
    live.Read(customer, {}, copy);
    const std::vector<Event> model = ModelEvents(changes, customer, now);
    // What no longer matters may be there and may be gone.
    std::vector<Event> found;
    for (const Event& event : copy.events) {
      const bool matters =
          std::find(model.begin(), model.end(), event) != model.end();
      if (matters) found.push_back(event);
    }
    ASSERT_EQ(found, model) << "after change " << sequence;
  }
}

TEST_P(LedgerModelTest, LivingRebuiltAndReloadedLedgersAreEqual) {
  World world(GetParam());
  std::vector<Change> changes;
  Ledger live({.requests_max = 10});
  Ledger reloaded({.requests_max = 10});
  for (uint64_t sequence = 1; sequence <= 2'000; ++sequence) {
    const absl::Time now = world.Tick();
    changes.push_back(world.Upto(2) == 0 ? world.Answer(now)
                                         : world.Decision(now, sequence));
    Apply(changes.back(), sequence, live);
    Apply(changes.back(), sequence, reloaded);
    if (sequence % 250 == 0) {
      ASSERT_THAT(Load(Saved(reloaded), reloaded, 100), IsOk());
    }
  }
  Ledger rebuilt({.requests_max = 10});
  for (size_t i = 0; i < changes.size(); ++i) Apply(changes[i], i + 1, rebuilt);
  EXPECT_EQ(Saved(live), Saved(rebuilt));
  EXPECT_EQ(Saved(live), Saved(reloaded));
  EXPECT_EQ(live.size().events, reloaded.size().events);
  EXPECT_EQ(live.size().reservations, reloaded.size().reservations);
  // Nobody touched them, and yet it is not all still there.
  EXPECT_LT(live.size().events, 300u);
}

// Thousands of amounts in one rolling window, one every ten seconds: chunks
// fill, split and empty, at their beginning and in between.
TEST_P(LedgerModelTest, LongTimelinesAgreeWithAPlainMap) {
  constexpr int64_t kWindow = 1'000;  // In tens of seconds, as all here.
  std::mt19937_64 random(GetParam());
  const auto upto = [&](int64_t max) {
    return std::uniform_int_distribution<int64_t>(0, max)(random);
  };
  const auto at = [](int64_t tens) {
    return absl::FromUnixSeconds(1'795'000'000) + tens * absl::Seconds(10);
  };
  Ledger ledger;
  std::map<int64_t, int64_t> model;
  const auto change = [&](ChangeKind kind, int64_t place, int64_t amount,
                          int64_t now) {
    const CounterChange counted = {kind,
                                   {.counter = {"day", KeyOf("day")},
                                    .amount = amount,
                                    .at = at(place),
                                    .keep_until = at(place + kWindow)}};
    ledger.Apply(OutcomeChanges{.at = at(now),
                                .keep_until = absl::InfinitePast(),
                                .changes = {&counted, 1}});
    const int64_t sign = kind == ChangeKind::kAdd ? 1 : -1;
    model[place] = std::max<int64_t>(0, model[place] + sign * amount);
  };
  for (int64_t now = 0; now < 6'000; ++now) {
    // Mostly at the end, sometimes in between.
    const int64_t place =
        upto(9) == 0 ? std::max<int64_t>(0, now - upto(kWindow)) : now;
    change(upto(3) == 0 ? ChangeKind::kRelease : ChangeKind::kAdd, place,
           upto(9) + 1, now);
    if (now % 500 == 499) {
      const int64_t end = now - upto(kWindow / 2);
      for (int64_t i = end - upto(kWindow); i < end; ++i) {
        change(ChangeKind::kRelease, i, 1'000, now);
      }
    }
    if (now % 20 == 0) {
      ASSERT_THAT(Load(Saved(ledger), ledger), IsOk());
    }
    if (now % 7 != 0) continue;
    const int64_t from = now - upto(kWindow - 1);
    const int64_t until = from + upto(kWindow);
    int64_t want = 0;
    for (auto entry = model.lower_bound(from);
         entry != model.lower_bound(until); ++entry) {
      want += entry->second;
    }
    ASSERT_EQ(ledger.Amount({KeyOf("day"), at(from), at(until), at(now)}), want)
        << now;
  }
}

}  // namespace
}  // namespace stratagem::state
