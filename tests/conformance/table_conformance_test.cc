// The runner must not be easier to please than the kit: a test fails for a
// wrong value, a wrong order, an error that does not come; and the public
// tables pass.

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/table_case.h"
#include "tests/conformance/table_condition.h"
#include "tests/support/shared_data.h"

namespace stratagem {
namespace {

// One table over `Full Age` and `Risk`, one test.
struct Case {
  std::string name;
  std::string table;     // Members of the table besides its rules.
  std::string rules;     // Pairs of condition and outputs.
  std::string inputs;    // Of the test.
  std::string expected;  // Of the test: `value`, perhaps `error`.
  std::string failure = "";
};

std::string RunOne(const Case& one) {
  const std::string json = absl::StrCat(
      R"([{"case": "c", "input_data": ["Full Age", "Risk"], "tables": [{)",
      one.table, R"(, "rules": [)", one.rules,
      R"(]}], "tests": [{"id": "1", "inputs": )", one.inputs,
      R"(, "expected": [{)", one.expected, "}]}]}]");
  const auto tests = RunTableCases(json);
  if (!tests.ok()) return std::string(tests.status().message());
  return tests->at(0).failure;
}

constexpr char kOne[] = R"("hit_policy": "UNIQUE", "outputs": [{"name": "o"}])";
constexpr char kAdults[] =
    R"j({"cel_condition": "(Full_Age >= 18)", "outputs": ["adult"]},
        {"cel_condition": "(Full_Age < 18) && (Risk == \"Full_Age && low\")", "outputs": ["child"]})j";

std::string Hit(const std::string& policy, const std::string& outputs,
                const std::string& aggregation = "null") {
  return absl::StrCat(R"("hit_policy": ")", policy, R"(", "aggregation": )",
                      aggregation, R"(, "outputs": )", outputs);
}

constexpr char kSteps[] =
    R"({"cel_condition": "Full_Age > 1", "outputs": [10]},
       {"cel_condition": "Full_Age > 2", "outputs": [0.5]},
       {"cel_condition": "Full_Age > 3", "outputs": [20]})";
constexpr char kPlain[] = R"([{"name": "o"}])";

class TableCaseTest : public testing::TestWithParam<Case> {};

TEST_P(TableCaseTest, EndsAsItMust) {
  EXPECT_EQ(RunOne(GetParam()), GetParam().failure);
}

INSTANTIATE_TEST_SUITE_P(
    Results, TableCaseTest,
    testing::ValuesIn(std::vector<Case>{
        {"NamesWithSpaces", kOne, kAdults, R"({"Full Age": 18})",
         R"("value": "adult")"},
        {"NamesInTextStay", kOne, kAdults,
         R"({"Full Age": 17, "Risk": "Full_Age && low"})",
         R"("value": "child")"},
        {"AWrongValue", kOne, kAdults, R"({"Full Age": 18})",
         R"("value": "child")", R"(found "adult", expected "child")"},
        {"DoublesCompareWithInts", kOne, kAdults, R"({"Full Age": 17.5})",
         R"("value": null)"},
        {"ANullInputMatchesNoComparison", kOne, kAdults, "{}",
         R"("value": null)"},
        {"ANullInputIsNotAnything", kOne,
         R"j({"cel_condition": "!(Risk in [\"a\"])", "outputs": [1]})j",
         R"({"Risk": null})", R"("value": 1)"},
        {"NullCanBeNamed", kOne,
         R"({"cel_condition": "Risk == null", "outputs": [true]})", "{}",
         R"("value": true)"},
        {"ANullInputLeavesTheOtherAlternative", kOne,
         R"({"cel_condition": "Risk > 5 || Full_Age > 1", "outputs": [true]})",
         R"({"Full Age": 2})", R"("value": true)"},
        {"ARowWithoutCondition", kOne,
         R"({"cel_condition": null, "outputs": [null]})", "{}",
         R"("value": null)"},
        {"ConflictIsAnError", kOne,
         R"({"cel_condition": "true", "outputs": [1]},
            {"cel_condition": "true", "outputs": [1]})",
         "{}", R"("error": true, "value": null)"},
        {"ConflictIsNull", kOne,
         R"({"cel_condition": "true", "outputs": [1]},
            {"cel_condition": "true", "outputs": [2]})",
         "{}", R"("value": null)"},
        {"ConflictIsNoValue", kOne,
         R"({"cel_condition": "true", "outputs": [1]},
            {"cel_condition": "true", "outputs": [1]})",
         "{}", R"("value": 1)", "found an error, expected 1"},
        {"AnErrorThatDoesNotCome", kOne, kAdults, R"({"Full Age": 18})",
         R"("error": true, "value": null)",
         R"(found "adult", expected an error)"},
        {"DefaultOutput",
         R"("hit_policy": null, "outputs": [{"name": "o", "default": "none"}])",
         kAdults, R"({"Full Age": 1})", R"("value": "none")"},
        {"DefaultOutputs",
         Hit("FIRST", R"([{"name": "a", "default": 1}, {"name": "b"}])"),
         R"({"cel_condition": "false", "outputs": [2, "x"]})", "{}",
         R"("value": {"a": 1, "b": null})"},
        {"SumOfNumbers", Hit("COLLECT", kPlain, R"("SUM")"), kSteps,
         R"({"Full Age": 9})", R"("value": 30.5)"},
        {"SumOfNothing", Hit("COLLECT", kPlain, R"("SUM")"), kSteps,
         R"({"Full Age": 0})", R"("value": null)"},
        {"Least", Hit("COLLECT", kPlain, R"("MIN")"), kSteps,
         R"({"Full Age": 9})", R"("value": 0.5)"},
        {"Most", Hit("COLLECT", kPlain, R"("MAX")"), kSteps,
         R"({"Full Age": 3})", R"("value": 10)"},
        {"Count", Hit("COLLECT", kPlain, R"("COUNT")"), kSteps,
         R"({"Full Age": 3})", R"("value": 2)"},
        {"CountOfNothing", Hit("COLLECT", kPlain, R"("COUNT")"), kSteps,
         R"({"Full Age": 0})", R"("value": 0)"},
        {"AggregatesOfSeveralOutputs",
         Hit("COLLECT", R"([{"name": "a"}, {"name": "b"}])", R"("MAX")"),
         R"({"cel_condition": "true", "outputs": [1, 2.5]},
            {"cel_condition": "true", "outputs": [3, 0.5]})",
         "{}", R"("value": {"a": 3, "b": 2.5})"},
        {"CollectInAnyOrder", Hit("COLLECT", kPlain), kSteps,
         R"({"Full Age": 9})", R"("value": [20, 10, 0.5])"},
        {"CollectCountsRepeated", Hit("COLLECT", kPlain), kSteps,
         R"({"Full Age": 9})", R"("value": [20, 20, 0.5])",
         "found [10.0,0.5,20.0], expected [20,20,0.5]"},
        {"RuleOrderInOrderOnly", Hit("RULE ORDER", kPlain), kSteps,
         R"({"Full Age": 9})", R"("value": [20, 10, 0.5])",
         "found [10.0,0.5,20.0], expected [20,10,0.5]"},
        {"OutputOrder",
         Hit("OUTPUT ORDER",
             R"([{"name": "o", "output_values": [20, 0.5, 10]}])"),
         kSteps, R"({"Full Age": 9})", R"("value": [20, 0.5, 10])"},
        {"PriorityWithValuesThatNobodyListed",
         Hit("PRIORITY", R"([{"name": "o", "output_values": [0.5]}])"), kSteps,
         R"({"Full Age": 9})", R"("value": 0.5)"},
        {"OutputsOfMixedKinds", Hit("FIRST", kPlain),
         R"({"cel_condition": "Full_Age > 5", "outputs": ["many"]},
            {"cel_condition": "Full_Age > 1", "outputs": [[1, {"a": true}]]})",
         R"({"Full Age": 2})", R"("value": [1, {"a": true}])"},
        {"SumsBeyondWholeNumbers", Hit("COLLECT", kPlain, R"("SUM")"),
         R"({"cel_condition": "true", "outputs": [9223372036854775807]},
            {"cel_condition": "true", "outputs": [1]})",
         "{}", R"("value": 9223372036854775808)"},
        {"InputsBeyondWholeNumbers", kOne,
         R"({"cel_condition": "Full_Age > 9.0e18", "outputs": [true]})",
         R"({"Full Age": 18446744073709551615})", R"("value": true)"},
        {"ListsOfOneKind", kOne,
         R"j({"cel_condition": "(\"b\" in Risk)", "outputs": [1]},
             {"cel_condition": "(Risk == [1, 2])", "outputs": [2]})j",
         R"({"Risk": ["a", "b"]})", R"("value": 1)"},
        {"ListsThatAreEmptyOrMixed", kOne,
         R"j({"cel_condition": "(size(Risk) == 0) && (1 in Full_Age)", "outputs": [1]})j",
         R"({"Risk": [], "Full Age": ["a\"b", 1, null, [2.5]]})",
         R"("value": 1)"},
        {"Objects", kOne,
         R"j({"cel_condition": "(Risk.level >= 2) && (Risk.name == \"x\")", "outputs": [1]})j",
         R"({"Risk": {"level": 2, "name": "x"}})", R"("value": 1)"},
        {"AnUnknownPolicy", Hit("SOMETIMES", kPlain), kSteps, "{}",
         R"("value": 1)", "the hit policy is none of DMN's"},
        {"ABadCondition", Hit("FIRST", kPlain),
         R"({"cel_condition": "Nobody > 5", "outputs": [1]})", "{}",
         R"("value": 1)",
         "the table is refused: undeclared reference to 'Nobody'"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(TableCaseTest, RefusesWhatIsNoListOfCases) {
  EXPECT_FALSE(RunTableCases("{}").ok());
  EXPECT_FALSE(RunTableCases("[{\"case\": \"c\"}]").ok());
  EXPECT_FALSE(RunTableCases("[").ok());
  EXPECT_TRUE(RunTableCases("[]")->empty());
}

TEST(IsVariableOfTest, HasUnderscoresForWhatIsNoWord) {
  EXPECT_TRUE(
      IsVariableOf("Approved_Declined_by_X_1", "Approved/Declined by X-1"));
  EXPECT_FALSE(IsVariableOf("Approved_Declined", "Approved/Declined by X-1"));
  EXPECT_FALSE(IsVariableOf("Age_", "Age"));
  EXPECT_FALSE(IsVariableOf("_ge", "Age"));
}

TEST(IsVariableOfTest, LettersBeyondAsciiStayOrGiveWay) {
  EXPECT_TRUE(IsVariableOf("Größe_in_m", "Größe in m"));
  EXPECT_TRUE(IsVariableOf("Gr__e_in_m", "Größe in m"));
  EXPECT_TRUE(IsVariableOf("Gr____e_in_m", "Größe in m"));
  EXPECT_TRUE(IsVariableOf("Größe__", "Größe €"));
  EXPECT_FALSE(IsVariableOf("Gr___e_in_m", "Größe in m"));
  EXPECT_FALSE(IsVariableOf("Große", "Größe"));
}

// What the only test of `table` comes to by cells; "" when it passes.
std::string RunCells(const std::string& table, const std::string& input_data,
                     const std::string& inputs, const std::string& value) {
  const auto tests = RunTableCases(absl::StrCat(
      R"([{"case": "c", "input_data": )", input_data, R"(, "tables": [{)",
      table, R"(}], "tests": [{"id": "1", "inputs": )", inputs,
      R"(, "expected": [{"value": )", value, "}]}]}]"));
  if (!tests.ok()) return std::string(tests.status().message());
  if (tests->size() == 1) return "no cells";
  return tests->at(1).rows == TableRows::kCells ? tests->at(1).failure
                                                : "not by cells";
}

constexpr char kNames[] = R"(["Größe", "Risk"])";

std::string TwoColumns(const std::string& rules) {
  return absl::StrCat(
      R"("hit_policy": "FIRST", "outputs": [{"name": "o"}], "inputs": [
           {"expression": "Größe", "type": "number"},
           {"expression": " Risk ", "type": null}], "rules": [)",
      rules, "]");
}

TEST(TableCellsTest, DecideInPlaceOfConditions) {
  const std::string table = TwoColumns(
      R"j({"cel_condition": "false", "outputs": [1],
           "feel_inputs": [">=1.5, [0..1[", "\"high\""]},
          {"cel_condition": "false", "outputs": [2],
           "feel_inputs": ["-", "not(\"low\")"]})j");
  EXPECT_EQ(RunCells(table, kNames, R"({"Größe": 2, "Risk": "high"})", "1"),
            "");
  EXPECT_EQ(RunCells(table, kNames, R"({"Größe": 1, "Risk": "high"})", "2"),
            "");
  EXPECT_EQ(RunCells(table, kNames, R"({"Größe": 0.5, "Risk": "low"})", "null"),
            "");
  EXPECT_EQ(RunCells(table, kNames, R"({"Größe": 0.5, "Risk": "low"})", "1"),
            "found null, expected 1");
  EXPECT_EQ(RunCells(table, kNames, "{}", "2"), "");
}

TEST(TableCellsTest, LeaveRulesThatTheyCannotSayToTheirConditions) {
  const std::string table = TwoColumns(
      R"j({"cel_condition": "(Größe == 3)", "outputs": [1],
           "feel_inputs": ["odd(?)", "-"]},
          {"cel_condition": "false", "outputs": [2],
           "feel_inputs": ["-", "null"]})j");
  EXPECT_EQ(RunCells(table, kNames, R"({"Größe": 3})", "1"), "");
  EXPECT_EQ(RunCells(table, kNames, R"({"Größe": 4})", "2"), "");
}

TEST(TableCellsTest, RunOnlyWhereTheyCanBeWritten) {
  const std::string calls = TwoColumns(
      R"j({"cel_condition": "true", "outputs": [1],
           "feel_inputs": ["odd(?)", "-"]})j");
  EXPECT_EQ(RunCells(calls, kNames, R"({"Größe": 3})", "1"), "no cells");
  const std::string any = TwoColumns(
      R"j({"cel_condition": "true", "outputs": [1], "feel_inputs": ["-", "-"]})j");
  EXPECT_EQ(RunCells(any, kNames, "{}", "1"), "");
  EXPECT_EQ(RunCells(any, R"(["Risk"])", "{}", "1"), "no cells");
  EXPECT_EQ(RunCells(any, kNames, R"({"Größe": "tall"})", "1"), "no cells");
  EXPECT_EQ(RunCells(any, kNames, R"({"Risk": [1]})", "1"), "no cells");
}

TEST(TableConformanceTest, ThePublicTablesPass) {
  STRATAGEM_SHARED_DATA_OR_SKIP(path, "dmn_tck/simple_tables_cel.json");
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  const auto tests = RunTableCases(text.str());
  ASSERT_TRUE(tests.ok()) << tests.status();
  EXPECT_FALSE(tests->empty());
  for (const TableTest& test : *tests) {
    EXPECT_EQ(test.failure, "") << test.name;
  }
}

}  // namespace
}  // namespace stratagem
