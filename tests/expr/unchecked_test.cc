// What must hold without type checking: everything that parses compiles, and a
// name, function or type that does not fit is an error of the evaluation, at
// its own place and only if it is reached.

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

World UncheckedWorld() {
  static const Value kItems[] = {Value::Int(1), Value::String("a")};
  World world;
  world.scope().SetContainer("com.example");
  world.Declare("a.b", Type::Map(Type(TypeKind::kString), Type()))
      .Declare("a.b.c", Type(TypeKind::kInt), Value::Int(7))
      .Declare("com.example.y", Type(TypeKind::kInt), Value::Int(42))
      .Declare("y", Type(TypeKind::kInt), Value::Int(1))
      .Declare("items", Type::List(Type(TypeKind::kInt)), Value::List(kItems))
      .Declare("some", Type::Optional(Type(TypeKind::kInt)), Value::Int(3))
      .Declare("none", Type::Optional(Type(TypeKind::kInt)))
      .Unchecked();
  return world;
}

struct UncheckedCase {
  std::string name;
  std::string text;
  std::string want;
};

class UncheckedTest : public testing::TestWithParam<UncheckedCase> {};

TEST_P(UncheckedTest, FindsMistakesWhenItReachesThem) {
  EXPECT_EQ(UncheckedWorld().Show(GetParam().text), GetParam().want);
}

constexpr char kNone[] = "error(no matching overload)";

INSTANTIATE_TEST_SUITE_P(
    All, UncheckedTest,
    testing::ValuesIn(std::vector<UncheckedCase>{
        {"UnknownName", "nope", kNone},
        {"UnknownNameIsHiddenByOr", "nope || true", "true"},
        {"UnknownNameIsHiddenByAnd", "false && nope", "false"},
        {"UnknownNameInABranchNotTaken", "true ? 1 : nope", "1"},
        {"UnknownNameInAFunctionIsReached", "size(nope) == 1", kNone},
        {"UnknownField", "nope.x.y || true", "true"},
        {"HasOfAnUnknownName", "has(nope.x) || true", "true"},
        {"UnknownFunction", "nope(1)", kNone},
        {"UnknownFunctionIsHidden", "nope(1 / 0) || true", "true"},
        {"UnknownMethod", "items.nope() || true", "true"},
        {"UnknownMessage", "Nope{a: 1} == 1 || true", "true"},
        {"UnknownFieldOfAMessage", "google.protobuf.Int64Value{valu: 1}",
         "error(no such field)"},
        {"WrongKindInAMessage", "google.protobuf.Int64Value{value: 'a'}",
         kNone},
        {"WrongNumberOfArguments", "size(items, items)", kNone},
        {"MethodCalledAsAFunction", "startsWith('ab', 'a')", kNone},
        {"WrongTypes", "1 + 'a'", kNone},
        {"RightTypesThroughVariables", "items[0] + 1", "2"},
        {"WrongTypesThroughVariables", "items[1] + 1", kNone},
        {"NumbersOfTwoTypes", "1 == 1.0", "true"},
        {"ListsOfTwoTypes", "[1] == ['a']", "false"},
        {"BranchesOfTwoTypes", "true ? 'cows' : 17", "'cows'"},
        {"ConditionOfAString", "'cows' ? 1 : 2", kNone},
        {"DecidedByItsOtherSide", "'horses' || true", "true"},
        {"DecidedByItsFirstSide", "false && 32", "false"},
        {"KeyOfADouble", "{1.5: 1}", kNone},
        {"LoopOverANumber", "3.all(x, x)", kNone},
        {"ConditionThatIsNoBool", "[1].all(x, x)", kNone},
        {"MarkedItemThatIsNoOptional", "[?1]", kNone},
        {"LongestName", "a.b.c", "7"},
        {"Container", "y", "42"},
        {"LeadingDot", ".y", "1"},
        {"VariableOfAMacro", "[[0].exists(y, y == 0), [5].exists(y, .y == 1)]",
         "[true, true]"},
        {"TypeName", "type(1) == int && type(items) == list", "true"},
        {"OptionalSlot", "some.orValue(0) + none.orValue(1)", "4"},
        {"OptionalSlotIsStillOptional", "some + 1", kNone},
        {"OptionalItem", "[?some, ?none]", "[3]"},
        {"Bind", "cel.bind(x, nope, true || x)", "true"},
        {"AtLeastIsNoMethodOfUnrankedNames", "y.atLeast('gold')", kNone},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(UncheckedCompileTest, StillRefusesWhatDoesNotParse) {
  EXPECT_EQ(UncheckedWorld().Diagnose("1 +"),
            "x:1:4: error E101: mismatched input '<EOF>', expected an "
            "expression\n"
            "  hint: the expression ends too early\n");
}

TEST(UncheckedCompileTest, IgnoresTheExpectedType) {
  EXPECT_EQ(UncheckedWorld().Diagnose("'a'", {Type(TypeKind::kInt)}), "");
}

TEST(UncheckedCompileTest, GivesEveryExpressionTheTypeDyn) {
  EXPECT_EQ(UncheckedWorld().TypeOf("1 + 2"), "dyn");
}

TEST(UncheckedCompileTest, AnErrorKnowsItsPlace) {
  World world = UncheckedWorld();
  Diagnostics diagnostics;
  const std::optional<Program> program =
      Compile(Source("true && nope.x"), world.scope(), {}, diagnostics,
              {.checked = false});
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  EXPECT_EQ(program->constant(), nullptr);
  const Value value = world.Run(*program);
  ASSERT_TRUE(value.is_error());
  EXPECT_EQ(ToString(program->Locate(value.error_expr_id())), "x:1:9");
}

}  // namespace
}  // namespace stratagem::expr
