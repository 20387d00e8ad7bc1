// What must hold for functions that make lists of lists.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(ListsRangeTest, CountsFromZero) {
  ExpectShown({
      {"lists.range(3)", "[0, 1, 2]"},
      {"lists.range(0)", "[]"},
      {"lists.range(-1)", "error(invalid argument)"},
      {"lists.range(9223372036854775807)",
       "error(too much memory for one decision)"},
      {"lists.range(4000000000)", "error(too many evaluation steps)"},
  });
}

TEST(ListsReverseTest, TurnsTheOrder) {
  ExpectShown({
      {"[5, 1, 2, 3].reverse()", "[3, 2, 1, 5]"},
      {"[].reverse()", "[]"},
      {"['a', 1].reverse()", "[1, 'a']"},
      // Strings have a reverse() as well; a dyn is what it turns out to be.
      {"dyn([1, 2]).reverse()", "[2, 1]"},
      {"dyn('ab').reverse()", "'ba'"},
      {"dyn(1).reverse()", "error(no matching overload)"},
  });
}

TEST(ListsSliceTest, TakesFromStartToBeforeEnd) {
  ExpectShown({
      {"[1, 2, 3, 4].slice(1, 3)", "[2, 3]"},
      {"[1, 2, 3, 4].slice(0, 4)", "[1, 2, 3, 4]"},
      {"[1, 2, 3, 4].slice(4, 4)", "[]"},
      {"[].slice(0, 0)", "[]"},
      {"[1, 2].slice(-1, 1)", "error(invalid argument)"},
      {"[1, 2].slice(0, -1)", "error(invalid argument)"},
      {"[1, 2].slice(2, 1)", "error(invalid argument)"},
      {"[1, 2].slice(0, 3)", "error(index out of range)"},
      {"[1, 2].slice(0, 9223372036854775807)", "error(index out of range)"},
  });
}

TEST(ListsFirstTest, IsAnOptional) {
  ExpectShown({
      {"[1, 2].first()", "optional.of(1)"},
      {"[1, 2].last()", "optional.of(2)"},
      {"[].first()", "optional.none()"},
      {"[].last()", "optional.none()"},
      {"[1, 2].filter(x, x > 5).first().orValue(0)", "0"},
      {"[null].first().hasValue()", "true"},
  });
}

TEST(ListsDistinctTest, KeepsTheFirstOfEqualItems) {
  ExpectShown({
      {"[1, 2, 2, 3, 3, 3].distinct()", "[1, 2, 3]"},
      {"['b', 'b', 'c', 'a', 'c'].distinct()", "['b', 'c', 'a']"},
      {"[1, 'b', 2, 'b'].distinct()", "[1, 'b', 2]"},
      {"[].distinct()", "[]"},
      // Equal numbers of other types are equal.
      {"[dyn(2.0), 1, 1u, 1.0, 2].distinct()", "[2.0, 1]"},
      {"[[1], [2], dyn([1.0]), {'a': 1}, {'a': 1u}].distinct()",
       "[[1], [2], {'a': 1}]"},
      {"[optional.of(1), optional.none(), optional.of(1), optional.none()]"
       ".distinct()",
       "[optional.of(1), optional.none()]"},
      {"[dyn(1), true, '1', b'1', null, true, null, b'1', '1'].distinct()",
       "[1, true, '1', b'1', null]"},
      {"[duration('1s'), duration('1s'), duration('2s')].distinct().size()",
       "2"},
      {"[int, string, int].distinct()", "[int, string]"},
      // NaN equals nothing, itself included.
      {"[0.0 / 0.0, 1.0, 0.0 / 0.0, 1.0].distinct()", "[NaN, 1.0, NaN]"},
      {"[0.0, -0.0].distinct()", "[0.0]"},
  });
}

TEST(ListsFlattenTest, GoesDownAsManyLevelsAsItIsTold) {
  ExpectShown({
      {"[[1, 2], [3]].flatten()", "[1, 2, 3]"},
      {"[1, [2, 3], [4]].flatten()", "[1, 2, 3, 4]"},
      {"[1, [2, [3, 4]]].flatten()", "[1, 2, [3, 4]]"},
      {"[1, 2, [], [], [3, 4]].flatten()", "[1, 2, 3, 4]"},
      {"[].flatten()", "[]"},
      {"[1, [2, [3, [4]]]].flatten(2)", "[1, 2, 3, [4]]"},
      {"[1, [2, [3, [4]]]].flatten(99)", "[1, 2, 3, 4]"},
      {"[1, [2]].flatten(0)", "[1, [2]]"},
      {"[1, [2]].flatten(-1)", "error(invalid argument)"},
      {"dyn([1, 2]).flatten()", "[1, 2]"},
      {"[{'a': [1]}].flatten(5)", "[{'a': [1]}]"},
  });
}

TEST(ListsFlattenTest, AListWithoutListsIsRefusedWhenThatIsKnown) {
  World world;
  EXPECT_NE(world.Diagnose("[1, 2].flatten()"), "");
  EXPECT_EQ(world.TypeOf("[[1], [2]].flatten()"), "list(int)");
}

TEST(ListsSortTest, OrdersItemsOfOneType) {
  ExpectShown({
      {"[3, 2, 1].sort()", "[1, 2, 3]"},
      {"[3u, 2u].sort()", "[2u, 3u]"},
      {"[1.5, -1.0 / 0.0, 0.5].sort()", "[-Infinity, 0.5, 1.5]"},
      {"['b', 'c', 'a', 'B'].sort()", "['B', 'a', 'b', 'c']"},
      {"[b'b', b'a'].sort()", "[b'a', b'b']"},
      {"[true, false, true].sort()", "[false, true, true]"},
      {"[duration('2s'), duration('-1s')].sort()",
       "[duration('-1s'), duration('2s')]"},
      {"[timestamp(2), timestamp(1)].sort() == [timestamp(1), timestamp(2)]",
       "true"},
      {"[].sort()", "[]"},
      {"[1].sort()", "[1]"},
      {"dyn([2, 1]).sort()", "[1, 2]"},
  });
}

TEST(ListsSortTest, RefusesWhatHasNoOrder) {
  ExpectShown({
      {"[1, 'b'].sort()", "error(no matching overload)"},
      {"[dyn(1), 2u].sort()", "error(no matching overload)"},
      {"dyn([[1, 2]]).sort()", "error(no matching overload)"},
      {"dyn([null]).sort()", "error(no matching overload)"},
      {"[1.0, 0.0 / 0.0].sort()", "error(invalid argument)"},
  });
  World world;
  EXPECT_NE(world.Diagnose("[[1, 2, 3]].sort()"), "");
}

TEST(ListsSortByTest, OrdersByAKeyAndKeepsEqualOnesInPlace) {
  ExpectShown({
      {"[1, -3, 2].sortBy(x, math.abs(x))", "[1, 2, -3]"},
      {"['ccc', 'a', 'bb', 'd'].sortBy(s, s.size())",
       "['a', 'd', 'bb', 'ccc']"},
      {"[{'n': 'b', 's': 2}, {'n': 'a', 's': 1}].sortBy(e, e.s).map(e, e.n)",
       "['a', 'b']"},
      {"[].sortBy(x, x)", "[]"},
      {"[3, 1].sortBy(x, dyn(x) == 1 ? dyn('a') : 2)",
       "error(no matching overload)"},
      {"[3, 1].sortBy(x, 1 / (x - 3))", "error(division by zero)"},
  });
}

// The table as it would be, for lists too large to write down.
class LongListTest : public testing::Test {
 protected:
  void Declare(std::vector<Value> items) {
    items_ = std::move(items);
    world_.Declare("items", Type::List(Type()), Value::List(items_));
  }
  std::string ShowWithSteps(const std::string& text, int64_t steps) {
    world_.frame().steps_left = steps;
    return world_.Show(text);
  }

  std::vector<Value> items_;
  World world_;
};

TEST_F(LongListTest, DistinctNeedsFarFewerStepsThanPairs) {
  std::vector<Value> numbers;
  for (int64_t i = 0; i < 10'000; ++i) numbers.push_back(Value::Int(i));
  Declare(numbers);
  EXPECT_EQ(ShowWithSteps("items.distinct().size()", 1'000'000), "10000");
  EXPECT_EQ(ShowWithSteps("sets.equivalent(items, items)", 1'000'000), "true");
  EXPECT_EQ(ShowWithSteps("items.distinct().size()", 10'000),
            "error(too many evaluation steps)");
}

TEST_F(LongListTest, IntsAmongEqualDoublesAreFoundAtOnce) {
  std::vector<Value> numbers(5'000, Value::Int(1));
  numbers.resize(10'000, Value::Double(1));
  Declare(numbers);
  EXPECT_EQ(ShowWithSteps("items.distinct()", 1'000'000), "[1]");
}

TEST_F(LongListTest, DistinctOfListsPaysForEachPair) {
  std::vector<std::vector<Value>> lists;
  for (int64_t i = 0; i < 2'000; ++i) {
    lists.push_back({Value::Int(i), Value::Int(i)});
  }
  std::vector<Value> items;
  for (const auto& list : lists) items.push_back(Value::List(list));
  Declare(items);
  EXPECT_EQ(ShowWithSteps("items.distinct()", 1'000'000),
            "error(too many evaluation steps)");
}

TEST_F(LongListTest, SortingLongTextPaysForItsLength) {
  const std::string text(64'000, 'x');
  Declare(std::vector<Value>(100, Value::String(text)));
  EXPECT_EQ(ShowWithSteps("items.sort().size()", 10'000'000), "100");
  EXPECT_EQ(ShowWithSteps("items.sort().size()", 100'000),
            "error(too many evaluation steps)");
  EXPECT_EQ(ShowWithSteps("items.distinct().size()", 100'000),
            "error(too many evaluation steps)");
}

TEST_F(LongListTest, FlattenPaysForWhatListsShare) {
  // Sixteen items in ten levels of two are more than any arena holds.
  Declare(std::vector<Value>(16, Value::Int(1)));
  std::string text = "items";
  for (int i = 0; i < 10; ++i) text = "[" + text + ", " + text + "]";
  EXPECT_EQ(ShowWithSteps("[items, items, items].flatten().size()", 1'000),
            "48");
  EXPECT_EQ(ShowWithSteps("[items, items, items].flatten().size()", 90),
            "error(too many evaluation steps)");
  EXPECT_EQ(ShowWithSteps(text + ".flatten(20).size()", 5'000),
            "error(too many evaluation steps)");
}

}  // namespace
}  // namespace stratagem::expr
