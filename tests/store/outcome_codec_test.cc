// What must hold for outcomes and erasures as bytes: nothing is lost, the
// envelope names nobody, each kind is told from the others, and bytes that are
// no record are refused with a reason.

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/base/versions.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using testing::HasSubstr;
using testing::Not;
using trace::OutcomeRecord;

Identity TestIdentity() {
  return {.node_id = "00112233445566ff", .epoch = 3, .subject_key = "secret"};
}

OutcomeRecord SampleOutcome() {
  OutcomeRecord record;
  record.outcome_id = "o-1";
  record.recorded_at = absl::FromUnixSeconds(1'790'000'100);
  record.occurred_at = absl::FromUnixSeconds(1'790'000'090);
  record.pack_name = "retail";
  record.decision_epoch = 2;
  record.decision_sequence = 41;
  record.offer = "vip_event";
  record.outcome = state::Outcome::kAccepted;
  record.changes = {{state::ChangeKind::kConfirm, {}}};
  record.changes[0].effect.counter = {"retail/budgets.gifts/day", 7};
  record.customer_id = "customer-4711";
  return record;
}

std::unique_ptr<const DecodedOutcome> DecodeOrFail(const RecordBytes& bytes) {
  auto record = DecodeOutcome(bytes);
  EXPECT_THAT(record, IsOk());
  return record.ok() ? *std::move(record) : nullptr;
}

TEST(OutcomeCodecTest, EveryFieldOfARandomOutcomeComesBackBitForBit) {
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 500; ++i) {
    Arena arena;
    const OutcomeRecord record = RandomOutcome(random, arena);
    const auto decoded = DecodeOrFail(EncodeOutcome(record, TestIdentity()));
    ASSERT_NE(decoded, nullptr) << "record " << i;
    ASSERT_EQ(Dump(decoded->outcome()), Dump(record)) << "record " << i;
    ASSERT_FALSE(decoded->erased());
  }
}

TEST(OutcomeCodecTest, TheHeaderSaysWhoWroteItAndHasTheCustomersSubject) {
  const auto decoded =
      DecodeOrFail(EncodeOutcome(SampleOutcome(), TestIdentity()));
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(decoded->header().format, kRecordFormat);
  EXPECT_EQ(decoded->header().node_id, "00112233445566ff");
  EXPECT_EQ(decoded->header().epoch, 3u);
  EXPECT_EQ(decoded->header().engine_version, kEngineVersion);
  EXPECT_EQ(decoded->header().subject, SubjectOf("secret", "customer-4711"));
}

TEST(OutcomeCodecTest, TheEnvelopeNamesNobodyAndAnErasedOneKeepsItsOutcome) {
  RecordBytes bytes = EncodeOutcome(SampleOutcome(), TestIdentity());
  EXPECT_THAT(bytes.envelope, Not(HasSubstr("customer-4711")));
  EXPECT_THAT(bytes.personal, HasSubstr("customer-4711"));
  bytes.personal.clear();
  const auto decoded = DecodeOrFail(bytes);
  ASSERT_NE(decoded, nullptr);
  EXPECT_TRUE(decoded->erased());
  EXPECT_EQ(decoded->outcome().customer_id, "");
  EXPECT_EQ(decoded->outcome().offer, "vip_event");
}

TEST(OutcomeCodecTest, AnOutcomeOfNobodyIsNotAnErasedOne) {
  const auto decoded =
      DecodeOrFail(EncodeOutcome(OutcomeRecord(), TestIdentity()));
  ASSERT_NE(decoded, nullptr);
  EXPECT_FALSE(decoded->erased());
  EXPECT_EQ(Dump(decoded->outcome()), Dump(OutcomeRecord()));
}

struct FaultCase {
  std::string name;
  void (*damage)(v1::Envelope& envelope, v1::Outcome& outcome);
  absl::StatusCode code;
  std::string message;
};

class OutcomeCodecFaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(OutcomeCodecFaultTest, IsRefusedWithAReason) {
  RecordBytes bytes = EncodeOutcome(SampleOutcome(), TestIdentity());
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(bytes.envelope));
  GetParam().damage(envelope, *envelope.mutable_outcome());
  bytes.envelope = envelope.SerializeAsString();
  EXPECT_THAT(DecodeOutcome(bytes),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, OutcomeCodecFaultTest,
    testing::ValuesIn(std::vector<FaultCase>{
        {"NewerFormat", [](v1::Envelope& e, v1::Outcome&) { e.set_format(2); },
         absl::StatusCode::kFailedPrecondition,
         "record has format 2, this program reads up to 1"},
        {"NoFormat", [](v1::Envelope& e, v1::Outcome&) { e.clear_format(); },
         absl::StatusCode::kDataLoss, "no format version"},
        {"ADecision",
         [](v1::Envelope& e, v1::Outcome&) { e.set_kind(v1::KIND_DECISION); },
         absl::StatusCode::kUnimplemented,
         "record is of kind 1, expected an outcome (2)"},
        {"NoOutcome", [](v1::Envelope& e, v1::Outcome&) { e.clear_outcome(); },
         absl::StatusCode::kDataLoss, "record of an outcome holds none"},
        {"NoSuchOutcome",
         [](v1::Envelope&, v1::Outcome& o) { o.set_outcome(0); },
         absl::StatusCode::kDataLoss, "outcome 0"},
        {"OutcomeOfANewerProgram",
         [](v1::Envelope&, v1::Outcome& o) { o.set_outcome(10); },
         absl::StatusCode::kDataLoss, "outcome 10"},
        {"StatusThatIsNeverRecorded",
         [](v1::Envelope&, v1::Outcome& o) { o.set_status(4); },
         absl::StatusCode::kDataLoss, "outcome status 4"},
        {"NoSuchChange",
         [](v1::Envelope&, v1::Outcome& o) {
           o.mutable_changes(0)->set_kind(4);
         },
         absl::StatusCode::kDataLoss, "change 4"},
        {"TimeNotNormal",
         [](v1::Envelope&, v1::Outcome& o) {
           o.mutable_occurred_at()->set_quarter_nanos(4'000'000'000);
         },
         absl::StatusCode::kDataLoss, "4000000000 quarter nanoseconds"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(OutcomeCodecTest, AMalformedPersonalPartIsRefused) {
  RecordBytes bytes = EncodeOutcome(SampleOutcome(), TestIdentity());
  bytes.personal = "\xff";
  EXPECT_THAT(DecodeOutcome(bytes), StatusIs(absl::StatusCode::kDataLoss,
                                             HasSubstr("personal part")));
}

TEST(OutcomeCodecTest, EveryTruncatedEnvelopeIsRefused) {
  const RecordBytes bytes = EncodeOutcome(SampleOutcome(), TestIdentity());
  for (size_t size = 0; size < bytes.envelope.size(); ++size) {
    EXPECT_THAT(DecodeOutcome({bytes.envelope.substr(0, size), bytes.personal}),
                Not(IsOk()))
        << size << " bytes";
  }
}

TEST(OutcomeCodecTest, RandomDamageNeverCrashes) {
  std::mt19937_64 random(100);
  int refused = 0;
  for (int i = 0; i < 2'000; ++i) {
    Arena arena;
    RecordBytes bytes =
        EncodeOutcome(RandomOutcome(random, arena), TestIdentity());
    bytes.envelope[random() % bytes.envelope.size()] =
        static_cast<char>(random());
    bytes.personal[random() % bytes.personal.size()] =
        static_cast<char>(random());
    if (!DecodeOutcome(bytes).ok() || !KindOf(bytes).ok()) ++refused;
  }
  EXPECT_GT(refused, 200);
}

TEST(ErasureCodecTest, ComesBackAndNamesNobody) {
  const Erasure erasure = {.at = absl::FromUnixMicros(1'790'000'000'000'001),
                           .records = 12};
  const RecordBytes bytes = EncodeErasure(erasure, TestIdentity());
  EXPECT_THAT(DecodeErasure(bytes), IsOkAndHolds(erasure));
  EXPECT_EQ(bytes.personal, "");
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(bytes.envelope));
  EXPECT_EQ(envelope.subject(), "");
  EXPECT_EQ(envelope.node_id(), "00112233445566ff");
}

TEST(ErasureCodecTest, AnotherActionAndAnotherKindAreNoErasures) {
  RecordBytes bytes = EncodeErasure({}, TestIdentity());
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(bytes.envelope));
  envelope.mutable_operator_action()->clear_erasure();
  bytes.envelope = envelope.SerializeAsString();
  EXPECT_THAT(DecodeErasure(bytes),
              StatusIs(absl::StatusCode::kUnimplemented,
                       HasSubstr("operator's action is not an erasure")));
  EXPECT_THAT(DecodeErasure(SampleBytes("c-1", TestIdentity())),
              StatusIs(absl::StatusCode::kUnimplemented,
                       HasSubstr("expected an operator's action (3)")));
}

TEST(KindOfTest, TellsTheKindsApart) {
  EXPECT_THAT(KindOf(SampleBytes("c-1", TestIdentity())),
              IsOkAndHolds(RecordKind::kDecision));
  EXPECT_THAT(KindOf(EncodeOutcome(SampleOutcome(), TestIdentity())),
              IsOkAndHolds(RecordKind::kOutcome));
  EXPECT_THAT(KindOf(EncodeErasure({}, TestIdentity())),
              IsOkAndHolds(RecordKind::kOperatorAction));
}

TEST(KindOfTest, NeedsNeitherThePersonalPartNorAnOrderOfFields) {
  RecordBytes bytes = SampleBytes("c-1", TestIdentity());
  bytes.personal.clear();
  v1::Envelope kind;
  kind.set_kind(v1::KIND_OUTCOME);
  // The last one of a field counts, as for protobuf itself.
  bytes.envelope += kind.SerializeAsString();
  EXPECT_THAT(KindOf(bytes), IsOkAndHolds(RecordKind::kOutcome));
}

TEST(KindOfTest, RefusesWhatItCannotTell) {
  const auto kind_of = [](void (*change)(v1::Envelope&)) {
    v1::Envelope envelope;
    envelope.set_format(kRecordFormat);
    envelope.set_kind(v1::KIND_DECISION);
    change(envelope);
    return KindOf({envelope.SerializeAsString(), ""});
  };
  EXPECT_THAT(kind_of([](v1::Envelope& e) { e.set_format(2); }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("record has format 2")));
  EXPECT_THAT(
      kind_of([](v1::Envelope& e) { e.clear_format(); }),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("no format version")));
  EXPECT_THAT(kind_of([](v1::Envelope& e) { e.clear_kind(); }),
              StatusIs(absl::StatusCode::kUnimplemented,
                       HasSubstr("record is of kind 0")));
  EXPECT_THAT(
      kind_of([](v1::Envelope& e) { e.set_kind(static_cast<v1::Kind>(4)); }),
      StatusIs(absl::StatusCode::kUnimplemented,
               HasSubstr("record is of kind 4")));
  EXPECT_THAT(KindOf({"\x08", ""}), StatusIs(absl::StatusCode::kDataLoss,
                                             HasSubstr("malformed bytes")));
  EXPECT_THAT(KindOf({"", ""}), StatusIs(absl::StatusCode::kDataLoss,
                                         HasSubstr("no format version")));
}

TEST(KindOfTest, AgreesWithTheDecodersOnDamagedBytes) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 2'000; ++i) {
    Arena arena;
    RecordBytes bytes =
        EncodeOutcome(RandomOutcome(random, arena), TestIdentity());
    bytes.envelope[random() % bytes.envelope.size()] =
        static_cast<char>(random());
    if (DecodeOutcome(bytes).ok()) {
      ASSERT_THAT(KindOf(bytes), IsOkAndHolds(RecordKind::kOutcome));
    }
  }
}

}  // namespace
}  // namespace stratagem::store
