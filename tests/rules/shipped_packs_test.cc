// What must hold for every pack under rules/: no warning, its one form, tests
// that pass, and nothing in it that no test reaches.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/author/coverage.h"
#include "engine/author/format.h"
#include "engine/author/run_tests.h"
#include "engine/author/test_suite.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"

namespace stratagem {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> ShippedPacks() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SourcePath("rules"))) {
    if (fs::exists(entry.path() / "pack.yaml")) {
      names.push_back(entry.path().filename());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ShippedPackTest : public testing::TestWithParam<std::string> {
 protected:
  std::string folder() const {
    return SourcePath(absl::StrCat("rules/", GetParam()));
  }
};

TEST_P(ShippedPackTest, PassesItsTestsWhichReachAllOfIt) {
  Diagnostics diagnostics;
  const std::unique_ptr<const pack::Model> model =
      pack::LoadPack(folder(), diagnostics);
  ASSERT_NE(model, nullptr) << diagnostics.ToString();
  const std::unique_ptr<const plan::Plan> plan =
      plan::CompilePlan(*model, diagnostics);
  ASSERT_NE(plan, nullptr) << diagnostics.ToString();
  const std::optional<author::TestSuite> suite = author::CompileTests(
      pack::ReadTestFiles(folder(), model->timezone, diagnostics), *model,
      *plan, diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  ASSERT_TRUE(suite.has_value());

  author::Coverage coverage(*model, *plan);
  const author::TestReport report =
      author::RunTests(*suite, *plan, "", coverage);
  EXPECT_GE(report.passed, 3u);
  for (const author::TestResult& result : report.results) {
    for (const author::Difference& difference : result.differences) {
      ADD_FAILURE() << result.section << " / " << result.name << ": "
                    << difference.name << ": expected " << difference.expected
                    << ", found " << difference.found;
    }
  }
  for (const author::CoverageItem& item : coverage.items()) {
    EXPECT_GT(item.reached, 0u) << "no test reaches " << item.name << " ("
                                << author::CoverageKindName(item.kind) << ")";
  }
}

TEST_P(ShippedPackTest, IsInItsOneForm) {
  for (const auto& entry : fs::recursive_directory_iterator(folder())) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = ReadFile(entry.path());
    Diagnostics diagnostics;
    EXPECT_EQ(author::FormatYaml(entry.path(), text, diagnostics), text)
        << entry.path() << ": run `stratagem pack fmt`";
    EXPECT_EQ(diagnostics.ToString(), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Packs, ShippedPackTest,
                         testing::ValuesIn(ShippedPacks()),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

TEST(ShippedPacksTest, AreTheFourThatTheDocumentsName) {
  EXPECT_THAT(ShippedPacks(),
              testing::ElementsAre("bank", "retail", "starter", "telecom"));
}

}  // namespace
}  // namespace stratagem
