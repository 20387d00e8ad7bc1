#include <cstddef>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "engine/store/record_fields.h"
#include "engine/store/record_value.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;

constexpr bool Same(v1::Role stored, trace::Role role) {
  return static_cast<int>(stored) == static_cast<int>(role);
}
static_assert(Same(v1::ROLE_LIVE, trace::Role::kLive) &&
              Same(v1::ROLE_DRY_RUN, trace::Role::kDryRun) &&
              Same(v1::ROLE_AS_OF, trace::Role::kAsOf) &&
              Same(v1::ROLE_CANARY, trace::Role::kCanary) &&
              Same(v1::ROLE_SHADOW, trace::Role::kShadow));

// Each thread fills the same two messages again and again: a cleared message
// keeps its parts, so a warm thread builds without asking the heap.
struct Scratch {
  v1::Envelope envelope;
  v1::Personal personal;
};

// LIMIT: encoded bytes above which a thread gives its scratch back, so that
// one giant record is not paid for by every thread for ever.
constexpr size_t kScratchBytesMax = 1u << 20;

void EncodeHold(const state::TierHold& hold, v1::TierHold* out) {
  SetText(out->mutable_tier(), hold.tier);
  if (hold.below_since.has_value()) {
    EncodeTime(*hold.below_since, out->mutable_below_since());
  }
}

// The part of `all` that a range of a record names.
template <typename T>
std::span<const T> Range(const std::vector<T>& all, uint32_t begin,
                         uint32_t end) {
  return std::span<const T>(all).subspan(begin, end - begin);
}

void EncodeBasis(const DecisionRecord& record, v1::Decision* out) {
  out->set_role(static_cast<v1::Role>(record.role));
  out->set_request_id_given(record.request_id_given);
  SetText(out->mutable_pack_name(), record.pack_name);
  SetText(out->mutable_pack_version(), record.pack_version);
  SetText(out->mutable_pack_digest(), record.pack_digest);
  EncodeTime(record.decided_at, out->mutable_decided_at());
  if (record.as_of.has_value()) EncodeTime(*record.as_of, out->mutable_as_of());
  out->set_seed(record.seed);
  out->set_ignore_levers(record.ignore_levers);
  if (record.hold_read.has_value()) {
    EncodeHold(*record.hold_read, out->mutable_hold_read());
  }
  if (record.hold_written.has_value()) {
    EncodeHold(*record.hold_written, out->mutable_hold_written());
  }
  for (const trace::ArmAssignment& arm : record.arms) {
    v1::Arm* encoded = out->add_arms();
    SetText(encoded->mutable_experiment(), arm.experiment);
    SetText(encoded->mutable_arm(), arm.arm);
    encoded->set_share(arm.share);
  }
  for (const NamedValue& parameter : record.parameters) {
    EncodeNamed(parameter, out->add_parameters());
  }
}

void EncodeEvent(const state::Event& event, v1::Event* out) {
  EncodeTime(event.at, out->mutable_at());
  out->set_sequence(event.sequence);
  EncodeName(event.offer, out->mutable_offer());
  EncodeName(event.channel, out->mutable_channel());
  out->set_inbound(event.inbound);
  out->set_outcome(static_cast<uint32_t>(event.outcome));
  out->set_not_honoured(!event.honoured);
  out->set_report(event.report);
  out->set_group(event.group);
}

void EncodeCounterRead(const state::CounterRead& read, v1::CounterRead* out) {
  SetText(out->mutable_counter(), read.counter);
  out->set_key(read.query.key);
  EncodeTime(read.query.from, out->mutable_from());
  EncodeTime(read.query.until, out->mutable_until());
  EncodeTime(read.query.now, out->mutable_now());
  out->set_amount(read.amount);
  out->set_same_from(read.same_from);
  out->set_same_to(read.same_to);
}

// What the decision read of the world's memory and what it changes there.
void EncodeState(const DecisionRecord& record, v1::Decision* out) {
  for (const state::Event& event : record.events_read) {
    EncodeEvent(event, out->add_events_read());
  }
  for (const state::Paused& paused : record.paused_read) {
    v1::Paused* encoded = out->add_paused_read();
    SetText(encoded->mutable_name(), paused.name);
    encoded->set_is_placement(paused.is_placement);
  }
  for (const state::CounterRead& read : record.counters_read) {
    EncodeCounterRead(read, out->add_counters_read());
  }
  for (const state::Effect& effect : record.effects) {
    EncodeEffect(effect, out->add_effects());
  }
  if (record.events_keep_until != absl::InfinitePast()) {
    EncodeTime(record.events_keep_until, out->mutable_events_keep_until());
  }
}

void EncodeResults(const DecisionRecord& record, v1::Decision* out) {
  out->set_scored(record.scored);
  out->set_score(record.score);
  out->set_coverage(record.coverage);
  SetText(out->mutable_tier(), record.tier);
  out->set_tier_reason(static_cast<uint32_t>(record.tier_reason));
  SetText(out->mutable_stage(), record.stage);
  for (const trace::TreatmentResult& treatment : record.treatments) {
    v1::Treatment* encoded = out->add_treatments();
    SetText(encoded->mutable_name(), treatment.name);
    SetText(encoded->mutable_cell(), treatment.cell);
    encoded->set_reason(static_cast<uint32_t>(treatment.reason));
    for (const NamedValue& field :
         Range(record.treatment_fields, treatment.fields_begin,
               treatment.fields_end)) {
      EncodeNamed(field, encoded->add_fields());
    }
  }
  for (const trace::Degradation& degradation : record.degradations) {
    v1::Degradation* encoded = out->add_degradations();
    encoded->set_reason(static_cast<uint32_t>(degradation.reason));
    SetText(encoded->mutable_subject(), degradation.subject);
    encoded->set_error(static_cast<uint32_t>(degradation.error));
  }
}

// What the reason of an exclusion speaks of.
void EncodeParameters(const trace::Exclusion& exclusion, v1::Exclusion* out) {
  if (exclusion.score.has_value()) out->set_score(*exclusion.score);
  if (exclusion.score_min.has_value()) out->set_score_min(*exclusion.score_min);
  if (exclusion.valid_from.has_value()) {
    EncodeTime(*exclusion.valid_from, out->mutable_valid_from());
  }
  if (exclusion.valid_until.has_value()) {
    EncodeTime(*exclusion.valid_until, out->mutable_valid_until());
  }
  SetText(out->mutable_cap(), exclusion.cap);
  if (exclusion.amount.has_value()) out->set_amount(*exclusion.amount);
  if (exclusion.amount_reserved.has_value()) {
    out->set_amount_reserved(*exclusion.amount_reserved);
  }
  if (exclusion.amount_max.has_value()) {
    out->set_amount_max(*exclusion.amount_max);
  }
  if (exclusion.opens_at.has_value()) {
    EncodeTime(*exclusion.opens_at, out->mutable_opens_at());
  }
  if (exclusion.cost.has_value()) out->set_cost(*exclusion.cost);
  SetText(out->mutable_unit(), exclusion.unit);
}

void EncodePlacement(const DecisionRecord& record,
                     const trace::PlacementResult& placement,
                     v1::Placement* out) {
  SetText(out->mutable_name(), placement.name);
  SetText(out->mutable_channel(), placement.channel);
  out->set_inbound(placement.inbound);
  for (const trace::Candidate& candidate :
       Range(record.candidates, placement.candidates_begin,
             placement.candidates_end)) {
    v1::Candidate* encoded = out->add_candidates();
    SetText(encoded->mutable_offer(), candidate.offer);
    encoded->set_propensity(candidate.propensity);
    encoded->set_propensity_given(candidate.propensity_given);
    encoded->set_value(candidate.value);
    encoded->set_cost(candidate.cost);
    encoded->set_lever(candidate.lever);
    encoded->set_context_weight(candidate.context_weight);
    encoded->set_score(candidate.score);
    encoded->set_selection(static_cast<uint32_t>(candidate.selection));
  }
  for (const trace::SlotResult& slot :
       Range(record.slots, placement.slots_begin, placement.slots_end)) {
    v1::Slot* encoded = out->add_slots();
    SetText(encoded->mutable_offer(), slot.offer);
    encoded->set_reason(static_cast<uint32_t>(slot.reason));
    encoded->set_selection_probability(slot.selection_probability);
    encoded->set_score(slot.score);
    encoded->set_group_key(slot.group_key);
  }
  for (const trace::Exclusion& exclusion :
       Range(record.exclusions, placement.exclusions_begin,
             placement.exclusions_end)) {
    v1::Exclusion* encoded = out->add_exclusions();
    SetText(encoded->mutable_offer(), exclusion.offer);
    encoded->set_reason(static_cast<uint32_t>(exclusion.reason));
    SetText(encoded->mutable_group(), exclusion.group);
    encoded->set_error(static_cast<uint32_t>(exclusion.error));
    EncodeParameters(exclusion, encoded);
  }
}

void EncodeEnvelope(const DecisionRecord& record, const Identity& identity,
                    absl::string_view subject, v1::Envelope* out) {
  EncodeHead(RecordKind::kDecision, identity, out);
  SetText(out->mutable_time_zones_version(), record.time_zones_version);
  SetText(out->mutable_request_id(), record.request_id);
  SetText(out->mutable_trace_id(), record.trace_id);
  SetText(out->mutable_subject(), subject);
  v1::Decision* decision = out->mutable_decision();
  EncodeBasis(record, decision);
  EncodeState(record, decision);
  EncodeResults(record, decision);
  for (const trace::PlacementResult& placement : record.placements) {
    EncodePlacement(record, placement, decision->add_placements());
  }
}

void EncodeInput(const trace::InputRead& input, v1::Input* out) {
  SetText(out->mutable_name(), input.name);
  EncodeValue(input.value, out->mutable_value());
  out->set_source(static_cast<uint32_t>(input.source));
  out->set_pii(input.pii);
}

void EncodePersonal(const DecisionRecord& record, v1::Personal* out) {
  out->set_format(kRecordFormat);
  SetText(out->mutable_customer_id(), record.customer_id);
  SetText(out->mutable_unit(), record.unit);
  SetText(out->mutable_locale(), record.locale);
  for (const trace::InputRead& input : record.attributes) {
    EncodeInput(input, out->add_attributes());
  }
  for (const trace::InputRead& input : record.request_values) {
    EncodeInput(input, out->add_request_values());
  }
}

}  // namespace

RecordBytes Encode(const DecisionRecord& record, const Identity& identity) {
  return Encode(record, identity,
                SubjectOf(identity.subject_key, record.customer_id));
}

RecordBytes Encode(const DecisionRecord& record, const Identity& identity,
                   absl::string_view subject) {
  thread_local Scratch scratch;
  EncodeEnvelope(record, identity, subject, &scratch.envelope);
  EncodePersonal(record, &scratch.personal);
  RecordBytes bytes;
  scratch.envelope.SerializeToString(&bytes.envelope);
  scratch.personal.SerializeToString(&bytes.personal);
  if (bytes.envelope.size() + bytes.personal.size() > kScratchBytesMax) {
    scratch = Scratch();
  } else {
    scratch.envelope.Clear();
    scratch.personal.Clear();
  }
  return bytes;
}

}  // namespace stratagem::store
