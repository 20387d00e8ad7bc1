// What must hold for explanations of caps: each that an offer was tried against
// stands there, the one that closed says how much it counted and when it opens,
// and people read it in their language.

#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/decide/explain.h"
#include "engine/decide/present.h"
#include "engine/trace/explain_text.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/decide/explanation_dump.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/golden.h"

namespace stratagem::decide {
namespace {

// The lines of offers and caps.
std::string CapsOf(const std::string& dump) {
  std::string text;
  for (const absl::string_view line : absl::StrSplit(dump, '\n')) {
    if (absl::StartsWith(line, "placement") || absl::StartsWith(line, "  ")) {
      if (absl::StrContains(line, " score ")) continue;
      absl::StrAppend(&text, line, "\n");
    }
  }
  return text;
}

// The decisions of tests/golden/decisions/caps once more, in full.
TEST(ExplainCapsTest, ExplanationsAndSentencesAreAsReviewed) {
  const plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("tests/golden/decisions/caps"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  std::ifstream calls(SourcePath("tests/golden/decisions/caps/calls.ndjson"));
  Workspace workspace;
  std::string text;
  for (std::string call; std::getline(calls, call);) {
    DecideJson(*loaded.plan, call, workspace);
    const trace::Explanation explanation = Explain(*loaded.plan, workspace);
    absl::StrAppend(&text, "# ", call, "\n", CapsOf(Dump(explanation)));
    for (const std::string locale : {"en", "de", "zh"}) {
      absl::StrAppend(
          &text, locale, ":\n",
          trace::ExplainText(workspace.record(), explanation, locale,
                             [](absl::string_view) { return ""; }));
    }
    text += "\n";
  }
  ExpectMatchesGolden(text, "tests/golden/explanations/caps/expected.txt");
}

struct WindowCase {
  std::string name;
  std::string window;  // Of the pack.
  std::string want;
};

class CapWindowTextTest : public testing::TestWithParam<WindowCase> {};

TEST_P(CapWindowTextTest, IsReadAsPeopleSayIt) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      absl::StrCat("offers: [{id: a}]\nplacements: {home: {}}\n"
                   "contact_policy: [{name: often, count: 1, ",
                   GetParam().window, "}]\n"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             R"({"placements": ["home"], "now": "2026-11-15T10:00:00Z",
                 "events": [{"offer": "a", "at": "2026-11-15T10:00:00Z"}]})",
             workspace);
  const std::string text =
      trace::ExplainText(workspace.record(), Explain(*loaded.plan, workspace),
                         "en", [](absl::string_view) { return ""; });
  EXPECT_TRUE(absl::StrContains(
      text, absl::StrCat("Not a: held back by contact policy often: 1 of 1 ",
                         GetParam().want, ".\n")))
      << text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CapWindowTextTest,
    testing::ValuesIn(std::vector<WindowCase>{
        {"Days", "within: 7d",
         "in 7 days; possible again from 2026-11-22 10:00"},
        {"OneDay", "within: 1d",
         "in 24 hours; possible again from 2026-11-16 10:00"},
        {"Hours", "within: 36h",
         "in 36 hours; possible again from 2026-11-16 22:00"},
        {"Minutes", "within: 90m",
         "in 90 minutes; possible again from 2026-11-15 11:30"},
        {"OneMinute", "within: 1m",
         "in 60 seconds; possible again from 2026-11-15 10:01"},
        {"Hour", "period: hour",
         "this hour; possible again from 2026-11-15 11:00"},
        {"Day", "period: day", "today; possible again from 2026-11-16"},
        {"Week", "period: week", "this week; possible again from 2026-11-16"},
        {"Month", "period: month",
         "this month; possible again from 2026-12-01"},
        {"Total", "period: total", "in all"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

struct NamedCapsCase {
  std::string locale;
  std::string want;
};

class NamedCapsTest : public testing::TestWithParam<NamedCapsCase> {};

// Lines of the contact policy and budgets by the names that the pack gives
// them, and when they open by the pack's clock: 8 hours ahead of UTC.
TEST_P(NamedCapsTest, AreToldByThePacksNamesAndClock) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(R"(timezone: Asia/Shanghai
offers: [{id: coupon, cost: 1}, {id: call}, {id: tip}]
placements: {home: {channel: app}}
contact_policy:
  - {name: rest, offers: [tip], count: 1, within: 1h}
  - {name: night, offers: [call], between: ["20:00", "09:00"]}
budgets: [{name: pot, offers: [coupon], amount: 1, period: day}]
texts:
  contact_policy.rest: {en: Breathing space, de: Atempause, zh: 休息}
  contact_policy.night: {en: The night, de: Die Nacht}
  budgets.pot: {en: the kitty, zh: 小金库}
)");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             absl::StrCat(
                 R"({"placements": ["home"], "now": "2026-11-15T14:00:00Z",
              "events": [{"offer": "tip", "channel": "app",
                          "at": "2026-11-15T13:30:00Z"}],
              "counters": {"test/budgets.pot/day": 1000000}, "locale": ")",
                 GetParam().locale, R"("})"),
             workspace);
  EXPECT_EQ(ExplainInWords(*loaded.plan, workspace.record(),
                           Explain(*loaded.plan, workspace)),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Languages, NamedCapsTest,
                         testing::ValuesIn(std::vector<NamedCapsCase>{
                             {"en", R"(home:
  Nothing is shown.
  Not call: quiet hours (The night); possible again from 2026-11-16 09:00.
  Not coupon: budget the kitty does not cover its cost of 1: 1 of 1 used today; possible again from 2026-11-16.
  Not tip: held back by contact policy Breathing space: 1 of 1 in 60 minutes; possible again from 2026-11-15 22:30.
)"},
                             {"de", R"(home:
  Nichts wird gezeigt.
  Nicht call: Ruhezeit (Die Nacht); wieder möglich ab 2026-11-16 09:00.
  Nicht coupon: Budget pot reicht nicht für Kosten von 1: 1 von 1 heute verbraucht; wieder möglich ab 2026-11-16.
  Nicht tip: zurückgehalten durch Kontaktregel Atempause: 1 von 1 in 60 Minuten; wieder möglich ab 2026-11-15 22:30.
)"},
                             {"zh", R"(home：
  没有可展示的内容。
  未展示 call：免打扰时段（night）；2026-11-16 09:00 起可再展示。
  未展示 coupon：预算小金库不足以支付 1：今天已用 1，共 1；2026-11-16 起可再展示。
  未展示 tip：受接触规则休息限制：60 分钟内已有 1 次，上限 1 次；2026-11-15 22:30 起可再展示。
)"},
                         }),
                         [](const auto& param_info) {
                           return param_info.param.locale;
                         });

// A fallback counts for the placements below it and not for its own, in what
// was decided and in what is told of it.
TEST(ExplainCapsTest, AFallbackCountsForThePlacementsBelow) {
  const plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("tests/golden/decisions/fallbacks"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan, R"({"placements": ["web", "sms", "desk"]})",
             workspace);
  const std::string text = ExplainInWords(*loaded.plan, workspace.record(),
                                          Explain(*loaded.plan, workspace));
  EXPECT_TRUE(absl::StrContains(
      text, "Not deal: held back by contact policy fatigue: 1 of 1"))
      << text;
  EXPECT_TRUE(absl::StrContains(text, "Not tip: ")) << text;
}

// Not even tomorrow: a whole budget would not do.
TEST(ExplainCapsTest, ABudgetThatNeverCoversAnOfferOpensAtNoTime) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      "offers: [{id: dear, cost: 10.5}, {id: fair, cost: 10}]\n"
      "placements: {home: {}}\n"
      "budgets: [{name: pot, amount: 10, period: day}]\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             R"({"placements": ["home"], "now": "2026-11-15T14:00:00Z",
                 "counters": {"test/budgets.pot/day": 4250000}})",
             workspace);
  EXPECT_EQ(ExplainInWords(*loaded.plan, workspace.record(),
                           Explain(*loaded.plan, workspace)),
            R"(home:
  Nothing is shown.
  Not dear: budget pot does not cover its cost of 10.5: 4.25 of 10 used today.
  Not fair: budget pot does not cover its cost of 10: 4.25 of 10 used today; possible again from 2026-11-16.
)");
}

struct LatestCase {
  std::string name;
  std::string events;    // Members of DecideJson().
  std::string counters;  // The same.
  std::string want;      // The sentence after "home:\n".
};

class LatestOpeningTest : public testing::TestWithParam<LatestCase> {};

// The first cap that is closed is the reason; the offer can be shown again when
// the last of them has opened, and no quiet hours are then.
TEST_P(LatestOpeningTest, IsThatOfTheLastCapAndOfNoQuietHour) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(R"(timezone: UTC
offers:
  - id: gift
    cost: 1
    limits: [{count: 1, within: 2h}, {count: 2, per: all, period: day}]
placements: {home: {channel: app}}
contact_policy:
  - {name: rest, count: 1, within: 1h}
  - {name: seldom, count: 2, within: 3h}
  - {name: night, between: ["20:00", "23:00"]}
  - {name: late, between: ["23:00", "05:00"]}
budgets: [{name: pot, amount: 10, within: 30d}]
)");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(
      *loaded.plan,
      absl::StrCat(
          R"({"placements": ["home"], "now": "2026-11-15T14:00:00Z",
                     "events": [)",
          GetParam().events, R"(], "counters": {)", GetParam().counters, "}}"),
      workspace);
  EXPECT_EQ(ExplainInWords(*loaded.plan, workspace.record(),
                           Explain(*loaded.plan, workspace)),
            absl::StrCat("home:\n  Nothing is shown.\n  Not gift: ",
                         GetParam().want, ".\n"));
}

std::string GiftAt(absl::string_view time) {
  return absl::StrCat(
      R"({"offer": "gift", "channel": "app", "at": "2026-11-15T)", time,
      R"(Z"})");
}

INSTANTIATE_TEST_SUITE_P(
    Caps, LatestOpeningTest,
    testing::ValuesIn(std::vector<LatestCase>{
        {"OfALimitBehindALine", GiftAt("13:30:00"), "",
         "held back by contact policy rest: 1 of 1 in 60 minutes; possible "
         "again from 2026-11-15 15:30"},
        {"OfALineBehindALine",
         absl::StrCat(GiftAt("11:45:00"), ", ", GiftAt("13:30:00")), "",
         "held back by contact policy rest: 1 of 1 in 60 minutes; possible "
         "again from 2026-11-15 15:30"},
        {"OfASharedLimitAndThenNoQuietHour", GiftAt("13:30:00"),
         R"("test/offers.gift/presented/day": 2)",
         "held back by contact policy rest: 1 of 1 in 60 minutes; possible "
         "again from 2026-11-16 05:00"},
        {"UnknownBehindALine", GiftAt("13:30:00"),
         R"("test/budgets.pot/within 30d": 10000000)",
         "held back by contact policy rest: 1 of 1 in 60 minutes"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// What is not answered yet may be declined any time, and ends by itself.
TEST(ExplainCapsTest, WhatIsOnlyReservedIsToldApart) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(R"(timezone: UTC
offers:
  - id: loan
    limits: [{count: 2, period: month, outcome: accepted, reserve_for: 2h}]
placements: {home: {channel: app}}
)");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             R"({"placements": ["home"], "now": "2026-11-15T14:00:00Z",
                 "events": [
                   {"offer": "loan", "channel": "app", "sequence": 1,
                    "at": "2026-11-14T10:00:00Z"},
                   {"offer": "loan", "channel": "app", "sequence": 1,
                    "at": "2026-11-14T10:30:00Z", "outcome": "accepted"},
                   {"offer": "loan", "channel": "app", "sequence": 2,
                    "at": "2026-11-15T13:00:00Z"}]})",
             workspace);
  EXPECT_EQ(
      ExplainInWords(*loaded.plan, workspace.record(),
                     Explain(*loaded.plan, workspace)),
      "home:\n  Nothing is shown.\n  Not loan: its limit is reached: 2 of "
      "2 this month, 1 of that only reserved; possible again from "
      "2026-11-15 15:00.\n");
}

// Two lines that leave no hour of the day.
TEST(ExplainCapsTest, QuietHoursWithoutEndOpenAtNoTime) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(R"(timezone: UTC
offers: [{id: gift}]
placements: {home: {}}
contact_policy:
  - {name: day, between: ["08:00", "20:00"]}
  - {name: night, between: ["20:00", "08:00"]}
)");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan, R"({"placements": ["home"]})", workspace);
  EXPECT_EQ(ExplainInWords(*loaded.plan, workspace.record(),
                           Explain(*loaded.plan, workspace)),
            "home:\n  Nothing is shown.\n  Not gift: quiet hours (day).\n");
}

}  // namespace
}  // namespace stratagem::decide
