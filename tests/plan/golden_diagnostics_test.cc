// Diagnostics as data: packs whose files are right and whose meaning is not,
// beside the text that their author sees. That no code is left out is
// tests/docs/diagnostic_codes_test.cc's to check.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/golden.h"

namespace stratagem::plan {
namespace {

constexpr char kCases[] = "tests/golden/plan_diagnostics";

std::vector<std::string> FoldersOf(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(SourcePath(path))) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class PlanDiagnosticsTest : public testing::TestWithParam<std::string> {};

TEST_P(PlanDiagnosticsTest, AreAsReviewed) {
  const std::string folder = absl::StrCat(kCases, "/", GetParam());
  const LoadedPlan loaded = LoadPlan(SourcePath(folder));
  EXPECT_EQ(loaded.plan, nullptr);
  ExpectMatchesGolden(loaded.diagnostics, folder + "/expected.txt");
}

INSTANTIATE_TEST_SUITE_P(Cases, PlanDiagnosticsTest,
                         testing::ValuesIn(FoldersOf(kCases)),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

}  // namespace
}  // namespace stratagem::plan
