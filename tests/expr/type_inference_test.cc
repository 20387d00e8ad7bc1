// What must hold for type inference: the rules of assignment and of joining
// that CEL's checkers share, and an end to types that grow without bound.

#include "engine/expr/type_inference.h"

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/expr/function_table.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

const Type kInt(TypeKind::kInt);
const Type kString(TypeKind::kString);
const Type kNull(TypeKind::kNull);
const Type kTime(TypeKind::kTimestamp);

Type Pair(Type a, Type b) {
  return Type::Opaque("pair", {std::move(a), std::move(b)});
}

struct JoinCase {
  std::string name;
  Type a;
  Type b;
  std::string want;
};

class TypeJoinTest : public testing::TestWithParam<JoinCase> {};

TEST_P(TypeJoinTest, IsTheMoreGeneralOne) {
  TypeInference inference;
  const Type joined = inference.Join(GetParam().a, GetParam().b);
  EXPECT_EQ(ToString(inference.Finish(joined)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, TypeJoinTest,
    testing::ValuesIn(std::vector<JoinCase>{
        {"Same", kInt, kInt, "int"},
        {"Unrelated", kInt, kString, "dyn"},
        {"DynFirst", Type(), kInt, "dyn"},
        {"DynSecond", kInt, Type(), "dyn"},
        {"DynInside", Type::List(kInt), Type::List(Type()), "list(dyn)"},
        {"WrapperFirst", Type::Wrapper(kInt), kInt, "wrapper(int)"},
        {"WrapperSecond", kInt, Type::Wrapper(kInt), "wrapper(int)"},
        {"WrapperOfAnother", Type::Wrapper(kInt), kString, "dyn"},
        {"Wrappers", Type::Wrapper(kInt), Type::Wrapper(kString), "dyn"},
        {"WrapperInside", Type::List(kInt), Type::List(Type::Wrapper(kInt)),
         "list(wrapper(int))"},
        {"NullFirst", kNull, kTime, "google.protobuf.Timestamp"},
        {"NullSecond", kTime, kNull, "google.protobuf.Timestamp"},
        {"NullAndOpaque", kNull, Pair(kInt, kInt), "pair(int, int)"},
        {"NullAndInt", kNull, kInt, "dyn"},
        {"OpaqueOfDyn", Pair(kInt, kInt), Pair(Type(), Type()),
         "pair(dyn, dyn)"},
        {"OpaqueOfOneDyn", Pair(kInt, Type()), Pair(kInt, kInt),
         "pair(int, dyn)"},
        {"OtherOpaque", Pair(kInt, kInt), Type::Opaque("couple", {kInt, kInt}),
         "dyn"},
        {"OpaqueWithFewerParameters", Pair(kInt, kInt),
         Type::Opaque("pair", {kInt}), "dyn"},
        {"Types", Type::TypeOf(kInt), Type::TypeOf(kString), "type(int)"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(TypeInferenceTest, AParameterWidensToDynAndToAWrapper) {
  for (const auto& [first, second, want] :
       std::vector<std::tuple<Type, Type, std::string>>{
           {kInt, Type(), "dyn"},
           {Type(), kInt, "dyn"},
           {kInt, Type::Wrapper(kInt), "wrapper(int)"},
           {kNull, Type::Wrapper(kInt), "wrapper(int)"},
           {Type::Wrapper(kInt), kNull, "wrapper(int)"},
           {Pair(kInt, kInt), Pair(Type(), Type()), "pair(dyn, dyn)"}}) {
    TypeInference inference;
    const Type parameter = inference.Fresh();
    ASSERT_TRUE(inference.Assign(parameter, first));
    ASSERT_TRUE(inference.Assign(parameter, second));
    EXPECT_EQ(ToString(inference.Resolve(parameter)), want);
  }
}

TEST(TypeInferenceTest, UndoForgetsWhatWasBoundSinceTheMark) {
  TypeInference inference;
  const Type parameter = inference.Fresh();
  const size_t mark = inference.Mark();
  ASSERT_TRUE(inference.Assign(parameter, kInt));
  inference.Undo(mark);
  EXPECT_EQ(ToString(inference.Finish(parameter)), "dyn");
  EXPECT_TRUE(inference.Assign(parameter, kString));
}

TEST(TypeInferenceTest, RefusesATypeThatHoldsItself) {
  TypeInference inference;
  const Type a = inference.Fresh();
  const Type b = inference.Fresh();
  ASSERT_TRUE(inference.Assign(a, Type::List(b)));
  EXPECT_FALSE(inference.Assign(b, Type::Map(kString, a)));
  EXPECT_FALSE(inference.exhausted());
}

// Twice as large with each step, and no larger in memory.
Type Doubled(Type type, int times) {
  for (int i = 0; i < times; ++i) type = Pair(type, type);
  return type;
}

TEST(TypeInferenceTest, HugeTypesThatShareTheirPartsEnd) {
  TypeInference inference;
  const Type huge = Doubled(inference.Fresh(), 64);
  EXPECT_FALSE(inference.Assign(huge, Doubled(kInt, 64)));
  EXPECT_TRUE(inference.exhausted());
}

TEST(TypeInferenceTest, DeepTypesEnd) {
  TypeInference inference;
  Type deep = kInt;
  for (int i = 0; i < 5'000; ++i) deep = Type::List(deep);
  EXPECT_FALSE(inference.Assign(deep, deep));
  EXPECT_TRUE(inference.exhausted());
}

TEST(TypeInferenceTest, AChainOfParametersCannotMakeAHugeType) {
  TypeInference inference;
  const Type first = inference.Fresh();
  Type last = first;
  for (int i = 0; i < 64; ++i) {
    const Type next = inference.Fresh();
    ASSERT_TRUE(inference.Assign(last, Pair(next, next)));
    last = next;
  }
  EXPECT_LE(inference.Resolve(first).size(), kTypeSizeMax);
  EXPECT_TRUE(inference.exhausted());
}

TEST(TypeInferenceTest, LimitedKeepsTypesUpToTheLimit) {
  TypeInference inference;
  Type type = kInt;
  while (type.size() < kTypeSizeMax) type = Type::List(type);
  EXPECT_EQ(inference.Limited(type), type);
  EXPECT_FALSE(inference.exhausted());
  EXPECT_TRUE(inference.Limited(Type::List(type)).is(TypeKind::kError));
  EXPECT_TRUE(inference.exhausted());
}

World PairWorld() {
  const Type a = Type::Parameter("A");
  const Type b = Type::Parameter("B");
  World world;
  world.scope().SetFunctions(FunctionTable::StandardAnd(
      {Function("pair", {a, b}, Pair(a, b), nullptr)}));
  return world;
}

TEST(TypeParameterTest, OfAHostsFunctionAreInferred) {
  World world = PairWorld();
  EXPECT_EQ(world.TypeOf("pair(1, 'a')"), "pair(int, string)");
  EXPECT_EQ(world.TypeOf("pair(1, pair([], null))"),
            "pair(int, pair(list(dyn), null_type))");
  EXPECT_EQ(world.TypeOf("pair(1, 2u) == pair(dyn(1), 2u)"), "bool");
  EXPECT_EQ(world.TypeOf("[pair(1, 2u), pair(dyn(1), dyn(2u))]"),
            "list(pair(dyn, dyn))");
  EXPECT_EQ(world.Diagnose("pair(1, 2) == pair('a', 2)"),
            "x:1:12: error E113: `==` compares values of one type, found "
            "pair(int, int) and pair(string, int)\n");
}

TEST(TypeParameterTest, AHugeTypeIsOneMistake) {
  // Each pair holds the one before twice.
  std::string text = "1";
  for (int i = 0; i < 40; ++i) {
    text = "cel.bind(x, " + text + ", pair(x, x))";
  }
  EXPECT_EQ(PairWorld().Diagnose(text + " == 1"),
            "x:1:" + std::to_string(text.size() + 2) +
                ": error E102: the types in this expression are too large\n"
                "  hint: split it into variables\n");
}

}  // namespace
}  // namespace stratagem::expr
