// What must hold for messages: literals of the protobuf messages that CEL knows
// are ordinary values, with the messages' own ranges and rounding; a message
// that a scope declares has its fields' types; mistakes say what exists.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

struct LiteralCase {
  std::string name;
  std::string text;
  std::string want;
};

std::string CaseName(const testing::TestParamInfo<LiteralCase>& param_info) {
  return param_info.param.name;
}

class MessageLiteralTest : public testing::TestWithParam<LiteralCase> {};

TEST_P(MessageLiteralTest, IsTheValueThatTheMessageStandsFor) {
  World world;
  world.scope().SetContainer("google.protobuf");
  EXPECT_EQ(world.Show(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Wrappers, MessageLiteralTest,
    testing::ValuesIn(std::vector<LiteralCase>{
        {"InFull", "google.protobuf.Int64Value{value: 3}", "3"},
        {"WithALeadingDot", ".google.protobuf.Int64Value{value: 3}", "3"},
        {"InTheContainer", "Int64Value{value: 3}", "3"},
        {"Bool", "[BoolValue{}, BoolValue{value: true}]", "[false, true]"},
        {"Bytes", "[BytesValue{}, BytesValue{value: b'a'}]", "[b'', b'a']"},
        {"Double", "[DoubleValue{}, DoubleValue{value: 0.1}]", "[0.0, 0.1]"},
        {"String", "[StringValue{}, StringValue{value: 'é'}]", "['', 'é']"},
        {"Uint64", "[UInt64Value{}, UInt64Value{value: 3u}]", "[0u, 3u]"},
        {"SmallestInt32", "Int32Value{value: -2147483648}", "-2147483648"},
        {"LargestInt32", "Int32Value{value: 2147483647}", "2147483647"},
        {"BelowInt32", "Int32Value{value: -2147483649}",
         "error(integer overflow)"},
        {"AboveInt32", "Int32Value{value: 2147483648}",
         "error(integer overflow)"},
        {"LargestUint32", "UInt32Value{value: 4294967295u}", "4294967295u"},
        {"AboveUint32", "UInt32Value{value: 4294967296u}",
         "error(integer overflow)"},
        {"FloatRounds", "FloatValue{value: 3.1416} == 3.1416", "false"},
        {"FloatKeepsWhatItHolds", "FloatValue{value: -1.5e3}", "-1500.0"},
        {"LargestFloat",
         "FloatValue{value: 3.4028235e38} == 3.4028234663852886e38", "true"},
        {"FloatRoundsDownToTheLargest",
         "FloatValue{value: 3.402823567797336e38} == 3.4028234663852886e38",
         "true"},
        {"FloatBecomesInfinite",
         "string(FloatValue{value: -3.4028235677973366e38})", "'-Inf'"},
        {"FloatBecomesZero", "FloatValue{value: 1e-50}", "0.0"},
        {"FloatKeepsNan", "string(FloatValue{value: double('NaN')})", "'NaN'"},
        {"UnsetOptional", "Int64Value{?value: optional.none()}", "0"},
        {"SetOptional", "Int64Value{?value: optional.of(3)}", "3"},
        {"Sum", "Int64Value{value: 3} + 4", "7"},
        {"IsNotNull", "Int64Value{} == null", "false"},
        {"ErrorInAField", "Int64Value{value: 1 / 0}",
         "error(division by zero)"},
        {"FoundThroughAnAbsorbedError",
         "Int32Value{value: 2147483648} == 1 || true", "true"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Times, MessageLiteralTest,
    testing::ValuesIn(std::vector<LiteralCase>{
        {"Epoch", "Timestamp{}", "timestamp('1970-01-01T00:00:00Z')"},
        {"TimestampWithNanos", "Timestamp{seconds: -1, nanos: 500000000}",
         "timestamp('1969-12-31T23:59:59.5Z')"},
        {"TimestampAfterTheYear9999", "Timestamp{seconds: 253402300800}",
         "error(integer overflow)"},
        {"TimestampWithNegativeNanos", "Timestamp{nanos: -1}",
         "error(invalid argument)"},
        {"TimestampWithASecondOfNanos", "Timestamp{nanos: 1000000000}",
         "error(invalid argument)"},
        {"Duration", "Duration{seconds: 90}", "duration('1m30s')"},
        {"NegativeDuration", "Duration{seconds: -1, nanos: -500000000}",
         "duration('-1.5s')"},
        {"NegativeNanosAlone", "Duration{nanos: -1}", "duration('-1ns')"},
        {"DurationOfTwoSigns", "Duration{seconds: 1, nanos: -1}",
         "error(invalid argument)"},
        {"DurationOfTwoSignsTheOtherWayRound",
         "Duration{seconds: -1, nanos: 1}", "error(invalid argument)"},
        {"DurationOutOfRange", "Duration{seconds: 9223372037}",
         "error(integer overflow)"},
        {"SmallestSecondsWithNanos",
         "Duration{seconds: -9223372036854775808, nanos: -1}",
         "error(integer overflow)"},
        {"IsATimestamp", "type(Timestamp{}) == Timestamp", "true"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Json, MessageLiteralTest,
    testing::ValuesIn(std::vector<LiteralCase>{
        {"EmptyValue", "Value{}", "null"},
        {"NullByName", "Value{null_value: NullValue.NULL_VALUE}", "null"},
        {"NullByItself", "Value{null_value: null}", "null"},
        {"NoOtherNull", "Value{null_value: 1}", "error(invalid argument)"},
        {"Number", "Value{number_value: 12.5}", "12.5"},
        {"String", "Value{string_value: ''}", "''"},
        {"Bool", "Value{bool_value: false}", "false"},
        {"Object", "Value{struct_value: {'a': 1.0, 'b': [null]}}",
         "{'a': 1.0, 'b': [null]}"},
        {"List", "Value{list_value: ['a', 3.0]}", "['a', 3.0]"},
        {"TwoKindsAtOnce", "Value{number_value: 1.0, string_value: 'a'}",
         "error(invalid argument)"},
        {"EmptyStruct", "[Struct{}, Struct{fields: {}}]", "[{}, {}]"},
        {"EmptyList", "[ListValue{}, ListValue{values: []}]", "[[], []]"},
        {"IntsAreNumbers", "Struct{fields: {'a': 1, 'b': 2u}}",
         "{'a': 1.0, 'b': 2.0}"},
        {"LargestExactInt", "ListValue{values: [9007199254740991]}",
         "[9007199254740991.0]"},
        {"LargeIntsAreText",
         "ListValue{values: [9007199254740992, -9007199254740992, "
         "18446744073709551615u]}",
         "['9007199254740992', '-9007199254740992', '18446744073709551615']"},
        {"BytesAreBase64", "ListValue{values: [b'\\xff\\xfe']}", "['//4=']"},
        {"TimesAreText",
         "ListValue{values: [timestamp('2026-11-01T00:00:00.5Z'), "
         "timestamp(0), duration('1.0001s'), duration('1.125s'), "
         "duration('90s')]}",
         "['2026-11-01T00:00:00.500Z', '1970-01-01T00:00:00Z', '1.000100s', "
         "'1.125s', '90s']"},
        {"KeysAreText",
         "Struct{fields: {'a': dyn({1: true, true: 2.0, 3u: 'x'})}}",
         "{'a': {'1': true, '3': 'x', 'true': 2.0}}"},
        {"KeysThatBecomeEqual", "Struct{fields: {'a': dyn({1: 1, '1': 2})}}",
         "error(duplicate key)"},
        {"NoJsonForATypeOrAnOptional",
         "[type(ListValue{values: [1]}), list][1] == list && "
         "ListValue{values: [int]} == []",
         "error(no matching overload)"},
        {"NoJsonForAnOptional", "ListValue{values: [optional.of(1)]}",
         "error(no matching overload)"},
    }),
    CaseName);

TEST(MessageLiteralTypeTest, IsWhatCelTakesTheMessageFor) {
  World world;
  world.scope().SetContainer("google.protobuf");
  EXPECT_EQ(world.TypeOf("FloatValue{}"), "wrapper(double)");
  EXPECT_EQ(world.TypeOf("UInt32Value{}"), "wrapper(uint)");
  EXPECT_EQ(world.TypeOf("Value{}"), "dyn");
  EXPECT_EQ(world.TypeOf("Struct{}"), "map(string, dyn)");
  EXPECT_EQ(world.TypeOf("ListValue{}"), "list(dyn)");
  EXPECT_EQ(world.TypeOf("Timestamp{}"), "google.protobuf.Timestamp");
  EXPECT_EQ(world.TypeOf("Duration{}"), "google.protobuf.Duration");
  EXPECT_EQ(world.TypeOf("NullValue.NULL_VALUE"), "int");
}

// A shop's order, whose fields the checker knows and no value has.
World ShopWorld() {
  const Type i(TypeKind::kInt);
  World world;
  world.scope().SetContainer("shop");
  world.scope().DeclareMessage(
      {"shop.Order",
       {{"total", i},
        {"discount", Type::Wrapper(i)},
        {"lines", Type::List(Type::Opaque("shop.Line"))},
        {"parent", Type::Opaque("shop.Order")}}});
  world.scope().DeclareMessage(
      {"shop.Line", {{"sku", Type(TypeKind::kString)}}});
  world.Declare("order", Type::Opaque("shop.Order"));
  return world;
}

struct TypeCase {
  std::string name;
  std::string text;
  std::string want;
};

class DeclaredMessageTest : public testing::TestWithParam<TypeCase> {};

TEST_P(DeclaredMessageTest, HasItsFieldsTypes) {
  EXPECT_EQ(ShopWorld().TypeOf(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, DeclaredMessageTest,
    testing::ValuesIn(std::vector<TypeCase>{
        {"Field", "order.total", "int"},
        {"FieldOfAField", "order.parent.parent.total", "int"},
        {"ItemsOfAField", "order.lines.map(l, l.sku)", "list(string)"},
        {"Has", "has(order.discount)", "bool"},
        {"OptionalField", "order.?discount", "optional_type(wrapper(int))"},
        {"ThroughAnOptional", "order.?parent.total", "optional_type(int)"},
        {"Wrapper", "order.discount", "wrapper(int)"},
        {"WrapperInASum", "order.discount + 1", "int"},
        {"WrapperIsNull", "order.discount == null", "bool"},
        {"WrapperBesideItsValue", "[1, order.discount]", "list(wrapper(int))"},
        {"WrapperBesideAnother", "[order.discount, 'a']", "list(dyn)"},
        {"WrapperBesideDyn", "[order.discount, 1, dyn(1)]", "list(dyn)"},
        {"WrapperOrNull", "true ? order.discount : null", "wrapper(int)"},
        {"NullOrWrapper", "true ? null : order.discount", "wrapper(int)"},
        {"ValueOrWrapper", "true ? 1 : order.discount", "wrapper(int)"},
        {"MessageIsNull", "order == null", "bool"},
        {"MessageBesideNull", "[null, order][1]", "shop.Order"},
        {"Literal", "Order{total: 1, discount: null, lines: []}", "shop.Order"},
        {"LiteralWithAValueForAWrapper", "shop.Order{discount: 1}",
         "shop.Order"},
        {"LiteralWithItself", "Order{parent: Order{}}", "shop.Order"},
        {"Name", "Order", "type(shop.Order)"},
        {"UnknownField", "order.totl",
         "x:1:7: error E112: no field `totl` in shop.Order\n"
         "  hint: did you mean `total`?\n"},
        {"UnknownFieldOfALiteral", "Order{totals: 1}",
         "x:1:15: error E112: no field `totals` in shop.Order\n"
         "  hint: did you mean `total`?\n"},
        {"FieldOfTheWrongType", "Order{total: 'a', lines: [1]}",
         "x:1:14: error E113: field `total` of shop.Order is int, found "
         "string\n"
         "x:1:26: error E113: field `lines` of shop.Order is list(shop.Line), "
         "found list(int)\n"},
        {"FieldGivenTwice", "Order{total: 1, total: 2}",
         "x:1:24: error E113: field `total` is given twice\n"},
        {"NullForANumber", "Order{total: null}",
         "x:1:14: error E113: field `total` of shop.Order is int, found "
         "null_type\n"},
        {"UnknownMessage", "Ordr{total: 1}",
         "x:1:1: error E112: unknown message type `Ordr`\n"
         "  hint: did you mean `Order`?\n"},
        {"MisspeltMessage", "google.protobuf.Int46Value{value: 1}",
         "x:1:1: error E112: unknown message type "
         "`google.protobuf.Int46Value`\n"
         "  hint: did you mean `google.protobuf.Int64Value`?\n"},
        {"IntForADouble", "google.protobuf.Value{number_value: 12}",
         "x:1:37: error E113: field `number_value` of google.protobuf.Value "
         "is double, found int\n"},
        {"TwoMessages", "order == Line{}",
         "x:1:7: error E113: `==` compares values of one type, found "
         "shop.Order and shop.Line\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(DeclaredMessageTest, HasNoValues) {
  World world = ShopWorld();
  EXPECT_EQ(world.Show("Order{} == null || true"), "true");
  EXPECT_EQ(world.Show("Order{}"), "error(no matching overload)");
}

}  // namespace
}  // namespace stratagem::expr
