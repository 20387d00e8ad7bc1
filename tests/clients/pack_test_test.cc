// What must hold for `pack test`: differences with their places, what no test
// reached, an exit code for CI, and files that other programs read. The pack
// stands in tests/golden/pack_tests.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string ShopFile(const std::string& name) {
  return ReadFile(SourcePath("tests/golden/pack_tests/" + name));
}

// The shop's pack in a folder of its own.
class PackTestTest : public testing::Test {
 protected:
  PackTestTest() { folder_.Write("pack.yaml", ShopFile("pack.yaml")); }

  void AddTests(const std::string& file) {
    folder_.Write(std::filesystem::path(file).filename().string(),
                  ShopFile(file));
  }

  Ran Test(std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"pack", "test", folder_.path()});
    Ran ran = RunHere(flags);
    for (std::string* const text : {&ran.out, &ran.err}) {
      *text = absl::StrReplaceAll(*text, {{folder_.path(), "PACK"}});
    }
    return ran;
  }

  const TempDir folder_;
};

TEST_F(PackTestTest, ASummaryIsAllWhenEverythingPasses) {
  AddTests("shop_test.yaml");
  const Ran ran = Test();
  EXPECT_EQ(ran.out, "21 tests, 21 passed, 0 failed\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.code, 0);
}

TEST_F(PackTestTest, FailuresAreShownAsDifferencesAndCoverageAsATable) {
  AddTests("failing/failing_test.yaml");
  const Ran ran = Test({"--coverage"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/pack_test_failing.txt");
}

TEST_F(PackTestTest, JsonIsOneDocumentAndTheSummaryStandsBeside) {
  AddTests("failing/failing_test.yaml");
  const Ran ran = Test({"--coverage", "--filter", "refusal", "-o", "json"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "4 tests, 0 passed, 4 failed\n");
  EXPECT_FALSE(nlohmann::json::parse(ran.out, nullptr, false).is_discarded());
  ExpectMatchesGolden(ran.out, "tests/golden/clients/pack_test.json");
}

TEST_F(PackTestTest, AJunitFileIsWrittenBesideTheAnswer) {
  AddTests("shop_test.yaml");
  const Ran ran = Test({"--junit", folder_.Join("report.xml")});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "21 tests, 21 passed, 0 failed\n");
  const std::string report = ReadFile(folder_.Join("report.xml"));
  EXPECT_THAT(report, HasSubstr("<testsuites name=\"corner_shop 1.0.0\" "
                                "tests=\"21\" failures=\"0\""));
  EXPECT_THAT(report, HasSubstr("<testcase name=\"and no longer\" "
                                "classname=\"memory\""));
}

// Else CI would show the report of the run before.
TEST_F(PackTestTest, MistakesStandInTheJunitFileAsErrors) {
  const std::vector<std::string> flags = {"--junit",
                                          folder_.Join("report.xml")};
  folder_.Write("report.xml", "old");
  folder_.Write("a_test.yaml",
                "now: 2026-06-01\n"
                "section:\n"
                "  - name: s\n"
                "    tests:\n"
                "      - {name: t, output: {teir: high, degraded: 3}}\n");
  folder_.Write("b_test.yaml", "section: []\nnow: <&>\n");
  EXPECT_EQ(Test(flags).code, 1);
  const std::string report = ReadFile(folder_.Join("report.xml"));
  EXPECT_THAT(report, HasSubstr("<testsuite name=\"a_test.yaml\" tests=\"2\" "
                                "failures=\"0\" errors=\"2\">\n"));
  EXPECT_THAT(report, HasSubstr("\">a_test.yaml:5:"));
  EXPECT_THAT(report, HasSubstr("<testsuite name=\"b_test.yaml\""));
  EXPECT_THAT(report, HasSubstr("`&lt;&amp;&gt;`"));
  folder_.Write("pack.yaml", "language: 1\nname: shop\n");
  EXPECT_EQ(Test(flags).code, 1);
  EXPECT_THAT(ReadFile(folder_.Join("report.xml")),
              HasSubstr("<error message=\"missing key `version`"));
}

TEST_F(PackTestTest, NoTestsAreAnErrorInTheJunitFile) {
  const std::string report = folder_.Join("report.xml");
  EXPECT_EQ(Test({"--junit", report}).code, 1);
  EXPECT_THAT(ReadFile(report), HasSubstr("<error message=\"there are no "));
  AddTests("shop_test.yaml");
  EXPECT_EQ(Test({"--junit", report, "--filter", "nothing"}).code, 1);
  EXPECT_THAT(ReadFile(report), HasSubstr("errors=\"1\">\n"));
  EXPECT_THAT(ReadFile(report), HasSubstr("contains `nothing`\""));
}

TEST_F(PackTestTest, AJunitFileThatCannotBeWrittenIsTold) {
  AddTests("shop_test.yaml");
  const Ran ran = Test({"--junit", folder_.Join("no/such/report.xml")});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err, "error: `PACK/no/such/report.xml` cannot be written\n");
}

TEST_F(PackTestTest, TooLittleCoverageFails) {
  AddTests("shop_test.yaml");
  EXPECT_EQ(Test({"--min-coverage", "100"}).code, 0);
  const Ran ran = Test({"--min-coverage", "100", "--filter", "memory"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("not reached"));
  EXPECT_EQ(ran.err,
            "error: the tests reach 45.4 % of the pack, less than 100 %\n");
}

TEST_F(PackTestTest, AMistakeInATestFileStopsBeforeAnythingRuns) {
  AddTests("shop_test.yaml");
  folder_.Write("bad_test.yaml",
                "now: 2026-06-01\n"
                "section:\n"
                "  - name: s\n"
                "    tests:\n"
                "      - {name: t, output: {teir: high}}\n");
  const Ran ran = Test();
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("PACK/bad_test.yaml:5:28: error E504: `teir` "
                                 "is no name of a decision\n"));
  EXPECT_THAT(ran.err, HasSubstr("error: the tests in `PACK` have 1 error\n"));
}

TEST_F(PackTestTest, NoTestsAreAnError) {
  const Ran ran = Test();
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "error: there are no tests in `PACK`\n"
            "  hint: write them into files whose names end in `_test.yaml`, "
            "beside `pack.yaml`\n");
}

TEST_F(PackTestTest, AFilterThatMatchesNothingIsAnError) {
  AddTests("shop_test.yaml");
  const Ran ran = Test({"--filter", "nothing"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no test's name contains `nothing`"));
}

TEST_F(PackTestTest, APackWithErrorsIsNotTested) {
  AddTests("shop_test.yaml");
  folder_.Write("pack.yaml", "language: 1\nname: shop\n");
  const Ran ran = Test();
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("missing key `version`"));
}

TEST_F(PackTestTest, WhatMakesNoSenseIsAMistakeOfTheCommandLine) {
  EXPECT_EQ(Test({"--min-coverage", "101"}).code, 2);
  EXPECT_EQ(Test({"--output", "ndjson"}).code, 2);
  EXPECT_EQ(RunHere({"pack", "test"}).code, 2);
  EXPECT_EQ(RunHere({"pack", "test", folder_.Join("nowhere")}).code, 3);
}

}  // namespace
}  // namespace stratagem::cli
