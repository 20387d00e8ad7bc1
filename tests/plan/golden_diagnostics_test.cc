// Diagnostics as data: packs whose files are right and whose meaning is not,
// beside the text that their author sees. Every code of expr and plan stands in
// one of them, and on the page of all codes.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
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

std::string Read(const std::string& path) {
  std::ifstream file(SourcePath(path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// All "E301", "W120", … in `text` that start with one of `families`.
std::set<std::string> CodesIn(const std::string& text,
                              const std::vector<std::string>& families) {
  std::set<std::string> codes;
  for (size_t i = 0; i + 4 <= text.size(); ++i) {
    const std::string word = text.substr(i, 4);
    if (word.find_first_not_of("0123456789", 1) != std::string::npos) continue;
    for (const std::string& family : families) {
      if (word.compare(0, 2, family) == 0) codes.insert(word);
    }
  }
  return codes;
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

TEST(PlanDiagnosticsPageTest, ListsExactlyTheCodesThatAuthorsCanMeet) {
  std::string seen;
  for (const std::string& name : FoldersOf(kCases)) {
    seen += Read(absl::StrCat(kCases, "/", name, "/expected.txt"));
  }
  const std::vector<std::string> families = {"E1", "E3", "E4",
                                             "W1", "W3", "W4"};
  std::set<std::string> met = CodesIn(seen, families);
  // What only huge packs have makes no readable case; CompilePlanLimitTest
  // holds it.
  met.insert({"E312", "E314"});
  // What only policy files have; tests/policy/compile_test.cc holds it.
  met.insert({"E406", "E408", "W421"});
  EXPECT_EQ(CodesIn(Read("docs/diagnostics.md"), families), met);
}

class ShippedPackTest : public testing::TestWithParam<std::string> {};

TEST_P(ShippedPackTest, CompilesWithoutAWarning) {
  const LoadedPlan loaded = LoadPlan(SourcePath("rules/" + GetParam()));
  EXPECT_NE(loaded.plan, nullptr);
  EXPECT_EQ(loaded.diagnostics, "");
}

INSTANTIATE_TEST_SUITE_P(Packs, ShippedPackTest,
                         testing::ValuesIn(FoldersOf("rules")),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

}  // namespace
}  // namespace stratagem::plan
