// What must hold for the checker: every mistake of an expression is reported
// once, at its own place, in words that tell the author what to do.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/compile.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

// Names as a pack declares them.
World PackWorld() {
  const Type string(TypeKind::kString);
  World world;
  world.Declare("orders_total", Type(TypeKind::kInt))
      .Declare("monetary", Type(TypeKind::kDouble))
      .Declare("nps", Type::Optional(Type(TypeKind::kInt)))
      .Declare("trend", Type::Optional(Type(TypeKind::kDouble)))
      .Declare("consent", Type(TypeKind::kBool))
      .Declare("request.channel", string, Value(), {"app", "sms", "call"})
      .Declare("labels", Type::List(string))
      .Declare("rates", Type::Map(string, Type(TypeKind::kDouble)))
      .Declare("anything", Type())
      .Declare("now", Type(TypeKind::kTimestamp))
      .Declare("rank", Type(TypeKind::kInt))
      .Declare("tier", string, Value(), {"gold", "silver", "bronze"}, 10);
  world.scope().Hide("treatments", "is decided after this");
  return world;
}

struct DiagnosisCase {
  std::string name;
  std::string text;
  std::string want;
};

class CheckerDiagnosisTest : public testing::TestWithParam<DiagnosisCase> {};

TEST_P(CheckerDiagnosisTest, SaysWhatIsWrongWhere) {
  EXPECT_EQ(PackWorld().Diagnose(GetParam().text), GetParam().want);
}

std::string CaseName(const testing::TestParamInfo<DiagnosisCase>& param_info) {
  return param_info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Names, CheckerDiagnosisTest,
    testing::ValuesIn(std::vector<DiagnosisCase>{
        {"Misspelt", "order_total > 3",
         "x:1:1: error E110: undeclared reference to 'order_total'\n"
         "  hint: did you mean `orders_total`?\n"},
        {"MisspeltUnderARoot", "request.chanel == 'app'",
         "x:1:1: error E110: undeclared reference to 'request.chanel'\n"
         "  hint: did you mean `request.channel`?\n"},
        {"WithoutItsRoot", "channel == 'app'",
         "x:1:1: error E110: undeclared reference to 'channel'\n"
         "  hint: did you mean `request.channel`?\n"},
        {"NothingNear", "1 + zzzzzzzzzzzzzzzz.yyy",
         "x:1:5: error E110: undeclared reference to 'zzzzzzzzzzzzzzzz.yyy'\n"
         "  hint: expected one of `anything`, `consent`, `labels`, "
         "`monetary`, `now`, `nps`, `orders_total`, `rank`, `rates`, "
         "`request.channel`, `tier`, `trend`\n"},
        {"Hidden", "treatments.pricing.discount > 5.0",
         "x:1:1: error E111: `treatments.pricing.discount` is not visible "
         "here\n"
         "  hint: it is decided after this\n"},
        {"WithADash", "orders-rank > 3",
         "x:1:1: error E110: undeclared reference to 'orders'\n"
         "  hint: did you mean `orders_total`?\n"},
        {"AWordOfAnotherLanguage", "consent == TRUE",
         "x:1:12: error E110: undeclared reference to 'TRUE'\n"
         "  hint: write `true`\n"},
        {"FieldOfANumber", "orders_total.size > 3",
         "x:1:14: error E112: no field `size` in int, which is no map\n"},
        {"VariableOutsideItsMacro", "labels.all(l, l != '') && l == ''",
         "x:1:27: error E110: undeclared reference to 'l'\n"
         "  hint: expected one of `anything`, `consent`, `labels`, "
         "`monetary`, `now`, `nps`, `orders_total`, `rank`, `rates`, "
         "`request.channel`, `tier`, `trend`\n"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Functions, CheckerDiagnosisTest,
    testing::ValuesIn(std::vector<DiagnosisCase>{
        {"Unknown", "frobnicate(1)",
         "x:1:1: error E112: unknown function `frobnicate`\n"},
        {"OfAnotherLanguage", "not(consent)",
         "x:1:1: error E112: unknown function `not`\n"
         "  hint: negate with `!`, such as `!(x in y)`\n"},
        {"MisspeltMethod", "tier.startWith('g')",
         "x:1:6: error E112: unknown method `startWith`\n"
         "  hint: did you mean `startsWith`?\n"},
        {"MethodAsFunction", "startsWith(tier, 'g')",
         "x:1:1: error E112: `startsWith` is a method\n"
         "  hint: write `x.startsWith(\xE2\x80\xA6)`\n"},
        {"FunctionAsMethod", "tier.int()",
         "x:1:6: error E112: `int` is a function\n"
         "  hint: write `int(x)`\n"},
        {"RankedNameInSmallLetters", "tier.atleast('gold')",
         "x:1:6: error E112: unknown method `atleast`\n"
         "  hint: did you mean `atLeast`?\n"},
        {"ForgottenQuotes", "tier == gold",
         "x:1:9: error E110: undeclared reference to 'gold'\n"
         "  hint: text stands in quotes: `'gold'`\n"},
        {"WrongArgument", "tier.startsWith(5)",
         "x:1:6: error E113: method `startsWith` of string does not take "
         "int\n"
         "  hint: there is `string.startsWith(string)`\n"},
        {"MissingArgument", "tier.startsWith()",
         "x:1:6: error E113: method `startsWith` of string takes 1 argument, "
         "found none\n"
         "  hint: there is `string.startsWith(string)`\n"},
        {"FunctionOfTheWrongType", "size(5)",
         "x:1:1: error E113: `size` does not take int\n"
         "  hint: there is `size(string)`, `size(bytes)`, `size(list(A))`, "
         "`size(map(K, A))`\n"},
        {"WrongCountOfArguments", "'ab'.substring(1, 2, 3)",
         "x:1:6: error E113: method `substring` of string takes 1 or 2 "
         "arguments, found 3\n"
         "  hint: there is `string.substring(int)`, "
         "`string.substring(int, int)`\n"},
        {"OneArgumentOfSeveral", "tier.replace('a', 1)",
         "x:1:6: error E113: argument 2 of method `replace` of string is int, "
         "expected string\n"
         "  hint: there is `string.replace(string, string)`, "
         "`string.replace(string, string, int)`\n"},
        {"SeveralArguments", "tier.replace(1, 2)",
         "x:1:6: error E113: method `replace` of string does not take int and "
         "int\n"
         "  hint: there is `string.replace(string, string)`, "
         "`string.replace(string, string, int)`\n"},
        {"MethodOfAnotherType", "orders_total.startsWith('g')",
         "x:1:14: error E113: int has no method `startsWith`\n"
         "  hint: there is `string.startsWith(string)`\n"},
        {"MoreOverloadsThanAreListed", "int([1])",
         "x:1:1: error E113: `int` does not take list(int)\n"
         "  hint: there is `int(int)`, `int(uint)`, `int(double)`, "
         "`int(string)` and 1 more\n"},
        {"MisspeltInANamespace", "math.greates(1, 2)",
         "x:1:6: error E112: unknown function `math.greates`\n"
         "  hint: did you mean `math.greatest`?\n"},
        {"MistakesInArgumentsOfAMisspeltFunction", "math.ab(nop, 2)",
         "x:1:6: error E112: unknown function `math.ab`\n"
         "  hint: did you mean `math.abs`?\n"
         "x:1:9: error E110: undeclared reference to 'nop'\n"
         "  hint: did you mean `now`?\n"},
        {"MacroWithOtherArguments", "labels.exists(true)",
         "x:1:8: error E112: unknown method `exists`\n"
         "  hint: the macro `exists` takes other arguments\n"},
        {"UnknownWithALeadingDot", ".frobnicate(1)",
         "x:1:1: error E112: unknown function `frobnicate`\n"},
        {"AtLeastOfAnUnrankedName", "request.channel.atLeast('app')",
         "x:1:17: error E112: unknown method `atLeast`\n"
         "  hint: only a ranked name, such as `tier`, has `atLeast`\n"},
        {"AtLeastOfAnUnknownTier", "tier.atLeast('golden')",
         "x:1:14: error E116: `tier` is never `golden`\n"
         "  hint: did you mean `gold`?\n"},
        {"AtLeastOfAnExpression", "tier.atLeast(tier)",
         "x:1:6: error E116: `atLeast` takes one string literal\n"
         "  hint: expected one of `gold`, `silver`, `bronze`\n"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Operators, CheckerDiagnosisTest,
    testing::ValuesIn(std::vector<DiagnosisCase>{
        {"DoubleAndIntLiteral", "monetary + 5",
         "x:1:10: error E113: `+` does not take double and int\n"
         "  hint: CEL does not mix numbers: write `5.0`\n"},
        {"IntLiteralAndDouble", "2 * monetary",
         "x:1:3: error E113: `*` does not take int and double\n"
         "  hint: CEL does not mix numbers: write `2.0`\n"},
        {"DoubleAndInt", "monetary / orders_total",
         "x:1:10: error E113: `/` does not take double and int\n"
         "  hint: CEL does not mix numbers: convert one side, with "
         "`double(\xE2\x80\xA6)`\n"},
        {"EqualityOfDifferentNumbers", "monetary == 5",
         "x:1:10: error E113: `==` compares values of one type, found double "
         "and int\n"
         "  hint: CEL does not mix numbers: write `5.0`\n"},
        {"EqualityOfDifferentTypes", "tier == 1",
         "x:1:6: error E113: `==` compares values of one type, found string "
         "and int\n"},
        {"ModuloOfDoubles", "monetary % 2.0",
         "x:1:10: error E113: `%` does not take double and double\n"
         "  hint: there is `int % int`, `uint % uint`\n"},
        {"MinusOfAString", "-tier",
         "x:1:1: error E113: `-` does not take string\n"
         "  hint: there is `-int`, `-double`\n"},
        {"LogicOfNumbers", "orders_total && consent",
         "x:1:14: error E113: `&&` does not take int and bool\n"
         "  hint: there is `bool && bool`\n"},
        {"ConditionOfANumber", "orders_total ? 1 : 2",
         "x:1:14: error E113: the condition of `? :` is bool, found int\n"},
        {"BranchesOfTwoTypes", "consent ? 1 : 'a'",
         "x:1:9: error E113: both results of `? :` have one type, found int "
         "and string\n"},
        {"BranchesOfTwoNumbers", "consent ? 1.0 : 2",
         "x:1:9: error E113: both results of `? :` have one type, found double "
         "and int\n"
         "  hint: CEL does not mix numbers: write `2.0`\n"},
        {"BranchesOfTwoNumbersTheOtherWayRound", "consent ? 3 : monetary",
         "x:1:9: error E113: both results of `? :` have one type, found int "
         "and double\n"
         "  hint: CEL does not mix numbers: write `3.0`\n"},
        {"BranchesOfTwoNumbersWithoutALiteral",
         "consent ? orders_total : monetary",
         "x:1:9: error E113: both results of `? :` have one type, found int "
         "and double\n"
         "  hint: CEL does not mix numbers: convert one side, with "
         "`double(\xE2\x80\xA6)`\n"},
        {"InOfTheWrongType", "1 in labels",
         "x:1:3: error E113: `in` does not take int and list(string)\n"
         "  hint: there is `A in list(A)`, `K in map(K, A)`\n"},
        {"IndexOfTheWrongType", "labels['a']",
         "x:1:7: error E113: `[]` does not take list(string) and string\n"
         "  hint: there is `list(V)[int]`, `map(K, V)[K]`, "
         "`optional_type(map(K, V))[K]`, `optional_type(list(V))[int]`\n"},
        {"KeyOfTheWrongType", "{1.5: 2}",
         "x:1:2: error E113: a map's key is a bool, int, uint or string, "
         "found double\n"},
        {"MacroOverANumber", "orders_total.all(x, x > 0)",
         "x:1:14: error E113: this goes over a list or a map, found int\n"},
        {"MacroWithoutACondition", "labels.all(x, size(x))",
         "x:1:15: error E113: this condition must be bool, found int\n"},
        {"MarkedItemIsNoOptional", "[1, ?2]",
         "x:1:6: error E113: an item marked `?` is an optional, found int\n"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Optionals, CheckerDiagnosisTest,
    testing::ValuesIn(std::vector<DiagnosisCase>{
        {"InComparison", "nps > 5",
         "x:1:5: error E114: optional `nps` is used as if it always had a "
         "value, by `>`\n"
         "  hint: write `nps.orValue(0)` to say what counts when it is absent, "
         "or test `nps.hasValue()` first\n"},
        {"InEquality", "nps == 5",
         "x:1:5: error E114: optional `nps` is used as if it always had a "
         "value, by `==`\n"
         "  hint: write `nps.orValue(0)` to say what counts when it is absent, "
         "or test `nps.hasValue()` first\n"},
        {"InArithmetic", "1.0 + trend",
         "x:1:5: error E114: optional `trend` is used as if it always had a "
         "value, by `+`\n"
         "  hint: write `trend.orValue(0.0)` to say what counts when it is "
         "absent, or test `trend.hasValue()` first\n"},
        {"WithTheWrongDefault", "trend.orValue(1)",
         "x:1:7: error E113: method `orValue` of optional_type(double) does "
         "not take int\n"
         "  hint: there is `optional_type(A).orValue(A)`\n"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Together, CheckerDiagnosisTest,
    testing::ValuesIn(std::vector<DiagnosisCase>{
        {"EveryMistakeIsReportedOnce",
         "order_total > 3 && monetary + 1 > 2.0 || nps < tier.foo()",
         "x:1:1: error E110: undeclared reference to 'order_total'\n"
         "  hint: did you mean `orders_total`?\n"
         "x:1:29: error E113: `+` does not take double and int\n"
         "  hint: CEL does not mix numbers: write `1.0`\n"
         "x:1:53: error E112: unknown method `foo`\n"},
        {"NothingCascades", "[unknown_thing.map(x, x + 1)[0] * 2 - 'a'.size()]",
         "x:1:2: error E110: undeclared reference to 'unknown_thing'\n"
         "  hint: expected one of `anything`, `consent`, `labels`, "
         "`monetary`, `now`, `nps`, `orders_total`, `rank`, `rates`, "
         "`request.channel`, `tier`, `trend`\n"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Warnings, CheckerDiagnosisTest,
    testing::ValuesIn(std::vector<DiagnosisCase>{
        {"Equality", "request.channel == 'ap'",
         "x:1:20: warning W120: `request.channel` is never `ap`\n"
         "  hint: did you mean `app`?\n"},
        {"InequalityTheOtherWayRound", "'push' != request.channel",
         "x:1:1: warning W120: `request.channel` is never `push`\n"
         "  hint: expected one of `app`, `sms`, `call`\n"},
        {"EachItemOfAList", "tier in ['gold', 'sliver', 'iron']",
         "x:1:18: warning W120: `tier` is never `sliver`\n"
         "  hint: did you mean `silver`?\n"
         "x:1:28: warning W120: `tier` is never `iron`\n"
         "  hint: expected one of `gold`, `silver`, `bronze`\n"},
        {"NoneForPossibleValues",
         "tier in ['gold'] || request.channel == 'app'", ""},
        {"NoneForOrder", "tier < 'm'", ""},
        {"AnOptionalIsNeverNull", "nps == null",
         "x:1:8: warning W121: `nps` is never null: this is always false\n"
         "  hint: write `!nps.hasValue()`\n"},
        {"NullTheOtherWayRound", "null != nps",
         "x:1:1: warning W121: `nps` is never null: this is always true\n"
         "  hint: write `nps.hasValue()`\n"},
        {"AnOptionalWithoutAName", "optional.of(3) == null",
         "x:1:19: warning W121: an optional is never null: this is always "
         "false\n"
         "  hint: write `!x.hasValue()`\n"},
        {"NoneForWhatMayBeNull", "anything == null || null == null", ""},
    }),
    CaseName);

struct TypeCase {
  std::string name;
  std::string text;
  std::string want;
};

class CheckerTypeTest : public testing::TestWithParam<TypeCase> {};

TEST_P(CheckerTypeTest, DeducesTheType) {
  EXPECT_EQ(PackWorld().TypeOf(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, CheckerTypeTest,
    testing::ValuesIn(std::vector<TypeCase>{
        {"Sum", "orders_total + 1", "int"},
        {"CrossTypeOrder", "monetary > orders_total", "bool"},
        {"List", "[1, 2]", "list(int)"},
        {"EmptyList", "[]", "list(dyn)"},
        {"EmptyListTakesItsSiblingsType", "[[], [1]]", "list(list(int))"},
        {"EmptyListInASum", "[] + labels", "list(string)"},
        {"MixedList", "[1, 'a']", "list(dyn)"},
        {"DynWidensAList", "[1, anything]", "list(dyn)"},
        {"DynWidensBranches", "consent ? 1 : anything", "dyn"},
        {"Map", "{'a': 1.5}", "map(string, double)"},
        {"MixedKeys", "{'a': 1, 2: 3}", "map(dyn, int)"},
        {"Field", "rates.gold", "double"},
        {"FieldOfDyn", "anything.x.y", "dyn"},
        {"OptionalField", "rates.?gold", "optional_type(double)"},
        {"OptionalIndex", "labels[?0]", "optional_type(string)"},
        {"ThroughOptional", "{'a': {'b': 1}}.?a.b", "optional_type(int)"},
        {"OrValue", "nps.orValue(0)", "int"},
        {"Or", "nps.or(optional.none())", "optional_type(int)"},
        {"OptionalItem", "[?nps]", "list(int)"},
        {"Filter", "labels.filter(l, l != '')", "list(string)"},
        {"Map2", "labels.map(l, size(l))", "list(int)"},
        {"KeysOfAMap", "rates.map(k, k)", "list(string)"},
        {"All", "rates.all(k, rates[k] > 0.0)", "bool"},
        {"Has", "has(rates.gold)", "bool"},
        {"TypeOfAValue", "type(1)", "type(int)"},
        {"TypeName", "google.protobuf.Timestamp",
         "type(google.protobuf.Timestamp)"},
        {"TimeDifference", "now - now", "google.protobuf.Duration"},
        {"TimeShift", "now - duration('1h')", "google.protobuf.Timestamp"},
        {"DynArithmetic", "anything + 1", "int"},
        {"DynArithmeticOnBothSides", "anything + anything", "dyn"},
        {"TypeVariablesOfASum", "([] + labels + [])[0]", "string"},
        {"NoneBesideAnOptional", "[optional.none(), optional.of(1)]",
         "list(optional_type(int))"},
        {"NullBesideAnOptional", "[optional.of(1), null][0]",
         "optional_type(int)"},
        {"NullBesideATime", "[null, now][0]", "google.protobuf.Timestamp"},
        {"UnknownFieldOfAnUnknownItem", "([].map(x, x))[0].foo", "dyn"},
        {"KeyOfAWrapper", "{google.protobuf.StringValue{}: 1}",
         "map(wrapper(string), int)"},
        {"VariableHidesAName", "labels.map(tier, size(tier))", "list(int)"},
        {"ItemsOfTheEmptyListFitEverywhere",
         "[].map(x, string(x) == 'a' && x > 1)", "list(bool)"},
        {"NestedVariables", "[[1]].map(x, x.map(x, x + 1))", "list(list(int))"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(CheckerExpectedTypeTest, TakesEveryExpectedType) {
  World world = PackWorld();
  const std::vector<Type> numbers = {Type(TypeKind::kDouble),
                                     Type(TypeKind::kInt)};
  EXPECT_EQ(world.Diagnose("monetary", numbers), "");
  EXPECT_EQ(world.Diagnose("orders_total", numbers), "");
  EXPECT_EQ(world.Diagnose("anything", numbers), "");
}

TEST(CheckerExpectedTypeTest, RefusesOthersWithWhatWasFound) {
  EXPECT_EQ(PackWorld().Diagnose("tier + 'x'", {Type(TypeKind::kBool)}),
            "x:1:6: error E115: this must be bool, found string\n");
}

TEST(CheckerExpectedTypeTest, NeverTurnsAnIntIntoADouble) {
  World world = PackWorld();
  EXPECT_EQ(world.Diagnose("5", {Type(TypeKind::kDouble)}),
            "x:1:1: error E115: this must be double, found int\n"
            "  hint: write `5.0`\n");
  EXPECT_EQ(world.Diagnose("orders_total", {Type(TypeKind::kDouble)}),
            "x:1:1: error E115: this must be double, found int\n"
            "  hint: convert it, with `double(\xE2\x80\xA6)`\n");
}

TEST(CheckerExpectedTypeTest, AsksForTheValueOfAnOptional) {
  EXPECT_EQ(PackWorld().Diagnose("trend", {Type(TypeKind::kDouble)}),
            "x:1:1: error E114: this must always be double, found "
            "optional_type(double)\n"
            "  hint: write `trend.orValue(0.0)` to say what counts when it is "
            "absent, or test `trend.hasValue()` first\n");
}

TEST(CheckerExpectedTypeTest, RefusesNull) {
  EXPECT_EQ(PackWorld().Diagnose("null", {Type(TypeKind::kTimestamp)}),
            "x:1:1: error E115: this must be google.protobuf.Timestamp, found "
            "null_type\n");
}

TEST(CheckerTest, ReportsAtTheFilesOwnLineThroughAnchors) {
  World world = PackWorld();
  const SourceText source("consent &&\nmonetary + 1 > 0.0", "offers.yaml",
                          {{0, 20, 15}, {11, 21, 9}});
  Diagnostics diagnostics;
  EXPECT_EQ(Compile(source, world.scope(), {}, diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.ToString(),
            "offers.yaml:21:18: error E113: `+` does not take double and int\n"
            "  hint: CEL does not mix numbers: write `1.0`\n");
}

TEST(CheckerTest, RefusesATypeThatWouldHoldItself) {
  EXPECT_EQ(PackWorld().Diagnose("[[]].map(x, x == x[0])"),
            "x:1:15: error E113: `==` compares values of one type, found "
            "list(dyn) and dyn\n");
}

TEST(CheckerTest, TheLongestDeclaredNameWins) {
  World world;
  world.Declare("a", Type::Map(Type(TypeKind::kString), Type(TypeKind::kInt)))
      .Declare("a.b", Type(TypeKind::kString));
  EXPECT_EQ(world.TypeOf("a.b"), "string");
  EXPECT_EQ(world.TypeOf("a.c"), "int");
}

TEST(ScopeTest, DeclaringANameTwiceKeepsTheFirst) {
  Scope scope;
  Declaration first;
  first.name = "a";
  first.slot = 1;
  Declaration second = first;
  second.slot = 2;
  EXPECT_TRUE(scope.Declare(first));
  EXPECT_FALSE(scope.Declare(second));
  EXPECT_EQ(scope.Find("a")->slot, 1);
}

TEST(ScopeTest, ADeclarationUnhidesItsName) {
  Scope scope;
  scope.Hide("stage", "comes later");
  ASSERT_NE(scope.FindHidden("stage"), nullptr);
  EXPECT_EQ(*scope.FindHidden("stage"), "comes later");
  Declaration stage;
  stage.name = "stage";
  EXPECT_TRUE(scope.Declare(stage));
  EXPECT_EQ(scope.FindHidden("stage"), nullptr);
  scope.Hide("stage", "too late");
  EXPECT_EQ(scope.FindHidden("stage"), nullptr);
}

TEST(ScopeTest, PrefixesAreWholeParts) {
  Scope scope;
  Declaration channel;
  channel.name = "request.channel";
  scope.Declare(channel);
  EXPECT_TRUE(scope.IsPrefix("request"));
  EXPECT_FALSE(scope.IsPrefix("req"));
  EXPECT_FALSE(scope.IsPrefix("request.channel"));
}

TEST(TypeTest, EqualityLooksAtParametersAndText) {
  const Type ints = Type::List(Type(TypeKind::kInt));
  EXPECT_EQ(ints, Type::List(Type(TypeKind::kInt)));
  EXPECT_FALSE(ints == Type::List(Type(TypeKind::kUint)));
  EXPECT_FALSE(ints == Type::Optional(Type(TypeKind::kInt)));
  EXPECT_EQ(ToString(Type::Map(Type(TypeKind::kString), ints)),
            "map(string, list(int))");
}

TEST(TypeTest, OfAFieldNestsAndMakesOptional) {
  FieldType element{ValueKind::kDouble, nullptr};
  FieldType list{ValueKind::kList, std::make_shared<const FieldType>(element)};
  EXPECT_EQ(ToString(Type::Of(list)), "list(double)");
  EXPECT_EQ(ToString(Type::Of(list, true)), "optional_type(list(double))");
}

TEST(ScopeTest, RestoreGivesAShadowedNameItsMeaningBack) {
  Scope scope;
  Declaration outer;
  outer.name = "variables.x";
  outer.slot = 1;
  ASSERT_TRUE(scope.Declare(outer));
  Declaration inner = outer;
  inner.slot = 2;
  std::optional<Declaration> shadowed = scope.Shadow(inner);
  EXPECT_EQ(scope.Find("variables.x")->slot, 2);
  scope.Restore("variables.x", std::move(shadowed));
  EXPECT_EQ(scope.Find("variables.x")->slot, 1);
  inner.name = "variables.y";
  shadowed = scope.Shadow(inner);
  EXPECT_FALSE(shadowed.has_value());
  scope.Restore("variables.y", std::move(shadowed));
  EXPECT_EQ(scope.Find("variables.y"), nullptr);
}

}  // namespace
}  // namespace stratagem::expr
