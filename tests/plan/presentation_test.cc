// What must hold for what people read: the caller's language by RFC 4647, else
// what the author wrote first; and every reason can be said in other words.

#include "engine/plan/presentation.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/trace/explain_text.h"
#include "engine/trace/reason.h"
#include "engine/trace/wording.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::plan {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<trace::Reason> AllReasons() {
  std::vector<trace::Reason> reasons;
  for (int number = 1; number < 256; ++number) {
    const auto reason = static_cast<trace::Reason>(number);
    if (trace::ReasonName(reason) != "unknown") reasons.push_back(reason);
  }
  return reasons;
}

std::shared_ptr<const Plan> SamplePlan() {
  LoadedPlan loaded = PlanFromYaml(R"(
offers:
  - id: event
    labels: {decline: {zh: 暂不, en: Not this time}, accept: {en: Book a seat, zh: 预约}}
    content:
      app: {zh-Hans: 周五会员专场, en: A private sale, en-GB: A members' evening, pt-BR: Venda privada}
      call: {de: Einladung}
    action_ref: crm://event/42
  - {id: plain}
texts:
  eligibility: {en: "{offer} is not for this customer", zh: 不符合条件}
  offers.event: {en: Private sale}
)");
  EXPECT_EQ(loaded.diagnostics, "");
  return loaded.plan;
}

struct ContentCase {
  std::string locale;
  std::string channel;
  std::string want;
  std::string want_locale;
};

TEST(PresentTest, ContentIsInTheLocaleOrTheFirstWritten) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  const std::vector<ContentCase> cases = {
      {"en", "app", "A private sale", "en"},
      {"EN-gb", "app", "A members' evening", "en-GB"},
      {"en-GB-oxendict", "app", "A members' evening", "en-GB"},
      {"en-US", "app", "A private sale", "en"},
      {"zh-Hans-CN", "app", "周五会员专场", "zh-Hans"},
      {"zh-CN", "app", "周五会员专场", "zh-Hans"},
      {"PT", "app", "Venda privada", "pt-BR"},  // Its language, another region.
      {"pt-PT", "app", "Venda privada", "pt-BR"},
      {"fr", "app", "周五会员专场", "zh-Hans"},
      {"", "app", "周五会员专场", "zh-Hans"},
      {"p", "app", "周五会员专场", "zh-Hans"},  // The first written.
      {"en", "call", "Einladung", "de"},
      {"en", "sms", "", ""},
      {"en", "", "", ""},
  };
  for (const ContentCase& row : cases) {
    const Presentation shown = Present(*plan, 0, row.channel, row.locale);
    EXPECT_EQ(shown.content, row.want) << row.locale << " " << row.channel;
    EXPECT_EQ(shown.content_locale, row.want_locale) << row.locale;
    EXPECT_EQ(shown.action_ref, "crm://event/42");
  }
}

TEST(PresentTest, LabelsKeepTheirOrderAndTakeTheirOwnLocale) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  EXPECT_THAT(Present(*plan, 0, "app", "en").labels,
              ElementsAre(Pair("decline", "Not this time"),
                          Pair("accept", "Book a seat")));
  EXPECT_THAT(
      Present(*plan, 0, "app", "fr").labels,
      ElementsAre(Pair("decline", "暂不"), Pair("accept", "Book a seat")));
}

TEST(PresentTest, AnOfferWithoutTextsIsEmpty) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  EXPECT_TRUE(Present(*plan, 1, "app", "en").empty());
}

TEST(TextOfTest, NoOtherLanguageStandsIn) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  EXPECT_EQ(TextOf(*plan, "eligibility", "en-US"),
            "{offer} is not for this customer");
  EXPECT_EQ(TextOf(*plan, "eligibility", "zh"), "不符合条件");
  EXPECT_EQ(TextOf(*plan, "eligibility", "fr"), "");
  EXPECT_EQ(TextOf(*plan, "eligibility", ""), "");
  EXPECT_EQ(TextOf(*plan, "offers.event", "en"), "Private sale");
  EXPECT_EQ(TextOf(*plan, "offers.plain", "en"), "");
}

TEST(ReasonSentencesTest, AreOfAllReasonsByTheirNumbers) {
  std::vector<std::string> names;
  for (const trace::Reason reason : AllReasons()) {
    names.emplace_back(trace::ReasonName(reason));
  }
  std::vector<std::string> known;
  for (const ReasonSentence& sentence : ReasonSentences()) {
    known.emplace_back(sentence.name);
  }
  EXPECT_EQ(known, names);
}

// An explanation that says `reason` in the words of the pack, and of what the
// reason speaks nothing is known.
std::string Said(trace::Reason reason, const trace::PackWords& words) {
  trace::DecisionRecord record;
  trace::Explanation explanation;
  switch (reason) {
    case trace::Reason::kScored:
    case trace::Reason::kFloorTier:
    case trace::Reason::kHeldTier:
    case trace::Reason::kLowCoverage:
      explanation.tier.tier = "gold";
      explanation.tier.reason = reason;
      break;
    case trace::Reason::kMatrixCell:
    case trace::Reason::kDefault:
    case trace::Reason::kRuleItem:
    case trace::Reason::kNoRuleItem:
    case trace::Reason::kTableRow:
    case trace::Reason::kNoTableRow:
    case trace::Reason::kTreatmentError:
    case trace::Reason::kTableConflict:
      explanation.treatments.emplace_back().reason = reason;
      break;
    case trace::Reason::kIndicatorError:
    case trace::Reason::kStageConditionError:
    case trace::Reason::kContextWeightError:
    case trace::Reason::kProfileValue:
    case trace::Reason::kTimeZoneError:
      record.degradations.push_back({reason, "x", ErrorCode::kNone});
      break;
    default: {
      trace::OfferExplained offer;
      offer.offer = "event";
      offer.reason = reason;
      offer.gates.emplace_back();
      offer.caps.emplace_back();
      offer.factors.emplace();
      explanation.placements.emplace_back().name = "desk";
      explanation.placements.back().offers.push_back(offer);
      record.slots.push_back({"event", reason, 1, 0});
      record.placements.emplace_back().name = "desk";
      record.placements.back().slots_end = 1;
    }
  }
  return trace::ExplainText(record, explanation, "en", words);
}

// Every name of a parameter, and one that is none.
std::set<std::string> AllParameters() {
  std::set<std::string> names = {"nope"};
  for (const ReasonSentence& sentence : ReasonSentences()) {
    names.insert(sentence.parameters.begin(), sentence.parameters.end());
  }
  return names;
}

// A sentence may name what stands in the list and nothing else: the rest would
// be read as it is written.
TEST(ReasonSentencesTest, ListThePlaceholdersThatExplanationsFillIn) {
  const std::set<std::string> all = AllParameters();
  std::string sentence = "here:";
  for (const std::string& name : all) {
    absl::StrAppend(&sentence, " {", name, "}");
  }
  for (const trace::Reason reason : AllReasons()) {
    const absl::string_view name = trace::ReasonName(reason);
    const std::string text =
        Said(reason, [&](absl::string_view key) -> std::string {
          return key == name ? sentence : "";
        });
    ASSERT_THAT(text, testing::HasSubstr("here:")) << name;
    std::vector<std::string> filled;
    for (const std::string& parameter : all) {
      if (!absl::StrContains(text, absl::StrCat("{", parameter, "}"))) {
        filled.push_back(parameter);
      }
    }
    const auto known = std::find_if(
        ReasonSentences().begin(), ReasonSentences().end(),
        [name](const ReasonSentence& one) { return one.name == name; });
    ASSERT_NE(known, ReasonSentences().end()) << name;
    EXPECT_THAT(filled, testing::UnorderedElementsAreArray(known->parameters))
        << name;
  }
}

// The built-in sentences keep to the list, too.
TEST(ReasonSentencesTest, CoverTheBuiltInSentences) {
  for (const ReasonSentence& sentence : ReasonSentences()) {
    for (const trace::Reason reason : AllReasons()) {
      if (trace::ReasonName(reason) != sentence.name) continue;
      std::string left(trace::kEnglishWording.reason(reason));
      for (const absl::string_view parameter : sentence.parameters) {
        left = absl::StrReplaceAll(left,
                                   {{absl::StrCat("{", parameter, "}"), ""}});
      }
      EXPECT_THAT(left, testing::Not(testing::HasSubstr("{"))) << sentence.name;
    }
  }
}

}  // namespace
}  // namespace stratagem::plan
