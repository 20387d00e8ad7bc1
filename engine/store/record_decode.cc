#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "engine/value/compare.h"
#include "google/protobuf/io/coded_stream.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;
using trace::Reason;

constexpr uint32_t kNanosMax = 999'999'999;
constexpr uint32_t kQuarterNanosMax = 3'999'999'999;

// Turns messages into a DecisionRecord whose text and values live in `arena`.
// Goes on after a fault and remembers it: every message is well formed for
// protobuf by then, so there is nothing to run into.
class Decoder {
 public:
  explicit Decoder(Arena& arena) : arena_(arena) {}

  void DecodeDecision(const v1::Envelope& envelope, DecisionRecord& out);
  void DecodePersonal(const v1::Personal& personal, DecisionRecord& out);

  // What was wrong, or "".
  const std::string& fault() const { return fault_; }

 private:
  void Fault(absl::string_view fault) {
    if (fault_.empty()) fault_ = std::string(fault);
  }
  absl::string_view Text(const std::string& text) {
    return arena_.CopyString(text);
  }
  Reason ReasonOf(uint32_t number) { return Code<Reason>(number, "reason"); }
  ErrorCode ErrorOf(uint32_t number) {
    return Code<ErrorCode>(number, "error code");
  }
  // Numbers that this program does not know are kept: a newer one's codes
  // survive a visit here.
  template <typename Enum>
  Enum Code(uint32_t number, absl::string_view what) {
    if (number > std::numeric_limits<uint8_t>::max()) {
      Fault(absl::StrCat(what, " ", number, " is above 255"));
      return Enum{};
    }
    return static_cast<Enum>(number);
  }
  absl::Time DecodeTime(const v1::Time& time);
  state::TierHold DecodeHold(const v1::TierHold& hold) {
    state::TierHold out{Text(hold.tier()), std::nullopt};
    if (hold.has_below_since()) {
      out.below_since = DecodeTime(hold.below_since());
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
  state::Name DecodeName(const v1::Name& name) {
    return {Text(name.text()), name.key()};
  }
  state::Outcome OutcomeOf(uint32_t number);
  state::Event DecodeEvent(const v1::Event& event);
  state::Effect DecodeEffect(const v1::Effect& effect);
  void DecodeState(const v1::Decision& decision, DecisionRecord& out);
  void DecodeBasis(const v1::Decision& decision, DecisionRecord& out);
  void DecodeTreatments(const v1::Decision& decision, DecisionRecord& out);
  trace::Exclusion DecodeExclusion(const v1::Exclusion& exclusion);
  void DecodePlacement(const v1::Placement& placement, DecisionRecord& out);

  Arena& arena_;
  std::string fault_;
};

absl::Time Decoder::DecodeTime(const v1::Time& time) {
  if (time.infinity() == v1::INFINITY_PAST) return absl::InfinitePast();
  if (time.infinity() == v1::INFINITY_FUTURE) return absl::InfiniteFuture();
  if (time.quarter_nanos() > kQuarterNanosMax) {
    Fault(absl::StrCat(time.quarter_nanos(), " quarter nanoseconds"));
  }
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.quarter_nanos()) / 4;
}

uint32_t Decoder::Nanos(const v1::Parts& parts) {
  if (parts.nanos() > kNanosMax) {
    Fault(absl::StrCat(parts.nanos(), " nanoseconds"));
    return 0;
  }
  return parts.nanos();
}

Value Decoder::DecodeList(const v1::ValueList& list) {
  const auto count = static_cast<size_t>(list.items_size());
  Value* items = arena_.AllocateArray<Value>(count);
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
  MapEntry* entries = arena_.AllocateArray<MapEntry>(count);
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
  Value* inner = arena_.AllocateArray<Value>(1);
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
  out.pack_name = Text(decision.pack_name());
  out.pack_version = Text(decision.pack_version());
  out.pack_digest = Text(decision.pack_digest());
  out.decided_at = DecodeTime(decision.decided_at());
  if (decision.has_as_of()) out.as_of = DecodeTime(decision.as_of());
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

state::Outcome Decoder::OutcomeOf(uint32_t number) {
  if (number >= state::kOutcomeFirst && number <= state::kOutcomeLast) {
    return static_cast<state::Outcome>(number);
  }
  Fault(absl::StrCat("outcome ", number));
  return state::Outcome::kPresented;
}

state::Event Decoder::DecodeEvent(const v1::Event& event) {
  return {.at = DecodeTime(event.at()),
          .sequence = event.sequence(),
          .offer = DecodeName(event.offer()),
          .channel = DecodeName(event.channel()),
          .inbound = event.inbound(),
          .outcome = OutcomeOf(event.outcome()),
          .honoured = !event.not_honoured()};
}

state::Effect Decoder::DecodeEffect(const v1::Effect& effect) {
  return {.counter = DecodeName(effect.counter()),
          .offer = DecodeName(effect.offer()),
          .amount = effect.amount(),
          .amount_max = effect.amount_max(),
          .at = DecodeTime(effect.at()),
          .keep_until = DecodeTime(effect.keep_until()),
          .counts = OutcomeOf(effect.counts()),
          .reserved_until = DecodeTime(effect.reserved_until())};
}

void Decoder::DecodeState(const v1::Decision& decision, DecisionRecord& out) {
  for (const v1::Event& event : decision.events_read()) {
    out.events_read.push_back(DecodeEvent(event));
  }
  for (const v1::CounterRead& read : decision.counters_read()) {
    out.counters_read.push_back({.query = {.key = read.key(),
                                           .from = DecodeTime(read.from()),
                                           .until = DecodeTime(read.until()),
                                           .now = DecodeTime(read.now())},
                                 .counter = Text(read.counter()),
                                 .amount = read.amount(),
                                 .same_from = read.same_from(),
                                 .same_to = read.same_to()});
  }
  for (const v1::Effect& effect : decision.effects()) {
    out.effects.push_back(DecodeEffect(effect));
  }
  if (decision.has_events_keep_until()) {
    out.events_keep_until = DecodeTime(decision.events_keep_until());
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
    out.valid_from = DecodeTime(exclusion.valid_from());
  }
  if (exclusion.has_valid_until()) {
    out.valid_until = DecodeTime(exclusion.valid_until());
  }
  out.cap = Text(exclusion.cap());
  if (exclusion.has_amount()) out.amount = exclusion.amount();
  if (exclusion.has_amount_max()) out.amount_max = exclusion.amount_max();
  if (exclusion.has_opens_at()) {
    out.opens_at = DecodeTime(exclusion.opens_at());
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

template <typename Message>
bool Parse(const std::string& bytes, Message& message) {
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kRecordDepthMax);
  return message.ParseFromCodedStream(&stream) &&
         stream.ConsumedEntireMessage();
}

absl::Status CheckEnvelope(const v1::Envelope& envelope) {
  if (envelope.format() > kRecordFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "record has format ", envelope.format(), ", this program reads up to ",
        kRecordFormat, "; use the version that wrote it or a later one"));
  }
  if (envelope.format() == 0) {
    return absl::DataLossError("record has no format version");
  }
  if (envelope.kind() != v1::KIND_DECISION) {
    return absl::UnimplementedError(
        absl::StrCat("record is of kind ", static_cast<int>(envelope.kind()),
                     ", expected a decision (", int{v1::KIND_DECISION}, ")"));
  }
  if (!envelope.has_decision()) {
    return absl::DataLossError("record of a decision holds none");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const DecodedRecord>> Decode(
    const RecordBytes& bytes) {
  v1::Envelope envelope;
  v1::Personal personal;
  if (!Parse(bytes.envelope, envelope)) {
    return absl::DataLossError("envelope is not a record: malformed bytes");
  }
  if (absl::Status status = CheckEnvelope(envelope); !status.ok()) {
    return status;
  }
  if (!Parse(bytes.personal, personal)) {
    return absl::DataLossError("personal part is malformed");
  }
  std::unique_ptr<DecodedRecord> record(new DecodedRecord());
  record->header_ = {.format = envelope.format(),
                     .node_id = envelope.node_id(),
                     .epoch = envelope.epoch(),
                     .engine_version = envelope.engine_version(),
                     .hash_version = envelope.hash_version(),
                     .random_version = envelope.random_version(),
                     .subject = envelope.subject()};
  record->erased_ = bytes.personal.empty();
  Decoder decoder(record->arena_);
  decoder.DecodeDecision(envelope, record->decision_);
  decoder.DecodePersonal(personal, record->decision_);
  if (!decoder.fault().empty()) {
    return absl::DataLossError(
        absl::StrCat("record is malformed: ", decoder.fault()));
  }
  return record;
}

}  // namespace stratagem::store
