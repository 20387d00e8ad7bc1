// What must hold for sharing: equal parts become one binding at the outermost
// place where their names are known, what is equal only by its letters does
// not, and values, errors and short circuits stay as they were.

#include "engine/expr/sharing.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/checker.h"
#include "engine/expr/parser.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

const Type kInt(TypeKind::kInt);

void DeclareAll(World& world) {
  static const Value kItems[] = {Value::Int(3), Value::Int(1), Value::Int(2)};
  static const MapEntry kEntries[] = {{Value::String("k"), Value::Int(5)}};
  world.Declare("a", kInt, Value::Int(7))
      .Declare("b", kInt, Value::Int(2))
      .Declare("zero", kInt, Value::Int(0))
      .Declare("yes", Type(TypeKind::kBool), Value::Bool(true))
      .Declare("l", Type::List(kInt), Value::List(kItems))
      .Declare("m", Type::Map(Type(TypeKind::kString), kInt),
               Value::Map(kEntries));
}

// The tree of `text` after sharing.
std::string Shared(const std::string& text) {
  World world;
  DeclareAll(world);
  Diagnostics diagnostics;
  const SourceText source = Source(text);
  std::optional<Ast> ast = Parse(source, diagnostics);
  if (!ast) return diagnostics.ToString();
  std::optional<CheckedAst> checked =
      Check(*ast, source, world.scope(), {}, CheckMode::kTyped, diagnostics);
  if (!checked) return diagnostics.ToString();
  ShareParts(*ast, *checked);
  EXPECT_EQ(ast->nodes.size(), checked->types.size());
  EXPECT_EQ(ast->nodes.size(), checked->references.size());
  EXPECT_EQ(ast->nodes.size(), ast->offsets.size());
  return ToDebugString(*ast);
}

struct SharingCase {
  std::string name;
  std::string text;
  std::string want;
};

class SharingTest : public testing::TestWithParam<SharingCase> {};

TEST_P(SharingTest, MovesPartsIntoLets) {
  EXPECT_EQ(Shared(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    EqualParts, SharingTest,
    testing::ValuesIn(std::vector<SharingCase>{
        {"TwoEqualCalls", "l.size() % 3 == l.size() % 3 - 1",
         "(let @shared0 (_%_ (call size l) 3) "
         "(_==_ @shared0 (_-_ @shared0 1)))"},
        {"TheLargerOneOfTwo", "l.size() * a + 1 > 0 || l.size() * a + 1 < b",
         "(let @shared0 (_+_ (_*_ (call size l) a) 1) "
         "(_||_ (_>_ @shared0 0) (_<_ @shared0 b)))"},
        {"OneInsideTheOther",
         "[l.map(x, x + a), l.map(x, x + a)] == "
         "[l.map(x, x + a), l.map(x, x + a)] || l.map(x, x + a) == []",
         "(let @shared0 (list_of x l true (_+_ x a)) "
         "@shared1 (list @shared0 @shared0) (_||_ (_==_ @shared1 @shared1) "
         "(_==_ @shared0 (list))))"},
        {"MacrosWithOtherVariableNames",
         "l.exists(x, x > a) == l.exists(y, y > a)",
         "(let @shared0 (exists x l (_>_ x a)) (_==_ @shared0 @shared0))"},
        {"InsideALoop",
         "l.all(x, ((x + a) * x % 7 + a) > 1 || ((x + a) * x % 7 + a) < 0)",
         "(all x l (let @shared0 (_+_ (_%_ (_*_ (_+_ x a) x) 7) a) "
         "(_||_ (_>_ @shared0 1) (_<_ @shared0 0))))"},
        {"InsideALet",
         "cel.bind(c, a + b, (c * c) % 7 + (c * c) % 7 + (c * c) % 7)",
         "(let c (_+_ a b) (let @shared0 (_%_ (_*_ c c) 7) "
         "(_+_ (_+_ @shared0 @shared0) @shared0)))"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    LoopInvariants, SharingTest,
    testing::ValuesIn(std::vector<SharingCase>{
        {"OutOfOneLoop", "l.all(x, x < a * b)",
         "(let @shared0 (_*_ a b) (all x l (_<_ x @shared0)))"},
        {"OutOfTheInnerLoopOnly", "l.all(x, l.exists(y, x * a == y))",
         "(all x l (let @shared0 (_*_ x a) (exists y l (_==_ @shared0 y))))"},
        {"AWholeLoop", "l.all(x, l.exists(y, y > 1) || x > 1)",
         "(let @shared0 (exists y l (_>_ y 1)) "
         "(all x l (_||_ @shared0 (_>_ x 1))))"},
        {"OutOfATransform", "m.transformMap(k, v, v * m.k)",
         "(let @shared0 (select m k) (map_of k v m true (_*_ v @shared0)))"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    WhatStays, SharingTest,
    testing::ValuesIn(std::vector<SharingCase>{
        {"SmallParts", "a + b == a + b", "(_==_ (_+_ a b) (_+_ a b))"},
        {"ConstantParts", "[1, 2, 3].size() + [1, 2, 3].size()",
         "(_+_ (call size (list 1 2 3)) (call size (list 1 2 3)))"},
        {"OneName", "l.all(x, x < a)", "(all x l (_<_ x a))"},
        {"VariablesOfTwoLoops",
         "l.all(x, l.size() > 3) && l.all(x, x * x + x > 1) && "
         "l.exists(x, x * x + x > 1)",
         "(let @shared0 (_>_ (call size l) 3) (_&&_ (_&&_ (all x l @shared0) "
         "(all x l (_>_ (_+_ (_*_ x x) x) 1))) "
         "(exists x l (_>_ (_+_ (_*_ x x) x) 1))))"},
        {"TwoVariablesOfOneLoop",
         "l.all(n, x, (n * n + n) % 7 + a == (x * x + x) % 7 + a)",
         "(all n x l (_==_ (_+_ (_%_ (_+_ (_*_ n n) n) 7) a) "
         "(_+_ (_%_ (_+_ (_*_ x x) x) 7) a)))"},
        {"ANameThatALoopHides",
         "(a * a + a) % 3 > 0 && l.all(a, (a * a + a) % 3 > 0)",
         "(_&&_ (_>_ (_%_ (_+_ (_*_ a a) a) 3) 0) "
         "(all a l (_>_ (_%_ (_+_ (_*_ a a) a) 3) 0)))"},
        {"ConstantsOfOtherTypes",
         "dyn(a * a + a) == 1 || dyn(a * a + b) == 1.0 || dyn(b * a + a) == 1u",
         "(_||_ (_||_ (_==_ (dyn (_+_ (_*_ a a) a)) 1) "
         "(_==_ (dyn (_+_ (_*_ a a) b)) 1.0)) "
         "(_==_ (dyn (_+_ (_*_ b a) a)) 1u))"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// What an author can see of it is speed only.
TEST(SharingValueTest, KeepsValuesErrorsAndShortCircuits) {
  World world;
  DeclareAll(world);
  EXPECT_EQ(world.Show("l.map(x, x * (a - b))"), "[15, 5, 10]");
  EXPECT_EQ(world.Show("yes || a / zero % 3 > a / zero % 3"), "true");
  EXPECT_EQ(world.Show("a / zero % 3 > a / zero % 3 || yes"), "true");
  EXPECT_EQ(world.Show("yes ? a : (a / zero + 1) * (a / zero + 1)"), "7");
  EXPECT_EQ(world.Show("yes ? (a / zero + 1) * (a / zero + 1) : a"),
            "error(division by zero)");
  EXPECT_EQ(world.Show("[1].filter(x, x > 1).all(x, x > a / zero)"), "true");
  EXPECT_EQ(world.Show("l.map(x, x > 9, x > a / zero)"), "[]");
  EXPECT_EQ(world.Show("l.exists(x, x == 2 || x > a / zero)"), "true");
}

TEST(SharingValueTest, AnErrorIsBlamedOnTheFirstOfEqualParts) {
  World world;
  DeclareAll(world);
  Diagnostics diagnostics;
  const std::optional<Program> program =
      Compile(Source("yes ? 0 + (b + a / zero) * (b + a / zero) : 1"),
              world.scope(), {}, diagnostics);
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  const Value error = world.Run(*program);
  ASSERT_TRUE(error.is_error());
  EXPECT_EQ(ToString(program->Locate(error.error_expr_id())), "x:1:18");
}

// A function of a host that counts its calls.
int calls = 0;
Value Count(Evaluation&, const Value* arguments) {
  ++calls;
  return arguments[0];
}

struct CallCase {
  std::string name;
  std::string text;
  std::string value;
  int calls;
};

class SharingCallsTest : public testing::TestWithParam<CallCase> {};

TEST_P(SharingCallsTest, ComputesAPartOnceAndOnlyWhenItIsRead) {
  World world;
  DeclareAll(world);
  world.scope().SetFunctions(
      FunctionTable::StandardAnd({Function("slow", {kInt}, kInt, Count)}));
  calls = 0;
  EXPECT_EQ(world.Show(GetParam().text), GetParam().value);
  EXPECT_EQ(calls, GetParam().calls);
}

INSTANTIATE_TEST_SUITE_P(
    All, SharingCallsTest,
    testing::ValuesIn(std::vector<CallCase>{
        {"EqualCalls", "slow(a) + slow(a) + slow(a)", "21", 1},
        {"UnequalCalls", "slow(a) + slow(b)", "9", 2},
        {"InALoop", "l.map(x, x + slow(a))", "[10, 8, 9]", 1},
        {"InAnEmptyLoop", "l.filter(x, x > 9).map(x, x + slow(a))", "[]", 0},
        {"OfALoopsVariable", "l.map(x, slow(x))", "[3, 1, 2]", 3},
        {"TwiceATurn", "l.map(x, slow(x) * slow(x))", "[9, 1, 4]", 3},
        {"NotReached", "yes || slow(a) + 1 > slow(a) + 1", "true", 0},
        {"LetRead", "cel.bind(x, slow(a), x + x + x)", "21", 1},
        {"LetNotRead", "cel.bind(x, slow(a), yes ? b : x)", "2", 0},
        {"LetInALoop", "l.map(x, cel.bind(y, slow(x), y * y))", "[9, 1, 4]", 3},
        {"LetReadInALoop", "cel.bind(y, slow(a), l.map(x, x * y))",
         "[21, 7, 14]", 1},
        {"LetThroughALet",
         "cel.bind(x, slow(a), cel.bind(y, slow(b) + x, y * y + x))", "88", 2},
        {"OptMap", "optional.of(slow(a)).optMap(x, x + x).orValue(0)", "14", 1},
        {"Block",
         "cel.block([slow(a), cel.index(0) + 1, slow(b)], "
         "cel.index(1) * cel.index(0))",
         "56", 1},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::expr
