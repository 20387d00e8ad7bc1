#include "engine/store/record_fields.h"

#include <cstddef>

#include "engine/base/versions.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace stratagem::store {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr uint32_t kQuarterNanosMax = 3'999'999'999;

constexpr bool Same(v1::Kind stored, RecordKind kind) {
  return static_cast<int>(stored) == static_cast<int>(kind);
}
static_assert(Same(v1::KIND_DECISION, RecordKind::kDecision) &&
              Same(v1::KIND_OUTCOME, RecordKind::kOutcome) &&
              Same(v1::KIND_OPERATOR_ACTION, RecordKind::kOperatorAction));

// Of a kind, for messages.
absl::string_view Article(RecordKind kind) {
  switch (kind) {
    case RecordKind::kDecision:
      return "a decision";
    case RecordKind::kOutcome:
      return "an outcome";
    case RecordKind::kOperatorAction:
      return "an operator's action";
  }
  return "a record";
}

absl::Status CheckFormat(uint32_t format) {
  if (format > kRecordFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "record has format ", format, ", this program reads up to ",
        kRecordFormat, "; use the version that wrote it or a later one"));
  }
  if (format == 0) return absl::DataLossError("record has no format version");
  return absl::OkStatus();
}

absl::Status MalformedEnvelope() {
  return absl::DataLossError("envelope is not a record: malformed bytes");
}

bool HasBody(const v1::Envelope& envelope, RecordKind kind) {
  switch (kind) {
    case RecordKind::kDecision:
      return envelope.has_decision();
    case RecordKind::kOutcome:
      return envelope.has_outcome();
    case RecordKind::kOperatorAction:
      return envelope.has_operator_action();
  }
  return false;
}

}  // namespace

void EncodeTime(absl::Time time, v1::Time* out) {
  if (time == absl::InfinitePast()) {
    out->set_infinity(v1::INFINITY_PAST);
  } else if (time == absl::InfiniteFuture()) {
    out->set_infinity(v1::INFINITY_FUTURE);
  } else {
    const int64_t seconds = absl::ToUnixSeconds(time);
    const absl::Duration rest = time - absl::FromUnixSeconds(seconds);
    out->set_seconds(seconds);
    out->set_quarter_nanos(
        static_cast<uint32_t>(absl::ToInt64Nanoseconds(rest * 4)));
  }
}

void EncodeName(const state::Name& name, v1::Name* out) {
  SetText(out->mutable_text(), name.text);
  out->set_key(name.key);
}

void EncodeEffect(const state::Effect& effect, v1::Effect* out) {
  EncodeName(effect.counter, out->mutable_counter());
  EncodeName(effect.offer, out->mutable_offer());
  out->set_amount(effect.amount);
  out->set_amount_max(effect.amount_max);
  EncodeTime(effect.at, out->mutable_at());
  EncodeTime(effect.keep_until, out->mutable_keep_until());
  out->set_counts(static_cast<uint32_t>(effect.counts));
  EncodeTime(effect.reserved_until, out->mutable_reserved_until());
}

void EncodeHead(RecordKind kind, const Identity& identity, v1::Envelope* out) {
  out->set_format(kRecordFormat);
  out->set_kind(static_cast<v1::Kind>(kind));
  out->set_node_id(identity.node_id);
  out->set_epoch(identity.epoch);
  out->set_engine_version(kEngineVersion);
  out->set_hash_version(kHashVersion);
  out->set_random_version(kRandomVersion);
}

RecordHeader DecodeHead(const v1::Envelope& envelope) {
  return {.format = envelope.format(),
          .node_id = envelope.node_id(),
          .epoch = envelope.epoch(),
          .engine_version = envelope.engine_version(),
          .hash_version = envelope.hash_version(),
          .random_version = envelope.random_version(),
          .subject = envelope.subject()};
}

absl::Status FieldDecoder::status() const {
  if (fault_.empty()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("record is malformed: ", fault_));
}

absl::Time FieldDecoder::Time(const v1::Time& time) {
  if (time.infinity() == v1::INFINITY_PAST) return absl::InfinitePast();
  if (time.infinity() == v1::INFINITY_FUTURE) return absl::InfiniteFuture();
  if (time.quarter_nanos() > kQuarterNanosMax) {
    Fault(absl::StrCat(time.quarter_nanos(), " quarter nanoseconds"));
  }
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.quarter_nanos()) / 4;
}

state::Outcome FieldDecoder::Outcome(uint32_t number) {
  return KnownCode(number, static_cast<state::Outcome>(state::kOutcomeFirst),
                   static_cast<state::Outcome>(state::kOutcomeLast), "outcome");
}

state::Effect FieldDecoder::Effect(const v1::Effect& effect) {
  return {.counter = Name(effect.counter()),
          .offer = Name(effect.offer()),
          .amount = effect.amount(),
          .amount_max = effect.amount_max(),
          .at = Time(effect.at()),
          .keep_until = Time(effect.keep_until()),
          .counts = Outcome(effect.counts()),
          .reserved_until = Time(effect.reserved_until())};
}

bool ParseRecordPart(const std::string& bytes,
                     google::protobuf::MessageLite& message) {
  CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kRecordDepthMax);
  return message.ParseFromCodedStream(&stream) &&
         stream.ConsumedEntireMessage();
}

absl::Status ParseEnvelope(const std::string& bytes, RecordKind kind,
                           v1::Envelope& envelope) {
  if (!ParseRecordPart(bytes, envelope)) return MalformedEnvelope();
  if (absl::Status status = CheckFormat(envelope.format()); !status.ok()) {
    return status;
  }
  if (!Same(envelope.kind(), kind)) {
    return absl::UnimplementedError(absl::StrCat(
        "record is of kind ", static_cast<int>(envelope.kind()), ", expected ",
        Article(kind), " (", static_cast<int>(kind), ")"));
  }
  if (!HasBody(envelope, kind)) {
    return absl::DataLossError(
        absl::StrCat("record of ", Article(kind), " holds none"));
  }
  return absl::OkStatus();
}

// Reads the envelope's top level only; bodies are stepped over.
absl::StatusOr<RecordKind> KindOf(const RecordBytes& bytes) {
  CodedInputStream stream(
      reinterpret_cast<const uint8_t*>(bytes.envelope.data()),
      static_cast<int>(bytes.envelope.size()));
  uint32_t format = 0;
  uint32_t kind = 0;
  while (const uint32_t tag = stream.ReadTag()) {
    uint32_t* number = nullptr;
    switch (WireFormatLite::GetTagFieldNumber(tag)) {
      case v1::Envelope::kFormatFieldNumber:
        number = &format;
        break;
      case v1::Envelope::kKindFieldNumber:
        number = &kind;
        break;
    }
    const bool is_varint =
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_VARINT;
    const bool read = number != nullptr && is_varint
                          ? stream.ReadVarint32(number)
                          : WireFormatLite::SkipField(&stream, tag);
    if (!read) return MalformedEnvelope();
  }
  if (!stream.ConsumedEntireMessage()) return MalformedEnvelope();
  if (absl::Status status = CheckFormat(format); !status.ok()) return status;
  if (kind < static_cast<uint32_t>(RecordKind::kDecision) ||
      kind > static_cast<uint32_t>(RecordKind::kOperatorAction)) {
    return absl::UnimplementedError(absl::StrCat(
        "record is of kind ", kind, ", which this program does not know"));
  }
  return static_cast<RecordKind>(kind);
}

}  // namespace stratagem::store
