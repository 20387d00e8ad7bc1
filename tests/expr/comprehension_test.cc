// What must hold for lets and comprehensions when they run: which errors are
// absorbed and which end a loop, that bindings are lazy, and that hostile ones
// end.

#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::expr {
namespace {

const Type kInt(TypeKind::kInt);

void DeclareAll(World& world) {
  static const Value kItems[] = {Value::Int(3), Value::Int(0), Value::Int(2)};
  static const MapEntry kEntries[] = {{Value::String("a"), Value::Int(5)},
                                      {Value::String("b"), Value::Int(0)}};
  world.Declare("i", kInt, Value::Int(7))
      .Declare("zero", kInt, Value::Int(0))
      .Declare("l", Type::List(kInt), Value::List(kItems))
      .Declare("m", Type::Map(Type(TypeKind::kString), kInt),
               Value::Map(kEntries))
      .Declare("o", Type::Optional(kInt), Value::Int(4))
      .Declare("none", Type::Optional(kInt));
}

struct ValueCase {
  std::string name;
  std::string text;
  std::string want;
};

class ComprehensionTest : public testing::TestWithParam<ValueCase> {};

TEST_P(ComprehensionTest, ComesTo) {
  World world;
  DeclareAll(world);
  EXPECT_EQ(world.Show(GetParam().text), GetParam().want);
}

std::string NameOf(const testing::TestParamInfo<ValueCase>& param_info) {
  return param_info.param.name;
}

constexpr const char* kDivision = "error(division by zero)";

INSTANTIATE_TEST_SUITE_P(
    Pairs, ComprehensionTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"IndexAndItem", "l.transformList(n, x, n * 10 + x)", "[3, 10, 22]"},
        {"KeyAndValue", "m.transformList(k, v, k + string(v))", "['a5', 'b0']"},
        {"AllOfAList", "l.all(n, x, n + x >= 1)", "true"},
        {"ExistsInAMap", "m.exists(k, v, k == 'b' && v == 0)", "true"},
        {"OneInAMap", "m.existsOne(k, v, v < 9)", "false"},
        {"Some", "l.transformList(n, x, x > 0, n)", "[0, 2]"},
        {"Nested", "m.transformMap(k, v, l.transformList(n, x, n + x + v))",
         "{'a': [8, 6, 9], 'b': [3, 1, 4]}"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Maps, ComprehensionTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"KeysStay", "m.transformMap(k, v, v + 1)", "{'a': 6, 'b': 1}"},
        {"IndexesAreKeys", "l.transformMap(n, x, x > 0, x)", "{0: 3, 2: 2}"},
        {"OfNothing", "{}.transformMap(k, v, 1 / 0)", "{}"},
        {"NewEntries", "m.transformMapEntry(k, v, {v: k})", "{0: 'b', 5: 'a'}"},
        {"SeveralEntriesATurn",
         "m.transformMapEntry(k, v, {k: v, k + k: v + 1})",
         "{'a': 5, 'aa': 6, 'b': 0, 'bb': 1}"},
        {"NoEntryInATurn",
         "l.transformMapEntry(n, x, {?x: x > 0 ? optional.of(n) : "
         "optional.none()})",
         "{2: 2, 3: 0}"},
        {"EqualKeys", "m.transformMapEntry(k, v, {1: v})",
         "error(duplicate key)"},
        {"EqualKeysOfTwoTypes",
         "[dyn(1), dyn(1u)].transformMapEntry(n, x, {x: n})",
         "error(duplicate key)"},
        {"ATurnThatIsNoMap", "l.transformMapEntry(n, x, dyn(x))",
         "error(no matching overload)"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Errors, ComprehensionTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"AllAbsorbs", "l.all(n, x, 6 / x < 0)", "false"},
        {"AllKeeps", "l.all(n, x, 6 / x > 0)", kDivision},
        {"ExistsAbsorbs", "m.exists(k, v, 5 / v == 1)", "true"},
        {"ExistsKeeps", "m.exists(k, v, 5 / v == 2)", kDivision},
        {"ExistsOneKeeps", "l.exists_one(n, x, 6 / x == 2)", kDivision},
        {"ConditionEndsTransformList", "l.transformList(n, x, 6 / x > 9, 1)",
         kDivision},
        {"TransformEndsTransformMap", "m.transformMap(k, v, 5 / v)", kDivision},
        {"KeyEndsTransformMapEntry", "m.transformMapEntry(k, v, {5 / v: k})",
         kDivision},
        {"RangeIsAnError", "[1 / zero].transformMap(n, x, x)", kDivision},
        {"RangeIsNoCollection", "dyn(i).transformMap(n, x, x)",
         "error(no matching overload)"},
        {"ConditionIsNoBool", "l.transformList(n, x, dyn(x), x)",
         "error(no matching overload)"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Lets, ComprehensionTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Bound", "cel.bind(x, i + 1, x * x)", "64"},
        {"AnUnreadErrorIsNone", "cel.bind(x, 1 / zero, i)", "7"},
        {"AnErrorIsAbsorbed", "cel.bind(x, 1 / zero, x > 0 || i == 7)", "true"},
        {"AnErrorIsKept", "cel.bind(x, 1 / zero, x + x)", kDivision},
        {"HidesAName", "cel.bind(i, 1, i + 1) + i", "9"},
        {"SeesTheNameItHides", "cel.bind(i, i + 1, i * 10)", "80"},
        {"HidesALoopsVariable", "l.map(x, cel.bind(x, x + 1, x * x))",
         "[16, 1, 9]"},
        {"StartsAnewEachTurn",
         "l.map(x, cel.bind(y, x + i, cel.bind(z, y + x, z - y + z)))",
         "[16, 7, 13]"},
        {"InALoopInALet",
         "cel.bind(y, l.map(x, cel.bind(z, x * 2, z + z)), y[0] + y[2])", "20"},
        {"InAnArgument", "[i, cel.bind(x, i + 1, x + x), i][1] - i", "9"},
        {"ABindingReadsEarlierOnes",
         "cel.block([i, cel.index(0) * 2, cel.index(1) + cel.index(0)], "
         "[cel.index(2), cel.index(0), cel.index(1)])",
         "[21, 7, 14]"},
        {"FilledWhileOthersAreHalfWay",
         "cel.bind(a, [i, i + 1, i + 2], cel.bind(b, [a[0], a[1] + a[2]], "
         "[1, 2, b[0] + [a[0], b[1]][1]]))",
         "[1, 2, 24]"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Optionals, ComprehensionTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"OptMap", "o.optMap(v, v * v)", "optional.of(16)"},
        {"OptMapOfNothing", "none.optMap(v, 1 / zero)", "optional.none()"},
        {"OptMapFails", "o.optMap(v, v / zero)", kDivision},
        {"OptMapOfAnError", "optional.of(1 / zero).optMap(v, 1)", kDivision},
        {"OptMapUnread", "o.optMap(v, i)", "optional.of(7)"},
        {"OptMapNests", "o.optMap(v, none.optMap(w, v + w).orValue(v + 1))",
         "optional.of(5)"},
        {"OptFlatMap", "o.optFlatMap(v, v > 3 ? optional.of(v) : none)",
         "optional.of(4)"},
        {"OptFlatMapOfNothing", "none.optFlatMap(v, optional.of(1 / zero))",
         "optional.none()"},
    }),
    NameOf);

// The first reading fills the binding; suspended code never allocates again.
TEST(LetAllocationTest, LetsAndLoopsOverPairsNeverAllocate) {
  World world;
  DeclareAll(world);
  Diagnostics diagnostics;
  const std::optional<Program> program =
      Compile(Source("cel.bind(x, i * 2 + zero, l.all(n, y, cel.bind(z, x + y, "
                     "z * z + n >= 0)) && x * x > x)"),
              world.scope(), {}, diagnostics);
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  EXPECT_EQ(ToString(world.Run(*program)), "true");
  AllocationCounter counter;
  EXPECT_EQ(ToString(world.Run(*program)), "true");
  EXPECT_EQ(counter.count(), 0);
}

// A binding that is constant takes no code and no step of its own.
TEST(LetFoldingTest, AConstantBindingIsAConstantWhereItIsRead) {
  World world;
  DeclareAll(world);
  Diagnostics diagnostics;
  const std::optional<Program> program = Compile(
      Source("cel.bind(x, [1, 2].map(y, cel.bind(z, y * 2, z + 1)), i + x[1])"),
      world.scope(), {}, diagnostics);
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  // The let's begin, end and jump; a load, a sum, the return.
  world.frame().steps_left = 6;
  EXPECT_EQ(ToString(world.Run(*program)), "12");
  EXPECT_EQ(world.frame().steps_left, 0);
  for (const char* text :
       {"cel.bind(x, 2, x * x)", "cel.bind(x, i, cel.bind(y, 2, y + y))",
        "cel.block([1, cel.index(0) + 1], cel.index(1))",
        "[1, 2].map(x, cel.bind(y, x + 1, y * y))"}) {
    const std::optional<Program> folded =
        Compile(Source(text), world.scope(), {}, diagnostics);
    ASSERT_TRUE(folded.has_value()) << diagnostics.ToString();
    EXPECT_NE(folded->constant(), nullptr) << text;
  }
}

struct HostileCase {
  std::string name;
  std::string text;
  std::string want;
};

class HostileComprehensionTest : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileComprehensionTest, EndsWithALimitOfItsOwn) {
  static const std::vector<Value> kItems(1'000, Value::Int(1));
  World world;
  world.Declare("l", Type::List(kInt), Value::List(kItems));
  Diagnostics diagnostics;
  const std::optional<Program> program =
      Compile(Source(GetParam().text), world.scope(), {}, diagnostics);
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  Arena arena(kDecisionArenaBytesMax);
  Frame frame;
  frame.slots = world.slots();
  frame.arena = &arena;
  EXPECT_EQ(ToString(program->Evaluate(frame)), GetParam().want);
  EXPECT_TRUE(frame.suspended.empty());
}

// Each binding is the sum of the one before with itself.
std::string Doubled(int times) {
  std::string text = "v" + std::to_string(times) + ".size()";
  for (int i = times; i > 0; --i) {
    const std::string before = "v" + std::to_string(i - 1);
    text = "cel.bind(v" + std::to_string(i) + ", " + before + " + " + before +
           ", " + text + ")";
  }
  return "cel.bind(v0, l, " + text + ")";
}

constexpr const char* kSteps = "error(too many evaluation steps)";

INSTANTIATE_TEST_SUITE_P(
    All, HostileComprehensionTest,
    testing::ValuesIn(std::vector<HostileCase>{
        {"LoopsInALet",
         "cel.bind(x, l.all(a, l.all(b, l.all(c, a + b + c > 0))), x || l == "
         "[])",
         kSteps},
        {"ListsThatDouble", Doubled(60), kSteps},
        {"EntriesOfAllPairs",
         "l.transformMapEntry(n, x, l.transformMap(k, y, y + n))",
         "error(too much memory for one decision)"},
        {"MapsOfMaps",
         "l.transformMap(n, x, l.transformMap(k, y, l.map(z, z + y + k + n)))",
         kSteps},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(HostileLetTest, DeepLetsEvaluateWithoutNativeStack) {
  World world;
  world.Declare("i", kInt, Value::Int(1));
  std::string text = "v120";
  for (int i = 120; i > 0; --i) {
    const std::string before = i == 1 ? "i" : "v" + std::to_string(i - 1);
    text = "cel.bind(v" + std::to_string(i) + ", " + before + " + " + before +
           " - " + before + ", " + text + ")";
  }
  EXPECT_EQ(world.Show(text), "1");
}

}  // namespace
}  // namespace stratagem::expr
