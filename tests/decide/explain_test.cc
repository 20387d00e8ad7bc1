// What must hold for full explanations: they are as reviewed, agree with the
// decision, change nothing, and what they say would do does.

#include "engine/decide/explain.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/present.h"
#include "engine/plan/presentation.h"
#include "engine/trace/explain_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/decide/explanation_dump.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/golden.h"

namespace stratagem::decide {
namespace {

constexpr char kShop[] = "tests/golden/explanations/shop";

std::shared_ptr<const plan::Plan> Shop() {
  plan::LoadedPlan loaded = plan::LoadPlan(SourcePath(kShop));
  EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  return loaded.plan;
}

std::vector<std::string> Calls() {
  std::ifstream file(SourcePath(absl::StrCat(kShop, "/calls.ndjson")));
  std::vector<std::string> calls;
  for (std::string call; std::getline(file, call);) calls.push_back(call);
  EXPECT_FALSE(calls.empty());
  return calls;
}

std::string InWords(const plan::Plan& plan, const Workspace& workspace,
                    absl::string_view locale) {
  return trace::ExplainText(
      workspace.record(), Explain(plan, workspace), locale,
      [&plan, locale](absl::string_view key) {
        return std::string(plan::TextOf(plan, key, locale));
      });
}

TEST(ExplainTest, ExplanationsAreAsReviewed) {
  const auto shop = Shop();
  Workspace workspace;
  std::string text;
  for (const std::string& call : Calls()) {
    DecideJson(*shop, call, workspace);
    absl::StrAppend(&text, "# ", call, "\n", Dump(Explain(*shop, workspace)),
                    "\n");
  }
  ExpectMatchesGolden(text, absl::StrCat(kShop, "/expected.txt"));
}

class ExplainWordsTest : public testing::TestWithParam<std::string> {};

TEST_P(ExplainWordsTest, SentencesAreAsReviewed) {
  const auto shop = Shop();
  Workspace workspace;
  std::string text;
  for (const std::string& call : Calls()) {
    DecideJson(*shop, call, workspace);
    absl::StrAppend(&text, "# ", call, "\n",
                    InWords(*shop, workspace, GetParam()), "\n");
  }
  ExpectMatchesGolden(text,
                      absl::StrCat(kShop, "/expected.", GetParam(), ".txt"));
}

INSTANTIATE_TEST_SUITE_P(Locales, ExplainWordsTest,
                         testing::Values("en", "de", "zh"),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

TEST(ExplainTest, TheRecordStaysAsItIsAndSoDoesTheNextDecision) {
  const auto shop = Shop();
  Workspace explained;
  Workspace plain;
  for (const std::string& call : Calls()) {
    const std::string before = DecideJson(*shop, call, explained);
    const std::string first = Dump(Explain(*shop, explained));
    EXPECT_EQ(ToText(explained.record()), before);
    EXPECT_EQ(Dump(Explain(*shop, explained)), first);
    EXPECT_EQ(DecideJson(*shop, call, plain), before);
  }
}

// Every offer of the record is explained once, with the reason that the record
// gives.
TEST(ExplainTest, AgreesWithTheRecord) {
  const auto shop = Shop();
  Workspace workspace;
  for (const std::string& call : Calls()) {
    DecideJson(*shop, call, workspace);
    const trace::DecisionRecord& record = workspace.record();
    const trace::Explanation explanation = Explain(*shop, workspace);
    ASSERT_EQ(explanation.placements.size(), record.placements.size());
    if (record.scored) {
      EXPECT_EQ(explanation.tier.tier, record.tier);
    }
    EXPECT_EQ(explanation.stages.back().name, record.stage);
    for (size_t i = 0; i < record.placements.size(); ++i) {
      std::multiset<std::string> want;
      const trace::PlacementResult& placement = record.placements[i];
      std::string fallback;
      for (uint32_t n = placement.slots_begin; n < placement.slots_end; ++n) {
        if (record.slots[n].reason != trace::Reason::kFallback) continue;
        fallback = std::string(record.slots[n].offer);
        want.insert(absl::StrCat(fallback, " fallback"));
      }
      for (uint32_t n = placement.candidates_begin;
           n < placement.candidates_end; ++n) {
        want.insert(absl::StrCat(record.candidates[n].offer, " ",
                                 ReasonName(record.candidates[n].selection)));
      }
      for (uint32_t n = placement.exclusions_begin;
           n < placement.exclusions_end; ++n) {
        if (record.exclusions[n].offer == fallback) continue;
        want.insert(absl::StrCat(record.exclusions[n].offer, " ",
                                 ReasonName(record.exclusions[n].reason)));
      }
      std::multiset<std::string> found;
      for (const trace::OfferExplained& offer :
           explanation.placements[i].offers) {
        found.insert(absl::StrCat(offer.offer, " ", ReasonName(offer.reason)));
      }
      EXPECT_EQ(found, want) << call;
    }
  }
}

TEST(ExplainTest, WhatWouldDoLetsTheOfferIn) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      "attributes: {spend: {type: double, min: 0}, days: {type: int}}\n"
      "variables: [{name: monthly, expression: \"spend / 12.0\"}]\n"
      "offers:\n"
      "  - {id: a, eligibility: \"variables.monthly >= 300.0\", value: 1}\n"
      "  - {id: b, eligibility: \"days > 30\", value: 2}\n"
      "placements: {home: {max_offers: 2}}\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(
      *loaded.plan,
      R"({"attributes": {"spend": 12, "days": 3}, "placements": ["home"]})",
      workspace);
  const trace::Explanation explanation = Explain(*loaded.plan, workspace);
  std::vector<std::string> answers;
  for (const trace::OfferExplained& offer : explanation.placements[0].offers) {
    answers.push_back(
        offer.gates.back().condition.why_not.at(0).nearest.at(0).would_do);
  }
  EXPECT_THAT(answers, testing::ElementsAre("3600", "31"));
  DecideJson(
      *loaded.plan,
      R"({"attributes": {"spend": 3600, "days": 31}, "placements": ["home"]})",
      workspace);
  EXPECT_EQ(workspace.record().slots.size(), 2u);
}

TEST(ExplainTest, ADecisionThatRanOutOfStepsIsExplainedAsItWas) {
  std::string list = "[0";
  for (int i = 1; i < 100; ++i) list += absl::StrCat(", ", i);
  list += "]";
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      absl::StrCat("attributes: {n: {type: int}}\noffers:\n"
                   "  - {id: slow, value: 1, eligibility: \"",
                   list, ".all(a, ", list, ".all(b, ", list, ".all(c, ", list,
                   ".all(d, a + b + c + d + n >= 0))))\"}\n"
                   "  - {id: z_after, value: 1, eligibility: \"n == 1\"}\n"
                   "placements: {home: {max_offers: 2}}\n"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             R"({"attributes": {"n": 1}, "placements": ["home"]})", workspace);
  const trace::Explanation explanation = Explain(*loaded.plan, workspace);
  ASSERT_EQ(explanation.placements[0].offers.size(), 2u);
  for (const trace::OfferExplained& offer : explanation.placements[0].offers) {
    EXPECT_EQ(offer.reason, trace::Reason::kGateError) << offer.offer;
    ASSERT_EQ(offer.gates.size(), 1u);
    EXPECT_EQ(offer.gates[0].condition.tried, trace::Tried::kError);
    EXPECT_EQ(offer.gates[0].condition.error, ErrorCode::kStepLimit);
  }
}

TEST(ExplainTest, ShippedPacksAreExplainedInEveryLanguage) {
  const plan::LoadedPlan loaded = plan::LoadPlan(SourcePath("rules/retail"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             R"({"attributes": {"orders_total": 6, "monetary_36m": 700,
                 "recency_days": 40, "tenure_days": 300, "nps": 7},
                 "placements": ["agent_desktop", "app_home"]})",
             workspace);
  for (const absl::string_view locale : trace::ExplainLocales()) {
    EXPECT_THAT(InWords(*loaded.plan, workspace, locale),
                testing::Not(testing::HasSubstr("{")));
  }
}

struct WordsCase {
  std::string locale;
  std::string want;
};

// The pack's words are those for the call's locale, else those for the language
// of the sentences; a third language stands nowhere.
TEST(ExplainInWordsTest, ThePacksWordsAreInTheLanguageOfTheSentences) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      "attributes: {spend: {type: double}}\n"
      "offers: [{id: gift, eligibility: \"spend > 10.0\"}]\n"
      "placements: {home: {max_offers: 1}}\n"
      "texts:\n"
      "  eligibility: {en: \"{offer} is barred\", fr: \"{offer} exclu\"}\n"
      "  offers.gift: {en: A gift, zh: 礼物}\n"
      "  placements.home: {de-CH: Startseite}\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  const std::vector<WordsCase> cases = {
      {"", "home:\n  Nothing is shown.\n  Not A gift: A gift is barred.\n"},
  };
  for (const WordsCase& row : cases) {
    DecideJson(*loaded.plan,
               absl::StrCat(R"({"attributes": {"spend": 1}, "locale": ")",
                            row.locale, R"(", "placements": ["home"]})"),
               workspace);
    EXPECT_EQ(ExplainInWords(*loaded.plan, workspace.record(),
                             Explain(*loaded.plan, workspace)),
              row.want)
        << row.locale;
  }
}

TEST(ExplainInWordsTest, AStoredValueThatDoesNotFitIsAProblem) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      "attributes:\n"
      "  nps: {type: int, max: 10, optional: true}\n"
      "  orders: {type: int, default: 0}\n"
      "constraints: [\"orders == 0 || nps.hasValue()\"]\n"
      "texts: {attributes.orders: {de: Bestellungen}}\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  const std::vector<WordsCase> cases = {
      {"en",
       "Problem: the stored nps does not fit and counts as missing.\n"
       "Problem: the stored orders does not fit and counts as missing.\n"},
      {"de",
       "Problem: der gespeicherte Wert von nps passt nicht und gilt als "
       "fehlend.\n"
       "Problem: der gespeicherte Wert von Bestellungen passt nicht und gilt "
       "als fehlend.\n"},
  };
  for (const WordsCase& row : cases) {
    Workspace workspace;
    DecideJson(*loaded.plan,
               absl::StrCat(R"({"profile": {"nps": 11, "orders": 3}, )",
                            R"("locale": ")", row.locale, R"("})"),
               workspace);
    EXPECT_EQ(ExplainInWords(*loaded.plan, workspace.record(),
                             Explain(*loaded.plan, workspace)),
              row.want);
  }
}

}  // namespace
}  // namespace stratagem::decide
