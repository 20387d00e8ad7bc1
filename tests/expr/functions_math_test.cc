// What must hold for functions of numbers.

#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(MathGreatestTest, TakesNumbersOfAnyTypesAndKeepsTheFirstOfEqualOnes) {
  ExpectShown({
      {"math.greatest(5)", "5"},
      {"math.greatest(2, 3)", "3"},
      {"math.greatest(3, 2)", "3"},
      {"math.greatest(1u, 2u)", "2u"},
      {"math.greatest(-1.5, -2.5)", "-1.5"},
      {"math.greatest(1, 1.0)", "1"},
      {"math.greatest(1.0, 1)", "1.0"},
      {"math.greatest(1u, 1)", "1u"},
      {"math.greatest(-1, 18446744073709551615u)", "18446744073709551615u"},
      // An int beside a double counts as the nearest double: these are equal.
      {"math.greatest(9007199254740993, 9007199254740992.0)",
       "9007199254740993"},
      {"math.greatest(9007199254740992.0, 9007199254740993)",
       "9007199254740992.0"},
      {"math.greatest(1, 2.5, 2u)", "2.5"},
      {"math.greatest([3, 7, 5])", "7"},
      {"math.greatest([0.5])", "0.5"},
      {"math.greatest(dyn(1), dyn(2u))", "2u"},
      {"math.greatest(dyn([1, 2u, 1.5]))", "2u"},
  });
}

TEST(MathLeastTest, TakesNumbersOfAnyTypesAndKeepsTheFirstOfEqualOnes) {
  ExpectShown({
      {"math.least(5)", "5"},
      {"math.least(2, 3)", "2"},
      {"math.least(3u, 2u)", "2u"},
      {"math.least(1, 1.0)", "1"},
      {"math.least(0u, -1)", "-1"},
      {"math.least(0.5, 1, 2u)", "0.5"},
      {"math.least([3, 7, 5])", "3"},
      {"math.least(dyn([1, 2u, 0.5]))", "0.5"},
  });
}

TEST(MathGreatestTest, RefusesWhatHasNoGreatest) {
  ExpectShown({
      {"math.greatest(dyn('a'))", "error(no matching overload)"},
      {"math.greatest(dyn('a'), 1)", "error(no matching overload)"},
      {"math.greatest([1].filter(x, x > 1))", "error(invalid argument)"},
      {"math.greatest(dyn([1, 'a']))", "error(no matching overload)"},
      {"math.greatest(dyn(['b', 'a']))", "error(no matching overload)"},
      {"math.greatest(dyn(['a']))", "error(no matching overload)"},
      {"math.greatest(0.0 / 0.0, 1.0)", "error(invalid argument)"},
      {"math.least(1.0, 0.0 / 0.0)", "error(invalid argument)"},
      {"math.least([1.0, 0.0 / 0.0])", "error(invalid argument)"},
      {"math.greatest(0.0 / 0.0)", "NaN"},
  });
}

TEST(MathGreatestTest, HasTheTypeOfItsArgumentsOrDyn) {
  World world;
  EXPECT_EQ(world.TypeOf("math.greatest(1, 2)"), "int");
  EXPECT_EQ(world.TypeOf("math.greatest(1u)"), "uint");
  EXPECT_EQ(world.TypeOf("math.least([1.5, 2.5])"), "double");
  EXPECT_EQ(world.TypeOf("math.least(1, 2.5)"), "dyn");
}

TEST(MathRoundingTest, GoesToWholeDoubles) {
  ExpectShown({
      {"math.ceil(1.2)", "2.0"},
      {"math.ceil(-1.2)", "-1.0"},
      {"math.ceil(-0.2)", "-0.0"},
      {"math.floor(1.2)", "1.0"},
      {"math.floor(-1.2)", "-2.0"},
      {"math.round(1.5)", "2.0"},
      {"math.round(2.5)", "3.0"},
      {"math.round(-1.5)", "-2.0"},
      {"math.round(-2.5)", "-3.0"},
      {"math.round(1.4)", "1.0"},
      {"math.trunc(1.9)", "1.0"},
      {"math.trunc(-1.9)", "-1.0"},
      {"math.ceil(1.0 / 0.0)", "Infinity"},
      {"math.round(0.0 / 0.0)", "NaN"},
      // The largest double below one half is not rounded up.
      {"math.round(0.49999999999999994)", "0.0"},
      {"math.floor(dyn(1))", "error(no matching overload)"},
  });
}

TEST(MathSignTest, KeepsTheTypeOfItsArgument) {
  ExpectShown({
      {"math.abs(-1)", "1"},
      {"math.abs(1)", "1"},
      {"math.abs(7u)", "7u"},
      {"math.abs(-1.5)", "1.5"},
      {"math.abs(-0.0)", "0.0"},
      {"math.abs(-9223372036854775807)", "9223372036854775807"},
      {"math.abs(-9223372036854775808)", "error(integer overflow)"},
      {"math.sign(-42)", "-1"},
      {"math.sign(0)", "0"},
      {"math.sign(42)", "1"},
      {"math.sign(0u)", "0u"},
      {"math.sign(9u)", "1u"},
      {"math.sign(-0.1)", "-1.0"},
      {"math.sign(-0.0)", "0.0"},
      {"math.sign(1.0 / 0.0)", "1.0"},
      {"math.sign(0.0 / 0.0)", "NaN"},
  });
}

TEST(MathSqrtTest, IsADoubleOfAnyNumber) {
  ExpectShown({
      {"math.sqrt(81)", "9.0"},
      {"math.sqrt(81u)", "9.0"},
      {"math.sqrt(2.25)", "1.5"},
      {"math.sqrt(985.25)", "31.388692231439016"},
      {"math.sqrt(-1)", "NaN"},
      {"math.sqrt(-1.0)", "NaN"},
      {"math.sqrt(dyn('4'))", "error(no matching overload)"},
  });
}

TEST(MathClassTest, TellsNumbersFromWhatIsNone) {
  ExpectShown({
      {"math.isNaN(0.0 / 0.0)", "true"},
      {"math.isNaN(1.0 / 0.0)", "false"},
      {"math.isInf(-1.0 / 0.0)", "true"},
      {"math.isInf(0.0 / 0.0)", "false"},
      {"math.isFinite(1.5)", "true"},
      {"math.isFinite(0.0 / 0.0)", "false"},
      {"math.isFinite(1.0 / 0.0)", "false"},
      {"math.isFinite(dyn(1))", "error(no matching overload)"},
  });
}

TEST(MathBitsTest, CombineIntsAndUints) {
  ExpectShown({
      {"math.bitAnd(3, 5)", "1"},
      {"math.bitAnd(-3, -5)", "-7"},
      {"math.bitAnd(3u, 2u)", "2u"},
      {"math.bitOr(1u, 2u)", "3u"},
      {"math.bitOr(-2, -4)", "-2"},
      {"math.bitXor(1, 3)", "2"},
      {"math.bitXor(3u, 5u)", "6u"},
      {"math.bitNot(1)", "-2"},
      {"math.bitNot(0u)", "18446744073709551615u"},
      {"math.bitAnd(dyn(1), dyn(1u))", "error(no matching overload)"},
  });
}

TEST(MathBitsTest, ShiftsFillWithZerosAndEndAt64) {
  ExpectShown({
      {"math.bitShiftLeft(1, 2)", "4"},
      {"math.bitShiftLeft(-1, 2)", "-4"},
      {"math.bitShiftLeft(1, 63)", "-9223372036854775808"},
      {"math.bitShiftLeft(1, 64)", "0"},
      {"math.bitShiftLeft(1u, 200)", "0u"},
      {"math.bitShiftLeft(5, 0)", "5"},
      {"math.bitShiftRight(1024, 2)", "256"},
      {"math.bitShiftRight(-1024, 3)", "2305843009213693824"},
      {"math.bitShiftRight(-1, 63)", "1"},
      {"math.bitShiftRight(-1, 64)", "0"},
      {"math.bitShiftRight(1024u, 2)", "256u"},
      {"math.bitShiftLeft(1, -1)", "error(invalid argument)"},
      {"math.bitShiftRight(1u, -1)", "error(invalid argument)"},
      {"math.bitShiftRight(1, -9223372036854775808)",
       "error(invalid argument)"},
  });
}

TEST(MathGreatestTest, PaysForTheListItWalks) {
  std::vector<Value> items(1'000, Value::Int(1));
  World world;
  world.Declare("numbers", Type::List(Type(TypeKind::kInt)),
                Value::List(items));
  world.frame().steps_left = 500;
  EXPECT_EQ(world.Show("math.greatest(numbers)"),
            "error(too many evaluation steps)");
}

}  // namespace
}  // namespace stratagem::expr
