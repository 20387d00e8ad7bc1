// What must hold for equality and order: all numbers lie on one line, whatever
// their types, an integer beside a double rounded to one; nothing is equal to
// NaN; kinds without an order have none; and a map finds a key by any number
// that is exactly it.

#include "engine/value/compare.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

constexpr int64_t kIntMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kIntMin = std::numeric_limits<int64_t>::min();
constexpr uint64_t kUintMax = std::numeric_limits<uint64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kExact = int64_t{1} << 53;  // Doubles skip ints above it.

// The number line: each row holds values that are equal, and is less than the
// rows below. Every pair of values is compared both ways.
const std::vector<std::vector<Value>>& NumberLine() {
  static const auto* const line = new std::vector<std::vector<Value>>{
      {Value::Double(-kInfinity)},
      {Value::Double(std::nextafter(-0x1p63, -kInfinity))},
      {Value::Int(kIntMin), Value::Double(-0x1p63)},
      {Value::Int(-kExact), Value::Double(-0x1p53)},
      {Value::Int(-1), Value::Double(-1)},
      {Value::Double(-0.5)},
      {Value::Double(-std::numeric_limits<double>::denorm_min())},
      {Value::Int(0), Value::Uint(0), Value::Double(0.0), Value::Double(-0.0)},
      {Value::Double(std::numeric_limits<double>::denorm_min())},
      {Value::Double(0.5)},
      {Value::Int(1), Value::Uint(1), Value::Double(1)},
      {Value::Double(1.5)},
      {Value::Int(kExact - 1), Value::Double(0x1p53 - 1)},
      {Value::Int(kExact), Value::Uint(uint64_t{kExact}),
       Value::Double(0x1p53)},
      {Value::Int(kExact + 2), Value::Double(0x1p53 + 2)},
      {Value::Double(std::nextafter(0x1p63, 0))},
      {Value::Uint(uint64_t{kIntMax} + 1), Value::Double(0x1p63)},
      {Value::Double(std::nextafter(0x1p64, 0))},
      {Value::Uint(kUintMax), Value::Double(0x1p64)},
      {Value::Double(kInfinity)},
  };
  return *line;
}

TEST(CompareNumbersTest, AllTypesShareOneLine) {
  const auto& line = NumberLine();
  for (size_t i = 0; i < line.size(); ++i) {
    for (size_t j = 0; j < line.size(); ++j) {
      const Order want = i < j   ? Order::kLess
                         : i > j ? Order::kGreater
                                 : Order::kEqual;
      for (const Value& a : line[i]) {
        for (const Value& b : line[j]) {
          EXPECT_EQ(CompareValues(a, b), want)
              << ToString(a) << " and " << ToString(b);
          EXPECT_EQ(ValuesEqual(a, b), i == j)
              << ToString(a) << " and " << ToString(b);
        }
      }
    }
  }
}

struct RoundingCase {
  std::string name;
  Value integer;
  double number;
  Order want;
};

class RoundingTest : public testing::TestWithParam<RoundingCase> {};

TEST_P(RoundingTest, AnIntegerBecomesTheNearestDouble) {
  const Value& integer = GetParam().integer;
  const Value number = Value::Double(GetParam().number);
  EXPECT_EQ(CompareValues(integer, number), GetParam().want);
  EXPECT_EQ(ValuesEqual(integer, number), GetParam().want == Order::kEqual);
  EXPECT_EQ(ValuesEqual(number, integer), GetParam().want == Order::kEqual);
}

INSTANTIATE_TEST_SUITE_P(
    Beyond53Bits, RoundingTest,
    testing::ValuesIn(std::vector<RoundingCase>{
        {"TiesGoToEven", Value::Int(kExact + 1), 0x1p53, Order::kEqual},
        {"UintsToo", Value::Uint(uint64_t{kExact} + 1), 0x1p53, Order::kEqual},
        {"UpToEven", Value::Int(kExact + 3), 0x1p53 + 4, Order::kEqual},
        {"NextDouble", Value::Int(kExact + 1), 0x1p53 + 2, Order::kLess},
        {"Negative", Value::Int(-kExact - 1), -0x1p53, Order::kEqual},
        {"LargestInt", Value::Int(kIntMax), 0x1p63, Order::kEqual},
        {"LargestIntBelow", Value::Int(kIntMax), std::nextafter(0x1p63, 0),
         Order::kGreater},
        {"LargestIntAbove", Value::Int(kIntMax),
         std::nextafter(0x1p63, kInfinity), Order::kLess},
        {"LeastInt", Value::Int(kIntMin + 1), -0x1p63, Order::kEqual},
        {"LargestUint", Value::Uint(kUintMax), 0x1p64, Order::kEqual},
        {"LargestUintBelow", Value::Uint(kUintMax), std::nextafter(0x1p64, 0),
         Order::kGreater},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(CompareNumbersTest, IntsAndUintsAreNeverRounded) {
  EXPECT_FALSE(ValuesEqual(Value::Int(kExact), Value::Int(kExact + 1)));
  EXPECT_EQ(
      CompareValues(Value::Int(kIntMax), Value::Uint(uint64_t{kIntMax} + 1)),
      Order::kLess);
  EXPECT_EQ(CompareValues(Value::Uint(uint64_t{kIntMax}), Value::Int(kIntMax)),
            Order::kEqual);
}

TEST(CompareNumbersTest, NothingIsEqualToOrOrderedWithNaN) {
  const Value nan = Value::Double(std::nan(""));
  EXPECT_FALSE(ValuesEqual(nan, nan));
  EXPECT_EQ(CompareValues(nan, nan), Order::kUnordered);
  for (const auto& row : NumberLine()) {
    for (const Value& number : row) {
      EXPECT_FALSE(ValuesEqual(nan, number));
      EXPECT_EQ(CompareValues(nan, number), Order::kUnordered);
      EXPECT_EQ(CompareValues(number, nan), Order::kUnordered);
    }
  }
}

struct OrderCase {
  std::string name;
  Value a;
  Value b;
  std::optional<Order> want;
};

class CompareValuesTest : public testing::TestWithParam<OrderCase> {};

TEST_P(CompareValuesTest, GivesTheOrderOrNone) {
  EXPECT_EQ(CompareValues(GetParam().a, GetParam().b), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, CompareValuesTest,
    testing::ValuesIn(std::vector<OrderCase>{
        {"FalseBeforeTrue", Value::Bool(false), Value::Bool(true),
         Order::kLess},
        {"PrefixIsLess", Value::String("ab"), Value::String("abc"),
         Order::kLess},
        {"BytesAreUnsigned", Value::String("z"), Value::String("\xC3\xA9"),
         Order::kLess},
        {"EmptyBytes", Value::Bytes(""), Value::Bytes(""), Order::kEqual},
        {"NanosecondsDecide", Value::TimestampParts(5, 2),
         Value::TimestampParts(5, 1), Order::kGreater},
        {"SecondsDecideFirst", Value::DurationParts(-2, 999'999'999),
         Value::DurationParts(-1, 0), Order::kLess},
        {"BoolAndInt", Value::Bool(true), Value::Int(1), std::nullopt},
        {"StringAndBytes", Value::String("a"), Value::Bytes("a"), std::nullopt},
        {"TimestampAndDuration", Value::TimestampParts(1, 0),
         Value::DurationParts(1, 0), std::nullopt},
        {"Lists", Value::List({}), Value::List({}), std::nullopt},
        {"Maps", Value::Map({}), Value::Map({}), std::nullopt},
        {"Nulls", Value::Null(), Value::Null(), std::nullopt},
        {"Types", Value::Type("int"), Value::Type("int"), std::nullopt},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ValuesEqualTest, DifferentKindsAreUnequalUnlessNumbers) {
  const std::vector<Value> kinds = {
      Value::Null(),     Value::Bool(false),
      Value::Int(0),     Value::String("0"),
      Value::Bytes("0"), Value::TimestampParts(0, 0),
      Value::List({}),   Value::DurationParts(0, 0),
      Value::Map({}),    Value::Optional(nullptr),
      Value::Type("0"),
  };
  for (size_t i = 0; i < kinds.size(); ++i) {
    for (size_t j = 0; j < kinds.size(); ++j) {
      EXPECT_EQ(ValuesEqual(kinds[i], kinds[j]), i == j)
          << ToString(kinds[i]) << " and " << ToString(kinds[j]);
    }
  }
}

TEST(ValuesEqualTest, ListsMapsAndOptionalsCompareDeeply) {
  const std::array<Value, 2> ints = {Value::Int(1), Value::Int(2)};
  const std::array<Value, 2> doubles = {Value::Double(1), Value::Double(2)};
  const std::array<Value, 2> others = {Value::Int(1), Value::Int(3)};
  EXPECT_TRUE(ValuesEqual(Value::List(ints), Value::List(doubles)));
  EXPECT_FALSE(ValuesEqual(Value::List(ints), Value::List(others)));
  EXPECT_FALSE(
      ValuesEqual(Value::List(ints), Value::List(std::span(ints).first(1))));

  const std::array<MapEntry, 1> a = {{{Value::Int(1), Value::List(ints)}}};
  const std::array<MapEntry, 1> b = {{{Value::Uint(1), Value::List(doubles)}}};
  const std::array<MapEntry, 1> c = {{{Value::Int(2), Value::List(ints)}}};
  const std::array<MapEntry, 1> d = {{{Value::Int(1), Value::List(others)}}};
  EXPECT_TRUE(ValuesEqual(Value::Map(a), Value::Map(b)));
  EXPECT_FALSE(ValuesEqual(Value::Map(a), Value::Map(c)));
  EXPECT_FALSE(ValuesEqual(Value::Map(a), Value::Map(d)));
  EXPECT_FALSE(ValuesEqual(Value::Map(a), Value::Map({})));

  EXPECT_TRUE(
      ValuesEqual(Value::Optional(&ints[0]), Value::Optional(&doubles[0])));
  EXPECT_FALSE(
      ValuesEqual(Value::Optional(&ints[0]), Value::Optional(nullptr)));
  const Value nan = Value::Double(std::nan(""));
  EXPECT_FALSE(ValuesEqual(Value::List({&nan, 1}), Value::List({&nan, 1})));
}

TEST(SortEntriesTest, OrdersBoolsThenNumbersThenStrings) {
  std::array<MapEntry, 6> entries = {{{Value::String("b"), {}},
                                      {Value::Int(7), {}},
                                      {Value::Bool(true), {}},
                                      {Value::Uint(3), {}},
                                      {Value::String("a"), {}},
                                      {Value::Bool(false), {}}}};
  EXPECT_TRUE(SortEntries(entries));
  std::string order;
  for (const MapEntry& entry : entries) order += ToString(entry.key) + " ";
  EXPECT_EQ(order, "false true 3u 7 'a' 'b' ");
}

TEST(SortEntriesTest, EqualKeysOfAnyTwoTypesAreSeen) {
  std::array<MapEntry, 3> same = {
      {{Value::Int(1), {}}, {Value::String("1"), {}}, {Value::Uint(1), {}}}};
  EXPECT_FALSE(SortEntries(same));
  std::array<MapEntry, 2> text = {
      {{Value::String("a"), {}}, {Value::String("a"), {}}}};
  EXPECT_FALSE(SortEntries(text));
  EXPECT_TRUE(SortEntries({}));
}

// 2^53 + 1 equals the double 2^53, but that double names only the key 2^53.
TEST(FindKeyTest, ADoubleFindsTheOneIntegerThatItIs) {
  std::vector<MapEntry> entries = {
      {Value::Int(kExact + 1), Value::String("odd")},
      {Value::Int(kIntMax), Value::String("largest")},
      {Value::Uint(uint64_t{1} << 63), Value::String("uint")}};
  ASSERT_TRUE(SortEntries(entries));
  const Value map = Value::Map(entries);
  EXPECT_EQ(FindKey(map, Value::Double(0x1p53)), nullptr);
  EXPECT_EQ(FindKey(map, Value::Double(-0x1p63)), nullptr);
  EXPECT_EQ(FindKey(map, Value::Double(kInfinity)), nullptr);
  const Value* const found = FindKey(map, Value::Double(0x1p63));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(ToString(*found), "'uint'");
}

TEST(FindKeyTest, FindsByAnyNumberThatIsTheKey) {
  std::vector<MapEntry> entries;
  for (int i = -5; i <= 5; ++i)
    entries.push_back({Value::Int(i), Value::Int(10 * i)});
  entries.push_back({Value::Uint(kUintMax), Value::String("far")});
  entries.push_back({Value::String("x"), Value::String("text")});
  entries.push_back({Value::Bool(true), Value::String("yes")});
  ASSERT_TRUE(SortEntries(entries));
  const Value map = Value::Map(entries);
  const auto found = [&map](const Value& key) {
    const Value* const value = FindKey(map, key);
    return value == nullptr ? std::string("none") : ToString(*value);
  };
  for (int i = -5; i <= 5; ++i) {
    EXPECT_EQ(found(Value::Int(i)), ToString(Value::Int(10 * i)));
    EXPECT_EQ(found(Value::Double(i)), ToString(Value::Int(10 * i)));
  }
  EXPECT_EQ(found(Value::Uint(4)), "40");
  EXPECT_EQ(found(Value::Uint(kUintMax)), "'far'");
  EXPECT_EQ(found(Value::String("x")), "'text'");
  EXPECT_EQ(found(Value::Bool(true)), "'yes'");
  EXPECT_EQ(found(Value::Bool(false)), "none");
  EXPECT_EQ(found(Value::Int(6)), "none");
  EXPECT_EQ(found(Value::Double(1.5)), "none");
  EXPECT_EQ(found(Value::Double(std::nan(""))), "none");
  EXPECT_EQ(found(Value::Double(0x1p64)), "none");
  EXPECT_EQ(found(Value::Bytes("x")), "none");
  EXPECT_EQ(found(Value::Null()), "none");
}

}  // namespace
}  // namespace stratagem
