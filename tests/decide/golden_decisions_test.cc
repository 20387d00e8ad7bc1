// Decisions as data: every folder of tests/golden/decisions holds a pack, calls
// and the decisions that a person has reviewed.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/golden.h"

namespace stratagem::decide {
namespace {

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           SourcePath("tests/golden/decisions"))) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class GoldenDecisionsTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenDecisionsTest, AreAsReviewed) {
  const std::string folder =
      absl::StrCat("tests/golden/decisions/", GetParam());
  const plan::LoadedPlan loaded = plan::LoadPlan(SourcePath(folder));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  EXPECT_EQ(loaded.diagnostics, "");
  std::ifstream calls(SourcePath(folder + "/calls.ndjson"));
  Workspace workspace;
  std::string text;
  std::string call;
  while (std::getline(calls, call)) {
    absl::StrAppend(&text, "# ", call, "\n",
                    DecideJson(*loaded.plan, call, workspace), "\n");
  }
  EXPECT_NE(text, "");
  ExpectMatchesGolden(text, folder + "/expected.txt");
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenDecisionsTest,
                         testing::ValuesIn(CaseNames()),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

}  // namespace
}  // namespace stratagem::decide
