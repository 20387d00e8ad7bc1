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
#include "engine/store/record_value.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;
using trace::Reason;

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
  trace::InputRead DecodeInput(const v1::Input& input) {
    return {Text(input.name()), DecodeValue(input.value(), *this),
            Code<FactSource>(input.source(), "fact source"), input.pii()};
  }
  state::Event DecodeEvent(const v1::Event& event);
  void DecodeState(const v1::Decision& decision, DecisionRecord& out);
  void DecodeBasis(const v1::Decision& decision, DecisionRecord& out);
  void DecodeTreatments(const v1::Decision& decision, DecisionRecord& out);
  trace::Exclusion DecodeExclusion(const v1::Exclusion& exclusion);
  void DecodePlacement(const v1::Placement& placement, DecisionRecord& out);
};

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
    out.parameters.push_back(DecodeNamed(parameter, *this));
  }
}

state::Event Decoder::DecodeEvent(const v1::Event& event) {
  return {.at = Time(event.at()),
          .sequence = event.sequence(),
          .offer = Name(event.offer()),
          .channel = Name(event.channel()),
          .inbound = event.inbound(),
          .outcome = Outcome(event.outcome()),
          .honoured = !event.not_honoured(),
          .report = event.report(),
          .group = event.group()};
}

void Decoder::DecodeState(const v1::Decision& decision, DecisionRecord& out) {
  for (const v1::Event& event : decision.events_read()) {
    out.events_read.push_back(DecodeEvent(event));
  }
  for (const v1::Paused& paused : decision.paused_read()) {
    out.paused_read.push_back({Text(paused.name()), paused.is_placement()});
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
      out.treatment_fields.push_back(DecodeNamed(field, *this));
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
  if (exclusion.has_amount_reserved()) {
    out.amount_reserved = exclusion.amount_reserved();
  }
  if (exclusion.has_opens_at()) {
    out.opens_at = Time(exclusion.opens_at());
  }
  if (exclusion.has_cost()) out.cost = exclusion.cost();
  out.unit = Text(exclusion.unit());
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
                         slot.selection_probability(), slot.score(),
                         slot.group_key()});
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
