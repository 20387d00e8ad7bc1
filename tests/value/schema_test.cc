// What must hold for a Schema: a value is taken exactly when it can stand for
// the declared type without loss and lies in its bounds, and the refusal says
// what was found and what was expected.

#include "engine/value/schema.h"

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/value/compare.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

FieldType Of(ValueKind kind) { return {kind, nullptr}; }
FieldType ListOf(FieldType element) {
  return {ValueKind::kList, std::make_shared<FieldType>(std::move(element))};
}
FieldType MapOf(FieldType element) {
  return {ValueKind::kMap, std::make_shared<FieldType>(std::move(element))};
}

Field Named(std::string name, FieldType type) {
  Field field;
  field.name = std::move(name);
  field.type = std::move(type);
  return field;
}

Field Bounded(ValueKind kind, Value value_min, Value value_max) {
  Field field = Named("f", Of(kind));
  field.value_min = value_min;
  field.value_max = value_max;
  return field;
}

Field OneOf(std::vector<std::string> values) {
  Field field = Named("f", Of(ValueKind::kString));
  field.values = std::move(values);
  return field;
}

struct ConformCase {
  std::string name;
  Field field;
  Value value;
  FieldFault fault;
  std::string want;  // The conformed value, or the description of the fault.
};

class ConformTest : public testing::TestWithParam<ConformCase> {};

TEST_P(ConformTest, TakesTheValueOrSaysWhyNot) {
  const ConformCase& row = GetParam();
  Arena arena;
  Value value = row.value;
  EXPECT_EQ(Conform(row.field, value, arena), row.fault);
  if (row.fault == FieldFault::kNone) {
    EXPECT_EQ(ToString(value), row.want);
  } else {
    EXPECT_EQ(DescribeFault(row.field, row.fault, row.value), row.want);
    EXPECT_EQ(ToString(value), ToString(row.value)) << "changed on a fault";
  }
}

const Field kInt = Named("f", Of(ValueKind::kInt));
const Field kDouble = Named("f", Of(ValueKind::kDouble));
const Field kString = Named("f", Of(ValueKind::kString));
const Field kScore =
    Bounded(ValueKind::kDouble, Value::Double(0), Value::Double(100));
const Value kNumbers[] = {Value::Int(1), Value::Double(2.5)};
const Value kWords[] = {Value::String("a"), Value::Int(1)};
const MapEntry kPrices[] = {{Value::String("a"), Value::Int(3)}};
const MapEntry kByNumber[] = {{Value::Int(1), Value::Int(3)}};

INSTANTIATE_TEST_SUITE_P(
    Types, ConformTest,
    testing::ValuesIn(std::vector<ConformCase>{
        {"Int", kInt, Value::Int(7), FieldFault::kNone, "7"},
        {"IntFromWholeDouble", kInt, Value::Double(7), FieldFault::kNone, "7"},
        {"IntFromNegativeZero", kInt, Value::Double(-0.0), FieldFault::kNone,
         "0"},
        {"IntFromLastExactDouble", kInt, Value::Double(0x1p53),
         FieldFault::kNone, "9007199254740992"},
        {"IntFromInexactDouble", kInt, Value::Double(0x1p53 + 2),
         FieldFault::kWrongType,
         "found double 9007199254740994.0, expected int"},
        {"IntFromFraction", kInt, Value::Double(7.5), FieldFault::kWrongType,
         "found double 7.5, expected int"},
        {"IntFromNaN", kInt, Value::Double(std::nan("")),
         FieldFault::kWrongType, "found double NaN, expected int"},
        {"IntFromString", kInt, Value::String("7"), FieldFault::kWrongType,
         "found string '7', expected int"},
        {"IntFromUint", kInt, Value::Uint(7), FieldFault::kWrongType,
         "found uint 7u, expected int"},
        {"IntFromBool", kInt, Value::Bool(true), FieldFault::kWrongType,
         "found bool true, expected int"},
        {"IntFromNull", kInt, Value::Null(), FieldFault::kWrongType,
         "found null_type null, expected int"},
        {"DoubleFromInt", kDouble, Value::Int(7), FieldFault::kNone, "7.0"},
        {"DoubleInfinite", kDouble,
         Value::Double(std::numeric_limits<double>::infinity()),
         FieldFault::kOutOfRange, "Infinity is not a finite number"},
        {"DoubleNaN", kDouble, Value::Double(std::nan("")),
         FieldFault::kOutOfRange, "NaN is not a finite number"},
        {"StringFromBytes", kString, Value::Bytes("a"), FieldFault::kWrongType,
         "found bytes b'a', expected string"},
        {"TimestampFromDuration", Named("f", Of(ValueKind::kTimestamp)),
         Value::DurationParts(1, 0), FieldFault::kWrongType,
         "found duration duration('1s'), expected timestamp"},
        {"ListItemsConvert", Named("f", ListOf(Of(ValueKind::kDouble))),
         Value::List(kNumbers), FieldFault::kNone, "[1.0, 2.5]"},
        {"ListItemOfWrongType", Named("f", ListOf(Of(ValueKind::kString))),
         Value::List(kWords), FieldFault::kWrongType,
         "found list ['a', 1], expected list(string)"},
        {"MapValuesConvert", Named("f", MapOf(Of(ValueKind::kDouble))),
         Value::Map(kPrices), FieldFault::kNone, "{'a': 3.0}"},
        {"MapKeysAreStrings", Named("f", MapOf(Of(ValueKind::kInt))),
         Value::Map(kByNumber), FieldFault::kWrongType,
         "found map {1: 3}, expected map(string, int)"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Bounds, ConformTest,
    testing::ValuesIn(std::vector<ConformCase>{
        {"MinIsInclusive", kScore, Value::Double(0), FieldFault::kNone, "0.0"},
        {"MaxIsInclusive", kScore, Value::Int(100), FieldFault::kNone, "100.0"},
        {"JustBelow", kScore, Value::Double(-0.5), FieldFault::kOutOfRange,
         "-0.5 is below the minimum 0.0"},
        {"JustAbove", kScore, Value::Int(101), FieldFault::kOutOfRange,
         "101 is above the maximum 100.0"},
        {"Allowed", OneOf({"app", "sms"}), Value::String("sms"),
         FieldFault::kNone, "'sms'"},
        {"NotAllowed", OneOf({"app", "sms"}), Value::String("gone"),
         FieldFault::kNotAllowed, "'gone' is not one of 'app', 'sms'"},
        {"AllowedIsCaseSensitive", OneOf({"app"}), Value::String("App"),
         FieldFault::kNotAllowed, "'App' is not one of 'app'"},
        {"TimestampTooEarly",
         Bounded(ValueKind::kTimestamp, Value::TimestampParts(10, 0),
                 Value::TimestampParts(20, 0)),
         Value::TimestampParts(9, 999'999'999), FieldFault::kOutOfRange,
         "timestamp('1970-01-01T00:00:09.999999999Z') is below the minimum "
         "timestamp('1970-01-01T00:00:10Z')"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ConformLimitTest, TextAndListsStopAtTheirLimits) {
  Arena arena;
  std::string text(kFactStringBytesMax, 'x');
  Value value = Value::String(text);
  EXPECT_EQ(Conform(kString, value, arena), FieldFault::kNone);
  text += 'x';
  value = Value::String(text);
  EXPECT_EQ(Conform(kString, value, arena), FieldFault::kTooLarge);

  const Field list = Named("f", ListOf(Of(ValueKind::kInt)));
  std::vector<Value> items(kFactItemsMax, Value::Int(1));
  value = Value::List(items);
  EXPECT_EQ(Conform(list, value, arena), FieldFault::kNone);
  items.push_back(Value::Int(1));
  value = Value::List(items);
  EXPECT_EQ(Conform(list, value, arena), FieldFault::kTooLarge);
}

TEST(ConformLimitTest, ASmallArenaIsAFaultNotACrash) {
  Arena arena(64);
  std::vector<Value> items(100, Value::Int(1));
  Value value = Value::List(items);
  EXPECT_EQ(Conform(Named("f", ListOf(Of(ValueKind::kInt))), value, arena),
            FieldFault::kTooLarge);
}

TEST(DescribeFaultTest, LongTextsAndListsAreCutBetweenCodePoints) {
  std::string text = "x";
  for (int i = 0; i < 1000; ++i) text += "é";
  const std::string shown =
      DescribeFault(kInt, FieldFault::kWrongType, Value::String(text));
  EXPECT_EQ(shown.substr(0, 17), "found string 'xé");
  EXPECT_LT(shown.size(), 130u);
  EXPECT_EQ(shown.substr(shown.size() - std::string("é…, expected int").size()),
            "é…, expected int");

  std::vector<std::string> names;
  for (int i = 10; i < 40; ++i) names.push_back(std::to_string(i));
  EXPECT_EQ(
      DescribeFault(OneOf(names), FieldFault::kNotAllowed, Value::String("x")),
      "'x' is not one of '10', '11', '12', '13', '14', '15', '16', "
      "'17', '18', '19', '20', '21', …");
}

TEST(SchemaTest, FindsWhatWasAddedAndRefusesASecondOfOneName) {
  Schema schema;
  EXPECT_EQ(schema.Add(Named("spend", Of(ValueKind::kDouble))), 0u);
  EXPECT_EQ(schema.Add(Named("orders", Of(ValueKind::kInt))), 1u);
  EXPECT_EQ(schema.Add(Named("spend", Of(ValueKind::kInt))), std::nullopt);
  EXPECT_EQ(schema.Find("spend"), 0);
  EXPECT_EQ(schema.Find("orders"), 1);
  EXPECT_EQ(schema.Find("Orders"), -1);
  EXPECT_EQ(schema.names(), (std::vector<std::string>{"spend", "orders"}));
  EXPECT_EQ(schema.fields()[0].type.kind, ValueKind::kDouble);
}

TEST(FieldTypeTest, ComparesAndPrintsItsElements) {
  const FieldType deep = ListOf(MapOf(Of(ValueKind::kTimestamp)));
  EXPECT_EQ(ToString(deep), "list(map(string, timestamp))");
  EXPECT_EQ(deep, ListOf(MapOf(Of(ValueKind::kTimestamp))));
  EXPECT_FALSE(deep == ListOf(MapOf(Of(ValueKind::kDuration))));
  EXPECT_FALSE(deep == ListOf(Of(ValueKind::kTimestamp)));
}

}  // namespace
}  // namespace stratagem
