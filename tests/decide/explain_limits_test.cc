// What must hold for the bounds of Explain(): a pack of any size is explained
// with bounded work, and what is left out is counted, not lost.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/decide/explain.h"
#include "engine/decide/explain_context.h"
#include "engine/trace/explain_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

using testing::EndsWith;

std::string InWords(const Workspace& workspace,
                    const trace::Explanation& explanation) {
  return trace::ExplainText(workspace.record(), explanation, "en",
                            [](absl::string_view) { return ""; });
}

// `count` offers, each with a gate of its own that fails.
std::shared_ptr<const plan::Plan> ManyOffers(int count) {
  std::string yaml = "attributes: {spend: {type: double}}\noffers:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&yaml, "  - {id: o", i, ", eligibility: \"spend * 2.0 > ",
                    i + 10, ".0\"}\n");
  }
  absl::StrAppend(&yaml, "placements: {home: {max_offers: 1}}\n");
  const plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
  EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  return loaded.plan;
}

constexpr char kPoor[] = R"({"attributes": {"spend": 1},
                             "placements": ["home"]})";

TEST(ExplainLimitsTest, OffersBeyondTheLimitHaveTheirReasonAndAreCounted) {
  const auto plan = ManyOffers(kExclusionsExplainedMax + 23);
  Workspace workspace;
  DecideJson(*plan, kPoor, workspace);
  const trace::Explanation explanation = Explain(*plan, workspace);
  const auto& offers = explanation.placements.at(0).offers;
  ASSERT_EQ(offers.size(), kExclusionsExplainedMax + 23);
  size_t with_gates = 0;
  for (const trace::OfferExplained& offer : offers) {
    EXPECT_EQ(offer.reason, trace::Reason::kEligibility);
    with_gates += offer.gates.size();
  }
  EXPECT_EQ(with_gates, kExclusionsExplainedMax);
  EXPECT_THAT(InWords(workspace, explanation),
              EndsWith("  And 23 more that are not shown.\n"));
}

// Each gate is so costly that a few take all steps: those that come later are
// named without an answer.
TEST(ExplainLimitsTest, StepsAreSharedByAllGates) {
  std::string list = "[0";
  for (int i = 1; i < 100; ++i) absl::StrAppend(&list, ", ", i);
  absl::StrAppend(&list, "]");
  std::string yaml = "attributes: {n: {type: int}}\noffers:\n";
  for (int i = 10; i < 40; ++i) {
    absl::StrAppend(&yaml, "  - {id: slow", i, ", eligibility: \"", list,
                    ".exists(a, a * n == ", i, ") && n > 200\"}\n");
  }
  absl::StrAppend(&yaml, "placements: {home: {max_offers: 1}}\n");
  const plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan, R"({"attributes": {"n": 0},
                               "placements": ["home"]})",
             workspace);
  const trace::Explanation explanation = Explain(*loaded.plan, workspace);
  const auto& offers = explanation.placements.at(0).offers;
  ASSERT_EQ(offers.size(), 30u);
  const trace::ConditionTried& last = offers.back().gates.at(0).condition;
  EXPECT_EQ(last.tried, trace::Tried::kFailed);
  ASSERT_EQ(last.why_not.size(), 1u);
  EXPECT_EQ(last.why_not[0].condition, last.condition);
  EXPECT_TRUE(last.why_not[0].nearest.empty());
}

TEST(ExplainLimitsTest, RowsBeyondTheLimitAreCounted) {
  std::string yaml =
      "attributes: {n: {type: int}}\n"
      "treatments:\n"
      "  points:\n"
      "    fields: {sum: {type: int}}\n"
      "    default: {sum: 0}\n"
      "    table:\n"
      "      hit: collect\n"
      "      aggregate: sum\n"
      "      inputs: [n]\n"
      "      rows:\n";
  for (int i = 0; i < 25; ++i) {
    absl::StrAppend(&yaml, "        - {when: [\"< 5\"], out: {sum: 1}}\n");
  }
  const plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan, R"({"attributes": {"n": 1}})", workspace);
  const trace::Explanation explanation = Explain(*loaded.plan, workspace);
  const auto& rows = explanation.treatments.at(0).rows;
  ASSERT_EQ(rows.size(), kRowsExplainedMax + 1);
  EXPECT_EQ(rows.back().label, "… 5 more");
}

// Each of them takes 5 MB: three fit into the memory of a decision, and an
// explanation, which computes indicators twice, needs no more.
TEST(ExplainLimitsTest, SubjectsDoNotShareTheirMemory) {
  std::string large = "(word";
  for (int i = 1; i < 12; ++i) absl::StrAppend(&large, " + word");
  absl::StrAppend(&large, ").size()");
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      absl::StrCat("attributes: {word: {type: string}}\n"
                   "value:\n"
                   "  dimensions:\n"
                   "    d:\n"
                   "      weight: 1\n"
                   "      indicators: [{name: i, expression: \"double(",
                   large,
                   ")\", bins: [1, 2]}]\n"
                   "  tiers: [{tier: only}]\n"
                   "lifecycle:\n"
                   "  stages: [small, large, rest]\n"
                   "  match:\n"
                   "    - {condition: \"",
                   large, " == 7\", stage: small}\n    - {condition: \"", large,
                   " > 7\", stage: large}\n    - {stage: rest}\n"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan,
             absl::StrCat(R"({"attributes": {"word": ")",
                          std::string(65'000, 'x'), R"("}})"),
             workspace);
  ASSERT_EQ(workspace.record().stage, "large");
  const trace::Explanation explanation = Explain(*loaded.plan, workspace);
  ASSERT_EQ(explanation.stages.size(), 2u);
  EXPECT_EQ(explanation.stages[0].tried, trace::Tried::kFailed);
  EXPECT_EQ(explanation.stages[1].tried, trace::Tried::kHeld);
}

}  // namespace
}  // namespace stratagem::decide
