// What must hold when a stored profile breaks a constraint of the pack: the
// stored values that the constraint reads count as missing and are told, what
// was sent stays, and what is wrong with the call is still the caller's error.
// Whoever stores the profile is told of what it breaks by itself.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/decide/decide.h"
#include "engine/decide/profile_constraints.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

constexpr char kPack[] = R"yaml(attributes:
  orders:  {type: int, default: 0}
  recency: {type: int, optional: true}
  floor:   {type: int, default: 1}
  extra:   {type: int, default: 0}
  age:     {type: int}
variables:
  - {name: buys, expression: "orders > 0"}
constraints:
  - "floor + extra > 0"
  - "variables.buys == recency.hasValue()"
  - "extra < 5 || floor == 7"
  - "age < 120 || orders < 0"
)yaml";

// The lines of the decision that are about inputs.
std::string Inputs(const std::string& decision) {
  std::string text;
  for (const absl::string_view line : absl::StrSplit(decision, '\n')) {
    if (absl::StartsWith(line, "refused") || absl::StartsWith(line, "input") ||
        absl::StartsWith(line, "degraded")) {
      absl::StrAppend(&text, line, "\n");
    }
  }
  return text;
}

struct StoredCase {
  std::string name;
  std::string call;
  std::string want;
};

class StoredConstraintTest : public testing::TestWithParam<StoredCase> {};

TEST_P(StoredConstraintTest, TakesBackWhatIsStored) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(kPack);
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  EXPECT_EQ(Inputs(DecideJson(*loaded.plan, GetParam().call, workspace)),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, StoredConstraintTest,
    testing::ValuesIn(std::vector<StoredCase>{
        {"WhatFitsStays",
         R"({"profile": {"orders": 2, "recency": 9, "age": 30}})",
         "input orders = 2 (profile)\n"
         "input recency = 9 (profile)\n"
         "input floor = 1 (default)\n"
         "input extra = 0 (default)\n"
         "input age = 30 (profile)\n"},
        // Variables are computed anew.
        {"TheDefaultCounts", R"({"profile": {"orders": 2, "age": 30}})",
         "input orders = 0 (default)\n"
         "input recency = missing (absent)\n"
         "input floor = 1 (default)\n"
         "input extra = 0 (default)\n"
         "input age = 30 (profile)\n"
         "degraded profile_value orders\n"},
        {"WhatWasSentStays",
         R"({"attributes": {"orders": 0}, "profile": {"recency": 9, "age": 30}})",
         "input orders = 0 (request)\n"
         "input recency = missing (absent)\n"
         "input floor = 1 (default)\n"
         "input extra = 0 (default)\n"
         "input age = 30 (profile)\n"
         "degraded profile_value recency\n"},
        {"WhatWasSentAloneIsRefused",
         R"({"attributes": {"recency": 9}, "profile": {"age": 30}})",
         "refused constraints[1]: `variables.buys == recency.hasValue()` does "
         "not hold\n"},
        // The first constraint held while `extra` was there.
        {"ConstraintsBeforeItAreCheckedAgain",
         R"({"attributes": {"floor": 0}, "profile": {"extra": 9, "age": 30}})",
         "refused constraints[0]: `floor + extra > 0` does not hold; left out "
         "as they do not fit: the profile's `extra`\n"},
        {"ARequiredOneIsMissing", R"({"profile": {"age": 130}})",
         "refused attributes.age: required int, not sent, and the profile's "
         "breaks the constraint `age < 120 || orders < 0`\n"},
        {"BesideWhatTheCallBreaks",
         R"({"attributes": {"floor": -1}, "profile": {"age": 130}})",
         "refused constraints[0]: `floor + extra > 0` does not hold\n"
         "refused attributes.age: required int, not sent, and the profile's "
         "breaks the constraint `age < 120 || orders < 0`\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

struct ProfileCase {
  std::string name;
  std::vector<NamedValue> profile;
  std::string want;  // A line a constraint, with what it reads of the profile.
};

class ProfileConstraintTest : public testing::TestWithParam<ProfileCase> {};

TEST_P(ProfileConstraintTest, NamesWhatAProfileBreaksByItself) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      absl::StrCat(kPack,
                   "  - \"request.desk < 3 || extra < 2\"\n"
                   "request: {desk: {type: int, default: 9}}\n"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  EXPECT_TRUE(ProfileConstraints::Has(*loaded.plan));
  ProfileConstraints constraints;
  for (int round = 0; round < 2; ++round) {  // Memory is used again.
    std::string text;
    for (const BrokenConstraint& broken : constraints.Broken(
             *loaded.plan, GetParam().profile, absl::UnixEpoch())) {
      absl::StrAppend(&text, broken.text, ": ",
                      absl::StrJoin(broken.attributes, ", "), "\n");
    }
    EXPECT_EQ(text, GetParam().want);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Profiles, ProfileConstraintTest,
    testing::ValuesIn(std::vector<ProfileCase>{
        {"AnEmptyOneBreaksNone", {}, ""},
        {"AWholeOneThatFits",
         {{"orders", Value::Int(2)},
          {"recency", Value::Int(9)},
          {"age", Value::Int(30)}},
         ""},
        {"WithADefault",
         {{"extra", Value::Int(-1)}},
         "floor + extra > 0: extra\n"},
        {"ThroughAVariable",
         {{"orders", Value::Int(2)}},
         "variables.buys == recency.hasValue(): orders\n"},
        {"SeveralInTheirOrder",
         {{"orders", Value::Int(0)},
          {"recency", Value::Int(9)},
          {"age", Value::Int(130)}},
         "variables.buys == recency.hasValue(): orders, recency\n"
         "age < 120 || orders < 0: orders, age\n"},
        {"NotWhereACallMustSendMore", {{"orders", Value::Int(0)}}, ""},
        {"NotWhereValuesOfCallsDecide", {{"extra", Value::Int(4)}}, ""},
        {"NotWhatDoesNotFitAlone",
         {{"age", Value::String("old")}, {"extra", Value::Int(9)}},
         "extra < 5 || floor == 7: extra\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ProfileConstraintsTest, APackWithoutAnyHasNone) {
  const plan::LoadedPlan loaded =
      plan::PlanFromYaml("attributes: {age: {type: int}}\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  EXPECT_FALSE(ProfileConstraints::Has(*loaded.plan));
}

}  // namespace
}  // namespace stratagem::decide
