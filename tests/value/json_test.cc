// What must hold for JSON and plain text: values keep their types both ways,
// and whatever is not well formed is refused with its place, at a cost that
// its author cannot inflate.

#include "engine/value/json.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace stratagem {
namespace {

using testing::HasSubstr;

Schema WithTimes() {
  Schema schema;
  Field at;
  at.name = "at";
  at.type.kind = ValueKind::kTimestamp;
  schema.Add(at);
  Field waits;
  waits.name = "waits";
  waits.type = {ValueKind::kList, std::make_shared<FieldType>(FieldType{
                                      ValueKind::kDuration, nullptr})};
  schema.Add(waits);
  return schema;
}

// The members as "name=value …", or the error.
std::string Read(absl::string_view text) {
  Arena arena;
  const auto members = ReadJsonObject(text, WithTimes(), arena);
  if (!members.ok()) return std::string(members.status().message());
  std::string shown;
  for (const NamedValue& member : *members) {
    absl::StrAppend(&shown, shown.empty() ? "" : " ", member.name, "=",
                    ToString(member.value));
  }
  return shown;
}

TEST(ReadJsonObjectTest, KeepsTypesAndOrder) {
  EXPECT_EQ(Read(R"({"z": 1, "a": 1.0, "m": true, "n": null, "t": "x"})"),
            "z=1 a=1.0 m=true n=null t='x'");
  EXPECT_EQ(Read(R"({"l": [1, [2.5, "x"]], "o": {"b": 1, "a": {}}})"),
            "l=[1, [2.5, 'x']] o={'a': {}, 'b': 1}");
  EXPECT_EQ(Read("{}"), "");
  EXPECT_EQ(Read(R"({"e": "\u00e9\ud83d\ude00"})"), "e='é😀'");
}

TEST(ReadJsonObjectTest, WholeNumbersAreIntsAsFarAsTheyReach) {
  EXPECT_EQ(Read(R"({"a": 9223372036854775807, "b": -9223372036854775808})"),
            "a=9223372036854775807 b=-9223372036854775808");
  EXPECT_EQ(Read(R"({"a": 9223372036854775808})"), "a=9223372036854775808.0");
}

TEST(ReadTextTest, ADateIsMidnightInTheZoneOfDates) {
  const absl::TimeZone zone = absl::FixedTimeZone(8 * 60 * 60);
  const FieldType timestamp{ValueKind::kTimestamp, nullptr};
  const FieldType times{ValueKind::kList,
                        std::make_shared<FieldType>(timestamp)};
  Arena arena;
  const auto read = [&](absl::string_view text, const FieldType& type) {
    const auto value = ReadText(text, type, arena, &zone);
    return value.ok() ? ToJson(*value) : std::string(value.status().message());
  };
  EXPECT_EQ(read("2026-12-20", timestamp), "\"2026-12-19T16:00:00Z\"");
  EXPECT_EQ(read("2026-12-20T01:00:00Z", timestamp),
            "\"2026-12-20T01:00:00Z\"");
  EXPECT_EQ(read(R"(["2026-12-20"])", times), R"(["2026-12-19T16:00:00Z"])");
  EXPECT_THAT(read("2026-12-32", timestamp), HasSubstr("or 2026-11-15"));
  EXPECT_THAT(read("0001-01-01", timestamp), HasSubstr("is not a timestamp"));
  // The wire's way stays RFC 3339 alone.
  EXPECT_FALSE(ReadText("2026-12-20", timestamp, arena).ok());
  const auto members =
      ReadJsonObject(R"({"at": "2026-12-20"})", WithTimes(), arena, &zone);
  ASSERT_TRUE(members.ok());
  EXPECT_EQ(ToJson(members->front().value), "\"2026-12-19T16:00:00Z\"");
}

TEST(ReadJsonObjectTest, DeclaredTimesAreRead) {
  EXPECT_EQ(
      Read(R"({"at": "2026-11-15T10:00:00+08:00", "waits": ["90s", "1h"]})"),
      "at=timestamp('2026-11-15T02:00:00Z') "
      "waits=[duration('1m30s'), duration('1h')]");
  EXPECT_EQ(Read(R"({"other": "2026-11-15T10:00:00Z"})"),
            "other='2026-11-15T10:00:00Z'");
}

struct RefusalCase {
  std::string name;
  std::string text;
  std::string want;
};

class ReadJsonObjectRefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(ReadJsonObjectRefusalTest, SaysWhatAndWhere) {
  EXPECT_EQ(Read(GetParam().text), GetParam().want);
}

std::string Nested(int levels) {
  return absl::StrCat("{\"a\":", std::string(static_cast<size_t>(levels), '['),
                      std::string(static_cast<size_t>(levels), ']'), "}");
}

INSTANTIATE_TEST_SUITE_P(
    BadText, ReadJsonObjectRefusalTest,
    testing::ValuesIn(std::vector<RefusalCase>{
        {"Empty", "", "not valid JSON at byte 1"},
        {"CutShort", R"({"a": )", "not valid JSON at byte 7"},
        {"TrailingComma", R"({"a": 1,})", "not valid JSON at byte 9"},
        {"SecondValue", "{} {}", "not valid JSON at byte 4"},
        {"Comment", "{} // x", "not valid JSON at byte 4"},
        {"BadUtf8", "{\"a\": \"\xFF\"}", "not valid JSON at byte 8"},
        {"LoneSurrogate", R"({"a": "\ud800"})", "not valid JSON at byte 14"},
        {"TooLargeANumber", R"({"a": 1e999})", "not valid JSON at byte 11"},
        {"NotAnObject", "[1]", "expected a JSON object, found list"},
        {"Repeated", R"({"a": 1, "b": 2, "a": 3})",
         "JSON object repeats the member `a`"},
        {"RepeatedInside", R"({"a": [{"b": 1, "b": 1}]})",
         "JSON object repeats the member `b`"},
        {"TooDeep", Nested(kFactDepthMax + 1),
         "JSON nested deeper than 17 levels"},
        {"BadTimestamp", R"({"at": "yesterday"})",
         "`at`: `yesterday` is not a timestamp; expected RFC 3339 such as "
         "2026-11-15T10:00:00+08:00"},
        {"TimestampWithoutItsZone", R"({"at": "2026-11-15T10:00:00"})",
         "`at`: `2026-11-15T10:00:00` lacks its zone; add its zone: Z for UTC, "
         "or an offset such as +08:00"},
        {"BadDurationInAList", R"({"waits": ["1h", "soon"]})",
         "`waits`: `soon` is not a duration; expected such as 90s or 1h30m"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReadJsonObjectLimitTest, TheDeepestAllowedNestingIsRead) {
  EXPECT_THAT(Read(Nested(kFactDepthMax)), HasSubstr("a=[[[["));
}

TEST(ReadJsonObjectLimitTest, SameNamesInDifferentObjectsAreNoRepeat) {
  EXPECT_EQ(Read(R"({"a": {"x": 1}, "b": [{"x": 1}, {"x": 2}]})"),
            "a={'x': 1} b=[{'x': 1}, {'x': 2}]");
}

// This would take minutes if each name were compared with all others.
TEST(ReadJsonObjectLimitTest, ManyMembersCostLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) absl::StrAppend(&text, "\"m", i, "\":0,");
  text += "\"last\":0}";
  Arena arena;
  const auto members = ReadJsonObject(text, Schema(), arena);
  ASSERT_THAT(members, IsOk());
  EXPECT_EQ(members->size(), 200'001u);
}

struct TextCase {
  std::string name;
  FieldType type;
  std::string text;
  std::string want;  // The value, or the error.
};

class ReadTextTest : public testing::TestWithParam<TextCase> {};

TEST_P(ReadTextTest, ReadsTheTypeOrSaysWhatWasExpected) {
  Arena arena;
  const auto value = ReadText(GetParam().text, GetParam().type, arena);
  EXPECT_EQ(value.ok() ? ToString(*value) : value.status().message(),
            GetParam().want);
}

const FieldType kBool = {ValueKind::kBool, nullptr};
const FieldType kInt = {ValueKind::kInt, nullptr};
const FieldType kDouble = {ValueKind::kDouble, nullptr};
const FieldType kString = {ValueKind::kString, nullptr};
const FieldType kTimestamp = {ValueKind::kTimestamp, nullptr};
const FieldType kDuration = {ValueKind::kDuration, nullptr};
const FieldType kInts = {ValueKind::kList, std::make_shared<FieldType>(kInt)};

INSTANTIATE_TEST_SUITE_P(
    Cells, ReadTextTest,
    testing::ValuesIn(std::vector<TextCase>{
        {"Bool", kBool, "true", "true"},
        {"BoolYes", kBool, "Yes", "true"},
        {"NotABool", kBool, "maybe", "`maybe` is not bool"},
        {"Int", kInt, "-42", "-42"},
        {"IntWithAPoint", kInt, "3.0", "3.0"},
        {"IntTooLarge", kInt, "9223372036854775808",
         "`9223372036854775808` does not fit into an int; expected "
         "-9223372036854775808 to 9223372036854775807"},
        {"IntTooSmall", kInt, "-9223372036854775809",
         "`-9223372036854775809` does not fit into an int; expected "
         "-9223372036854775808 to 9223372036854775807"},
        {"LastInt", kInt, "9223372036854775807", "9223372036854775807"},
        {"IntWithAnExponent", kInt, "1e3", "1000.0"},
        {"HexadecimalInt", kInt, "0x3", "`0x3` is not int"},
        {"IntAfterASpace", kInt, " 3", "` 3` is not int"},
        {"InfiniteInt", kInt, "inf", "`inf` is not int"},
        {"NotAnInt", kInt, "4x", "`4x` is not int"},
        {"EmptyInt", kInt, "", "`` is not int"},
        {"Double", kDouble, "4.5", "4.5"},
        {"DoubleFromWhole", kDouble, "4", "4.0"},
        {"NotADouble", kDouble, "4,5", "`4,5` is not double"},
        {"HexadecimalDouble", kDouble, "0x1p3", "`0x1p3` is not double"},
        {"DoubleBeforeASpace", kDouble, "4.5 ", "`4.5 ` is not double"},
        {"InfiniteDouble", kDouble, "-inf", "`-inf` is not double"},
        {"NotANumber", kDouble, "nan", "`nan` is not double"},
        {"String", kString, " as it is ", "' as it is '"},
        {"EmptyString", kString, "", "''"},
        {"NotUtf8", kString, "\xE9t\xE9", "the text is not valid UTF-8"},
        {"Timestamp", kTimestamp, "2026-11-15T10:00:00.25Z",
         "timestamp('2026-11-15T10:00:00.25Z')"},
        {"FirstTimestamp", kTimestamp, "0001-01-01T00:00:00Z",
         "timestamp('0001-01-01T00:00:00Z')"},
        {"LastTimestamp", kTimestamp, "9999-12-31T23:59:59.999999999Z",
         "timestamp('9999-12-31T23:59:59.999999999Z')"},
        {"TimestampAfterTheLast", kTimestamp, "10000-01-01T00:00:00Z",
         "`10000-01-01T00:00:00Z` is not a timestamp; expected RFC 3339 such "
         "as 2026-11-15T10:00:00+08:00"},
        {"TimestampBeforeTheFirst", kTimestamp, "0000-12-31T23:59:59Z",
         "`0000-12-31T23:59:59Z` is not a timestamp; expected RFC 3339 such "
         "as 2026-11-15T10:00:00+08:00"},
        {"TimestampSinceEver", kTimestamp, "infinite-past",
         "`infinite-past` is not a timestamp; expected RFC 3339 such as "
         "2026-11-15T10:00:00+08:00"},
        {"TimestampForever", kTimestamp, "infinite-future",
         "`infinite-future` is not a timestamp; expected RFC 3339 such as "
         "2026-11-15T10:00:00+08:00"},
        {"Duration", kDuration, "-1h30m", "duration('-1h30m')"},
        {"DurationForever", kDuration, "inf",
         "`inf` is not a duration; expected such as 90s or 1h30m"},
        {"List", kInts, "[1, 2]", "[1, 2]"},
        {"BadList", kInts, "[1, ", "not valid JSON at byte 5"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

const Value kPair[] = {Value::Int(1), Value::Null()};
const MapEntry kMembers[] = {{Value::Bool(true), Value::Int(1)},
                             {Value::Int(2), Value::List(kPair)},
                             {Value::String("a\"b"), Value::Double(0.5)}};

struct JsonCase {
  std::string name;
  Value value;
  std::string want;
};

class ToJsonTest : public testing::TestWithParam<JsonCase> {};

TEST_P(ToJsonTest, IsOneLine) {
  EXPECT_EQ(ToJson(GetParam().value), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ToJsonTest,
    testing::ValuesIn(std::vector<JsonCase>{
        {"Missing", Value(), "null"},
        {"Int", Value::Int(std::numeric_limits<int64_t>::max()),
         "9223372036854775807"},
        {"WholeDouble", Value::Double(3), "3.0"},
        {"Double", Value::Double(0.1), "0.1"},
        {"NaN", Value::Double(std::nan("")), "\"NaN\""},
        {"MinusInfinity",
         Value::Double(-std::numeric_limits<double>::infinity()),
         "\"-Infinity\""},
        {"Text", Value::String("a\n\"é\""), R"("a\n\"é\"")"},
        {"Bytes", Value::Bytes("\x01\xFF"), "\"Af8=\""},
        {"Timestamp", Value::TimestampParts(0, 1),
         "\"1970-01-01T00:00:00.000000001Z\""},
        {"Duration", Value::DurationParts(-2, 500'000'000), "\"-1.5s\""},
        {"Map", Value::Map(kMembers), R"({"true":1,"2":[1,null],"a\"b":0.5})"},
        {"None", Value::Optional(nullptr), "null"},
        {"Some", Value::Optional(&kPair[0]), "1"},
        {"Error", Value::Error(ErrorCode::kNoSuchKey),
         "\"error(no such key)\""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(JsonRoundTripTest, ReadsBackWhatItWrote) {
  const std::string text =
      R"({"a":-7,"b":0.1,"c":"x\ty","d":[true,null,{"k":[]}],"e":1e+300})";
  Arena arena;
  const auto members = ReadJsonObject(text, Schema(), arena);
  ASSERT_THAT(members, IsOk());
  std::string again;
  for (const NamedValue& member : *members) {
    absl::StrAppend(&again, again.empty() ? "{" : ",", "\"", member.name,
                    "\":", ToJson(member.value));
  }
  EXPECT_EQ(again + "}", text);
}

}  // namespace
}  // namespace stratagem
