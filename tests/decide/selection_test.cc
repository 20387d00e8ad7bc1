// What must hold for slots: they are filled as the pack language says, by a
// second implementation of it; every recorded chance is the true one; and no
// score, however large, breaks it.

#include "engine/decide/selection.h"

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/decide.h"
#include "gtest/gtest.h"
#include "tests/decide/reference_selection.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::decide {
namespace {

using trace::Reason;

std::shared_ptr<const plan::Plan> PlanOf(const ReferencePack& pack) {
  plan::LoadedPlan loaded = plan::PlanFromYaml(ToYaml(pack));
  EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics << ToYaml(pack);
  return loaded.plan;
}

Call CallOf(const std::vector<absl::string_view>& placements) {
  Call call;
  call.customer_id = "c-1";
  call.placements = placements;
  return call;
}

std::vector<absl::string_view> NamesOf(const ReferencePack& pack) {
  std::vector<absl::string_view> names;
  for (const ReferencePlacement& placement : pack.placements) {
    names.push_back(placement.name);
  }
  return names;
}

// One of `items`.
template <typename T>
T OneOf(std::initializer_list<T> items, std::mt19937_64& random) {
  return items.begin()[random() % items.size()];
}

// Caps of which some are full, some have a little room, some much.
void AddRandomCaps(ReferencePack& pack, std::mt19937_64& random) {
  const auto add = [&](ReferenceCounts counts, const std::string& of,
                       int64_t unit) {
    const int64_t max = unit * static_cast<int64_t>(1 + random() % 3);
    const int64_t left = unit * static_cast<int64_t>(random() % 4);
    pack.caps.push_back({counts, of, max, std::max<int64_t>(0, max - left)});
  };
  for (const ReferenceOffer& offer : pack.offers) {
    if (random() % 4 == 0) add(ReferenceCounts::kOffer, offer.id, 1);
  }
  for (const std::string group : {"red", "green"}) {
    if (random() % 2 == 0) add(ReferenceCounts::kGroup, group, 1);
  }
  if (random() % 2 == 0) {
    add(ReferenceCounts::kMoney, "", 1'500'000);
  }
  if (random() % 2 == 0) {
    add(OneOf({ReferenceCounts::kShown, ReferenceCounts::kContacts}, random),
        "", 1);
  }
}

ReferencePack RandomPack(std::mt19937_64& random) {
  ReferencePack pack;
  const size_t offers = 1 + random() % 8;
  for (size_t i = 0; i < offers; ++i) {
    ReferenceOffer offer;
    // Not in the order of their ids.
    offer.id = absl::StrCat("o", (i * 7 + 3) % 10);
    offer.group = OneOf<std::string>({"", "red", "green"}, random);
    offer.open = random() % 5 != 0;
    offer.mandatory = random() % 6 == 0;
    offer.score = OneOf<double>({-3, 0, 1, 1, 2.5, 100}, random);
    offer.cost = OneOf<double>({0, 0, 0.5, 1, 2}, random);
    pack.offers.push_back(offer);
  }
  pack.offers.push_back({"last_resort", "", false, false, 0});
  if (random() % 2 == 0) AddRandomCaps(pack, random);
  for (const std::string name : {"one", "two", "three"}) {
    ReferencePlacement placement;
    placement.name = name;
    placement.offers_max = 1 + static_cast<uint32_t>(random() % 4);
    placement.distinct_group = random() % 2 == 0;
    pack.placements.push_back(placement);
  }
  pack.explore = {
      OneOf({pack::ExploreMethod::kNone, pack::ExploreMethod::kUniform,
             pack::ExploreMethod::kSoftmax},
            random),
      OneOf<double>({0.01, 0.1, 1, 10}, random),
      OneOf<double>({0, 0.05, 0.3, 1}, random)};
  if (random() % 3 == 0) pack.score_min = OneOf<double>({0, 1, 50}, random);
  return pack;
}

void ExpectSlots(const std::vector<std::vector<ReferenceSlot>>& want,
                 const trace::DecisionRecord& record) {
  ASSERT_EQ(record.placements.size(), want.size());
  for (size_t p = 0; p < want.size(); ++p) {
    const trace::PlacementResult& placement = record.placements[p];
    ASSERT_EQ(placement.slots_end - placement.slots_begin, want[p].size());
    for (size_t s = 0; s < want[p].size(); ++s) {
      const trace::SlotResult& slot = record.slots[placement.slots_begin + s];
      ASSERT_EQ(slot.offer, want[p][s].offer) << p << " " << s;
      ASSERT_EQ(trace::ReasonName(slot.reason), want[p][s].reason);
      ASSERT_NEAR(slot.selection_probability, want[p][s].probability, 1e-12);
    }
  }
}

TEST(SelectionPropertyTest, AgreesWithTheReferenceOverRandomPacks) {
  std::mt19937_64 random(20261115);
  Workspace workspace;
  for (int round = 0; round < 250; ++round) {
    const ReferencePack pack = RandomPack(random);
    const auto plan = PlanOf(pack);
    ASSERT_NE(plan, nullptr);
    const std::vector<absl::string_view> placements = NamesOf(pack);
    Call call = CallOf(placements);
    const state::StateCopy state = StateOf(pack, *plan, call.now());
    call.state = &state;
    for (int i = 0; i < 20; ++i) {
      call.seed = random();
      const auto want = FillByReference(pack, call.seed);
      ASSERT_TRUE(Decide(*plan, call, workspace).empty());
      ExpectSlots(want, workspace.record());
      if (HasFatalFailure()) FAIL() << ToYaml(pack) << "seed " << call.seed;
      for (const auto& slots : want) {
        for (const ReferenceSlot& slot : slots) {
          double sum = slot.chances.empty() ? 1 : 0;
          for (const auto& [offer, chance] : slot.chances) sum += chance;
          ASSERT_NEAR(sum, 1, 1e-12);
        }
      }
    }
  }
}

TEST(SelectionPropertyTest, AFallbackFillsOnlyWhatStaysEmpty) {
  ReferencePack pack;
  pack.offers = {{"a", "", true, false, 5}, {"resort", "", true, false, -1}};
  pack.placements = {{"one", 1, false, "resort"}, {"two", 1, false, "resort"}};
  pack.score_min = 0;
  Workspace workspace;
  const auto plan = PlanOf(pack);
  const std::vector<absl::string_view> placements = NamesOf(pack);
  Decide(*plan, CallOf(placements), workspace);
  ExpectSlots(FillByReference(pack, 0), workspace.record());
  ASSERT_EQ(workspace.record().slots.size(), 2u);
  EXPECT_EQ(workspace.record().slots[0].offer, "a");
  const trace::SlotResult& fallback = workspace.record().slots[1];
  EXPECT_EQ(fallback.offer, "resort");
  EXPECT_EQ(fallback.reason, Reason::kFallback);
  EXPECT_EQ(fallback.selection_probability, 1);
  EXPECT_EQ(fallback.offer_index, 1u);
}

// What was seen of one slot: how often each offer had it, given what was in the
// slots above, and with what chance by the record.
struct Seen {
  int total = 0;
  std::array<int, 10> counts = {};
  std::array<double, 10> recorded = {};
};

// Makes `decisions` decisions and compares how often each offer had each slot
// with the chance that the record names. Six standard deviations: with fixed
// seeds it cannot flake, and a wrong chance is out of them by far.
void ExpectFrequenciesAreAsRecorded(const ReferencePack& pack, int decisions) {
  const auto plan = PlanOf(pack);
  ASSERT_NE(plan, nullptr);
  const std::vector<absl::string_view> placements = NamesOf(pack);
  Call call = CallOf(placements);
  Workspace workspace;
  std::map<uint32_t, Seen> slots;  // By the digits of the offers above.
  for (int i = 0; i < decisions; ++i) {
    call.seed = static_cast<uint64_t>(i);
    Decide(*plan, call, workspace);
    uint32_t above = 0;
    for (const trace::SlotResult& slot : workspace.record().slots) {
      Seen& seen = slots[above];
      const uint32_t offer = slot.offer_index + 1;
      above = above * 10 + offer;
      ++seen.total;
      if (seen.counts[offer]++ == 0) {
        seen.recorded[offer] = slot.selection_probability;
      } else if (seen.recorded[offer] != slot.selection_probability) {
        FAIL() << above << " has two chances";
      }
    }
  }
  for (const auto& [above, seen] : slots) {
    double sum = 0;
    for (size_t offer = 1; offer < seen.counts.size(); ++offer) {
      const double p = seen.recorded[offer];
      const double n = seen.total;
      EXPECT_NEAR(seen.counts[offer], n * p,
                  6 * std::sqrt(n * p * (1 - p)) + 1e-6)
          << offer << " after " << above << ", p=" << p;
      sum += p;
    }
    EXPECT_LE(sum, 1 + 1e-12) << above;
    // What was not seen is less likely than once in so many decisions.
    if (seen.total > 10'000) {
      EXPECT_NEAR(sum, 1, 1e-3) << above;
    }
  }
  EXPECT_GT(slots.size(), 1u);
}

ReferencePack PackToSample(pack::Explore explore) {
  ReferencePack pack;
  pack.offers = {{"a", "", true, false, 4},
                 {"b", "", true, false, 3},
                 {"c", "", true, false, 0}};
  pack.placements = {{"home", 2, false, ""}};
  pack.explore = explore;
  return pack;
}

TEST(SelectionFrequencyTest, AMillionSoftmaxDecisionsAreAsRecorded) {
  ExpectFrequenciesAreAsRecorded(
      PackToSample({pack::ExploreMethod::kSoftmax, 0.4, 0.6}), 1'000'000);
}

TEST(SelectionFrequencyTest, UniformDecisionsAreAsRecorded) {
  ExpectFrequenciesAreAsRecorded(
      PackToSample({pack::ExploreMethod::kUniform, 1, 0.25}), 300'000);
}

TEST(SelectionFrequencyTest, GroupsMandatoryOffersAndPlacementsKeepItExact) {
  ReferencePack pack;
  pack.offers = {{"a", "red", true, false, 4},   {"b", "red", true, false, 3},
                 {"c", "green", true, false, 2}, {"d", "", true, false, 1},
                 {"m", "green", true, true, -9}, {"e", "", true, false, 0}};
  pack.placements = {{"one", 3, true, ""}, {"two", 2, true, ""}};
  pack.explore = {pack::ExploreMethod::kSoftmax, 1, 0.8};
  ExpectFrequenciesAreAsRecorded(pack, 100'000);
}

Contender Of(double score) { return {score, -1, false, false}; }

TEST(SelectionTest, ScoresWhoseDistanceIsNoDoubleAreWeighed) {
  constexpr double kMax = std::numeric_limits<double>::max();
  const std::vector<Contender> contenders = {Of(kMax), Of(0), Of(-kMax)};
  SelectionRules rules;
  rules.explore = {pack::ExploreMethod::kSoftmax, 1, 1};
  Selection selection;
  std::map<size_t, double> probabilities;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    selection.Run(rules, seed, 0, contenders, {}, {});
    probabilities[selection.picks()[0].contender] =
        selection.picks()[0].probability;
  }
  const double sum = 1 + std::exp(-0.5) + std::exp(-1);
  EXPECT_NEAR(probabilities[0], 1 / sum, 1e-15);
  EXPECT_NEAR(probabilities[1], std::exp(-0.5) / sum, 1e-15);
  EXPECT_NEAR(probabilities[2], std::exp(-1) / sum, 1e-15);
}

TEST(SelectionTest, TheSmallestTemperatureLeavesTheBest) {
  SelectionRules rules;
  rules.explore = {pack::ExploreMethod::kSoftmax,
                   std::numeric_limits<double>::denorm_min(), 1};
  Selection selection;
  const std::vector<Contender> contenders = {Of(2), Of(1)};
  for (uint64_t seed = 0; seed < 100; ++seed) {
    selection.Run(rules, seed, 0, contenders, {}, {});
    ASSERT_EQ(selection.picks()[0].contender, 0u);
    ASSERT_EQ(selection.picks()[0].probability, 1);
  }
}

TEST(SelectionTest, TheLastThatRemainsHasAllTheChance) {
  SelectionRules rules;
  rules.offers_max = 5;
  Selection selection;
  const std::vector<Contender> contenders = {Of(2), Of(1)};
  for (const double share : {0.05, 0.1, 0.3, 0.7, 1.0}) {
    rules.explore = {pack::ExploreMethod::kUniform, 1, share};
    selection.Run(rules, 3, 0, contenders, {}, {});
    ASSERT_EQ(selection.picks().size(), 2u);
    EXPECT_EQ(selection.picks()[1].probability, 1) << share;
    EXPECT_EQ(selection.picks()[1].reason, Reason::kRanked);
  }
}

TEST(SelectionTest, NobodyIsAnEmptyAnswer) {
  Selection selection;
  selection.Run({}, 0, 0, {}, {}, {});
  EXPECT_TRUE(selection.picks().empty());
  EXPECT_TRUE(selection.outcomes().empty());
}

TEST(SelectionTest, EveryContenderIsToldWhatBecameOfIt) {
  SelectionRules rules;
  rules.offers_max = 2;
  rules.distinct_group = true;
  const std::vector<Contender> contenders = {
      {9, 0, false, true},  {8, 0, false, false}, {7, 0, false, false},
      {6, 1, true, false},  {5, 1, true, false},  {4, -1, true, true},
      {3, -1, false, false}};
  Selection selection;
  selection.Run(rules, 0, 0, contenders, {}, {});
  EXPECT_EQ(selection.outcomes(),
            (std::vector<Reason>{Reason::kAlreadyShown, Reason::kRanked,
                                 Reason::kDistinctGroup, Reason::kMandatory,
                                 Reason::kDistinctGroup, Reason::kAlreadyShown,
                                 Reason::kOutranked}));
}

TEST(SelectionTest, RoomThatSlotsAboveTookIsMissingBelow) {
  SelectionRules rules;
  rules.offers_max = 3;
  // Of two rooms, the first with room for one more, the second for two.
  const std::vector<Draw> draws = {{0, 1}, {0, 1}, {1, 1}, {1, 1}, {1, 1}};
  const std::vector<Contender> contenders = {{9, -1, false, false, 0, 1},
                                             {8, -1, false, false, 1, 3},
                                             {7, -1, false, false, 3, 4},
                                             {6, -1, true, false, 4, 5},
                                             {5, -1, false, false, 5, 5}};
  for (const pack::ExploreMethod method :
       {pack::ExploreMethod::kNone, pack::ExploreMethod::kUniform}) {
    rules.explore = {method, 1, 0};
    std::vector<Room> rooms = {{Reason::kLimit, 1}, {Reason::kBudget, 2}};
    Selection selection;
    selection.Run(rules, 0, 0, contenders, draws, rooms);
    EXPECT_EQ(
        selection.outcomes(),
        (std::vector<Reason>{Reason::kRanked, Reason::kLimit, Reason::kRanked,
                             Reason::kMandatory, Reason::kOutranked}));
    EXPECT_EQ(rooms[0].taken, 1);
    EXPECT_EQ(rooms[0].fitted_max, 1);
    EXPECT_EQ(rooms[0].refused_min, 2);
    EXPECT_EQ(rooms[1].taken, 2);
    EXPECT_EQ(rooms[1].fitted_max, 2);
  }
}

TEST(SelectionTest, WhatFindsNoRoomIsTold) {
  std::vector<Room> rooms = {{Reason::kContactPolicy, 1}};
  rooms[0].taken = 1;
  const std::vector<Draw> draws = {{0, 1}};
  const std::vector<Contender> contenders = {{1, -1, false, false, 0, 1}};
  Selection selection;
  selection.Run({}, 0, 0, contenders, draws, rooms);
  EXPECT_TRUE(selection.picks().empty());
  EXPECT_EQ(selection.outcomes()[0], Reason::kContactPolicy);
}

TEST(SelectionTest, AWarmSelectionAsksNoHeap) {
  SelectionRules rules;
  rules.offers_max = 3;
  rules.distinct_group = true;
  rules.explore = {pack::ExploreMethod::kSoftmax, 0.5, 0.5};
  std::vector<Contender> contenders;
  for (int i = 0; i < 100; ++i) {
    contenders.push_back({100.0 - i, i % 70, i % 30 == 0, false});
  }
  Selection selection;
  selection.Run(rules, 1, 0, contenders, {}, {});
  const AllocationCounter counter;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    selection.Run(rules, seed, 1, contenders, {}, {});
  }
  EXPECT_EQ(counter.count(), 0);
}

}  // namespace
}  // namespace stratagem::decide
