// What operators have set: a version has one place, a pack one canary and one
// shadow, and whoever read what was paused can tell that it is another set now.

#include "engine/state/operations.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/state/ledger.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/state/saved_ledger.h"
#include "tests/support/status_matchers.h"

namespace stratagem::state {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'795'000'000);

class OperationsTest : public testing::Test {
 protected:
  void Serve(OperationKind kind, absl::string_view version,
             uint32_t canary_slots = 0, absl::string_view pack = "retail") {
    now_ += absl::Seconds(1);
    ledger_.Apply(Operation{.kind = kind,
                            .at = now_,
                            .pack = pack,
                            .version = version,
                            .digest = "d",
                            .canary_slots = canary_slots});
  }
  void Pause(OperationKind kind, absl::string_view name,
             absl::string_view pack = "retail") {
    ledger_.Apply(
        Operation{.kind = kind, .at = now_, .pack = pack, .name = name});
  }
  // "retail@1 live", "retail@2 canary 500".
  std::vector<std::string> Versions() const {
    std::vector<std::string> texts;
    for (const ServedVersion& served : ledger_.operations().versions()) {
      constexpr absl::string_view kNames[] = {
          "", "published", "live", "canary", "shadow", "withdrawn"};
      texts.push_back(
          absl::StrCat(served.pack, "@", served.version, " ",
                       kNames[static_cast<size_t>(served.serving)]));
      if (served.canary_slots > 0) {
        absl::StrAppend(&texts.back(), " ", served.canary_slots);
      }
    }
    return texts;
  }
  std::vector<std::string> PausedOf(absl::string_view pack) const {
    StateCopy copy;
    ledger_.Read({.pack = pack}, {}, copy);
    EXPECT_EQ(copy.pauses_version, ledger_.PausesVersion(pack));
    std::vector<std::string> names;
    for (const Paused& paused : copy.paused) {
      names.push_back(
          absl::StrCat(paused.is_placement ? "placement " : "", paused.name));
    }
    return names;
  }

  absl::Time now_ = kNoon;
  Ledger ledger_;
};

TEST_F(OperationsTest, AVersionHasOnePlaceThatOfItsLastChange) {
  Serve(OperationKind::kPublish, "1");
  Serve(OperationKind::kPublish, "2");
  Serve(OperationKind::kActivate, "2");
  Serve(OperationKind::kActivate, "1");
  EXPECT_THAT(Versions(), ElementsAre("retail@2 live", "retail@1 live"));
  Serve(OperationKind::kWithdraw, "1");
  Serve(OperationKind::kPublish, "2");
  EXPECT_THAT(Versions(), ElementsAre("retail@2 live", "retail@1 withdrawn"));
  EXPECT_EQ(ledger_.operations().versions().front().since,
            kNoon + absl::Seconds(3));
}

TEST_F(OperationsTest, APackHasOneCanaryAndOneShadow) {
  Serve(OperationKind::kCanary, "2", 500);
  Serve(OperationKind::kShadow, "3");
  Serve(OperationKind::kCanary, "2", 900);
  EXPECT_THAT(Versions(),
              ElementsAre("retail@3 shadow", "retail@2 canary 900"));
  Serve(OperationKind::kCanary, "4", 100);
  Serve(OperationKind::kShadow, "5");
  Serve(OperationKind::kCanary, "1", 100, "bank");
  EXPECT_THAT(Versions(),
              ElementsAre("retail@3 withdrawn", "retail@2 withdrawn",
                          "retail@4 canary 100", "retail@5 shadow",
                          "bank@1 canary 100"));
  Serve(OperationKind::kActivate, "4");
  EXPECT_THAT(Versions().back(), "retail@4 live");
}

TEST_F(OperationsTest, TheOldestThatDoNotServeAreForgottenWhenThereAreTooMany) {
  Serve(OperationKind::kActivate, "live");
  Serve(OperationKind::kPublish, "new");
  for (size_t i = 0; i + 1 < kServedVersionsMax; ++i) {
    Serve(OperationKind::kWithdraw, absl::StrCat(i));
  }
  ASSERT_EQ(ledger_.operations().versions().size(), kServedVersionsMax);
  EXPECT_EQ(Versions().front(), "retail@live live");
  EXPECT_EQ(Versions()[1], "retail@0 withdrawn");
  Serve(OperationKind::kPublish, "newer");
  EXPECT_EQ(Versions()[1], "retail@1 withdrawn");
  EXPECT_EQ(Versions().back(), "retail@newer published");
}

TEST_F(OperationsTest, WhatServesIsNeverForgotten) {
  Serve(OperationKind::kCanary, "canary", 1);
  Serve(OperationKind::kShadow, "shadow");
  for (size_t i = 0; i < kServedVersionsMax; ++i) {
    Serve(OperationKind::kActivate, absl::StrCat(i));
  }
  EXPECT_EQ(ledger_.operations().versions().size(), kServedVersionsMax + 2);
}

TEST_F(OperationsTest, PacksAreInTheOrderOfTheirFirstActivation) {
  Serve(OperationKind::kPublish, "1", 0, "late");
  Serve(OperationKind::kActivate, "1", 0, "retail");
  Serve(OperationKind::kCanary, "1", 5, "late");
  Serve(OperationKind::kActivate, "1", 0, "bank");
  Serve(OperationKind::kActivate, "1", 0, "late");
  const std::vector<std::string> order = {"retail", "bank", "late"};
  EXPECT_EQ(ledger_.operations().packs(), order);
  // What comes after does not change it.
  Serve(OperationKind::kActivate, "2", 0, "retail");
  Serve(OperationKind::kWithdraw, "1", 0, "retail");
  Serve(OperationKind::kActivate, "1", 0, "retail");
  EXPECT_EQ(ledger_.operations().packs(), order);
}

TEST_F(OperationsTest, APackWithoutVersionsHasNoPlace) {
  Serve(OperationKind::kActivate, "1", 0, "bank");
  Serve(OperationKind::kActivate, "2", 0, "bank");
  Serve(OperationKind::kWithdraw, "1", 0, "bank");
  Serve(OperationKind::kActivate, "1", 0, "retail");
  for (size_t i = 0; i < kServedVersionsMax; ++i) {
    Serve(OperationKind::kPublish, absl::StrCat("p", i));
  }
  EXPECT_THAT(ledger_.operations().packs(), ElementsAre("bank", "retail"));
  Serve(OperationKind::kWithdraw, "2", 0, "bank");
  for (size_t i = 0; i < kServedVersionsMax; ++i) {
    Serve(OperationKind::kPublish, absl::StrCat("q", i));
  }
  EXPECT_THAT(ledger_.operations().packs(), ElementsAre("retail"));
}

TEST_F(OperationsTest, PausesAreOfTheirPackInTheirOrder) {
  EXPECT_FALSE(ledger_.operations().has_pauses());
  Pause(OperationKind::kPauseOffer, "coupon");
  Pause(OperationKind::kPausePlacement, "home");
  Pause(OperationKind::kPauseOffer, "coupon");
  Pause(OperationKind::kPauseOffer, "card", "bank");
  EXPECT_THAT(PausedOf("retail"), ElementsAre("coupon", "placement home"));
  EXPECT_THAT(PausedOf("bank"), ElementsAre("card"));
  EXPECT_THAT(PausedOf("telecom"), IsEmpty());
  EXPECT_TRUE(ledger_.operations().has_pauses());
  Pause(OperationKind::kResumeOffer, "coupon");
  Pause(OperationKind::kResumeOffer, "home");  // An offer of that name.
  EXPECT_THAT(PausedOf("retail"), ElementsAre("placement home"));
  Pause(OperationKind::kResumePlacement, "home");
  Pause(OperationKind::kResumeOffer, "card", "bank");
  EXPECT_FALSE(ledger_.operations().has_pauses());
}

TEST_F(OperationsTest, AnotherSetOfPausesHasAnotherNumber) {
  EXPECT_EQ(ledger_.PausesVersion("retail"), 0u);
  std::vector<uint64_t> numbers = {0};
  const auto expect_new = [&] {
    const uint64_t number = ledger_.PausesVersion("retail");
    EXPECT_THAT(numbers, testing::Not(testing::Contains(number)));
    numbers.push_back(number);
  };
  Pause(OperationKind::kPauseOffer, "coupon");
  expect_new();
  Pause(OperationKind::kPauseOffer, "event");
  expect_new();
  Pause(OperationKind::kResumeOffer, "event");
  expect_new();
  Pause(OperationKind::kPauseOffer, "card", "bank");
  Pause(OperationKind::kResumeOffer, "event");
  EXPECT_EQ(ledger_.PausesVersion("retail"), numbers.back());
  Pause(OperationKind::kResumeOffer, "coupon");
  EXPECT_EQ(ledger_.PausesVersion("retail"), 0u);
}

TEST_F(OperationsTest, SavedAndLoadedTheyAreTheSame) {
  Serve(OperationKind::kActivate, "1");
  Serve(OperationKind::kActivate, "1", 0, "bank");
  Serve(OperationKind::kCanary, "2", 500);
  Pause(OperationKind::kPauseOffer, "coupon");
  Pause(OperationKind::kPausePlacement, "home");
  const std::string bytes = Saved(ledger_);
  Ledger loaded;
  ASSERT_THAT(Load(bytes, loaded), IsOk());
  EXPECT_EQ(Saved(loaded), bytes);
  EXPECT_EQ(loaded.operations().versions(), ledger_.operations().versions());
  EXPECT_EQ(loaded.operations().packs(), ledger_.operations().packs());
  EXPECT_EQ(loaded.PausesVersion("retail"), ledger_.PausesVersion("retail"));
  // The next change has the same number in both.
  const Operation next = {.kind = OperationKind::kPauseOffer,
                          .at = now_,
                          .pack = "retail",
                          .name = "event"};
  ledger_.Apply(next);
  loaded.Apply(next);
  EXPECT_EQ(Saved(loaded), Saved(ledger_));
}

}  // namespace
}  // namespace stratagem::state
