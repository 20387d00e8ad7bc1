// What must hold for the tests of a pack: each form means what its author would
// expect, each kind of difference is told with both values and its place, and
// mistakes in test files are reported before anything runs. The pack and the
// tests stand in tests/golden/pack_tests.

#include "engine/author/run_tests.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/author/coverage.h"
#include "engine/author/junit.h"
#include "engine/author/test_suite.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::author {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kFolder[] = "tests/golden/pack_tests";

std::string ReadFile(const std::string& path) {
  std::ifstream file(SourcePath(absl::StrCat(kFolder, "/", path)),
                     std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The pack of the folder, and test files as they are given.
class Shop {
 public:
  Shop() {
    Diagnostics diagnostics;
    model_ = pack::LoadPack(SourcePath(kFolder), diagnostics);
    plan_ = plan::CompilePlan(*model_, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.ToString();
  }

  const pack::Model& model() const { return *model_; }
  const plan::Plan& plan() const { return *plan_; }

  // nullopt when `diagnostics` says why.
  std::optional<TestSuite> Compile(const std::string& path,
                                   const std::string& text,
                                   Diagnostics& diagnostics) const {
    std::unique_ptr<pack::TestFile> file =
        pack::ReadTestFile(path, text, model_->timezone, diagnostics);
    if (file == nullptr) return std::nullopt;
    std::vector<pack::TestFile> files;
    files.push_back(std::move(*file));
    return CompileTests(files, *model_, *plan_, diagnostics);
  }

  // What the author of the file is told.
  std::string Mistakes(const std::string& path, const std::string& text) const {
    Diagnostics diagnostics;
    EXPECT_EQ(Compile(path, text, diagnostics), std::nullopt);
    return diagnostics.ToString();
  }

  TestReport Run(const std::string& text, Coverage& coverage,
                 const std::string& filter = "") const {
    Diagnostics diagnostics;
    const std::optional<TestSuite> suite =
        Compile("shop_test.yaml", text, diagnostics);
    EXPECT_EQ(diagnostics.ToString(), "");
    if (!suite.has_value()) return {};
    return RunTests(*suite, *plan_, filter, coverage);
  }

  TestReport Run(const std::string& text,
                 const std::string& filter = "") const {
    Coverage coverage(*model_, *plan_);
    return Run(text, coverage, filter);
  }

 private:
  std::unique_ptr<const pack::Model> model_;
  std::unique_ptr<const plan::Plan> plan_;
};

// A file with one test, whose lines are `test`, indented by six.
std::string OneTest(const std::string& test) {
  return absl::StrCat(
      "now: 2026-06-01T12:00:00+02:00\n"
      "section:\n"
      "  - name: s\n"
      "    input: {orders: 0, spend: 0}\n"
      "    tests:\n"
      "    - name: t\n",
      test);
}

std::string Text(const TestReport& report) {
  std::string text;
  for (const TestResult& result : report.results) {
    absl::StrAppend(&text, result.section, " / ", result.name, "  ",
                    ToString(result.location),
                    result.passed() ? "  passed" : "", "\n");
    for (const Difference& difference : result.differences) {
      absl::StrAppend(&text, DifferenceText(difference, "  "));
    }
  }
  absl::StrAppend(&text, report.passed, " passed, ", report.failed,
                  " failed\n");
  return text;
}

std::vector<std::string> Names(const TestReport& report) {
  std::vector<std::string> names;
  for (const TestResult& result : report.results) names.push_back(result.name);
  return names;
}

TEST(RunTestsTest, EveryFormMeansWhatItSays) {
  const TestReport report = Shop().Run(ReadFile("shop_test.yaml"));
  EXPECT_EQ(report.failed, 0u) << Text(report);
  EXPECT_EQ(report.passed, 21u) << Text(report);
}

TEST(RunTestsTest, EveryDifferenceIsToldWithBothValuesAndItsPlace) {
  ExpectMatchesGolden(Text(Shop().Run(ReadFile("failing/failing_test.yaml"))),
                      absl::StrCat(kFolder, "/failing/expected.txt"));
}

TEST(RunTestsTest, CasesAndCombinationsHaveNamesOfTheirOwn) {
  const Shop shop;
  EXPECT_THAT(Names(shop.Run(OneTest("      matrix: {spend: [1, 2], "
                                     "request.channel: [app, call]}\n"
                                     "      output: {stage: fresh}\n"))),
              ElementsAre("t[spend=1, request.channel=app]",
                          "t[spend=1, request.channel=call]",
                          "t[spend=2, request.channel=app]",
                          "t[spend=2, request.channel=call]"));
  EXPECT_THAT(Names(shop.Run(OneTest("      cases:\n"
                                     "      - {name: poor, input: {spend: 1}}\n"
                                     "      - {input: {spend: 1000}}\n"
                                     "      output: {stage: fresh}\n"))),
              ElementsAre("t[poor]", "t[1]"));
}

TEST(RunTestsTest, AFilterChoosesByFileSectionAndName) {
  const Shop shop;
  const std::string text = ReadFile("shop_test.yaml");
  EXPECT_THAT(Names(shop.Run(text, "memory / and")),
              ElementsAre("and no longer"));
  EXPECT_EQ(shop.Run(text, "shop_test.yaml").results.size(), 21u);
  EXPECT_EQ(shop.Run(text, "nothing of that name").results.size(), 0u);
}

TEST(RunTestsTest, TheSameTestsGiveTheSameReport) {
  const Shop shop;
  const std::string text = ReadFile("failing/failing_test.yaml");
  EXPECT_EQ(JunitXml(shop.Run(text), "shop"), JunitXml(shop.Run(text), "shop"));
}

TEST(RunTestsTest, ATestSeesNothingOfTheTestBeforeIt) {
  const TestReport report = Shop().Run(
      "now: 2026-06-01T12:00:00+02:00\n"
      "section:\n"
      "  - name: s\n"
      "    input: {orders: 1, spend: 50, last_order: 2026-05-20}\n"
      "    tests:\n"
      "      - name: a held tier, a parameter\n"
      "        state: {holds: {tier: high, below_since: 2026-05-20}}\n"
      "        parameters: {win_back_discount: 20}\n"
      "        output: {tier: high}\n"
      "      - name: neither\n"
      "        input: {nps: 1}\n"
      "        output: {tier: low, treatments.pricing.discount_pct: 12}\n");
  EXPECT_EQ(report.failed, 0u) << Text(report);
}

TEST(TestFileTest, MistakesOfShapeAreReportedAtTheirPlace) {
  ExpectMatchesGolden(
      Shop().Mistakes("shapes_test.yaml", ReadFile("broken/shapes_test.yaml")),
      absl::StrCat(kFolder, "/broken/shapes.txt"));
}

TEST(TestFileTest, MistakesOfNamesAreReportedWithSuggestions) {
  ExpectMatchesGolden(
      Shop().Mistakes("names_test.yaml", ReadFile("broken/names_test.yaml")),
      absl::StrCat(kFolder, "/broken/names.txt"));
}

TEST(TestFileTest, ATestNeedsAClock) {
  ExpectMatchesGolden(
      Shop().Mistakes("clock_test.yaml", ReadFile("broken/clock_test.yaml")),
      absl::StrCat(kFolder, "/broken/clock.txt"));
}

// The layout of CEL Policy's own test files is read as it stands.
TEST(TestFileTest, TheLayoutOfCelPolicyIsTaken) {
  const TestReport report = Shop().Run(
      "name: \"limits\"\n"
      "description: Limits related tests\n"
      "now: 2026-06-01T12:00:00Z\n"
      "section:\n"
      "  - name: \"now_after_hours\"\n"
      "    tests:\n"
      "      - name: \"7pm\"\n"
      "        input:\n"
      "          spend:\n"
      "            expr: \"2.0 * 500.0\"\n"
      "          orders:\n"
      "            value: 0\n"
      "        output:\n"
      "          tier:\n"
      "            value: \"high\"\n"
      "          score:\n"
      "            expr: \"100.0\"\n");
  EXPECT_EQ(report.passed, 1u) << Text(report);
}

struct BadFile {
  std::string name;
  std::string text;
  std::string want;  // Part of what its author is told.
};

class BadTestFileTest : public testing::TestWithParam<BadFile> {};

TEST_P(BadTestFileTest, IsToldWhatIsWrong) {
  EXPECT_THAT(Shop().Mistakes("bad_test.yaml", GetParam().text),
              HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadTestFileTest,
    testing::ValuesIn(std::vector<BadFile>{
        {"Empty", "", "error E211:"},
        {"NotAMapping", "- a\n", "E223: found a list"},
        {"NoSection", "now: 2026-06-01\n", "E222: missing key `section`"},
        {"NoYaml", "section: [\n", "error E206:"},
        {"Anchor", "section: &a []\n", "error E207:"},
        {"SameInputTwice",
         OneTest("      input: {orders: 0, orders: 1}\n"
                 "      output: {tier: low}\n"),
         "error E209:"},
        {"StateWithoutTier",
         OneTest("      state: {holds: {}}\n      output: {tier: low}\n"),
         "E222: missing key `tier` in `holds`"},
        {"WrongParameterType",
         OneTest("      parameters: {win_back_discount: much}\n"
                 "      output: {tier: low}\n"),
         "E240: found `much`, expected double"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(TestFileTest, WhatASectionBringsIsBlamedOnce) {
  const std::string mistakes =
      Shop().Mistakes("bad_test.yaml",
                      "now: 2026-06-01\n"
                      "section:\n"
                      "  - name: s\n"
                      "    input: {ordrs: 1}\n"
                      "    tests:\n"
                      "      - {name: a, output: {tier: low}}\n"
                      "      - {name: b, output: {tier: low}}\n");
  EXPECT_EQ(mistakes,
            "bad_test.yaml:4:13: error E503: `ordrs` is no input of the pack\n"
            "  hint: did you mean `orders`?\n");
}

TEST(ReadTestFilesTest, FilesAreFoundByNameInFoldersBelowToo) {
  const TempDir folder;
  folder.Write("b_test.yaml", "section: []\n");
  folder.Write("deep/er/a_test.yaml", "section: []\n");
  folder.Write("test.yaml", "no: test\n");
  folder.Write("a_test.yml", "no: test\n");
  Diagnostics diagnostics;
  const std::vector<pack::TestFile> files =
      pack::ReadTestFiles(folder.path(), absl::UTCTimeZone(), diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, "b_test.yaml");
  EXPECT_EQ(files[1].path, "deep/er/a_test.yaml");
}

TEST(ReadTestFilesTest, AFileWithMistakesIsADraftBesideTheOthers) {
  const TempDir folder;
  folder.Write("a_test.yaml", "section: 1\n");
  folder.Write("b_test.yaml", "section: []\n");
  folder.Write("c_test.yaml/file", "");
  Diagnostics diagnostics;
  const std::vector<pack::TestFile> files =
      pack::ReadTestFiles(folder.path(), absl::UTCTimeZone(), diagnostics);
  EXPECT_EQ(diagnostics.ToString(),
            "a_test.yaml:1:10: error E223: found `1`, expected a list of "
            "sections of tests\n"
            "c_test.yaml: error E201: `c_test.yaml` is not a file\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_TRUE(files[0].is_draft);
  EXPECT_EQ(files[1].path, "b_test.yaml");
  EXPECT_FALSE(files[1].is_draft);
}

// What the author of a folder of tests is told in one run.
std::string MistakesIn(const std::string& folder) {
  const Shop shop;
  Diagnostics diagnostics;
  const std::optional<TestSuite> suite = CompileTests(
      pack::ReadTestFiles(folder, absl::UTCTimeZone(), diagnostics),
      shop.model(), shop.plan(), diagnostics);
  EXPECT_EQ(suite, std::nullopt);
  return diagnostics.ToString();
}

TEST(ReadTestFilesTest, MistakesOfShapeHideNoneOfNames) {
  const TempDir folder;
  folder.Write("a_test.yaml",
               "now: 2026-06-01\n"
               "section:\n"
               "  - name: s\n"
               "    tests:\n"
               "      - name: a\n"
               "        sed: 1\n"
               "        input: {ordrs: 1, nps: high, spend: {}}\n"
               "        output: {teir: high, tier: [gold]}\n"
               "      - {name: b, input: 5, output: {tier: golden}}\n"
               "      - {name: c}\n");
  EXPECT_EQ(MistakesIn(folder.path()),
            R"(a_test.yaml:6:9: error E220: unknown key `sed` in a test
  hint: did you mean `seed`?
a_test.yaml:7:17: error E503: `ordrs` is no input of the pack
  hint: did you mean `orders`?
a_test.yaml:7:32: error E240: found `high`, expected int
a_test.yaml:7:45: error E501: expected either `value` or `expr`
  hint: write {value: 12} or {expr: "CEL"}
a_test.yaml:8:18: error E504: `teir` is no name of a decision
  hint: did you mean `tier`?
a_test.yaml:8:36: error E240: found a list, expected string
a_test.yaml:9:26: error E223: found `5`, expected a mapping: names and values
a_test.yaml:9:44: error E505: `golden` is not a value that `tier` can have
  hint: expected one of `high`, `low`
a_test.yaml:10:9: error E507: test `c` expects nothing
  hint: say in `output` what must come out
)");
}

// What a draft lacks is blamed once: at the mistake, not where it is needed.
TEST(ReadTestFilesTest, WhatADraftLacksIsNotMissedAgain) {
  const TempDir folder;
  folder.Write(
      "clock_test.yaml",
      "now: tomorrow\n"
      "section:\n"
      "  - name: s\n"
      "    placments: [home]\n"
      "    tests:\n"
      "      - {name: a, output: {offers: []}}\n"
      "      - {name: b, outputs: {offers: []}}\n"
      "      - name: c\n"
      "        now: 2020-01-01\n"
      "        asof: 2026-06-01\n"
      "        output: {excluded: {gala: [x]}, assert: [tier == 'x']}\n");
  EXPECT_EQ(
      MistakesIn(folder.path()),
      R"(clock_test.yaml:1:6: error E243: found `tomorrow`, expected a date or time
  hint: write 2026-11-01 or 2026-11-01T10:00:00+08:00
clock_test.yaml:4:5: error E220: unknown key `placments` in a section of tests
  hint: did you mean `placements`?
clock_test.yaml:7:19: error E220: unknown key `outputs` in a test
  hint: did you mean `output`?
clock_test.yaml:10:9: error E220: unknown key `asof` in a test
  hint: did you mean `as_of`?
clock_test.yaml:11:35: error E223: found a list, expected a name
clock_test.yaml:11:50: error E250: expression `tier == 'x'` is not quoted
  hint: write "tier == 'x'"
)");
}

TEST(ReadTestFilesTest, AllBrokenFilesAreToldOfTogether) {
  ExpectMatchesGolden(MistakesIn(SourcePath(absl::StrCat(kFolder, "/broken"))),
                      absl::StrCat(kFolder, "/broken/together.txt"));
}

std::vector<std::string> NotReached(const Coverage& coverage) {
  std::vector<std::string> names;
  for (const CoverageItem& item : coverage.items()) {
    if (item.reached == 0) {
      names.push_back(absl::StrCat(CoverageKindName(item.kind), " ", item.name,
                                   " ", ToString(item.location)));
    }
  }
  return names;
}

TEST(CoverageTest, NothingIsReachedAtFirst) {
  const Shop shop;
  const Coverage coverage(shop.model(), shop.plan());
  std::string text;
  for (const std::string& name : NotReached(coverage)) {
    absl::StrAppend(&text, name, "\n");
  }
  ExpectMatchesGolden(text, absl::StrCat(kFolder, "/coverage.txt"));
  EXPECT_EQ(coverage.InAll().percent(), 0);
}

TEST(CoverageTest, OneDecisionReachesWhatItWentThrough) {
  const Shop shop;
  Coverage coverage(shop.model(), shop.plan());
  shop.Run(OneTest("      input: {spend: 5000}\n"
                   "      placements: [home]\n"
                   "      output: {tier: high, offers: [gala]}\n"),
           coverage);
  std::vector<std::string> reached;
  for (const CoverageItem& item : coverage.items()) {
    if (item.reached > 0) reached.push_back(item.name);
  }
  EXPECT_THAT(reached,
              ElementsAre("high", "fresh: orders == 0", "pricing: list",
                          "service: rows[1]", "topics: rows[0]",
                          "contact: rule.match[0]", "gala"));
}

// Two lines give the same stage, and of a `first` table an earlier row wins:
// what lost was not reached. All rows of `rule_order` count.
TEST(CoverageTest, ALineIsReachedOnlyByThoseWhomItDecidesFor) {
  const Shop shop;
  Coverage coverage(shop.model(), shop.plan());
  const TestReport report =
      shop.Run(OneTest("      input: {spend: 5000, orders: 1, nps: 9, "
                       "last_order: 2026-05-20, request.channel: call}\n"
                       "      output: {tier: high, stage: active}\n"),
               coverage);
  EXPECT_EQ(report.failed, 0u) << Text(report);
  EXPECT_EQ(coverage.Of(CoverageKind::kRow).reached, 3u);
  EXPECT_EQ(coverage.Of(CoverageKind::kRow).total, 5u);
  EXPECT_EQ(coverage.Of(CoverageKind::kStage).reached, 1u);
}

TEST(CoverageTest, ACallThatIsRefusedReachesNothing) {
  const Shop shop;
  Coverage coverage(shop.model(), shop.plan());
  shop.Run(OneTest("      input: {spend: -1}\n"
                   "      output: {error: {field: attributes.spend}}\n"),
           coverage);
  EXPECT_EQ(coverage.InAll().reached, 0u);
}

TEST(CoverageTest, TheTestsOfTheShopReachAllOfIt) {
  const Shop shop;
  Coverage coverage(shop.model(), shop.plan());
  shop.Run(ReadFile("shop_test.yaml"), coverage);
  EXPECT_THAT(NotReached(coverage), ElementsAre());
  EXPECT_EQ(coverage.InAll().percent(), 100);
}

TEST(CoverageShareTest, NothingToReachIsAllOfIt) {
  EXPECT_EQ(CoverageShare{}.percent(), 100);
  EXPECT_EQ((CoverageShare{1, 4}).percent(), 25);
}

TestResult Failed(std::string section, std::string name, std::string found) {
  return {"a_test.yaml",
          std::move(section),
          std::move(name),
          {"a_test.yaml", 7, 9},
          {{"tier", "'gold'", std::move(found), {"a_test.yaml", 9, 17}}}};
}

TEST(JunitTest, AReportIsWellFormedWhateverNamesAndValuesHold) {
  TestReport report;
  report.results.push_back(
      Failed("a \"section\"", "<x> & 'y'", "'line\nbreak'"));
  report.results.push_back(
      {"a_test.yaml", "s", "passes", {"a_test.yaml", 3, 1}, {}});
  report.results.push_back(
      Failed("s", "bytes \x01 and \xEF\xBF\xBE and ]]>", "'ü'"));
  report.results.push_back(
      {"b_test.yaml", "s", "p", {"b_test.yaml", 1, 1}, {}});
  report.passed = 2;
  report.failed = 2;
  ExpectMatchesGolden(JunitXml(report, "shop 1.0.0"),
                      absl::StrCat(kFolder, "/junit.xml"));
}

Diagnostic Mistake(std::string code, SourceLocation location,
                   std::string message, std::string hint = "") {
  Diagnostic mistake;
  mistake.code = std::move(code);
  mistake.location = std::move(location);
  mistake.message = std::move(message);
  mistake.hint = std::move(hint);
  return mistake;
}

TEST(JunitErrorsXmlTest, HasASuiteForEachFileAndAnErrorForEachMistake) {
  const std::vector<Diagnostic> mistakes = {
      Mistake("E504", {"a_test.yaml", 5, 7}, "`<teir>` is no name", "a \"b\""),
      Mistake("E505", {"a_test.yaml", 6, 1}, "second"),
      Mistake("E201", {"b_test.yaml", 0, 0}, "third")};
  EXPECT_EQ(JunitErrorsXml(mistakes, "shop & co"),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="shop &amp; co" tests="3" failures="0" errors="3">
  <testsuite name="a_test.yaml" tests="2" failures="0" errors="2">
    <testcase name="`&lt;teir&gt;` is no name" classname="a_test.yaml" file="a_test.yaml" line="5">
      <error message="`&lt;teir&gt;` is no name" type="E504">a_test.yaml:5:7: error E504: `&lt;teir&gt;` is no name
  hint: a &quot;b&quot;</error>
    </testcase>
    <testcase name="second" classname="a_test.yaml" file="a_test.yaml" line="6">
      <error message="second" type="E505">a_test.yaml:6:1: error E505: second</error>
    </testcase>
  </testsuite>
  <testsuite name="b_test.yaml" tests="1" failures="0" errors="1">
    <testcase name="third" classname="b_test.yaml" file="b_test.yaml" line="0">
      <error message="third" type="E201">b_test.yaml: error E201: third</error>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(JunitTest, NoTestsAreAnEmptyReport) {
  EXPECT_EQ(JunitXml({}, "shop"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"shop\" tests=\"0\" failures=\"0\" "
            "errors=\"0\">\n"
            "</testsuites>\n");
}

}  // namespace
}  // namespace stratagem::author
