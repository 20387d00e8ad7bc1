// What must hold for what an operator has paused: no version shows it, in
// whatever way an offer comes to a slot, the record says so, and replay decides
// the same.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/decide/decide.h"
#include "engine/decide/explain.h"
#include "engine/decide/present.h"
#include "engine/decide/replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

using testing::HasSubstr;

constexpr char kPack[] = R"(
offers:
  - {id: first, value: 9, mandatory: true}
  - {id: second, value: 5, eligibility: "1 < 2"}
  - {id: third, value: 3}
  - {id: thanks, value: 0, cost: 1}
placements:
  home: {channel: app, max_offers: 2, fallback: thanks}
  call: {channel: app, max_offers: 1}
arbitration: {min_score: 1}
)";

class PausedTest : public testing::Test {
 protected:
  PausedTest() {
    plan::LoadedPlan loaded = plan::PlanFromYaml(kPack);
    EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
    plan_ = loaded.plan;
  }

  // "home: first second; call: third".
  std::string Shown(const std::vector<state::Paused>& paused) {
    state::StateCopy state;
    state.paused = paused;
    Call call;
    call.customer_id = "c-1";
    call.decided_at = absl::FromUnixSeconds(1'795'000'000);
    call.placements = placements_;
    call.state = &state;
    EXPECT_TRUE(Decide(*plan_, call, workspace_).empty());
    std::vector<std::string> texts;
    for (const trace::PlacementResult& placement : record().placements) {
      std::string text = absl::StrCat(placement.name, ":");
      for (uint32_t i = placement.slots_begin; i < placement.slots_end; ++i) {
        absl::StrAppend(&text, " ", record().slots[i].offer);
      }
      texts.push_back(text);
    }
    return absl::StrJoin(texts, "; ");
  }
  const trace::DecisionRecord& record() const { return workspace_.record(); }
  // Why `offer` is left out of the placement.
  std::string WhyNot(absl::string_view placement, absl::string_view offer) {
    for (const trace::PlacementResult& result : record().placements) {
      if (result.name != placement) continue;
      for (uint32_t i = result.exclusions_begin; i < result.exclusions_end;
           ++i) {
        if (record().exclusions[i].offer == offer) {
          return std::string(trace::ReasonName(record().exclusions[i].reason));
        }
      }
    }
    return "";
  }

  const std::vector<absl::string_view> placements_ = {"home", "call"};
  std::shared_ptr<const plan::Plan> plan_;
  Workspace workspace_;
};

TEST_F(PausedTest, AnOfferIsNotShownAndOthersAre) {
  EXPECT_EQ(Shown({}), "home: first second; call: third");
  EXPECT_EQ(Shown({{"second", false}}), "home: first third; call:");
  EXPECT_EQ(WhyNot("home", "second"), "offer_paused");
  EXPECT_EQ(WhyNot("call", "second"), "offer_paused");
  EXPECT_EQ(Shown({{"first", false}}), "home: second third; call:");
  EXPECT_EQ(WhyNot("home", "first"), "offer_paused");
}

TEST_F(PausedTest, AFallbackIsNotShownEither) {
  const std::vector<state::Paused> all = {
      {"first", false}, {"second", false}, {"third", false}};
  EXPECT_EQ(Shown(all), "home: thanks; call:");
  std::vector<state::Paused> and_fallback = all;
  and_fallback.push_back({"thanks", false});
  EXPECT_EQ(Shown(and_fallback), "home:; call:");
}

TEST_F(PausedTest, APlacementShowsNothing) {
  EXPECT_EQ(Shown({{"home", true}}), "home:; call: first");
  EXPECT_EQ(WhyNot("home", "first"), "placement_paused");
  EXPECT_EQ(WhyNot("home", "thanks"), "placement_paused");
}

TEST_F(PausedTest, NamesOfOtherThingsPauseNothing) {
  EXPECT_EQ(Shown({{"home", false}, {"second", true}, {"unknown", false}}),
            "home: first second; call: third");
}

TEST_F(PausedTest, TheExplanationSaysSoAndTriedNoGate) {
  Shown({{"second", false}});
  const trace::Explanation explanation = Explain(*plan_, workspace_);
  EXPECT_THAT(ExplainInWords(*plan_, record(), explanation),
              HasSubstr("paused until somebody resumes it"));
  for (const trace::OfferExplained& offer :
       explanation.placements.front().offers) {
    if (offer.offer != "second") continue;
    ASSERT_EQ(offer.gates.size(), 1u);
    EXPECT_EQ(offer.gates.front().condition.tried, trace::Tried::kNotTried);
  }
}

TEST_F(PausedTest, ReplayReadsWhatWasPausedThen) {
  Shown({{"second", false}, {"call", true}});
  trace::DecisionRecord recorded = record();
  Replayer replayer(*plan_);
  EXPECT_TRUE(replayer.Replay(recorded).differences.empty());
  // Had nothing been paused, it would have been another decision.
  recorded.paused_read.clear();
  EXPECT_FALSE(replayer.Replay(recorded).differences.empty());
}

}  // namespace
}  // namespace stratagem::decide
