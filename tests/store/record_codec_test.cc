// What must hold for records as bytes: nothing is lost or rounded, the envelope
// names nobody, and bytes that are no record are refused with a reason.

#include "engine/store/record_codec.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "engine/base/versions.h"
#include "engine/store/record.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using testing::HasSubstr;
using testing::Not;
using trace::DecisionRecord;

Identity TestIdentity() {
  return {.node_id = "00112233445566ff", .epoch = 3, .subject_key = "secret"};
}

std::unique_ptr<const DecodedRecord> DecodeOrFail(const RecordBytes& bytes) {
  auto record = Decode(bytes);
  EXPECT_THAT(record, IsOk());
  return record.ok() ? *std::move(record) : nullptr;
}

TEST(RecordCodecTest, EveryFieldOfARandomRecordComesBackBitForBit) {
  std::mt19937_64 random(20261101);
  for (int i = 0; i < 500; ++i) {
    Arena arena;
    const DecisionRecord record = RandomRecord(random, arena);
    const auto decoded = DecodeOrFail(Encode(record, TestIdentity()));
    ASSERT_NE(decoded, nullptr) << "record " << i;
    ASSERT_EQ(Dump(decoded->decision()), Dump(record)) << "record " << i;
    ASSERT_FALSE(decoded->erased());
  }
}

TEST(RecordCodecTest, EqualRecordsHaveEqualBytesWhateverCameBefore) {
  std::mt19937_64 random(1);
  Arena arena;
  const DecisionRecord record = RandomRecord(random, arena);
  const RecordBytes before = Encode(record, TestIdentity());
  for (int i = 0; i < 20; ++i) {
    Encode(RandomRecord(random, arena), TestIdentity());
  }
  const RecordBytes after = Encode(record, TestIdentity());
  EXPECT_EQ(before.envelope, after.envelope);
  EXPECT_EQ(before.personal, after.personal);
}

TEST(RecordCodecTest, AnEmptyRecordIsNotAnErasedOne) {
  const auto decoded = DecodeOrFail(Encode(DecisionRecord(), TestIdentity()));
  ASSERT_NE(decoded, nullptr);
  EXPECT_FALSE(decoded->erased());
  EXPECT_EQ(Dump(decoded->decision()), Dump(DecisionRecord()));
}

DecisionRecord RecordOfOneCandidate(double context_weight) {
  DecisionRecord record;
  trace::PlacementResult placement;
  placement.name = "home";
  placement.candidates_end = 1;
  record.placements.push_back(placement);
  trace::Candidate candidate;
  candidate.offer = "gift";
  candidate.context_weight = context_weight;
  record.candidates.push_back(candidate);
  return record;
}

// What records before the fields of holds, levers and context weights hold.
TEST(RecordCodecTest, ARecordOfAnOlderProgramHasNeutralWeightsAndNoHold) {
  DecisionRecord record = RecordOfOneCandidate(/*context_weight=*/0.25);
  record.ignore_levers = true;
  record.hold_written = {"gold", std::nullopt};
  RecordBytes bytes = Encode(record, TestIdentity());
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(bytes.envelope));
  v1::Decision* const decision = envelope.mutable_decision();
  decision->clear_ignore_levers();
  decision->clear_hold_written();
  decision->mutable_placements(0)
      ->mutable_candidates(0)
      ->clear_context_weight();
  bytes.envelope = envelope.SerializeAsString();
  const auto decoded = DecodeOrFail(bytes);
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(decoded->decision().candidates.at(0).context_weight, 1);
  EXPECT_FALSE(decoded->decision().ignore_levers);
  EXPECT_EQ(decoded->decision().hold_read, std::nullopt);
  EXPECT_EQ(decoded->decision().hold_written, std::nullopt);
}

// A weight of 0 shuts an offer out; it is not the absent one.
TEST(RecordCodecTest, AContextWeightOfZeroStaysZero) {
  const auto decoded = DecodeOrFail(
      Encode(RecordOfOneCandidate(/*context_weight=*/0), TestIdentity()));
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(decoded->decision().candidates.at(0).context_weight, 0);
}

TEST(RecordCodecTest, TheHeaderSaysWhoWroteItWithWhichVersions) {
  const auto decoded = DecodeOrFail(SampleBytes("c-1", TestIdentity()));
  ASSERT_NE(decoded, nullptr);
  const RecordHeader& header = decoded->header();
  EXPECT_EQ(header.format, kRecordFormat);
  EXPECT_EQ(header.node_id, "00112233445566ff");
  EXPECT_EQ(header.epoch, 3u);
  EXPECT_EQ(header.engine_version, kEngineVersion);
  EXPECT_EQ(header.hash_version, kHashVersion);
  EXPECT_EQ(header.random_version, kRandomVersion);
  EXPECT_EQ(header.subject, SubjectOf("secret", "c-1"));
}

TEST(RecordCodecTest, NothingThatIdentifiesAPersonIsInTheEnvelope) {
  DecisionRecord record = SampleRecord("customer-4711");
  record.unit = "household-4712";
  record.locale = "xx-personal";
  record.attributes = {
      {"mail", Value::String("someone@example.com"), FactSource::kProfile}};
  record.request_values = {
      {"note", Value::String("called at night"), FactSource::kRequest}};
  const RecordBytes bytes = Encode(record, TestIdentity());
  for (const char* personal : {"customer-4711", "household-4712", "xx-personal",
                               "someone@example.com", "called at night"}) {
    EXPECT_THAT(bytes.envelope, Not(HasSubstr(personal)));
    EXPECT_THAT(bytes.personal, HasSubstr(personal));
  }
  EXPECT_THAT(bytes.envelope, Not(HasSubstr("secret")));
}

TEST(RecordCodecTest, AnErasedRecordKeepsItsDecisionAndItsSubject) {
  RecordBytes bytes = SampleBytes("c-1", TestIdentity());
  bytes.personal.clear();
  const auto decoded = DecodeOrFail(bytes);
  ASSERT_NE(decoded, nullptr);
  EXPECT_TRUE(decoded->erased());
  EXPECT_EQ(decoded->decision().tier, "gold");
  EXPECT_EQ(decoded->decision().customer_id, "");
  EXPECT_TRUE(decoded->decision().attributes.empty());
  EXPECT_EQ(decoded->header().subject, SubjectOf("secret", "c-1"));
}

TEST(RecordCodecTest, DeeplyNestedValuesComeBack) {
  // As deep as an expression can build them.
  constexpr int kDepth = 250;
  std::vector<Value> levels(kDepth + 1);
  levels[0] = Value::Int(1);
  for (size_t i = 1; i <= kDepth; ++i) {
    levels[i] = Value::List({&levels[i - 1], 1});
  }
  DecisionRecord record = SampleRecord("c-1");
  record.parameters = {{"deep", levels[kDepth]}};
  const auto decoded = DecodeOrFail(Encode(record, TestIdentity()));
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(Dump(decoded->decision()), Dump(record));
}

TEST(RecordCodecTest, AGiantRecordLeavesNoTraceInTheNext) {
  const std::string giant(3u << 20, 'x');
  DecisionRecord record = SampleRecord("c-1");
  const RecordBytes before = Encode(record, TestIdentity());
  record.locale = giant;
  EXPECT_GT(Encode(record, TestIdentity()).personal.size(), giant.size());
  record.locale = "";
  EXPECT_EQ(Encode(record, TestIdentity()).personal, before.personal);
}

TEST(RecordCodecTest, AWarmThreadAllocatesLittleMoreThanTheBytes) {
  const DecisionRecord record = SampleRecord("c-1");
  const Identity identity = TestIdentity();
  Encode(record, identity);
  AllocationCounter counter;
  const RecordBytes bytes = Encode(record, identity);
  // The two strings, and the subject on its way into the envelope. OpenSSL's
  // own are not counted.
  EXPECT_LE(counter.count(), 4);
}

struct FaultCase {
  std::string name;
  void (*damage)(v1::Envelope& envelope, v1::Personal& personal);
  absl::StatusCode code;
  std::string message;
};

class RecordCodecFaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(RecordCodecFaultTest, IsRefusedWithAReason) {
  RecordBytes bytes = SampleBytes("c-1", TestIdentity());
  v1::Envelope envelope;
  v1::Personal personal;
  ASSERT_TRUE(envelope.ParseFromString(bytes.envelope));
  ASSERT_TRUE(personal.ParseFromString(bytes.personal));
  GetParam().damage(envelope, personal);
  const auto decoded =
      Decode({envelope.SerializeAsString(), personal.SerializeAsString()});
  EXPECT_THAT(decoded,
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, RecordCodecFaultTest,
    testing::ValuesIn(std::vector<FaultCase>{
        {"NewerFormat", [](v1::Envelope& e, v1::Personal&) { e.set_format(2); },
         absl::StatusCode::kFailedPrecondition,
         "record has format 2, this program reads up to 1"},
        {"NoFormat", [](v1::Envelope& e, v1::Personal&) { e.clear_format(); },
         absl::StatusCode::kDataLoss, "no format version"},
        {"AnotherKind",
         [](v1::Envelope& e, v1::Personal&) { e.set_kind(v1::KIND_OUTCOME); },
         absl::StatusCode::kUnimplemented, "record is of kind 2"},
        {"NoDecision",
         [](v1::Envelope& e, v1::Personal&) { e.clear_decision(); },
         absl::StatusCode::kDataLoss, "holds none"},
        {"UnknownRole",
         [](v1::Envelope& e, v1::Personal&) {
           e.mutable_decision()->set_role(static_cast<v1::Role>(99));
         },
         absl::StatusCode::kDataLoss, "role 99"},
        {"ReasonTooLarge",
         [](v1::Envelope& e, v1::Personal&) {
           e.mutable_decision()->set_tier_reason(256);
         },
         absl::StatusCode::kDataLoss, "reason 256 is above 255"},
        {"TimeNotNormal",
         [](v1::Envelope& e, v1::Personal&) {
           e.mutable_decision()->mutable_decided_at()->set_quarter_nanos(
               4'000'000'000);
         },
         absl::StatusCode::kDataLoss, "4000000000 quarter nanoseconds"},
        {"TimeOfAHoldNotNormal",
         [](v1::Envelope& e, v1::Personal&) {
           e.mutable_decision()
               ->mutable_hold_read()
               ->mutable_below_since()
               ->set_quarter_nanos(4'000'000'000);
         },
         absl::StatusCode::kDataLoss, "4000000000 quarter nanoseconds"},
        {"ValueTimeNotNormal",
         [](v1::Envelope&, v1::Personal& p) {
           p.mutable_attributes(0)
               ->mutable_value()
               ->mutable_timestamp_value()
               ->set_nanos(1'000'000'000);
         },
         absl::StatusCode::kDataLoss, "1000000000 nanoseconds"},
        {"MapKeysOutOfOrder",
         [](v1::Envelope&, v1::Personal& p) {
           v1::ValueMap* map =
               p.mutable_attributes(0)->mutable_value()->mutable_map_value();
           map->add_entries()->mutable_key()->set_int_value(2);
           map->add_entries()->mutable_key()->set_int_value(1);
         },
         absl::StatusCode::kDataLoss, "a map's keys are not in order"},
        {"MapKeyOfAWrongKind",
         [](v1::Envelope&, v1::Personal& p) {
           p.mutable_attributes(0)
               ->mutable_value()
               ->mutable_map_value()
               ->add_entries()
               ->mutable_key()
               ->set_double_value(1);
         },
         absl::StatusCode::kDataLoss, "a map's keys are not in order"},
        {"AddressOfFiveBytes",
         [](v1::Envelope&, v1::Personal& p) {
           p.mutable_attributes(0)->mutable_value()->set_ip_value("12345");
         },
         absl::StatusCode::kDataLoss, "a network value of 5 bytes"},
        {"NetworkWithoutBytes",
         [](v1::Envelope&, v1::Personal& p) {
           p.mutable_attributes(0)->mutable_value()->set_cidr_value("");
         },
         absl::StatusCode::kDataLoss, "a network value of 0 bytes"},
        {"Ipv4PrefixOf33Bits",
         [](v1::Envelope&, v1::Personal& p) {
           p.mutable_attributes(0)->mutable_value()->set_cidr_value("1234\x21");
         },
         absl::StatusCode::kDataLoss, "a network prefix of 33 bits"},
        {"Ipv6PrefixOf129Bits",
         [](v1::Envelope&, v1::Personal& p) {
           p.mutable_attributes(0)->mutable_value()->set_cidr_value(
               std::string(16, '\0') + "\x81");
         },
         absl::StatusCode::kDataLoss, "a network prefix of 129 bits"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(RecordCodecTest, EveryTruncatedEnvelopeIsRefused) {
  const RecordBytes bytes = SampleBytes("c-1", TestIdentity());
  for (size_t size = 0; size < bytes.envelope.size(); ++size) {
    EXPECT_THAT(Decode({bytes.envelope.substr(0, size), bytes.personal}),
                Not(IsOk()))
        << size << " bytes";
  }
}

TEST(RecordCodecTest, RandomDamageNeverCrashes) {
  std::mt19937_64 random(99);
  int refused = 0;
  for (int i = 0; i < 2'000; ++i) {
    Arena arena;
    RecordBytes bytes = Encode(RandomRecord(random, arena), TestIdentity());
    bytes.envelope[random() % bytes.envelope.size()] =
        static_cast<char>(random());
    bytes.personal[random() % bytes.personal.size()] =
        static_cast<char>(random());
    if (!Decode(bytes).ok()) ++refused;
  }
  EXPECT_GT(refused, 200);
}

TEST(SubjectOfTest, IsStableSecretAndItsOwnForEachCustomer) {
  EXPECT_EQ(SubjectOf("key", "c-1").size(), 16u);
  EXPECT_EQ(SubjectOf("key", "c-1"), SubjectOf("key", "c-1"));
  EXPECT_NE(SubjectOf("key", "c-1"), SubjectOf("key", "c-2"));
  EXPECT_NE(SubjectOf("key", "c-1"), SubjectOf("other", "c-1"));
  EXPECT_EQ(SubjectOf("key", ""), "");
}

TEST(SubjectOfTest, IsHmacSha256CutTo16Bytes) {
  // RFC 4231, test case 2; then another key and back, on the same thread.
  const std::string want =
      absl::HexStringToBytes("5bdcc146bf60754e6a042426089575c7");
  const char* text = "what do ya want for nothing?";
  EXPECT_EQ(SubjectOf("Jefe", text), want);
  EXPECT_NE(SubjectOf("Jafe", text), want);
  EXPECT_EQ(SubjectOf("Jefe", text), want);
  EXPECT_EQ(SubjectOf("Jefe", text), want);
}

TEST(NewIdentityTest, DiffersEachTime) {
  const Identity one = NewIdentity();
  const Identity two = NewIdentity();
  EXPECT_THAT(one.node_id, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(one.subject_key.size(), 32u);
  EXPECT_NE(one.node_id, two.node_id);
  EXPECT_NE(one.subject_key, two.subject_key);
}

}  // namespace
}  // namespace stratagem::store
