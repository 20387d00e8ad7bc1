// What a policy yields: the standard's rules one by one, lazy variables, what
// an outcome says about how it came about, and the limits of an evaluation.

#include "engine/policy/policy.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/policy/policy_fixture.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  std::string name;
  std::string rule;  // What stands below `rule:`, in flow style.
  Input input;
  std::string want;
};

class PolicyEvaluateTest : public testing::TestWithParam<Case> {};

TEST_P(PolicyEvaluateTest, YieldsWhatTheStandardSays) {
  EXPECT_EQ(ResultOf(absl::StrCat("rule: ", GetParam().rule), GetParam().input),
            GetParam().want);
}

constexpr char kThreeItems[] =
    R"y({match: [{condition: "a", output: "1"}, {condition: "b", output: "2"},
               {output: "3"}]})y";
constexpr char kTwoConditions[] =
    R"y({match: [{condition: "a", output: "1"}, {condition: "b", output: "2"}]})y";
// A nested rule that may yield nothing, without a condition and with one.
constexpr char kFallsThrough[] =
    R"y({match: [{rule: {match: [{condition: "a", output: "1"}]}},
               {output: "2"}]})y";
constexpr char kEndsHere[] =
    R"y({match: [{condition: "a", rule: {match: [{condition: "b", output: "1"}]}},
               {output: "2"}]})y";
constexpr char kThreeLevels[] =
    R"y({match: [{rule: {match: [{rule: {match: [{condition: "a", output: "1"}]}},
                              {condition: "b", output: "2"}]}},
               {rule: {match: [{condition: "c", output: "3"}]}}]})y";

INSTANTIATE_TEST_SUITE_P(
    Match, PolicyEvaluateTest,
    testing::ValuesIn(std::vector<Case>{
        {"TheFirstTrueConditionWins", kThreeItems, {.a = true, .b = true}, "1"},
        {"ALaterItemWhenTheFirstIsFalse", kThreeItems, {.b = true}, "2"},
        {"AnItemWithoutConditionTakesTheRest", kThreeItems, {}, "3"},
        {"ConditionsAloneMakeAnOptional",
         kTwoConditions,
         {.b = true},
         "optional.of(2)"},
        {"NothingIsNone", kTwoConditions, {}, "optional.none()"},
        {"TheLiteralTrueIsNoCondition",
         R"y({match: [{condition: " (true) ", output: "1"}]})y",
         {},
         "1"},
        {"AConditionThatFoldsToTrueIsOne",
         R"y({match: [{condition: "1 > 0", output: "1"}]})y",
         {},
         "optional.of(1)"},
        {"ANestedRuleMayFallThrough", kFallsThrough, {}, "2"},
        {"ANestedRuleThatYieldsDoesNotFallThrough",
         kFallsThrough,
         {.a = true},
         "1"},
        {"ATrueConditionBeforeANestedRuleIsFinal",
         kEndsHere,
         {.a = true},
         "optional.none()"},
        {"AFalseConditionBeforeANestedRuleIsNot",
         kEndsHere,
         {},
         "optional.of(2)"},
        {"WhatANestedRuleYieldsIsWrappedOnce",
         kEndsHere,
         {.a = true, .b = true},
         "optional.of(1)"},
        {"FallsThroughTwoLevels", kThreeLevels, {.c = true}, "optional.of(3)"},
        {"FallsThroughOneLevel",
         kThreeLevels,
         {.b = true, .c = true},
         "optional.of(2)"},
        {"FallsThroughToNothing", kThreeLevels, {}, "optional.none()"},
        {"ANestedRuleThatAlwaysYieldsMakesItPlain",
         R"y({match: [{condition: "a", output: "1"},
                    {rule: {match: [{output: "2"}]}}]})y",
         {},
         "2"},
        {"AnOptionalOutputStaysOne",
         R"y({match: [{output: "optional.none()"}]})y",
         {},
         "optional.none()"},
        {"AnOptionalOutputIsWrappedOnceMore",
         R"y({match: [{condition: "a", output: "optional.of(1)"}]
})y",
         {.a = true},
         "optional.of(optional.of(1))"},
        {"AnOptionalOutputOfNothingIsSomething",
         R"y({match: [{rule: {match: [{condition: "a",
                                     output: "optional.none()"}]
}
},
                    {output: "optional.of(1)"}]
})y",
         {.a = true},
         "optional.none()"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

constexpr char kTags[] =
    R"y({aggregate: [{condition: "a", output: "1"}, {condition: "b", output: "2"},
                   {condition: "c", rule: {match: [{condition: "x > 0",
                                                   output: "3"}]}}]})y";

INSTANTIATE_TEST_SUITE_P(
    Aggregate, PolicyEvaluateTest,
    testing::ValuesIn(std::vector<Case>{
        {"TakesEveryItemThatApplies",
         kTags,
         {.a = true, .b = true, .c = true, .x = 1},
         "[1, 2, 3]"},
        {"KeepsTheOrderOfItems",
         kTags,
         {.b = true, .c = true, .x = 1},
         "[2, 3]"},
        {"ANestedRuleThatYieldsNothingIsLeftOut",
         kTags,
         {.a = true, .c = true},
         "[1]"},
        {"OfNothingIsTheEmptyList", kTags, {}, "[]"},
        {"ListsAreItems",
         R"y({aggregate: [{output: "[1, 2]"}, {output: "[3]"}]})y",
         {},
         "[[1, 2], [3]]"},
        {"ListsOfNestedRulesAreItems",
         R"y({aggregate: [{rule: {match: [{output: "[1, 2]"}]}}]})y",
         {},
         "[[1, 2]]"},
        {"OutputsThatAreEmptyOptionalsStay",
         R"y({aggregate: [{output: "optional.none()"}, {output: "optional.of(1)"}]})y",
         {},
         "[optional.none(), optional.of(1)]"},
        {"NestedRulesFallThroughInside",
         R"y({aggregate: [{rule: {match: [
               {rule: {match: [{condition: "a", output: "1"}]}},
               {output: "2"}]}}]})y",
         {},
         "[2]"},
        {"UnderAMatchItAlwaysYields",
         R"y({match: [{condition: "a", output: "[0]"},
                    {rule: {aggregate: [{condition: "b", output: "1"}]}}]})y",
         {},
         "[]"},
        {"UnderAConditionItIsOptional",
         R"y({match: [{condition: "a",
                     rule: {aggregate: [{condition: "b", output: "1"}]}}]})y",
         {.a = true},
         "optional.of([])"},
        {"TwoUnderOneMatchAreTwoChoices",
         R"y({match: [{condition: "a", rule: {aggregate: [{output: "1"}]}},
                    {rule: {aggregate: [{output: "2"}, {output: "3"}]}}]})y",
         {},
         "[2, 3]"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

constexpr char kShadowed[] =
    R"y({variables: [{name: i, expression: "1"}, {name: j, expression: "variables.i + 1"}],
       match: [{condition: "a", rule: {
                  variables: [{name: i, expression: "variables.i * 10"}],
                  match: [{condition: "b", output: "variables.i + variables.j"},
                          {rule: {variables: [{name: j, expression: "variables.i"}],
                                  match: [{output: "variables.j * 100"}]}}]}},
               {condition: "c", rule: {
                  variables: [{name: k, expression: "variables.j"}],
                  match: [{output: "variables.i + variables.k"}]}},
               {output: "variables.i"}]})y";

INSTANTIATE_TEST_SUITE_P(
    Variables, PolicyEvaluateTest,
    testing::ValuesIn(std::vector<Case>{
        {"AnInnerOneHidesAnOuterOne", kShadowed, {.a = true, .b = true}, "12"},
        {"OuterOnesKeepTheirMeaning", kShadowed, {.a = true}, "1000"},
        {"ASiblingSeesTheOuterOne", kShadowed, {.c = true}, "3"},
        {"TheOuterBlockSeesItsOwn", kShadowed, {}, "1"},
        {"AreSeenInAggregates",
         R"y({variables: [{name: i, expression: "x + 1"}],
            aggregate: [{output: "variables.i"},
                        {rule: {variables: [{name: i, expression: "variables.i + 1"}],
                                match: [{output: "variables.i"}]}}]})y",
         {.x = 1},
         "[2, 3]"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Errors, PolicyEvaluateTest,
    testing::ValuesIn(std::vector<Case>{
        {"OfAConditionAreTheResult",
         R"y({match: [{condition: "1 / zero > 0", output: "1"}, {output: "2"}]})y",
         {},
         "error(division by zero)"},
        {"OfAConditionBelowTheMatchAreNot",
         R"y({match: [{condition: "a", output: "1"},
                    {condition: "1 / zero > 0", output: "2"}]})y",
         {.a = true},
         "optional.of(1)"},
        {"OfAnOutputAreTheResult",
         R"y({match: [{condition: "a", output: "1 / zero"}, {output: "2"}]})y",
         {.a = true},
         "error(division by zero)"},
        {"OfANestedRuleAreTheResult",
         R"y({match: [{rule: {match: [{condition: "1 / zero > 0", output: "1"}]}},
                    {output: "2"}]})y",
         {},
         "error(division by zero)"},
        {"OfOneItemSpoilAnAggregate",
         R"y({aggregate: [{output: "1"}, {condition: "a", output: "1 / zero"}]})y",
         {.a = true},
         "error(division by zero)"},
        {"OfAnItemThatDoesNotApplyDoNot",
         R"y({aggregate: [{output: "1"}, {condition: "a", output: "1 / zero"}]})y",
         {},
         "[1]"},
        {"AConditionThatIsNoBoolIsOne",
         R"y({match: [{condition: "any", output: "1"}, {output: "2"}]})y",
         {.any = Value::Int(1)},
         "error(no matching overload)"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

constexpr char kTicking[] = R"y(
rule:
  variables:
    - {name: unused, expression: "1 / zero"}
    - {name: slow, expression: "tick(x)"}
    - {name: twice, expression: "variables.slow + variables.slow"}
  match:
    - {condition: "a", output: "0"}
    - condition: "variables.slow > 5 && variables.twice > 5"
      output: "variables.slow"
    - {output: "variables.twice"}
)y";

TEST(PolicyVariablesTest, AreComputedOnceAndOnlyWhenTheyAreRead) {
  const LoadedPolicy loaded = Load(kTicking);
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  PolicyFrame frame(*loaded.policy);
  TakeTicks();
  EXPECT_EQ(ToString(frame.Evaluate({.a = true, .x = 9}).value), "0");
  EXPECT_EQ(TakeTicks(), 0);
  EXPECT_EQ(ToString(frame.Evaluate({.x = 9}).value), "9");
  EXPECT_EQ(TakeTicks(), 1);
  EXPECT_EQ(ToString(frame.Evaluate({.x = 2}).value), "4");
  EXPECT_EQ(TakeTicks(), 1);
}

std::vector<std::string> PathsOf(const Outcome& outcome) {
  std::vector<std::string> paths;
  for (const OutputItem* const item : outcome.matched) {
    paths.push_back(absl::StrCat(item->path, " ", item->rule_id));
  }
  return paths;
}

constexpr char kExplained[] = R"y(
rule:
  id: outer
  match:
    - condition: "a"
      rule:
        match:
          - condition: "b"
            output: "[1]"
            explanation: "'x is ' + string(tick(x))"
    - rule:
        id: inner
        aggregate:
          - {output: "2"}
          - {condition: "c", output: "3"}
)y";

TEST(PolicyOutcomeTest, NamesTheItemsItIsMadeOf) {
  const LoadedPolicy loaded = Load(kExplained);
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  PolicyFrame frame(*loaded.policy);
  const Outcome outcome = frame.Evaluate({.a = true, .b = true});
  EXPECT_THAT(PathsOf(outcome),
              ElementsAre("rule.match[0].rule.match[0] outer"));
  EXPECT_EQ(ToString(outcome.matched[0]->location), "policy.yaml:8:13");
  EXPECT_THAT(PathsOf(frame.Evaluate({.c = true})),
              ElementsAre("rule.match[1].rule.aggregate[0] inner",
                          "rule.match[1].rule.aggregate[1] inner"));
  EXPECT_THAT(PathsOf(frame.Evaluate({.a = true})), IsEmpty());
}

TEST(PolicyOutcomeTest, ExplainsOnlyWhenAsked) {
  const LoadedPolicy loaded = Load(kExplained);
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  PolicyFrame frame(*loaded.policy);
  TakeTicks();
  const Outcome outcome = frame.Evaluate({.a = true, .b = true, .x = 4});
  EXPECT_EQ(TakeTicks(), 0);
  ASSERT_EQ(outcome.matched.size(), 1u);
  ASSERT_TRUE(outcome.matched[0]->explanation.has_value());
  EXPECT_EQ(ToString(outcome.matched[0]->explanation->Evaluate(frame.frame())),
            "'x is 4'");
}

TEST(PolicyLimitTest, EveryItemTakesAStep) {
  std::string yaml = "rule:\n  match:\n";
  for (int i = 0; i < 100; ++i) {
    yaml += "    - {condition: \"1 > 2\", output: \"1\"}\n";
  }
  const LoadedPolicy loaded = Load(yaml);
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  PolicyFrame frame(*loaded.policy);
  EXPECT_EQ(frame.Evaluate({}, 99).value.error_code(), ErrorCode::kStepLimit);
  EXPECT_EQ(ToString(frame.Evaluate({}, 100).value), "missing");
}

TEST(PolicyLimitTest, AnAggregateThatDoesNotFitTheArenaIsAnError) {
  const LoadedPolicy loaded =
      Load(R"y(rule: {aggregate: [{output: "1"}, {output: "2"}]})y");
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  PolicyFrame small(*loaded.policy, 40);
  EXPECT_EQ(small.Evaluate({}).value.error_code(), ErrorCode::kMemoryLimit);
  PolicyFrame large(*loaded.policy, 48);
  EXPECT_EQ(ToString(large.Evaluate({}).value), "[1, 2]");
}

TEST(PolicyLimitTest, AMatchAllocatesNothing) {
  const LoadedPolicy loaded = Load(kTicking);
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  PolicyFrame frame(*loaded.policy);
  frame.Evaluate({.x = 9});  // The machine's stack grows once.
  const AllocationCounter counter;
  const Outcome outcome = frame.Evaluate({.x = 9});
  EXPECT_EQ(counter.count(), 0);
  EXPECT_EQ(ToString(loaded.policy->Result(outcome)), "9");
}

}  // namespace
}  // namespace stratagem::policy
