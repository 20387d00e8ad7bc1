// What must hold for what people see of a decision: texts in the call's
// language and of its channel, how each slot was filled and how likely that
// was, and an explanation of everything that was tried. The log holds the
// reasons, not the texts.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "server/rpc/write_decision.h"
#include "tests/server/handler_fixture.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class ScreenTest : public HandlerFixture {
 protected:
  ScreenTest() : HandlerFixture(RouterOf({"screen"})) {}

  static v1::DecideRequest Request(double spend,
                                   const std::string& placement = "home") {
    v1::DecideRequest request;
    request.set_customer_id("c-1");
    *request.add_attributes() = Double("spend", spend);
    request.add_placements(placement);
    return request;
  }

  // The slot of `offer` in the first placement.
  static v1::Slot SlotOf(const v1::Decision& decision,
                         const std::string& offer) {
    for (const v1::Slot& slot : decision.placements(0).slots()) {
      if (slot.offer_id() == offer) return slot;
    }
    return {};
  }

  // Decides with seeds from 1 on until `offer` has a slot.
  v1::Decision DecideUntilShown(const v1::DecideRequest& request,
                                const std::string& offer) {
    seed_ = 0;
    for (int i = 0; i < 100; ++i) {
      v1::Decision decision = DecideNow(request);
      if (SlotOf(decision, offer).offer_id() == offer) return decision;
    }
    ADD_FAILURE() << offer << " was not shown in 100 decisions";
    return {};
  }

  static std::vector<std::pair<std::string, std::string>> LabelsOf(
      const v1::Slot& slot) {
    std::vector<std::pair<std::string, std::string>> labels;
    for (const v1::Label& label : slot.labels()) {
      labels.emplace_back(label.name(), label.text());
    }
    return labels;
  }

  // A candidate of the first placement.
  static v1::Candidate CandidateOf(const v1::Decision& decision,
                                   const std::string& offer) {
    for (const v1::Candidate& candidate :
         decision.explanation().placements(0).candidates()) {
      if (candidate.offer_id() == offer) return candidate;
    }
    ADD_FAILURE() << offer << " is no candidate";
    return {};
  }
};

struct LocaleCase {
  std::string locale;
  std::string content;
  std::string content_locale;
  std::string join;
};

TEST_F(ScreenTest, TextsAreInTheLanguageOfTheCallOrTheNearest) {
  for (const LocaleCase& c : std::vector<LocaleCase>{
           {"zh", "周五会员专场", "zh", "预约"},
           {"zh-Hant-TW", "周五会员专场", "zh", "预约"},
           {"en-GB", "A private sale on Friday", "en", "Book a seat"},
           {"fr", "A private sale on Friday", "en", "Book a seat"},
           {"", "A private sale on Friday", "en", "Book a seat"},
           {"not a tag", "A private sale on Friday", "en", "Book a seat"},
       }) {
    v1::DecideRequest request = Request(3'200);
    request.set_locale(c.locale);
    const v1::Slot slot = SlotOf(DecideUntilShown(request, "event"), "event");
    EXPECT_EQ(slot.content(), c.content) << c.locale;
    EXPECT_EQ(slot.content_locale(), c.content_locale) << c.locale;
    EXPECT_EQ(slot.labels(0).text(), c.join) << c.locale;
    EXPECT_EQ(slot.action_ref(), "crm://event/42") << c.locale;
  }
}

TEST_F(ScreenTest, LabelsStandInTheOrderOfThePack) {
  const v1::Slot slot =
      SlotOf(DecideUntilShown(Request(3'200), "event"), "event");
  EXPECT_THAT(LabelsOf(slot), ElementsAre(Pair("join", "Book a seat"),
                                          Pair("decline", "Not this time")));
}

TEST_F(ScreenTest, AnyChannelMeansTheOneOfTheCall) {
  v1::DecideRequest request = Request(3'200, "desk");
  EXPECT_EQ(SlotOf(DecideUntilShown(request, "event"), "event").content(),
            "A private sale on Friday");
  *request.add_request() = Text("channel", "call");
  EXPECT_EQ(SlotOf(DecideUntilShown(request, "event"), "event").content(),
            "Tell them of the private sale");
}

TEST_F(ScreenTest, AnOfferWithoutTextsHasNone) {
  const v1::Slot slot =
      SlotOf(DecideUntilShown(Request(320), "coupon"), "coupon");
  EXPECT_EQ(slot.content(), "");
  EXPECT_EQ(slot.content_locale(), "");
  EXPECT_EQ(slot.action_ref(), "");
  EXPECT_EQ(slot.labels_size(), 0);
}

TEST_F(ScreenTest, TheLogHoldsTheDecisionWithoutWhatIsOnlyShown) {
  v1::DecideRequest request = Request(3'200);
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  request.set_locale("zh");
  request.set_ignore_levers(true);
  v1::Decision answered = DecideNow(request);
  const auto record = Record(1);
  v1::Decision logged;
  WriteDecision(record->decision(), v1::EXPLAIN_LEVEL_FULL, logged);
  WritePosition(record->header().node_id, {7, 1}, logged);
  EXPECT_FALSE(logged.explanation().has_full());
  EXPECT_TRUE(logged.explanation().ignore_levers());
  EXPECT_TRUE(logged.explanation().has_hold_after());

  answered.mutable_explanation()->clear_full();
  for (v1::Slot& slot : *answered.mutable_placements(0)->mutable_slots()) {
    slot.clear_labels();
    slot.clear_content();
    slot.clear_content_locale();
    slot.clear_action_ref();
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(answered, logged)) << difference;
}

TEST_F(ScreenTest, AMandatoryOfferGoesFirstAndIsCertain) {
  const v1::Decision decision = DecideNow(Request(3'200));
  ASSERT_EQ(decision.placements(0).slots_size(), 2);
  const v1::Slot& first = decision.placements(0).slots(0);
  EXPECT_EQ(first.offer_id(), "notice");
  EXPECT_EQ(first.reason(), v1::REASON_MANDATORY);
  EXPECT_EQ(first.selection_probability(), 1);
}

// Event is best; of its share of 0.5 exploration gives each of the two half.
TEST_F(ScreenTest, AnExploredSlotSaysSoWithTheChanceThatItHad) {
  std::set<std::string> seen;
  for (uint64_t i = 1; i <= 60; ++i) {
    const v1::Decision decision = DecideNow(Request(3'200));
    const v1::Slot& slot = decision.placements(0).slots(1);
    seen.insert(slot.offer_id());
    const bool is_best = slot.offer_id() == "event";
    EXPECT_EQ(slot.reason(), is_best ? v1::REASON_RANKED : v1::REASON_EXPLORED);
    EXPECT_DOUBLE_EQ(slot.selection_probability(), is_best ? 0.75 : 0.25);
    EXPECT_EQ(Record(i)->decision().slots[1].selection_probability,
              slot.selection_probability());
  }
  EXPECT_THAT(seen, ElementsAre("coupon", "event"));
}

TEST_F(ScreenTest, LeversCountUnlessTheCallerLeavesThemOut) {
  v1::DecideRequest request = Request(3'200);
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  const v1::Decision with = DecideNow(request);
  EXPECT_EQ(CandidateOf(with, "event").lever(), 1.5);
  EXPECT_EQ(CandidateOf(with, "event").score(), 65);
  EXPECT_FALSE(with.explanation().ignore_levers());
  request.set_ignore_levers(true);
  const v1::Decision without = DecideNow(request);
  EXPECT_EQ(CandidateOf(without, "event").lever(), 1);
  EXPECT_EQ(CandidateOf(without, "event").score(), 40);
  EXPECT_TRUE(without.explanation().ignore_levers());
  EXPECT_FALSE(Record(1)->decision().ignore_levers);
  EXPECT_TRUE(Record(2)->decision().ignore_levers);
}

TEST_F(ScreenTest, AContextWeightIsAFactorOfTheCandidate) {
  v1::DecideRequest request = Request(3'200, "desk");
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  EXPECT_EQ(CandidateOf(DecideNow(request), "event").context_weight(), 1);
  *request.add_request() = Text("channel", "call");
  const v1::Candidate event = CandidateOf(DecideNow(request), "event");
  EXPECT_EQ(event.context_weight(), 2);
  EXPECT_EQ(event.score(), 140);
}

TEST_F(ScreenTest, ATierIsHeldFromTheDecisionOn) {
  v1::DecideRequest request = Request(3'200);
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  const v1::Decision first = DecideNow(request);
  EXPECT_EQ(first.tier_reason(), v1::REASON_SCORED);
  EXPECT_FALSE(first.explanation().has_hold_before());
  EXPECT_EQ(first.explanation().hold_after().tier(), "gold");
  EXPECT_FALSE(first.explanation().hold_after().has_below_since());

  request = Request(20);
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  const v1::Decision second = DecideNow(request);
  EXPECT_EQ(second.tier(), "gold");
  EXPECT_EQ(second.tier_reason(), v1::REASON_HELD_TIER);
  EXPECT_EQ(second.explanation().hold_before().tier(), "gold");
  EXPECT_EQ(second.explanation().hold_after().below_since().seconds(),
            second.decided_at().seconds());
}

TEST_F(ScreenTest, ATableNamesTheRowThatApplied) {
  EXPECT_EQ(DecideNow(Request(3'200)).treatments(0).reason(),
            v1::REASON_TABLE_ROW);
  EXPECT_EQ(DecideNow(Request(3'200)).treatments(0).cell(), "rows[0]");
  v1::DecideRequest poor = Request(20);
  poor.set_customer_id("c-poor");  // Whose tier is not held.
  const v1::Decision low = DecideNow(poor);
  EXPECT_EQ(low.treatments(0).reason(), v1::REASON_NO_TABLE_ROW);
  EXPECT_EQ(low.treatments(0).cell(), "");
}

// What an offer's explanation says, of the first placement.
const v1::OfferExplained& OfferIn(const v1::FullExplanation& full,
                                  const std::string& offer) {
  for (const v1::OfferExplained& explained : full.placements(0).offers()) {
    if (explained.offer_id() == offer) return explained;
  }
  ADD_FAILURE() << offer << " is not explained";
  return v1::OfferExplained::default_instance();
}

TEST_F(ScreenTest, InFullEverythingThatWasTriedIsTold) {
  v1::DecideRequest request = Request(320);
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  const v1::Decision decision = DecideNow(request);
  const v1::FullExplanation& full = decision.explanation().full();
  ASSERT_EQ(full.indicators_size(), 1);
  EXPECT_EQ(full.indicators(0).expression(), "spend");
  EXPECT_EQ(full.indicators(0).points(), 50);
  EXPECT_EQ(full.tier().tier(), "gold");
  EXPECT_EQ(full.tier().score_min(), 50);
  ASSERT_EQ(full.stages_size(), 1);
  EXPECT_EQ(full.stages(0).name(), "fresh");
  EXPECT_EQ(full.stages(0).condition(), "orders <= 1");
  EXPECT_EQ(full.stages(0).tried(), v1::TRIED_HELD);
  ASSERT_EQ(full.treatments_size(), 1);
  EXPECT_EQ(full.treatments(0).rows(0).label(), "rows[0]");
  ASSERT_EQ(full.placements_size(), 1);
  EXPECT_EQ(full.placements(0).slots_max(), 2u);
  EXPECT_EQ(full.placements(0).offers_size(), 4);
  const v1::OfferExplained& coupon = OfferIn(full, "coupon");
  EXPECT_EQ(coupon.factors().value(), 20);
  EXPECT_EQ(coupon.factors().score(), 19);
}

TEST_F(ScreenTest, InFullWhatWouldHaveToChangeIsTold) {
  v1::DecideRequest request = Request(320);
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  const v1::Decision decision = DecideNow(request);
  const v1::OfferExplained& event =
      OfferIn(decision.explanation().full(), "event");
  EXPECT_EQ(event.reason(), v1::REASON_ELIGIBILITY);
  ASSERT_GE(event.gates_size(), 1);
  const v1::GateExplained& gate = event.gates(event.gates_size() - 1);
  EXPECT_EQ(gate.gate(), v1::REASON_ELIGIBILITY);
  EXPECT_EQ(gate.condition().tried(), v1::TRIED_FAILED);
  ASSERT_EQ(gate.condition().why_not_size(), 1);
  const v1::Nearest& nearest = gate.condition().why_not(0).nearest(0);
  EXPECT_EQ(nearest.input(), "spend");
  EXPECT_EQ(nearest.found(), "320");
  EXPECT_EQ(nearest.would_do(), "400");
  EXPECT_EQ(nearest.bound(), v1::BOUND_AT_LEAST);
  EXPECT_EQ(nearest.unit(), "CNY");
}

TEST_F(ScreenTest, TheSentencesAreInTheLanguageOfTheCall) {
  v1::DecideRequest request = Request(320);
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  const v1::Decision english = DecideNow(request);
  request.set_locale("zh");
  const v1::Decision chinese = DecideNow(request);
  EXPECT_THAT(english.explanation().full().text(), HasSubstr("event"));
  EXPECT_NE(chinese.explanation().full().text(), "");
  EXPECT_NE(english.explanation().full().text(),
            chinese.explanation().full().text());
}

TEST_F(ScreenTest, OnlyTheFullLevelHasTheFullExplanation) {
  for (const v1::ExplainLevel level :
       {v1::EXPLAIN_LEVEL_UNSPECIFIED, v1::EXPLAIN_LEVEL_NONE,
        v1::EXPLAIN_LEVEL_REASONS, v1::EXPLAIN_LEVEL_FULL}) {
    v1::DecideRequest request = Request(320);
    request.set_explain(level);
    const v1::Decision decision = DecideNow(request);
    EXPECT_EQ(decision.has_explanation(), level >= v1::EXPLAIN_LEVEL_REASONS);
    EXPECT_EQ(decision.explanation().has_full(),
              level == v1::EXPLAIN_LEVEL_FULL);
  }
}

TEST_F(ScreenTest, EachRequestOfABatchHasItsOwnLevelAndLanguage) {
  v1::DecideRequest full = Request(3'200);
  full.set_explain(v1::EXPLAIN_LEVEL_FULL);
  full.set_locale("zh");
  const auto answer = BatchDecide({full, Request(320)});
  store_.Commit();
  ASSERT_TRUE(answer->given);
  const auto& results = answer->response.results();
  EXPECT_EQ(results[0].decision().placements(0).slots(0).content(), "条款更新");
  EXPECT_TRUE(results[0].decision().explanation().has_full());
  EXPECT_EQ(results[1].decision().placements(0).slots(0).content(),
            "Our terms change");
  EXPECT_FALSE(results[1].decision().has_explanation());
}

}  // namespace
}  // namespace stratagem::server
