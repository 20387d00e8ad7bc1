// The runner must not be easier to please than the suite: a case fails for a
// wrong result, a wrong error, an accepted policy that is to be refused; and
// the public suite passes.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/policy_case.h"
#include "tests/conformance/policy_functions.h"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

namespace stratagem::policy {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr char kConfig[] = R"(
variables:
  - {name: x, type_name: int}
  - {name: price, type: {type_name: double}}
  - {name: tool.args, type_name: map, params: [{type_name: string}, {type_name: dyn}]}
  - {name: now, type_name: google.protobuf.Timestamp}
)";

// {value: …} of an optional, {expr: …}, and numbers of the declared type.
constexpr char kPolicy[] = R"y(
name: p
rule:
  match:
    - {condition: "x > 0", output: "price * 2.0"}
    - {condition: "has(tool.args.fail)", output: "double(1 / x)"}
)y";

std::string Tests(absl::string_view input, absl::string_view output) {
  return absl::StrCat("section: [{name: s, tests: [{name: t, input: ", input,
                      ", output: ", output, "}]}]\n");
}

struct Files {
  std::string config = kConfig;
  std::string policy = kPolicy;
  std::string tests = "";  // "": no such file.
};

std::string RunFiles(const Files& files) {
  const TempDir folder;
  folder.Write("policy.yaml", files.policy);
  if (!files.config.empty()) folder.Write("config.yaml", files.config);
  if (!files.tests.empty()) folder.Write("tests.yaml", files.tests);
  const CaseResult result = RunPolicyCase(folder.path());
  switch (result.verdict) {
    case CaseVerdict::kPassed:
      return "passed";
    case CaseVerdict::kSkipped:
      return "skipped";
    case CaseVerdict::kFailed:
      break;
  }
  return absl::StrJoin(result.reasons, "\n");
}

constexpr char kInput[] = "{x: {value: 1}, price: {value: 3}}";

TEST(PolicyCaseTest, ComparesResults) {
  EXPECT_EQ(RunFiles({.tests = Tests(kInput, "{value: 6}")}), "passed");
  EXPECT_EQ(RunFiles({.tests = Tests(kInput, "{expr: 'optional.of(6.0)'}")}),
            "passed");
  EXPECT_EQ(RunFiles({.tests = Tests(kInput, "{value: 7}")}),
            "t: found optional.of(6.0), expected 7");
  EXPECT_EQ(RunFiles({.tests = Tests(kInput, "{expr: 'optional.none()'}")}),
            "t: found optional.of(6.0), expected optional.none()");
  EXPECT_EQ(RunFiles({.tests = Tests("{x: {expr: '0'}, tool.args: {value: {}}}",
                                     "{expr: 'optional.none()'}")}),
            "passed");
}

TEST(PolicyCaseTest, AVariableWithoutInputIsAnErrorWhenItIsRead) {
  EXPECT_EQ(RunFiles({.tests = Tests("{x: {value: 0}}", "{value: 1}")}),
            "t: found error(no such field), expected 1");
}

TEST(PolicyCaseTest, ComparesErrors) {
  constexpr char kFails[] = "{x: {value: 0}, tool.args: {value: {fail: 1}}}";
  EXPECT_EQ(
      RunFiles({.tests = Tests(kFails, "{error_set: ['division by zero']}")}),
      "passed");
  EXPECT_THAT(RunFiles({.tests = Tests(kFails, "{error_set: ['overflow']}")}),
              HasSubstr("no error says `overflow`"));
  EXPECT_THAT(RunFiles({.tests = Tests(kInput, "{error_set: ['overflow']}")}),
              HasSubstr("expected an error"));
}

TEST(PolicyCaseTest, ARefusedPolicyPassesForItsErrorsOnly) {
  const std::string wrong = R"(
name: p
rule: {match: [{condition: "y > 0", output: "1"}]}
)";
  EXPECT_EQ(RunFiles({.policy = wrong}), "passed");
  EXPECT_EQ(
      RunFiles({.policy = wrong,
                .tests = Tests("{}", "{error_set: [\"reference to 'y'\"]}")}),
      "passed");
  EXPECT_THAT(
      RunFiles({.policy = wrong,
                .tests = Tests("{}", "{error_set: ['no such words']}")}),
      HasSubstr("no error says `no such words`"));
  EXPECT_THAT(RunFiles({.policy = wrong, .tests = Tests("{}", "{value: 1}")}),
              HasSubstr("the policy is refused"));
}

TEST(PolicyCaseTest, AnAcceptedPolicyNeedsTests) {
  EXPECT_EQ(RunFiles({}),
            "the policy is accepted; without tests it is to be refused");
  EXPECT_EQ(RunFiles({.tests = "section: []"}), "tests.yaml has no tests");
  EXPECT_EQ(RunFiles({.tests = "section: [{tests: [{name: t}]}]"}),
            "t: the test expects nothing");
}

TEST(PolicyCaseTest, SkipsMessagesOnly) {
  EXPECT_EQ(RunFiles({.config = "context_variable: {type_name: shop.Order}"}),
            "skipped");
  EXPECT_EQ(
      RunFiles({.config = "variables: [{name: o, type_name: list, params: "
                          "[{type_name: shop.Order}]}]"}),
      "skipped");
  EXPECT_THAT(
      RunFiles({.config = "variables: [{name: o, type_name: 'list(int'}]"}),
      EndsWith("unknown type `list(int`"));
}

constexpr char kFunctions[] = R"(
functions:
  - name: locationCode
    overloads: [{args: [{type_name: string}], return: {type_name: string}}]
  - name: hasCreditCard
    overloads: [{args: [{type_name: dyn}], return: {type_name: bool}}]
  - name: hasEmailOrPhone
    overloads: [{args: [{type_name: dyn}], return: {type_name: bool}}]
  - name: mystery
    overloads: [{target: {type_name: int}, args: [{type_name: int}], return: {type_name: bool}}]
)";

struct FunctionCase {
  std::string name;
  std::string output;
  std::string want;
};

class PolicyFunctionTest : public testing::TestWithParam<FunctionCase> {};

TEST_P(PolicyFunctionTest, MeansWhatItsNameSays) {
  const std::string policy = absl::StrCat("name: p\nrule: {match: [{output: \"",
                                          GetParam().output, "\"}]}\n");
  EXPECT_EQ(
      RunFiles({.config = kFunctions,
                .policy = policy,
                .tests = Tests(
                    "{}", absl::StrCat("{expr: \"", GetParam().want, "\"}"))}),
      "passed");
}

INSTANTIATE_TEST_SUITE_P(
    Functions, PolicyFunctionTest,
    testing::ValuesIn(std::vector<FunctionCase>{
        {"Location", "locationCode('10.0.0.1')", "'us'"},
        {"OtherLocation", "locationCode('8.8.8.8')", "'ir'"},
        {"Card", "hasCreditCard({'a': [{'b': '4111 1111-1111 1111'}]})",
         "true"},
        {"ShortNumberIsNoCard", "hasCreditCard('41111111111')", "false"},
        {"LongNumberIsNoCard", "hasCreditCard('41111111111111111111')",
         "false"},
        {"KeysAreNoCards", "hasCreditCard({'4111111111111111': 1})", "false"},
        {"IntsAreNoCards", "hasCreditCard({'n': 4111111111111111})", "false"},
        {"Email", "hasEmailOrPhone(['write to me@example.com'])", "true"},
        {"NoHost", "hasEmailOrPhone('me@ example.com')", "false"},
        {"NoDot", "hasEmailOrPhone('me@example')", "false"},
        {"Phone", "hasEmailOrPhone('555-123 4567')", "true"},
        {"InternationalPhone", "hasEmailOrPhone('+123456789012345')", "true"},
        {"CardIsNoPhone", "hasEmailOrPhone('4111111111111111')", "false"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(PolicyFunctionTest, OthersAreCheckedButCannotRun) {
  const std::string calls =
      "name: p\nrule: {match: [{output: \"1.mystery(2)\"}]}\n";
  EXPECT_EQ(RunFiles({.config = kFunctions,
                      .policy = calls,
                      .tests = Tests("{}", "{error_set: [overload]}")}),
            "passed");
}

TEST(FindPolicyCasesTest, FindsFoldersAtAnyDepthInOrder) {
  const TempDir folder;
  for (const char* const path :
       {"b/policy.yaml", "a/deep/policy.yaml", "a/other.yaml"}) {
    folder.Write(path, "");
  }
  EXPECT_THAT(FindPolicyCases(folder.path()),
              ElementsAre(EndsWith("/a/deep"), EndsWith("/b")));
  EXPECT_THAT(FindPolicyCases(folder.path() + "/b"),
              ElementsAre(EndsWith("/b")));
  EXPECT_TRUE(FindPolicyCases(folder.path() + "/none").empty());
}

TEST(PolicyConformanceTest, ThePublicSuitePasses) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "cel_policy_conformance");
  const std::vector<std::string> cases = FindPolicyCases(folder);
  EXPECT_FALSE(cases.empty());
  for (const std::string& path : cases) {
    const CaseResult result = RunPolicyCase(path);
    EXPECT_NE(result.verdict, CaseVerdict::kFailed)
        << path << ": " << absl::StrJoin(result.reasons, "\n");
  }
}

}  // namespace
}  // namespace stratagem::policy
