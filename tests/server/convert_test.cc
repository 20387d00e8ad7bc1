// What must hold between the wire and the engine: values survive the way both
// ways exactly, wrong ones have a reason, and the numbers of shared enums
// agree.

#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/trace/explanation.h"
#include "engine/trace/reason.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/write_decision.h"
#include "stratagem/v1/decision.pb.h"

namespace stratagem::server {
namespace {

v1::Value Wire(const std::string& text) {
  v1::Value wire;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &wire))
      << text;
  return wire;
}

struct ValueCase {
  std::string name;
  std::string wire;    // A stratagem.v1.Value in text format.
  std::string engine;  // As ToString() writes it.
};

class ValueTest : public testing::TestWithParam<ValueCase> {};

TEST_P(ValueTest, SurvivesTheWayBothWays) {
  Arena arena;
  const v1::Value wire = Wire(GetParam().wire);
  const auto read = ReadValue(wire, arena);
  ASSERT_TRUE(std::holds_alternative<Value>(read));
  EXPECT_EQ(ToString(std::get<Value>(read)), GetParam().engine);
  v1::Value written;
  WriteValue(std::get<Value>(read), written);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(written, wire))
      << written.ShortDebugString();
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ValueTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Null", "null_value: NULL_VALUE", "null"},
        {"Bool", "bool_value: true", "true"},
        {"IntMin", "int_value: -9223372036854775808", "-9223372036854775808"},
        {"Double", "double_value: 2.5", "2.5"},
        {"EmptyString", "string_value: ''", "''"},
        {"String", "string_value: '金'", "'金'"},
        {"Timestamp", "timestamp_value { seconds: 1 nanos: 500000000 }",
         "timestamp('1970-01-01T00:00:01.5Z')"},
        {"TimestampBeforeTheEpoch",
         "timestamp_value { seconds: -1 nanos: 500000000 }",
         "timestamp('1969-12-31T23:59:59.5Z')"},
        {"FirstTimestamp", "timestamp_value { seconds: -62135596800 }",
         "timestamp('0001-01-01T00:00:00Z')"},
        {"Duration", "duration_value { seconds: 90 }", "duration('1m30s')"},
        {"NegativeDuration", "duration_value { seconds: -1 nanos: -500000000 }",
         "duration('-1.5s')"},
        {"ShortNegativeDuration", "duration_value { nanos: -1 }",
         "duration('-1ns')"},
        {"EmptyList", "list_value {}", "[]"},
        {"List",
         "list_value { values { int_value: 1 } values { "
         "list_value { values { bool_value: false } } } }",
         "[1, [false]]"},
        {"EmptyMap", "map_value {}", "{}"},
        {"Map",
         "map_value { entries { name: 'a' value { int_value: 1 } } "
         "entries { name: 'b' value { double_value: 0.5 } } }",
         "{'a': 1, 'b': 0.5}"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReadValueTest, EntriesOfAMapAreSorted) {
  Arena arena;
  const v1::Value wire = Wire(
      "map_value { entries { name: 'b' value { int_value: 2 } } "
      "entries { name: 'a' value { int_value: 1 } } }");
  EXPECT_EQ(ToString(std::get<Value>(ReadValue(wire, arena))),
            "{'a': 1, 'b': 2}");
}

struct FaultCase {
  std::string name;
  std::string wire;
  v1::ErrorReason reason;
};

class ValueFaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(ValueFaultTest, HasItsReasonAndSaysWhatWasFound) {
  Arena arena;
  const v1::Value wire = Wire(GetParam().wire);
  const auto read = ReadValue(wire, arena);
  ASSERT_TRUE(std::holds_alternative<ValueFault>(read));
  EXPECT_EQ(std::get<ValueFault>(read).reason, GetParam().reason);
  EXPECT_NE(std::get<ValueFault>(read).description, "");
}

INSTANTIATE_TEST_SUITE_P(
    Faults, ValueFaultTest,
    testing::ValuesIn(std::vector<FaultCase>{
        {"NoKind", "", v1::ERROR_REASON_WRONG_TYPE},
        {"NoKindInAList", "list_value { values {} }",
         v1::ERROR_REASON_WRONG_TYPE},
        {"NoKindInAMap", "map_value { entries { name: 'a' } }",
         v1::ERROR_REASON_WRONG_TYPE},
        {"EntryTwice",
         "map_value { entries { name: 'a' value { int_value: 1 } } "
         "entries { name: 'a' value { int_value: 1 } } }",
         v1::ERROR_REASON_DUPLICATE_NAME},
        {"TimestampBeforeYear1", "timestamp_value { seconds: -62135596801 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"TimestampAfterYear9999", "timestamp_value { seconds: 253402300800 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"TimestampWithNegativeNanos", "timestamp_value { nanos: -1 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"TimestampWithTooManyNanos", "timestamp_value { nanos: 1000000000 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"DurationOfTwoSigns", "duration_value { seconds: 1 nanos: -1 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"DurationOfTwoSignsTheOtherWay",
         "duration_value { seconds: -1 nanos: 1 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"DurationTooLong", "duration_value { seconds: 315576000001 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
        {"DurationWithTooManyNanos", "duration_value { nanos: 1000000000 }",
         v1::ERROR_REASON_OUT_OF_RANGE},
    }),
    [](const auto& param_info) { return param_info.param.name; });

v1::Value Nested(int depth) {
  v1::Value wire;
  v1::Value* inner = &wire;
  for (int i = 0; i < depth; ++i) {
    inner = inner->mutable_list_value()->add_values();
  }
  inner->set_int_value(1);
  return wire;
}

TEST(ReadValueTest, TheDeepestAllowedNestingIsRead) {
  Arena arena;
  EXPECT_TRUE(
      std::holds_alternative<Value>(ReadValue(Nested(kFactDepthMax), arena)));
  const auto deeper = ReadValue(Nested(kFactDepthMax + 1), arena);
  ASSERT_TRUE(std::holds_alternative<ValueFault>(deeper));
  EXPECT_EQ(std::get<ValueFault>(deeper).reason, v1::ERROR_REASON_TOO_LARGE);
}

TEST(ReadValueTest, TheLongestAllowedListIsRead) {
  Arena arena;
  v1::Value wire;
  for (size_t i = 0; i < kFactItemsMax; ++i) {
    wire.mutable_list_value()->add_values()->set_int_value(1);
  }
  EXPECT_TRUE(std::holds_alternative<Value>(ReadValue(wire, arena)));
  wire.mutable_list_value()->add_values()->set_int_value(1);
  const auto longer = ReadValue(wire, arena);
  ASSERT_TRUE(std::holds_alternative<ValueFault>(longer));
  EXPECT_EQ(std::get<ValueFault>(longer).reason, v1::ERROR_REASON_TOO_LARGE);
}

TEST(ReadValueTest, AnArenaThatIsFullIsAFaultOfTheRequest) {
  Arena arena(/*bytes_max=*/64);
  v1::Value wire;
  for (int i = 0; i < 100; ++i) {
    wire.mutable_list_value()->add_values()->set_int_value(1);
  }
  const auto read = ReadValue(wire, arena);
  ASSERT_TRUE(std::holds_alternative<ValueFault>(read));
  EXPECT_EQ(std::get<ValueFault>(read).reason, v1::ERROR_REASON_TOO_LARGE);
}

TEST(WriteTimestampTest, NanosecondsCountUpFromTheSecondBelow) {
  google::protobuf::Timestamp wire;
  WriteTimestamp(absl::FromUnixSeconds(-1) + absl::Nanoseconds(1), wire);
  EXPECT_EQ(wire.seconds(), -1);
  EXPECT_EQ(wire.nanos(), 1);
  EXPECT_EQ(std::get<absl::Time>(ReadTimestamp(wire)),
            absl::FromUnixSeconds(-1) + absl::Nanoseconds(1));
}

TEST(WriteDecisionTest, ExclusionsCarryWhatTheirReasonsSpeakOf) {
  trace::DecisionRecord record;
  trace::Exclusion& poor = record.exclusions.emplace_back();
  poor.offer = "poster";
  poor.reason = trace::Reason::kMinScore;
  poor.score = 0;
  poor.score_min = 2.5;
  trace::Exclusion& early = record.exclusions.emplace_back();
  early.offer = "raffle";
  early.reason = trace::Reason::kOutsideValidity;
  early.valid_until = absl::FromUnixSeconds(1'767'225'600);
  record.placements.emplace_back().exclusions_end = 2;
  v1::Decision decision;
  WriteDecision(record, v1::EXPLAIN_LEVEL_REASONS, decision);
  v1::PlacementExplanation want;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(exclusions {
             offer_id: "poster"
             reason: REASON_MIN_SCORE
             score: 0
             score_min: 2.5
           }
           exclusions {
             offer_id: "raffle"
             reason: REASON_OUTSIDE_VALIDITY
             valid_until { seconds: 1767225600 }
           })pb",
      &want));
  EXPECT_EQ(decision.explanation().placements(0).DebugString(),
            want.DebugString());
}

TEST(WireEnumTest, ReasonsHaveTheEnginesNumbersAndNames) {
  for (int number = 1; number < 256; ++number) {
    const std::string name = absl::AsciiStrToUpper(
        trace::ReasonName(static_cast<trace::Reason>(number)));
    const bool on_the_wire = v1::Reason_IsValid(number);
    EXPECT_EQ(on_the_wire, !name.empty() && name != "UNKNOWN") << number;
    if (!on_the_wire) continue;
    EXPECT_EQ(v1::Reason_Name(static_cast<v1::Reason>(number)),
              absl::StrCat("REASON_", name));
  }
}

TEST(WireEnumTest, WhatBecameOfAConditionHasTheEnginesNumbers) {
  EXPECT_EQ(static_cast<int>(trace::Tried::kNotTried), v1::TRIED_UNSPECIFIED);
  EXPECT_EQ(static_cast<int>(trace::Tried::kHeld), v1::TRIED_HELD);
  EXPECT_EQ(static_cast<int>(trace::Tried::kFailed), v1::TRIED_FAILED);
  EXPECT_EQ(static_cast<int>(trace::Tried::kError), v1::TRIED_ERROR);
}

TEST(WireEnumTest, ExpressionErrorsHaveTheEnginesNumbers) {
  EXPECT_EQ(static_cast<int>(ErrorCode::kOverflow),
            v1::EXPRESSION_ERROR_OVERFLOW);
  EXPECT_EQ(static_cast<int>(ErrorCode::kDivisionByZero),
            v1::EXPRESSION_ERROR_DIVISION_BY_ZERO);
  EXPECT_EQ(static_cast<int>(ErrorCode::kNoSuchKey),
            v1::EXPRESSION_ERROR_NO_SUCH_KEY);
  EXPECT_EQ(static_cast<int>(ErrorCode::kNoSuchField),
            v1::EXPRESSION_ERROR_NO_SUCH_FIELD);
  EXPECT_EQ(static_cast<int>(ErrorCode::kIndexOutOfRange),
            v1::EXPRESSION_ERROR_INDEX_OUT_OF_RANGE);
  EXPECT_EQ(static_cast<int>(ErrorCode::kNoMatchingOverload),
            v1::EXPRESSION_ERROR_NO_MATCHING_OVERLOAD);
  EXPECT_EQ(static_cast<int>(ErrorCode::kInvalidArgument),
            v1::EXPRESSION_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(static_cast<int>(ErrorCode::kNoValue),
            v1::EXPRESSION_ERROR_NO_VALUE);
  EXPECT_EQ(static_cast<int>(ErrorCode::kStepLimit),
            v1::EXPRESSION_ERROR_STEP_LIMIT);
  EXPECT_EQ(static_cast<int>(ErrorCode::kMemoryLimit),
            v1::EXPRESSION_ERROR_MEMORY_LIMIT);
  EXPECT_EQ(static_cast<int>(ErrorCode::kNotFinite),
            v1::EXPRESSION_ERROR_NOT_FINITE);
  EXPECT_EQ(static_cast<int>(ErrorCode::kOutOfRange),
            v1::EXPRESSION_ERROR_OUT_OF_RANGE);
  EXPECT_EQ(static_cast<int>(ErrorCode::kDuplicateKey),
            v1::EXPRESSION_ERROR_DUPLICATE_KEY);
  EXPECT_EQ(static_cast<int>(ErrorCode::kRegularExpressionLimit),
            v1::EXPRESSION_ERROR_REGULAR_EXPRESSION_LIMIT);
}

}  // namespace
}  // namespace stratagem::server
