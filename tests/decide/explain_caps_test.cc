// What must hold for explanations of caps: each that an offer was tried against
// stands there, the one that closed says how much it counted and when it opens,
// and people read it in their language.

#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/decide/explain.h"
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

}  // namespace
}  // namespace stratagem::decide
