// What must hold for a Value: what goes in comes out, a copy outlives its
// source, and the text of a value can be told from that of any other kind.

#include "engine/value/value.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/value/compare.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ValueTimestampTest, KeepsNanosecondsOnBothSidesOfTheEpoch) {
  for (const int64_t seconds :
       std::vector<int64_t>{-62135596800, -1, 0, 1, 253402300799}) {
    for (const uint32_t nanos : {0u, 1u, 999'999'999u}) {
      const absl::Time time =
          absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
      const Value value = Value::Timestamp(time);
      EXPECT_EQ(value.seconds(), seconds);
      EXPECT_EQ(value.nanos(), nanos);
      EXPECT_EQ(value.timestamp(), time);
    }
  }
}

TEST(ValueDurationTest, NegativeOnesCountUpFromTheSecondBelow) {
  const Value value = Value::Duration(absl::Milliseconds(-1500));
  EXPECT_EQ(value.seconds(), -2);
  EXPECT_EQ(value.nanos(), 500'000'000u);
  EXPECT_EQ(value.duration(), absl::Milliseconds(-1500));
  EXPECT_EQ(Value::Duration(absl::Seconds(-2)).seconds(), -2);
  EXPECT_EQ(Value::Duration(absl::Seconds(-2)).nanos(), 0u);
}

TEST(ValueOptionalTest, NothingAndMissingAreEmpty) {
  const Value missing;
  const Value one = Value::Int(1);
  EXPECT_EQ(Value::Optional(nullptr).optional(), nullptr);
  EXPECT_EQ(Value::Optional(&missing).optional(), nullptr);
  EXPECT_EQ(Value::Optional(&one).optional(), &one);
}

TEST(ValueErrorTest, CarriesItsReasonAndItsPlace) {
  const Value error = Value::Error(ErrorCode::kDivisionByZero, 17);
  EXPECT_TRUE(error.is_error());
  EXPECT_EQ(error.error_code(), ErrorCode::kDivisionByZero);
  EXPECT_EQ(error.error_expr_id(), 17u);
}

TEST(CopyIntoTest, ACopyOutlivesEverythingItWasMadeOf) {
  Arena arena;
  Value copy;
  {
    const std::string text = "a text long enough for the heap to hold it";
    const std::vector<Value> items = {Value::String(text), Value::Bytes(text)};
    const std::vector<MapEntry> entries = {
        {Value::String(text), Value::List(items)}};
    const Value map = Value::Map(entries);
    const std::vector<Value> all = {map, Value::Optional(&map),
                                    Value::Type("int")};
    copy = CopyInto(Value::List(all), arena);
  }
  const std::string text = "'a text long enough for the heap to hold it'";
  const std::string map = "{" + text + ": [" + text + ", b" + text + "]}";
  EXPECT_EQ(ToString(copy), "[" + map + ", optional.of(" + map + "), int]");
}

struct TextCase {
  std::string name;
  Value value;
  std::string want;
};

class ValueToStringTest : public testing::TestWithParam<TextCase> {};

TEST_P(ValueToStringTest, IsTheLiteral) {
  EXPECT_EQ(ToString(GetParam().value), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Literals, ValueToStringTest,
    testing::ValuesIn(std::vector<TextCase>{
        {"Missing", Value(), "missing"},
        {"Null", Value::Null(), "null"},
        {"Bool", Value::Bool(true), "true"},
        {"Int", Value::Int(std::numeric_limits<int64_t>::min()),
         "-9223372036854775808"},
        {"Uint", Value::Uint(std::numeric_limits<uint64_t>::max()),
         "18446744073709551615u"},
        {"WholeDouble", Value::Double(3), "3.0"},
        {"ShortestDouble", Value::Double(0.1), "0.1"},
        {"NegativeZero", Value::Double(-0.0), "-0.0"},
        {"HugeDouble", Value::Double(1e300), "1e+300"},
        {"NotANumber", Value::Double(std::nan("")), "NaN"},
        {"MinusInfinity", Value::Double(-kInfinity), "-Infinity"},
        {"String", Value::String("it's \"é\"\n"), "'it\\'s \\\"é\\\"\\n'"},
        {"Bytes",
         Value::Bytes("\xFF"
                      "a"),
         "b'\\xff\\x61'"},
        {"Timestamp", Value::Timestamp(absl::FromUnixMillis(1500)),
         "timestamp('1970-01-01T00:00:01.5Z')"},
        {"Duration", Value::Duration(absl::Seconds(90)), "duration('1m30s')"},
        {"EmptyList", Value::List({}), "[]"},
        {"EmptyMap", Value::Map({}), "{}"},
        {"NoOptional", Value::Optional(nullptr), "optional.none()"},
        {"Error", Value::Error(ErrorCode::kOverflow),
         "error(integer overflow)"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem
