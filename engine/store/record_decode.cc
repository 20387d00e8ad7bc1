#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "engine/store/record_fields.h"
#include "engine/value/compare.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;
using trace::Reason;

constexpr uint32_t kNanosMax = 999'999'999;

// Turns messages into a DecisionRecord.
class Decoder : private FieldDecoder {
 public:
  using FieldDecoder::FieldDecoder;
  using FieldDecoder::status;

  void DecodeDecision(const v1::Envelope& envelope, DecisionRecord& out);
  void DecodePersonal(const v1::Personal& personal, DecisionRecord& out);

 private:
  Reason ReasonOf(uint32_t number) { return Code<Reason>(number, "reason"); }
  ErrorCode ErrorOf(uint32_t number) {
    return Code<ErrorCode>(number, "error code");
  }
  state::TierHold DecodeHold(const v1::TierHold& hold) {
    state::TierHold out{Text(hold.tier()), std::nullopt};
    if (hold.has_below_since()) {
      out.below_since = Time(hold.below_since());
    }
    return out;
  }
  uint32_t Nanos(const v1::Parts& parts);
  Value DecodeValue(const v1::Value& value);
  Value DecodeList(const v1::ValueList& list);
  Value DecodeMap(const v1::ValueMap& map);
  Value DecodeOptional(const v1::OptionalValue& optional);
  // `network` if its bytes are those of an address or a network.
  Value DecodeNetwork(const Value& network);
  NamedValue DecodeNamed(const v1::NamedValue& named) {
    return {Text(named.name()), DecodeValue(named.value())};
  }
  trace::InputRead DecodeInput(const v1::Input& input) {
    return {Text(input.name()), DecodeValue(input.value()),
            Code<FactSource>(input.source(), "fact source"), input.pii()};
  }
  state::Event DecodeEvent(const v1::Event& event);
  void DecodeState(const v1::Decision& decision, DecisionRecord& out);
  void DecodeBasis(const v1::Decision& decision, DecisionRecord& out);
  void DecodeTreatments(const v1::Decision& decision, DecisionRecord& out);
  trace::Exclusion DecodeExclusion(const v1::Exclusion& exclusion);
  void DecodePlacement(const v1::Placement& placement, DecisionRecord& out);
};

uint32_t Decoder::Nanos(const v1::Parts& parts) {
  if (parts.nanos() > kNanosMax) {
    Fault(absl::StrCat(parts.nanos(), " nanoseconds"));
    return 0;
  }
  return parts.nanos();
}

Value Decoder::DecodeList(const v1::ValueList& list) {
  const auto count = static_cast<size_t>(list.items_size());
  Value* items = arena().AllocateArray<Value>(count);
  for (size_t i = 0; i < count; ++i) {
    items[i] = DecodeValue(list.items(static_cast<int>(i)));
  }
  return Value::List({items, count});
}

bool IsKeyKind(ValueKind kind) {
  return kind == ValueKind::kBool || kind == ValueKind::kInt ||
         kind == ValueKind::kUint || kind == ValueKind::kString;
}

Value Decoder::DecodeMap(const v1::ValueMap& map) {
  const auto count = static_cast<size_t>(map.entries_size());
  MapEntry* entries = arena().AllocateArray<MapEntry>(count);
  for (size_t i = 0; i < count; ++i) {
    const v1::MapEntry& entry = map.entries(static_cast<int>(i));
    entries[i] = {DecodeValue(entry.key()), DecodeValue(entry.value())};
    if (!IsKeyKind(entries[i].key.kind()) ||
        (i > 0 && !KeyLess(entries[i - 1].key, entries[i].key))) {
      Fault("a map's keys are not in order");
      return Value();
    }
  }
  return Value::Map({entries, count});
}

Value Decoder::DecodeOptional(const v1::OptionalValue& optional) {
  if (!optional.has_inner()) return Value::Optional(nullptr);
  Value* inner = arena().AllocateArray<Value>(1);
  *inner = DecodeValue(optional.inner());
  return Value::Optional(inner);
}

Value Decoder::DecodeNetwork(const Value& network) {
  const size_t size = network.text().size();
  const bool prefixed = network.is(ValueKind::kCidr);
  const bool v4 = size == (prefixed ? 5 : 4);
  const bool v6 = size == (prefixed ? 17 : 16);
  if (!v4 && !v6) {
    Fault(absl::StrCat("a network value of ", size, " bytes"));
    return Value();
  }
  const unsigned prefix =
      prefixed ? static_cast<uint8_t>(network.text().back()) : 0;
  if (prefix > (v4 ? 32 : 128)) {
    Fault(absl::StrCat("a network prefix of ", prefix, " bits"));
    return Value();
  }
  return network;
}

Value Decoder::DecodeValue(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::KIND_NOT_SET:
      return Value();
    case v1::Value::kNullValue:
      return Value::Null();
    case v1::Value::kBoolValue:
      return Value::Bool(value.bool_value());
    case v1::Value::kIntValue:
      return Value::Int(value.int_value());
    case v1::Value::kUintValue:
      return Value::Uint(value.uint_value());
    case v1::Value::kDoubleValue:
      return Value::Double(value.double_value());
    case v1::Value::kStringValue:
      return Value::String(Text(value.string_value()));
    case v1::Value::kBytesValue:
      return Value::Bytes(Text(value.bytes_value()));
    case v1::Value::kTimestampValue:
      return Value::TimestampParts(value.timestamp_value().seconds(),
                                   Nanos(value.timestamp_value()));
    case v1::Value::kDurationValue:
      return Value::DurationParts(value.duration_value().seconds(),
                                  Nanos(value.duration_value()));
    case v1::Value::kListValue:
      return DecodeList(value.list_value());
    case v1::Value::kMapValue:
      return DecodeMap(value.map_value());
    case v1::Value::kOptionalValue:
      return DecodeOptional(value.optional_value());
    case v1::Value::kTypeValue:
      return Value::Type(Text(value.type_value()));
    case v1::Value::kIpValue:
      return DecodeNetwork(Value::Ip(Text(value.ip_value())));
    case v1::Value::kCidrValue:
      return DecodeNetwork(Value::Cidr(Text(value.cidr_value())));
    case v1::Value::kErrorValue:
      return Value::Error(ErrorOf(value.error_value().code()),
                          value.error_value().expr_id());
  }
  return Value();
}

void Decoder::DecodeBasis(const v1::Decision& decision, DecisionRecord& out) {
  if (decision.role() < v1::ROLE_LIVE || decision.role() > v1::ROLE_SHADOW) {
    Fault(absl::StrCat("role ", static_cast<int>(decision.role())));
  }
  out.role = static_cast<trace::Role>(decision.role());
  out.request_id_given = decision.request_id_given();
  out.pack_name = Text(decision.pack_name());
  out.pack_version = Text(decision.pack_version());
  out.pack_digest = Text(decision.pack_digest());
  out.decided_at = Time(decision.decided_at());
  if (decision.has_as_of()) out.as_of = Time(decision.as_of());
  out.ignore_levers = decision.ignore_levers();
  if (decision.has_hold_read()) {
    out.hold_read = DecodeHold(decision.hold_read());
  }
  if (decision.has_hold_written()) {
    out.hold_written = DecodeHold(decision.hold_written());
  }
  out.seed = decision.seed();
  for (const v1::Arm& arm : decision.arms()) {
    out.arms.push_back({Text(arm.experiment()), Text(arm.arm()), arm.share()});
  }
  for (const v1::NamedValue& parameter : decision.parameters()) {
    out.parameters.push_back(DecodeNamed(parameter));
  }
}

state::Event Decoder::DecodeEvent(const v1::Event& event) {
  return {.at = Time(event.at()),
          .sequence = event.sequence(),
          .offer = Name(event.offer()),
          .channel = Name(event.channel()),
          .inbound = event.inbound(),
          .outcome = Outcome(event.outcome()),
          .honoured = !event.not_honoured()};
}

void Decoder::DecodeState(const v1::Decision& decision, DecisionRecord& out) {
  for (const v1::Event& event : decision.events_read()) {
    out.events_read.push_back(DecodeEvent(event));
  }
  for (const v1::CounterRead& read : decision.counters_read()) {
    out.counters_read.push_back({.query = {.key = read.key(),
                                           .from = Time(read.from()),
                                           .until = Time(read.until()),
                                           .now = Time(read.now())},
                                 .counter = Text(read.counter()),
                                 .amount = read.amount(),
                                 .same_from = read.same_from(),
                                 .same_to = read.same_to()});
  }
  for (const v1::Effect& effect : decision.effects()) {
    out.effects.push_back(Effect(effect));
  }
  if (decision.has_events_keep_until()) {
    out.events_keep_until = Time(decision.events_keep_until());
  }
}

void Decoder::DecodeTreatments(const v1::Decision& decision,
                               DecisionRecord& out) {
  for (const v1::Treatment& treatment : decision.treatments()) {
    const auto begin = static_cast<uint32_t>(out.treatment_fields.size());
    for (const v1::NamedValue& field : treatment.fields()) {
      out.treatment_fields.push_back(DecodeNamed(field));
    }
    out.treatments.push_back(
        {Text(treatment.name()), Text(treatment.cell()),
         ReasonOf(treatment.reason()), begin,
         static_cast<uint32_t>(out.treatment_fields.size())});
  }
}

trace::Exclusion Decoder::DecodeExclusion(const v1::Exclusion& exclusion) {
  trace::Exclusion out;
  out.offer = Text(exclusion.offer());
  out.reason = ReasonOf(exclusion.reason());
  out.group = Text(exclusion.group());
  out.error = ErrorOf(exclusion.error());
  if (exclusion.has_score()) out.score = exclusion.score();
  if (exclusion.has_score_min()) out.score_min = exclusion.score_min();
  if (exclusion.has_valid_from()) {
    out.valid_from = Time(exclusion.valid_from());
  }
  if (exclusion.has_valid_until()) {
    out.valid_until = Time(exclusion.valid_until());
  }
  out.cap = Text(exclusion.cap());
  if (exclusion.has_amount()) out.amount = exclusion.amount();
  if (exclusion.has_amount_max()) out.amount_max = exclusion.amount_max();
  if (exclusion.has_opens_at()) {
    out.opens_at = Time(exclusion.opens_at());
  }
  return out;
}

void Decoder::DecodePlacement(const v1::Placement& placement,
                              DecisionRecord& out) {
  trace::PlacementResult result;
  result.name = Text(placement.name());
  result.channel = Text(placement.channel());
  result.inbound = placement.inbound();
  result.candidates_begin = static_cast<uint32_t>(out.candidates.size());
  result.slots_begin = static_cast<uint32_t>(out.slots.size());
  result.exclusions_begin = static_cast<uint32_t>(out.exclusions.size());
  for (const v1::Candidate& candidate : placement.candidates()) {
    out.candidates.push_back({.offer = Text(candidate.offer()),
                              .propensity = candidate.propensity(),
                              .propensity_given = candidate.propensity_given(),
                              .value = candidate.value(),
                              .cost = candidate.cost(),
                              .lever = candidate.lever(),
                              .context_weight = candidate.has_context_weight()
                                                    ? candidate.context_weight()
                                                    : 1,
                              .score = candidate.score(),
                              .selection = ReasonOf(candidate.selection())});
  }
  for (const v1::Slot& slot : placement.slots()) {
    out.slots.push_back({Text(slot.offer()), ReasonOf(slot.reason()),
                         slot.selection_probability(), slot.score()});
  }
  for (const v1::Exclusion& exclusion : placement.exclusions()) {
    out.exclusions.push_back(DecodeExclusion(exclusion));
  }
  result.candidates_end = static_cast<uint32_t>(out.candidates.size());
  result.slots_end = static_cast<uint32_t>(out.slots.size());
  result.exclusions_end = static_cast<uint32_t>(out.exclusions.size());
  out.placements.push_back(result);
}

void Decoder::DecodeDecision(const v1::Envelope& envelope,
                             DecisionRecord& out) {
  out.request_id = Text(envelope.request_id());
  out.trace_id = Text(envelope.trace_id());
  out.time_zones_version = Text(envelope.time_zones_version());
  const v1::Decision& decision = envelope.decision();
  DecodeBasis(decision, out);
  DecodeState(decision, out);
  out.scored = decision.scored();
  out.score = decision.score();
  out.coverage = decision.coverage();
  out.tier = Text(decision.tier());
  out.tier_reason = ReasonOf(decision.tier_reason());
  out.stage = Text(decision.stage());
  DecodeTreatments(decision, out);
  for (const v1::Placement& placement : decision.placements()) {
    DecodePlacement(placement, out);
  }
  for (const v1::Degradation& degradation : decision.degradations()) {
    out.degradations.push_back({ReasonOf(degradation.reason()),
                                Text(degradation.subject()),
                                ErrorOf(degradation.error())});
  }
}

void Decoder::DecodePersonal(const v1::Personal& personal,
                             DecisionRecord& out) {
  out.customer_id = Text(personal.customer_id());
  out.unit = Text(personal.unit());
  out.locale = Text(personal.locale());
  for (const v1::Input& input : personal.attributes()) {
    out.attributes.push_back(DecodeInput(input));
  }
  for (const v1::Input& input : personal.request_values()) {
    out.request_values.push_back(DecodeInput(input));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<const DecodedRecord>> Decode(
    const RecordBytes& bytes) {
  v1::Envelope envelope;
  v1::Personal personal;
  STRATAGEM_RETURN_IF_ERROR(
      ParseEnvelope(bytes.envelope, RecordKind::kDecision, envelope));
  if (!ParseRecordPart(bytes.personal, personal)) {
    return absl::DataLossError("personal part is malformed");
  }
  std::unique_ptr<DecodedRecord> record(new DecodedRecord());
  record->header_ = DecodeHead(envelope);
  record->erased_ = bytes.personal.empty();
  Decoder decoder(record->arena_);
  decoder.DecodeDecision(envelope, record->decision_);
  decoder.DecodePersonal(personal, record->decision_);
  STRATAGEM_RETURN_IF_ERROR(decoder.status());
  return record;
}

}  // namespace stratagem::store
