// What must hold for ItemSet: it finds what comparing each item with each
// would find.

#include "engine/expr/item_set.h"

#include <limits>
#include <random>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/compare.h"
#include "gtest/gtest.h"

namespace stratagem::expr {
namespace {

// Values of all kinds, close enough to each other that many are equal.
std::vector<Value> Samples() {
  static const Value kOne = Value::Int(1);
  static const Value kOneAsDouble = Value::Double(1);
  static const Value kTwo = Value::Int(2);
  static const MapEntry kEntry = {Value::String("a"), kOne};
  static const MapEntry kSameEntry = {Value::String("a"), kOneAsDouble};
  constexpr int64_t kBig = (int64_t{1} << 53) + 1;
  return {
      Value::Null(),
      Value::Bool(false),
      Value::Bool(true),
      Value::Int(0),
      Value::Int(1),
      Value::Int(kBig),
      Value::Int(kBig - 1),
      Value::Int(std::numeric_limits<int64_t>::min()),
      Value::Uint(0),
      Value::Uint(1),
      Value::Uint(static_cast<uint64_t>(kBig)),
      Value::Uint(std::numeric_limits<uint64_t>::max()),
      Value::Double(0),
      Value::Double(-0.0),
      Value::Double(1),
      Value::Double(0.5),
      Value::Double(static_cast<double>(kBig)),
      Value::Double(0x1p64),
      Value::Double(-0x1p63),
      Value::Double(std::numeric_limits<double>::infinity()),
      Value::Double(std::numeric_limits<double>::quiet_NaN()),
      Value::String(""),
      Value::String("a"),
      Value::String("ab"),
      Value::Bytes(""),
      Value::Bytes("a"),
      Value::Type("a"),
      Value::Ip("abcd"),
      Value::Ip("abce"),
      Value::Cidr("abcd\x08"),
      Value::TimestampParts(0, 0),
      Value::TimestampParts(0, 1),
      Value::DurationParts(0, 0),
      Value::DurationParts(-1, 1),
      Value::List({}),
      Value::List({&kOne, 1}),
      Value::List({&kOneAsDouble, 1}),
      Value::List({&kTwo, 1}),
      Value::Map({}),
      Value::Map({&kEntry, 1}),
      Value::Map({&kSameEntry, 1}),
      Value::Optional(nullptr),
      Value::Optional(&kOne),
      Value::Optional(&kOneAsDouble),
  };
}

const Value* FindByComparingAll(const std::vector<Value>& items,
                                const Value& value) {
  for (const Value& item : items) {
    if (ValuesEqual(item, value)) return &item;
  }
  return nullptr;
}

TEST(ItemSetTest, FindsTheFirstEqualItemAsComparingAllDoes) {
  const std::vector<Value> samples = Samples();
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 500; ++round) {
    std::vector<Value> items(random() % 12);
    for (Value& item : items) item = samples[random() % samples.size()];
    Arena arena;
    int64_t steps = 1'000'000;
    Evaluation evaluation(&arena, steps);
    ItemSet set(evaluation);
    ASSERT_EQ(set.Build(items), ErrorCode::kNone);
    for (const Value& value : samples) {
      ASSERT_EQ(set.Find(value), FindByComparingAll(items, value))
          << "round " << round << ": " << ToString(value);
      ASSERT_FALSE(set.failed());
    }
  }
}

TEST(ItemSetTest, SaysWhenStepsOrMemoryRunOut) {
  const std::vector<Value> items(100, Value::Int(1));
  Arena arena;
  int64_t steps = 50;
  Evaluation poor(&arena, steps);
  EXPECT_EQ(ItemSet(poor).Build(items), ErrorCode::kStepLimit);

  Arena small(64);
  steps = 1'000'000;
  Evaluation cramped(&small, steps);
  EXPECT_EQ(ItemSet(cramped).Build(items), ErrorCode::kMemoryLimit);

  Evaluation evaluation(&arena, steps);
  ItemSet set(evaluation);
  ASSERT_EQ(set.Build(items), ErrorCode::kNone);
  steps = 0;
  EXPECT_EQ(set.Find(Value::Int(1)), nullptr);
  EXPECT_TRUE(set.failed());
}

}  // namespace
}  // namespace stratagem::expr
