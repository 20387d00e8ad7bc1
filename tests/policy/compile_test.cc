// What the policy compiler finds: types, unreachable items, names; each mistake
// at its own place, through quotes and block scalars; and files that are no
// policies.

#include "engine/policy/compile.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/limits.h"
#include "engine/policy/type_agreement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/policy/policy_fixture.h"

namespace stratagem::policy {
namespace {

using expr::Type;
using expr::TypeKind;
using testing::HasSubstr;

struct TypeCase {
  std::string name;
  std::string rule;
  std::string want;
};

class PolicyTypeTest : public testing::TestWithParam<TypeCase> {};

TEST_P(PolicyTypeTest, FollowsFromTheOutputs) {
  const LoadedPolicy loaded = Load(absl::StrCat("rule: ", GetParam().rule));
  ASSERT_TRUE(loaded.policy.has_value()) << loaded.diagnostics;
  EXPECT_EQ(ToString(loaded.policy->type()), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Types, PolicyTypeTest,
    testing::ValuesIn(std::vector<TypeCase>{
        {"Plain", R"y({match: [{output: "1"}]})y", "int"},
        {"Optional", R"y({match: [{condition: "a", output: "1"}]})y",
         "optional_type(int)"},
        {"OptionalThroughANestedRule",
         R"y({match: [{condition: "a", rule: {match: [{condition: "b", output: "1"}]}},
                    {output: "2"}]})y",
         "optional_type(int)"},
        {"PlainThroughAFallThrough",
         R"y({match: [{rule: {match: [{condition: "b", output: "1"}]}},
                    {output: "2"}]})y",
         "int"},
        {"Aggregate", R"y({aggregate: [{condition: "a", output: "1"}]})y",
         "list(int)"},
        {"AggregateOfOptionals",
         R"y({aggregate: [{output: "optional.of(1)"}]})y",
         "list(optional_type(int))"},
        {"AggregateOfAMatch",
         R"y({aggregate: [{rule: {match: [{condition: "a", output: "1"}]}}]})y",
         "list(int)"},
        {"TheMoreGeneralOfTwo",
         R"y({match: [{condition: "a", output: "{'k': 1}"}, {output: "{}"}]})y",
         "map(dyn, dyn)"},
        {"DynAgreesWithAnything",
         R"y({match: [{condition: "a", output: "any"}, {output: "1"}]})y",
         "dyn"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(TypeAgreementTest, DynFitsAtAnyDepthAndNothingElseDoes) {
  const Type of_int(TypeKind::kInt);
  const Type of_string(TypeKind::kString);
  const Type dyn;
  const Type null(TypeKind::kNull);
  EXPECT_TRUE(Agree(of_int, of_int));
  EXPECT_TRUE(Agree(of_int, dyn));
  EXPECT_TRUE(Agree(Type::List(dyn), Type::List(of_int)));
  EXPECT_TRUE(Agree(Type::Wrapper(of_int), of_int));
  EXPECT_TRUE(Agree(null, Type::Wrapper(of_int)));
  EXPECT_FALSE(Agree(of_int, of_string));
  EXPECT_FALSE(Agree(of_int, Type(TypeKind::kDouble)));
  EXPECT_FALSE(Agree(of_int, null));
  EXPECT_FALSE(Agree(Type::Optional(of_int), of_int));
  EXPECT_FALSE(Agree(Type::List(of_int), Type::List(of_string)));
  EXPECT_FALSE(Agree(Type::Map(of_string, of_int), Type::List(of_int)));
  EXPECT_FALSE(Agree(Type::Wrapper(of_int), of_string));
  EXPECT_FALSE(Agree(Type::Opaque("p"), Type::Opaque("q")));
  EXPECT_EQ(ToString(Join(Type::List(of_int), Type::List(dyn))), "list(dyn)");
  EXPECT_EQ(ToString(Join(of_int, Type::Wrapper(of_int))), "wrapper(int)");
}

struct ErrorCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class PolicyDiagnosticsTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(PolicyDiagnosticsTest, StandWhereTheMistakeIs) {
  const LoadedPolicy loaded = Load(GetParam().yaml);
  EXPECT_FALSE(loaded.policy.has_value());
  EXPECT_EQ(loaded.diagnostics, GetParam().want);
}

// Expressions, whose hints are those of engine/expr.
class ExpressionPlaceTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(ExpressionPlaceTest, IsThatOfTheFile) {
  const LoadedPolicy loaded = Load(GetParam().yaml);
  EXPECT_FALSE(loaded.policy.has_value());
  std::string errors;
  for (absl::string_view line :
       absl::StrSplit(loaded.diagnostics, '\n', absl::SkipEmpty())) {
    if (!absl::StartsWith(line, "  hint: ")) {
      absl::StrAppend(&errors, line, "\n");
    }
  }
  EXPECT_EQ(errors, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, PolicyDiagnosticsTest,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"ADuplicateVariable",
         R"y(rule:
  variables:
    - {name: want, expression: "1"}
    - {name: want, expression: "'2'"}
  match: [{output: "variables.want"}]
)y",
         "policy.yaml:4:14: error E401: invalid variable declaration: "
         "overlapping identifier for name 'variables.want'\n"
         "  hint: give it another name; only a nested rule may declare it "
         "anew\n"},
        {"EveryOutputOfAnotherType",
         R"y(rule:
  match:
    - {condition: "a", output: "1"}
    - {condition: "b", output: "'2'"}
    - rule:
        match: [{output: "3.0"}]
)y",
         "policy.yaml:4:33: error E402: incompatible output types: block has "
         "output type string, but previous outputs have type int\n"
         "  hint: all outputs of a rule, those of nested rules too, have one "
         "type\n"
         "policy.yaml:6:9: error E402: incompatible output types: block has "
         "output type double, but previous outputs have type int\n"
         "  hint: all outputs of a rule, those of nested rules too, have one "
         "type\n"},
        {"OutputsThatOnlyDynWouldJoin",
         R"y(rule:
  match:
    - {condition: "a", output: "[]"}
    - {condition: "b", output: "[1]"}
    - {output: "['2']"}
)y",
         "policy.yaml:5:17: error E402: incompatible output types: block has "
         "output type list(string), but previous outputs have type list(int)\n"
         "  hint: all outputs of a rule, those of nested rules too, have one "
         "type\n"},
        {"AnItemThatHidesOthers",
         R"y(rule:
  match:
    - condition: "true"
      output: "1"
    - {condition: "a", output: "2"}
    - {output: "3"}
)y",
         "policy.yaml:3:7: error E403: match creates unreachable outputs\n"
         "  hint: it always applies: give it a condition, or put it last\n"},
        {"ARuleThatHidesOthers",
         R"y(rule:
  match:
    - rule:
        aggregate: [{condition: "a", output: "1"}]
    - {output: "[2]"}
)y",
         "policy.yaml:4:9: error E403: rule creates unreachable outputs\n"
         "  hint: it always applies: give it a condition, or put it last\n"},
        {"AConditionThatIsTheLiteralFalse",
         R"y(rule:
  aggregate:
    - {condition: "false", output: "1"}
    - {output: "2"}
)y",
         "policy.yaml:3:7: error E404: condition is always false\n"
         "  hint: remove the item, or say when it applies\n"},
        {"AnAggregateInsideAnAggregate",
         R"y(rule:
  aggregate:
    - rule:
        match:
          - rule:
              aggregate: [{output: "1"}]
)y",
         "policy.yaml:6:15: error E405: nested aggregate rules are not "
         "allowed\n"
         "  hint: let only the outermost of them aggregate\n"},
        {"ImportsThatAreNoQualifiedNames",
         R"y(imports:
  - name: " shop.prices  "
  - name: >
      punc.Import!
  - {name: plain}
  - {name: other.prices}
rule: {match: [{output: "prices.base"}]}
)y",
         "policy.yaml:3:11: error E406: invalid qualified name: punc.Import!, "
         "wanted name of the form 'qualified.name'\n"
         "policy.yaml:5:12: error E406: invalid qualified name: plain, wanted "
         "name of the form 'qualified.name'\n"
         "policy.yaml:6:12: error E406: `prices` is imported twice\n"
         "  hint: write one of the names in full where it is used\n"},
        {"OfATypeInABlock",
         R"y(rule:
  match:
    - condition: a
      output: |
        1 +
        2
    - output: >

        'three'
)y",
         "policy.yaml:9:9: error E402: incompatible output types: block has "
         "output type string, but previous outputs have type int\n"
         "  hint: all outputs of a rule, those of nested rules too, have one "
         "type\n"},
        {"ConditionsAndExplanationsOfAnotherType",
         R"y(rule:
  match:
    - {condition: "x", output: "1", explanation: "x"}
    - {output: "2", explanation: "'two'"}
)y",
         "policy.yaml:3:20: error E115: this must be bool, found int\n"
         "policy.yaml:3:51: error E115: this must be string, found int\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Places, ExpressionPlaceTest,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"VariablesThatAreNotYetDeclared",
         R"y(rule:
  variables:
    - {name: self, expression: "variables.self"}
    - {name: early, expression: "variables.late"}
    - {name: late, expression: "variables.early"}
  match:
    - rule:
        variables: [{name: inner, expression: "1"}]
        match: [{condition: "a", output: "variables.inner"}]
    - {output: "variables.inner"}
)y",
         "policy.yaml:3:33: error E110: undeclared reference to "
         "'variables.self'\n"
         "policy.yaml:4:34: error E110: undeclared reference to "
         "'variables.late'\n"
         "policy.yaml:10:17: error E110: undeclared reference to "
         "'variables.inner'\n"},
        {"InALiteralBlock",
         R"y(rule:
  match:
    - condition: |

        a &&
          nope
      output: "1"
)y",
         "policy.yaml:6:11: error E110: undeclared reference to 'nope'\n"},
        {"InAFoldedBlock",
         R"y(rule:
  match:
    - condition: >-
        a &&
          b
        && nope
      output: "1"
)y",
         "policy.yaml:6:12: error E110: undeclared reference to 'nope'\n"},
        {"InABlockWithItsOwnIndentation",
         R"y(rule:
  match:
    - condition: |2
           nope
      output: "1"
)y",
         "policy.yaml:4:12: error E110: undeclared reference to 'nope'\n"},
        {"InPlainText",
         R"y(rule:
  match:
    - condition: a &&
        nope
      output: "1"
)y",
         "policy.yaml:4:9: error E110: undeclared reference to 'nope'\n"},
        {"InQuotedTextWithEscapes",
         R"y(rule:
  match:
    - {condition: "a \u0026\u0026 nope", output: '''its'' + nope'}
)y",
         "policy.yaml:3:35: error E110: undeclared reference to 'nope'\n"
         "policy.yaml:3:61: error E110: undeclared reference to 'nope'\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Shapes, PolicyDiagnosticsTest,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"NoRule", "description: none\n",
         "policy.yaml:1:1: error E222: missing key `rule` in a policy\n"},
        {"UnknownKeys",
         R"y(rules: 1
rule:
  matches: []
  match:
    - {conditions: "a", output: "1"}
  variables:
    - {name: v, value: "1", expression: "1"}
)y",
         "policy.yaml:1:1: error E220: unknown key `rules` in a policy\n"
         "  hint: did you mean `rule`?\n"
         "policy.yaml:3:3: error E220: unknown key `matches` in a rule\n"
         "  hint: did you mean `match`?\n"
         "policy.yaml:5:8: error E220: unknown key `conditions` in an item\n"
         "  hint: did you mean `condition`?\n"
         "policy.yaml:7:17: error E220: unknown key `value` in a variable\n"
         "  hint: expected one of `name`, `expression`\n"},
        {"NeitherMatchNorAggregate", "rule: {id: empty}\n",
         "policy.yaml:1:7: error E226: a rule needs `match` or `aggregate`\n"},
        {"BothMatchAndAggregate",
         R"y(rule: {match: [{output: "1"}], aggregate: [{output: "1"}]})y",
         "policy.yaml:1:7: error E226: only one of `match` and `aggregate` may "
         "be set in a rule\n"
         "  hint: put one of them into a rule of its own, nested under an "
         "item\n"},
        {"NoItems", "rule: {match: []}\n",
         "policy.yaml:1:15: error E224: the list of items is empty\n"
         "  hint: a rule needs at least one item\n"},
        {"ItemsWithBothAndWithNeither",
         R"y(rule:
  aggregate:
    - {output: "1", rule: {match: [{output: "1"}]}}
    - {condition: "a"}
    - {rule: {match: [{output: "1"}]}, explanation: "'why'"}
)y",
         "policy.yaml:3:7: error E226: only one of `output` and `rule` may be "
         "set\n"
         "policy.yaml:4:7: error E226: an item needs an `output` or a `rule`\n"
         "policy.yaml:5:53: error E226: an explanation can only be set beside "
         "an `output`, not beside a nested `rule`\n"
         "  hint: explain the outputs of the nested rule\n"},
        {"ExpressionsThatAreNoText",
         R"y(rule:
  match:
    - {condition: true, output: 1}
    - {condition: , output: ""}
    - {output: {a: 1}}
)y",
         "policy.yaml:3:19: error E250: expression `true` is not quoted\n"
         "  hint: write \"true\"\n"
         "policy.yaml:3:33: error E250: expression `1` is not quoted\n"
         "  hint: write \"1\"\n"
         "policy.yaml:4:17: error E223: found nothing, expected an expression "
         "between quotes\n"
         "policy.yaml:4:29: error E251: the expression is empty\n"
         "  hint: write CEL between quotes, or leave the key out\n"
         "policy.yaml:5:16: error E223: found a mapping, expected an "
         "expression between quotes\n"},
        {"NamesThatAreNone",
         R"y(rule:
  variables:
    - {name: a-b, expression: "1"}
    - {name: true, expression: "1"}
    - {expression: "1"}
  match: [{output: "1"}]
)y",
         "policy.yaml:3:14: error E230: `a-b` cannot name a variable; expected "
         "letters, digits and `_`, not beginning with a digit\n"
         "  hint: write `a_b`\n"
         "policy.yaml:4:14: error E231: `true` cannot name a variable: it is a "
         "CEL keyword\n"
         "  hint: choose another name\n"
         "policy.yaml:5:7: error E222: missing key `name` in a variable\n"},
        {"ListsThatAreNone",
         R"y(imports: shop
rule: {variables: {v: "1"}, match: {output: "1"}}
)y",
         "policy.yaml:1:10: error E223: found `shop`, expected a list of "
         "imports `{name: …}`\n"
         "policy.yaml:2:19: error E223: found a mapping, expected a list of "
         "variables `{name: …, expression: \"…\"}`\n"
         "policy.yaml:2:36: error E223: found a mapping, expected a list of "
         "items `{condition: \"…\", output: \"…\"}`\n"},
        {"AnAlias", "rule: &r {match: [{rule: *r}]}\n",
         "policy.yaml:1:7: error E207: anchors are not part of the pack "
         "language\n"
         "  hint: remove the `&` and its name\n"
         "policy.yaml:1:26: error E207: aliases are not part of the pack "
         "language\n"
         "  hint: write the value out, or name it under `variables:`\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(PolicyWarningTest, NamesConditionsThatNeverChange) {
  const LoadedPolicy loaded = Load(R"y(rule:
  match:
    - {condition: "1 == 2", output: "1"}
    - condition: |
        1 < 2
      output: "2"
    - {output: "3"}
)y");
  EXPECT_TRUE(loaded.policy.has_value());
  EXPECT_EQ(loaded.diagnostics,
            "policy.yaml:3:20: warning W420: this condition is false for every "
            "input\n"
            "policy.yaml:5:9: warning W420: this condition is true for every "
            "input\n");
}

TEST(PolicyWarningTest, SaysThatInvariantsAreNotProved) {
  const LoadedPolicy loaded = Load(R"y(rule: {match: [{output: "1"}]}
verification: {invariants: []}
)y");
  EXPECT_TRUE(loaded.policy.has_value());
  EXPECT_EQ(loaded.diagnostics,
            "policy.yaml:2:15: warning W421: the invariants of `verification` "
            "are not proved\n"
            "  hint: this version of the engine does not read them\n");
}

TEST(PolicyImportTest, TheLastSegmentStandsForTheWholeName) {
  EXPECT_EQ(ResultOf(R"y(imports: [{name: shop.prices}]
rule: {match: [{output: "prices.base + shop.prices.base"}]})y",
                     {}),
            "14");
}

// Text literals that span lines keep what the author wrote, folded or not.
TEST(PolicyTextTest, LinesInABlockKeepTheirBreaksAndIndentation) {
  for (const char* const style : {"|", ">"}) {
    EXPECT_EQ(
        ResultOf(absl::StrCat("rule:\n  match:\n    - output: ", style,
                              "\n        \"\"\"two\n          lines\"\"\"\n"),
                 {}),
        "'two\\n          lines'")
        << style;
  }
}

// `depth` rules inside each other.
std::string Nested(int depth) {
  std::string open;
  std::string close;
  for (int i = 1; i < depth; ++i) {
    open += "{match: [{rule: ";
    close += "}]}";
  }
  return absl::StrCat("rule: ", open,
                      "{match: [{condition: \"a\", output: ", "\"1\"}]}",
                      close);
}

TEST(PolicyLimitTest, RulesNestToTheLimitAndNoDeeper) {
  EXPECT_EQ(ResultOf(Nested(kPolicyRuleDepthMax), {.a = true}),
            "optional.of(1)");
  EXPECT_THAT(Load(Nested(kPolicyRuleDepthMax + 1)).diagnostics,
              HasSubstr("error E407: rules nest deeper than 16 levels"));
  EXPECT_THAT(Load(Nested(500)).diagnostics,
              HasSubstr("error E210: nested deeper than 64 levels"));
}

TEST(PolicyLimitTest, VariablesBeyondTheSlotsAreReportedOnce) {
  const LoadedPolicy loaded = Load(R"y(rule:
  variables:
    - {name: fits, expression: "1"}
    - {name: one_too_many, expression: "1"}
    - {name: another, expression: "1"}
  match: [{output: "variables.another"}]
)y",
                                   kSlotsMax - 1);
  EXPECT_FALSE(loaded.policy.has_value());
  EXPECT_EQ(loaded.diagnostics,
            "policy.yaml:4:14: error E408: no room for variable "
            "`one_too_many`: there are more than 65000 names\n"
            "  hint: split the policy\n");
}

}  // namespace
}  // namespace stratagem::policy
