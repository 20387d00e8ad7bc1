// The runner must not be easier to please than the suites: a wrong expectation
// fails, and so does a list of known failures that is not true any more.

#include "tests/conformance/cel_conformance.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/tagged_value.h"
#include "tests/conformance/type_text.h"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

Ran RunProgram(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = RunCelConformance(arguments, out, err);
  return {code, out.str(), err.str()};
}

// One case as a line: `expression` and the rest of its members.
std::string Case(const std::string& name, const std::string& expression,
                 std::string members) {
  std::replace(members.begin(), members.end(), '\n', ' ');
  return R"({"suite": "s", "section": "t", "name": ")" + name +
         R"(", "expr": ")" + expression + "\", " + members + "}\n";
}

std::string Expects(const std::string& value) {
  return R"("expect": {"kind": "value", "value": )" + value + "}";
}

std::string ExpectsType(const std::string& type) {
  return R"("check_only": true, "expect": {"kind": "typed", "type": ")" + type +
         "\"}";
}

constexpr char kExpectsError[] =
    R"("expect": {"kind": "error", "errors": [{"message": "any"}]})";

// Runs `cases` with `known` as the list of known failures.
Ran RunCases(const std::string& cases, const std::string& known = "") {
  const TempDir folder;
  const std::string list = folder.Write("known.txt", known);
  const std::string file = folder.Write("cases.jsonl", cases);
  return RunProgram({"--verbose", "--known", list, file});
}

struct Judgement {
  const char* name;
  const char* expression;
  std::string members;
  const char* summary;
};

class CelConformanceJudgesTest : public testing::TestWithParam<Judgement> {};

TEST_P(CelConformanceJudgesTest, OneCase) {
  const Judgement& param = GetParam();
  const Ran ran = RunCases(Case(param.name, param.expression, param.members));
  EXPECT_THAT(ran.out, EndsWith(std::string(param.summary) + "\n"));
  EXPECT_EQ(ran.code, ran.out.find(", 0 failed,") == std::string::npos ? 1 : 0);
  EXPECT_EQ(ran.err, "");
}

constexpr char kPassed[] = "1 passed, 0 failed, 0 skipped";
constexpr char kFailed[] = "0 passed, 1 failed, 0 skipped";
constexpr char kSkipped[] = "0 passed, 0 failed, 1 skipped";

INSTANTIATE_TEST_SUITE_P(
    Cases, CelConformanceJudgesTest,
    testing::ValuesIn(std::vector<Judgement>{
        {"TheRightValue", "1 + 1", Expects(R"({"int": "2"})"), kPassed},
        {"AWrongValue", "1 + 1", Expects(R"({"int": "3"})"), kFailed},
        {"AnIntIsNoDouble", "2", Expects(R"({"double": 2})"), kFailed},
        {"AnIntIsNoUintInsideAList", "[2]",
         Expects(R"({"list": [{"uint": "2"}]})"), kFailed},
        {"AShorterListIsAnother", "[2]",
         Expects(R"({"list": [{"int": "2"}, {"int": "2"}]})"), kFailed},
        {"NanIsNan", "0.0 / 0.0", Expects(R"({"double": "NaN"})"), kPassed},
        {"NanIsNoNumber", "0.0 / 0.0", Expects(R"({"double": 0})"), kFailed},
        {"InfinityHasASign", "-1.0 / 0.0", Expects(R"({"double": "Infinity"})"),
         kFailed},
        {"EntriesComeInAnyOrder", "{'b': 1, 'a': 2}",
         Expects(R"({"map": [[{"string": "b"}, {"int": "1"}],
                             [{"string": "a"}, {"int": "2"}]]})"),
         kPassed},
        {"KeysHaveKindsToo", "{1: true}",
         Expects(R"({"map": [[{"uint": "1"}, {"bool": true}]]})"), kFailed},
        {"TypesAreValues", "type(1)", Expects(R"({"type": "int"})"), kPassed},
        {"BytesAreBase64", "b'abc'", Expects(R"({"bytes": "YWJj"})"), kPassed},
        {"AnErrorOfTheEvaluation", "1 / 0", kExpectsError, kPassed},
        {"AnErrorOfTheCheck", "nobody", kExpectsError, kPassed},
        {"AValueIsNoError", "1", kExpectsError, kFailed},
        {"AnErrorIsNoValue", "1 / 0", Expects(R"({"int": "0"})"), kFailed},
        {"WhatDoesNotCompileIsNoValue", "1 +", Expects(R"({"int": "1"})"),
         kFailed},
        {"ABindingIsRead", "x",
         R"("type_env": [{"name": "x", "kind": "variable", "type": "int"}],
            "bindings": {"x": {"int": "-9223372036854775808"}}, )" +
             Expects(R"({"int": "-9223372036854775808"})"),
         kPassed},
        {"WhatIsDeclaredAndNotBoundIsAnError", "x",
         std::string(
             R"("type_env": [{"name": "x", "kind": "variable", "type": "int"}], )") +
             kExpectsError,
         kPassed},
        {"TheContainerIsLookedIn", "y",
         R"("container": "a.b", "bindings": {"a.y": {"int": "1"}}, )" +
             Expects(R"({"int": "1"})"),
         kPassed},
        {"ATypeIsCompared", "[1]", ExpectsType("list(int)"), kPassed},
        {"AWrongType", "[1]", ExpectsType("list(uint)"), kFailed},
        {"AWrongTypeOfARightValue", "1",
         R"("expect": {"kind": "typed", "type": "uint", "value": {"int": "1"}})",
         kFailed},
        {"FunctionsOfTheCaseAreChecked", "f(1)",
         R"x("type_env": [{"name": "f", "kind": "function", "overloads": [
               {"params": ["T"], "result": "list(T)", "member": false}]}], )x" +
             ExpectsType("list(int)"),
         kPassed},
        {"MessagesAreOutOfScope", "M{}",
         R"("tags": ["proto_message"], "expect": {"kind": "value"})", kSkipped},
        {"OtherTagsAreInScope", "1",
         R"("tags": ["extension", "wkt"], )" + Expects(R"({"int": "1"})"),
         kPassed},
    }),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(CelConformanceTest, MacrosAndChecksCanBeTurnedOff) {
  const std::string refused = R"("expect": {"kind": "error"})";
  const std::string cases =
      Case("macro", "[1].all(x, x == 1)", Expects(R"({"bool": true})")) +
      Case("no_macro", "[1].all(x, x == 1)",
           R"("disable_macros": true, )" + refused) +
      Case("no_check", "true || 1 + 'a'",
           R"("disable_check": true, )" + Expects(R"({"bool": true})"));
  EXPECT_THAT(RunCases(cases).out, EndsWith("3 passed, 0 failed, 0 skipped\n"));
}

TEST(CelConformanceTest, SaysWhatWasExpectedAndFound) {
  const Ran ran = RunCases(Case("sum", "1 + 1", Expects(R"({"int": "3"})")) +
                           Case("two", "2", Expects(R"({"int": "2"})")));
  EXPECT_EQ(ran.out,
            "FAILED s/t/sum\n"
            "    expression 1 + 1\n"
            "    expected   3\n"
            "    found      2, of type int\n"
            "suite                passed failed skipped\n"
            "s                         1      1       0\n"
            "1 passed, 1 failed, 0 skipped\n");
  EXPECT_EQ(ran.code, 1);
}

TEST(CelConformanceKnownTest, AKnownFailureIsCountedAndDoesNotFail) {
  const Ran ran = RunCases(Case("sum", "1 + 1", Expects(R"({"int": "3"})")),
                           "# why not\n\ns/t/sum # it cannot add\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, EndsWith("0 passed, 1 failed, 0 skipped\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("FAILED")));
}

TEST(CelConformanceKnownTest, OneThatPassesFailsTheRun) {
  const Ran ran = RunCases(Case("sum", "1 + 1", Expects(R"({"int": "2"})")),
                           "s/t/sum # it cannot add\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("known failure `s/t/sum` passes: remove it"));
}

TEST(CelConformanceKnownTest, ANameThatIsNoCaseFailsTheRunOfItsSuiteOnly) {
  const std::string cases = Case("two", "2", Expects(R"({"int": "2"})"));
  EXPECT_EQ(RunCases(cases, "other/t/sum # not run\n").code, 0);
  const Ran ran = RunCases(cases, "s/t/gone # was renamed\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("`s/t/gone` is no case of its suite"));
}

TEST(CelConformanceKnownTest, EveryEntryNeedsItsReason) {
  const std::string cases = Case("two", "2", Expects(R"({"int": "2"})"));
  const Ran ran = RunCases(cases, "s/t/two\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("line 1: `s/t/two` has no reason"));
  EXPECT_THAT(RunCases(cases, "s/t/a # x\ns/t/a # y\n").err,
              HasSubstr("line 2: `s/t/a` stands twice"));
}

TEST(CelConformanceTest, WhatCannotBeReadFailsAndNamesTheLine) {
  const std::string good = Case("two", "2", Expects(R"({"int": "2"})"));
  for (const std::string& bad :
       {std::string("[]\n"), Case("x", "1", Expects(R"({"int": 1})")),
        Case("x", "1", Expects(R"({"object": {}})")),
        Case("x", "1", R"("expect": {"kind": "unknown"})"),
        Case("x", "1",
             R"("type_env": [{"name": "x", "kind": "variable",
                          "type": "list("}], )" +
                 Expects(R"({"int": "1"})"))}) {
    const Ran ran = RunCases(good + bad);
    EXPECT_EQ(ran.code, 1) << bad;
    EXPECT_THAT(ran.err, HasSubstr("cases.jsonl:2: ")) << bad;
    EXPECT_THAT(ran.out, EndsWith("1 passed, 0 failed, 0 skipped\n"));
  }
}

TEST(CelConformanceTest, WrongArgumentsShowTheUsage) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"--nothing", "x"}, {"--known"}}) {
    const Ran ran = RunProgram(arguments);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("usage: cel_conformance"));
  }
  EXPECT_EQ(RunProgram({"--help"}).code, 0);
  EXPECT_THAT(RunProgram({"no_such_file.jsonl"}).err,
              HasSubstr("cannot read `no_such_file.jsonl`"));
}

TEST(ReadTypeTest, ReadsWhatToStringWrites) {
  for (const char* text :
       {"int", "list(string)", "map(string, list(dyn))", "optional_type(int)",
        "wrapper(int)", "type(int)", "tuple(int, dyn)", "null_type",
        "google.protobuf.Timestamp", "a.b.Message"}) {
    const std::optional<expr::Type> type = expr::ReadType(text);
    ASSERT_TRUE(type.has_value()) << text;
    EXPECT_EQ(expr::ToString(*type), text);
  }
}

TEST(ReadTypeTest, RefusesWhatIsNoType) {
  for (const char* text : {"", "list(", "list()", "map(int)", "list(int))",
                           "int int", "list(int, int)", "?"}) {
    EXPECT_FALSE(expr::ReadType(text).has_value()) << text;
  }
}

// The public suites: nothing may fail that is not known.
TEST(CelConformanceTest, ThePublicSuitesPass) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "cel_conformance");
  const Ran ran = RunProgram({"--verbose", folder + "/cel_conformance.jsonl"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

}  // namespace
}  // namespace stratagem
