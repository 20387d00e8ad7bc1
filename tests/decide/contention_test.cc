// What must hold when decisions race for the last of something: caps are never
// exceeded, and the recorded chances are those of the state at the record's
// place in the log, whoever read what before.

#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/decide/caps.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan_code.h"
#include "gtest/gtest.h"
#include "tests/decide/reference_selection.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

// Puts decisions in order as a sequencer does: a record whose counters are no
// longer what it read is decided again, with the same seed, before its effects
// count.
class Race {
 public:
  Race(const ReferencePack& pack, bool decides_again)
      : pack_(pack), decides_again_(decides_again) {
    plan::LoadedPlan loaded = plan::PlanFromYaml(ToYaml(pack));
    EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
    plan_ = loaded.plan;
    for (const ReferencePlacement& placement : pack.placements) {
      placements_.push_back(placement.name);
    }
    call_.customer_id = "c-1";
    call_.decided_at = absl::FromUnixSeconds(1'800'000'000);
    call_.placements = placements_;
    AskCounters(*plan_, call_.now(), queries_);
  }

  // What a caller reads before it decides.
  state::StateCopy Read() const {
    state::StateCopy state;
    for (const state::CounterQuery& query : queries_) {
      const auto amount = amounts_.find(query.key);
      state.amounts.push_back(amount == amounts_.end() ? 0 : amount->second);
    }
    return state;
  }

  // Decides by what was read some time ago, and commits.
  const trace::DecisionRecord& Commit(const state::StateCopy& read,
                                      uint64_t seed) {
    call_.seed = seed;
    call_.state = &read;
    EXPECT_TRUE(Decide(*plan_, call_, workspace_).empty());
    if (decides_again_ && IsOvertaken()) {
      ++decided_again_;
      const state::StateCopy now = Read();
      call_.state = &now;
      EXPECT_TRUE(Decide(*plan_, call_, workspace_).empty());
    }
    for (const state::Effect& effect : workspace_.record().effects) {
      amounts_[effect.counter.key] += effect.amount;
    }
    return workspace_.record();
  }

  // The pack with what its caps hold now.
  ReferencePack Now() const {
    ReferencePack pack = pack_;
    for (ReferenceCap& cap : pack.caps) cap.amount = AmountOf(cap);
    return pack;
  }

  int decided_again() const { return decided_again_; }

 private:
  bool IsOvertaken() const {
    for (const state::CounterRead& read : workspace_.record().counters_read) {
      const auto found = amounts_.find(read.query.key);
      const int64_t amount = found == amounts_.end() ? 0 : found->second;
      if (amount < read.same_from || amount > read.same_to) return true;
    }
    return false;
  }

  int64_t AmountOf(const ReferenceCap& cap) const {
    const std::string place =
        cap.counts == ReferenceCounts::kMoney
            ? "/budgets.money/"
            : (cap.counts == ReferenceCounts::kOffer ? "/offers."
                                                     : "/groups.") +
                  cap.of + "/";
    for (const plan::CounterCode& counter : plan_->code().caps.counters) {
      const auto amount = amounts_.find(counter.key);
      if (counter.name.find(place) != std::string::npos) {
        return amount == amounts_.end() ? 0 : amount->second;
      }
    }
    ADD_FAILURE() << place;
    return 0;
  }

  const ReferencePack pack_;
  const bool decides_again_;
  std::shared_ptr<const plan::Plan> plan_;
  std::vector<absl::string_view> placements_;
  Call call_;
  Workspace workspace_;
  std::vector<state::CounterQuery> queries_;
  absl::flat_hash_map<uint64_t, int64_t> amounts_;
  int decided_again_ = 0;
};

// Scarce offers that are often drawn, one after the other, and money.
ReferencePack ScarcePack() {
  ReferencePack pack;
  pack.offers = {{"a", "red", true, false, 5, 1.5},
                 {"b", "red", true, false, 4, 0.25},
                 {"c", "green", true, false, 3, 0.5},
                 {"d", "", true, false, 2, 0},
                 {"e", "", true, false, 1, 0}};
  pack.placements = {{"home", 2, false, ""}, {"away", 1, false, ""}};
  pack.explore = {pack::ExploreMethod::kSoftmax, 0.7, 0.8};
  pack.caps = {{ReferenceCounts::kOffer, "a", 40, 0},
               {ReferenceCounts::kOffer, "d", 90, 0},
               {ReferenceCounts::kGroup, "red", 70, 0},
               {ReferenceCounts::kMoney, "", 71'000'001, 0}};
  return pack;
}

// How often each offer had a slot, how often it should have by the chances of
// the state at each record's place, and how far chance may take that.
struct Tally {
  double seen = 0;
  double expected = 0;
  double variance = 0;
};

struct Simulated {
  std::map<std::string, Tally> offers;
  int wrong_chances = 0;
  int decided_again = 0;
  bool is_within_caps = true;
};

// `rounds` times all of the pack's scarcity is given away, to callers of whom
// 64 have read before any of them commits.
Simulated Simulate(const ReferencePack& pack, bool decides_again, int rounds) {
  constexpr size_t kCallers = 64;
  constexpr int kDecisions = 200;
  Simulated result;
  uint64_t seed = 0;
  for (int round = 0; round < rounds; ++round) {
    Race race(pack, decides_again);
    std::deque<state::StateCopy> waiting;
    for (int i = 0; i < kDecisions; ++i) {
      while (waiting.size() < kCallers) waiting.push_back(race.Read());
      const ReferencePack now = race.Now();
      const auto want = FillByReference(now, ++seed);
      const trace::DecisionRecord& record = race.Commit(waiting.front(), seed);
      waiting.pop_front();
      size_t slot = 0;
      for (const auto& placement : want) {
        for (const ReferenceSlot& reference : placement) {
          if (slot >= record.slots.size()) {
            ++result.wrong_chances;
            continue;
          }
          const trace::SlotResult& shown = record.slots[slot++];
          if (shown.offer != reference.offer ||
              std::abs(shown.selection_probability - reference.probability) >
                  1e-12) {
            ++result.wrong_chances;
          }
          for (const auto& [offer, chance] : reference.chances) {
            Tally& tally = result.offers[offer];
            tally.seen += shown.offer == offer ? 1 : 0;
            tally.expected += chance;
            tally.variance += chance * (1 - chance);
          }
        }
      }
      result.wrong_chances += slot == record.slots.size() ? 0 : 1;
    }
    for (const ReferenceCap& cap : race.Now().caps) {
      result.is_within_caps = result.is_within_caps && cap.amount <= cap.max;
    }
    result.decided_again += race.decided_again();
  }
  return result;
}

TEST(ContentionTest, RecordedChancesAreThoseOfTheStateAtTheRecordsPlace) {
  const Simulated result = Simulate(ScarcePack(), true, 40);
  EXPECT_TRUE(result.is_within_caps);
  EXPECT_EQ(result.wrong_chances, 0);
  EXPECT_GT(result.decided_again, 100);
  EXPECT_EQ(result.offers.size(), 5u);
  for (const auto& [offer, tally] : result.offers) {
    EXPECT_GT(tally.variance, 100) << offer;
    EXPECT_NEAR(tally.seen, tally.expected, 5 * std::sqrt(tally.variance))
        << offer;
  }
}

// The race is one: without deciding again caps are exceeded.
TEST(ContentionTest, WithoutDecidingAgainCapsWouldBreak) {
  const Simulated result = Simulate(ScarcePack(), false, 2);
  EXPECT_FALSE(result.is_within_caps);
  EXPECT_GT(result.wrong_chances, 0);
}

}  // namespace
}  // namespace stratagem::decide
