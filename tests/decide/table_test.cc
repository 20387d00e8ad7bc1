// What the golden decisions of tables do not show: all rows that match, in
// words, and that a warm workspace decides by tables without the heap.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/golden.h"

namespace stratagem::decide {
namespace {

using testing::ElementsAre;

std::shared_ptr<const plan::Plan> Tables() {
  return plan::LoadPlan(SourcePath("tests/golden/decisions/tables")).plan;
}

const plan::DecisionTable& TableOf(const plan::Plan& plan,
                                   const std::string& treatment) {
  const auto& treatments = plan.code().treatments;
  return *std::find_if(treatments.begin(), treatments.end(),
                       [&treatment](const plan::TreatmentCode& code) {
                         return code.name == treatment;
                       })
              ->table;
}

// All rows of `treatment` that match the workspace's last decision.
std::vector<std::string> RowsOf(const plan::Plan& plan,
                                const std::string& treatment,
                                const Workspace& workspace,
                                ErrorCode want_error = ErrorCode::kNone) {
  const plan::DecisionTable& table = TableOf(plan, treatment);
  expr::Frame frame = workspace.frame();
  plan::TableScratch scratch;
  EXPECT_EQ(table.FindRows(frame, scratch), want_error);
  std::vector<std::string> rows;
  for (const uint32_t row : scratch.rows) {
    rows.push_back(absl::StrCat(std::string(table.label(row)), " ",
                                std::string(table.condition(row))));
  }
  return rows;
}

TEST(DecisionTableTest, FindsAllRowsThatMatchWhateverThePolicy) {
  const auto plan = Tables();
  ASSERT_NE(plan, nullptr);
  Workspace workspace;
  DecideJson(*plan,
             R"({"attributes": {"spend": 2000, "visits": 4},
                 "request": {"channel": "call"}})",
             workspace);
  EXPECT_THAT(RowsOf(*plan, "queue", workspace),
              ElementsAre("rows[0] tier: gold",
                          "rows[1] tier: gold | silver, stage: regular, "
                          "request.channel: call"));
  EXPECT_THAT(RowsOf(*plan, "unique", workspace),
              ElementsAre("rows[0] visits: < 5", "rows[1] visits: > 3"));
  DecideJson(*plan, R"({"attributes": {"city": "Lyon", "spend": 5}})",
             workspace);
  EXPECT_THAT(RowsOf(*plan, "from_file", workspace),
              ElementsAre("rates.csv:2 plan: free, spend: [0..10)",
                          "rates.csv:4 city == 'Lyon'"));
}

TEST(DecisionTableTest, RowsBeforeAnErrorAreFound) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(R"y(
attributes:
  n: {type: int}
treatments:
  t:
    fields: {x: {type: int}}
    default: {x: 0}
    table:
      hit: first
      inputs: [n]
      rows:
        - {when: ["< 5"], out: {x: 1}}
        - {when: [{cel: "1 / n > 5"}], out: {x: 2}}
        - {when: [_], out: {x: 3}}
)y");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  EXPECT_THAT(
      DecideJson(*loaded.plan, R"({"attributes": {"n": 0}})", workspace),
      testing::HasSubstr("treatment t cell 'rows[0]'"));
  EXPECT_THAT(RowsOf(*loaded.plan, "t", workspace, ErrorCode::kDivisionByZero),
              ElementsAre("rows[0] n: < 5"));
}

TEST(DecisionTableTest, InputsFailTheTreatmentWhateverTheRows) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(R"y(
attributes:
  n: {type: int}
  d: {type: double}
treatments:
  fails:
    fields: {x: {type: int}}
    default: {x: 0}
    table:
      inputs: [n, "1 / n"]
      rows: [{when: ["> 100", _], out: {x: 1}}]
  not_a_number:
    fields: {x: {type: int}}
    default: {x: 0}
    table:
      inputs: ["d / d"]
      rows: [{when: ["> 100"], out: {x: 1}}]
)y");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  const std::string text = DecideJson(
      *loaded.plan, R"({"attributes": {"n": 0, "d": 0}})", workspace);
  EXPECT_THAT(text, testing::HasSubstr(
                        "degraded treatment_error fails (division by zero)"));
  EXPECT_THAT(text,
              testing::HasSubstr("degraded treatment_error not_a_number"));
}

TEST(DecisionTableTest, AWarmWorkspaceAsksNoHeap) {
  const auto plan = Tables();
  ASSERT_NE(plan, nullptr);
  const NamedValue attributes[] = {{"spend", Value::Double(16)},
                                   {"age", Value::Int(18)},
                                   {"visits", Value::Int(3)}};
  Call call;
  call.customer_id = "c";
  call.attributes = attributes;
  Workspace workspace;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Decide(*plan, call, workspace).empty());
  }
  const AllocationCounter counter;
  for (int i = 0; i < 100; ++i) Decide(*plan, call, workspace);
  EXPECT_EQ(counter.count(), 0);
}

}  // namespace
}  // namespace stratagem::decide
