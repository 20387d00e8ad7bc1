#include <cstddef>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/versions.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"

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

void Set(std::string* field, absl::string_view text) {
  field->assign(text.data(), text.size());
}

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

void EncodeHold(const state::TierHold& hold, v1::TierHold* out) {
  Set(out->mutable_tier(), hold.tier);
  if (hold.below_since.has_value()) {
    EncodeTime(*hold.below_since, out->mutable_below_since());
  }
}

void EncodeParts(const Value& value, v1::Parts* out) {
  out->set_seconds(value.seconds());
  out->set_nanos(value.nanos());
}

void EncodeValue(const Value& value, v1::Value* out) {
  switch (value.kind()) {
    case ValueKind::kMissing:
      return;
    case ValueKind::kNull:
      return out->set_null_value(true);
    case ValueKind::kBool:
      return out->set_bool_value(value.bool_value());
    case ValueKind::kInt:
      return out->set_int_value(value.int_value());
    case ValueKind::kUint:
      return out->set_uint_value(value.uint_value());
    case ValueKind::kDouble:
      return out->set_double_value(value.double_value());
    case ValueKind::kString:
      return Set(out->mutable_string_value(), value.text());
    case ValueKind::kBytes:
      return Set(out->mutable_bytes_value(), value.text());
    case ValueKind::kTimestamp:
      return EncodeParts(value, out->mutable_timestamp_value());
    case ValueKind::kDuration:
      return EncodeParts(value, out->mutable_duration_value());
    case ValueKind::kList:
      // Named first: an empty list is not a missing value.
      for (v1::ValueList* list = out->mutable_list_value();
           const Value& item : value.list()) {
        EncodeValue(item, list->add_items());
      }
      return;
    case ValueKind::kMap:
      for (v1::ValueMap* map = out->mutable_map_value();
           const MapEntry& entry : value.map()) {
        v1::MapEntry* encoded = map->add_entries();
        EncodeValue(entry.key, encoded->mutable_key());
        EncodeValue(entry.value, encoded->mutable_value());
      }
      return;
    case ValueKind::kOptional: {
      v1::OptionalValue* optional = out->mutable_optional_value();
      if (value.optional() != nullptr) {
        EncodeValue(*value.optional(), optional->mutable_inner());
      }
      return;
    }
    case ValueKind::kType:
      return Set(out->mutable_type_value(), value.text());
    case ValueKind::kIp:
      return Set(out->mutable_ip_value(), value.text());
    case ValueKind::kCidr:
      return Set(out->mutable_cidr_value(), value.text());
    case ValueKind::kError: {
      v1::ErrorValue* error = out->mutable_error_value();
      error->set_code(static_cast<uint32_t>(value.error_code()));
      error->set_expr_id(value.error_expr_id());
      return;
    }
  }
}

void EncodeNamed(const NamedValue& named, v1::NamedValue* out) {
  Set(out->mutable_name(), named.name);
  EncodeValue(named.value, out->mutable_value());
}

// The part of `all` that a range of a record names.
template <typename T>
std::span<const T> Range(const std::vector<T>& all, uint32_t begin,
                         uint32_t end) {
  return std::span<const T>(all).subspan(begin, end - begin);
}

void EncodeBasis(const DecisionRecord& record, v1::Decision* out) {
  out->set_role(static_cast<v1::Role>(record.role));
  Set(out->mutable_pack_name(), record.pack_name);
  Set(out->mutable_pack_version(), record.pack_version);
  Set(out->mutable_pack_digest(), record.pack_digest);
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
    Set(encoded->mutable_experiment(), arm.experiment);
    Set(encoded->mutable_arm(), arm.arm);
    encoded->set_share(arm.share);
  }
  for (const NamedValue& parameter : record.parameters) {
    EncodeNamed(parameter, out->add_parameters());
  }
  for (const state::StateRead& read : record.state_read) {
    v1::StateRead* encoded = out->add_state_read();
    Set(encoded->mutable_key(), read.key);
    encoded->set_value(read.value);
  }
  for (const state::Effect& effect : record.effects) {
    v1::Effect* encoded = out->add_effects();
    Set(encoded->mutable_key(), effect.key);
    EncodeTime(effect.window_start, encoded->mutable_window_start());
    encoded->set_delta(effect.delta);
    EncodeTime(effect.expires, encoded->mutable_expires());
  }
}

void EncodeResults(const DecisionRecord& record, v1::Decision* out) {
  out->set_scored(record.scored);
  out->set_score(record.score);
  out->set_coverage(record.coverage);
  Set(out->mutable_tier(), record.tier);
  out->set_tier_reason(static_cast<uint32_t>(record.tier_reason));
  Set(out->mutable_stage(), record.stage);
  for (const trace::TreatmentResult& treatment : record.treatments) {
    v1::Treatment* encoded = out->add_treatments();
    Set(encoded->mutable_name(), treatment.name);
    Set(encoded->mutable_cell(), treatment.cell);
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
    Set(encoded->mutable_subject(), degradation.subject);
    encoded->set_error(static_cast<uint32_t>(degradation.error));
  }
}

void EncodePlacement(const DecisionRecord& record,
                     const trace::PlacementResult& placement,
                     v1::Placement* out) {
  Set(out->mutable_name(), placement.name);
  Set(out->mutable_channel(), placement.channel);
  out->set_inbound(placement.inbound);
  for (const trace::Candidate& candidate :
       Range(record.candidates, placement.candidates_begin,
             placement.candidates_end)) {
    v1::Candidate* encoded = out->add_candidates();
    Set(encoded->mutable_offer(), candidate.offer);
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
    Set(encoded->mutable_offer(), slot.offer);
    encoded->set_reason(static_cast<uint32_t>(slot.reason));
    encoded->set_selection_probability(slot.selection_probability);
    encoded->set_score(slot.score);
  }
  for (const trace::Exclusion& exclusion :
       Range(record.exclusions, placement.exclusions_begin,
             placement.exclusions_end)) {
    v1::Exclusion* encoded = out->add_exclusions();
    Set(encoded->mutable_offer(), exclusion.offer);
    encoded->set_reason(static_cast<uint32_t>(exclusion.reason));
    Set(encoded->mutable_group(), exclusion.group);
    encoded->set_error(static_cast<uint32_t>(exclusion.error));
  }
}

void EncodeEnvelope(const DecisionRecord& record, const Identity& identity,
                    v1::Envelope* out) {
  out->set_format(kRecordFormat);
  out->set_kind(v1::KIND_DECISION);
  out->set_node_id(identity.node_id);
  out->set_epoch(identity.epoch);
  out->set_engine_version(kEngineVersion);
  out->set_hash_version(kHashVersion);
  out->set_random_version(kRandomVersion);
  Set(out->mutable_time_zones_version(), record.time_zones_version);
  Set(out->mutable_request_id(), record.request_id);
  Set(out->mutable_trace_id(), record.trace_id);
  out->set_subject(SubjectOf(identity.subject_key, record.customer_id));
  v1::Decision* decision = out->mutable_decision();
  EncodeBasis(record, decision);
  EncodeResults(record, decision);
  for (const trace::PlacementResult& placement : record.placements) {
    EncodePlacement(record, placement, decision->add_placements());
  }
}

void EncodeInput(const trace::InputRead& input, v1::Input* out) {
  Set(out->mutable_name(), input.name);
  EncodeValue(input.value, out->mutable_value());
  out->set_source(static_cast<uint32_t>(input.source));
}

void EncodePersonal(const DecisionRecord& record, v1::Personal* out) {
  out->set_format(kRecordFormat);
  Set(out->mutable_customer_id(), record.customer_id);
  Set(out->mutable_unit(), record.unit);
  Set(out->mutable_locale(), record.locale);
  for (const trace::InputRead& input : record.attributes) {
    EncodeInput(input, out->add_attributes());
  }
  for (const trace::InputRead& input : record.request_values) {
    EncodeInput(input, out->add_request_values());
  }
}

}  // namespace

RecordBytes Encode(const DecisionRecord& record, const Identity& identity) {
  thread_local Scratch scratch;
  EncodeEnvelope(record, identity, &scratch.envelope);
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
