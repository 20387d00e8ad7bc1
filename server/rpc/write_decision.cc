#include "server/rpc/write_decision.h"

#include <span>
#include <string>

#include "engine/decide/present.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/decision_id.h"

namespace stratagem::server {
namespace {

// Keeps the room that a reused message has.
void Assign(std::string& field, absl::string_view text) {
  field.assign(text.data(), text.size());
}

// The numbers of the wire's Reason and ExpressionError are the engine's own;
// convert_test compares them one by one.
v1::Reason ToReason(trace::Reason reason) {
  return static_cast<v1::Reason>(reason);
}
v1::ExpressionError ToExpressionError(ErrorCode error) {
  return static_cast<v1::ExpressionError>(error);
}

v1::InputSource ToInputSource(FactSource source) {
  switch (source) {
    case FactSource::kAbsent:
      return v1::INPUT_SOURCE_ABSENT;
    case FactSource::kRequest:
      return v1::INPUT_SOURCE_REQUEST;
    case FactSource::kProfile:
      return v1::INPUT_SOURCE_PROFILE;
    case FactSource::kDefault:
      return v1::INPUT_SOURCE_DEFAULT;
  }
  return v1::INPUT_SOURCE_UNSPECIFIED;
}

void WriteNamed(const NamedValue& named, v1::NamedValue& wire) {
  Assign(*wire.mutable_name(), named.name);
  WriteValue(named.value, *wire.mutable_value());
}

void WriteTreatments(const trace::DecisionRecord& record,
                     v1::Decision& decision) {
  for (const trace::TreatmentResult& result : record.treatments) {
    v1::Treatment& treatment = *decision.add_treatments();
    Assign(*treatment.mutable_name(), result.name);
    Assign(*treatment.mutable_cell(), result.cell);
    treatment.set_reason(ToReason(result.reason));
    for (uint32_t i = result.fields_begin; i < result.fields_end; ++i) {
      WriteNamed(record.treatment_fields[i], *treatment.add_fields());
    }
  }
}

void WritePlacements(const trace::DecisionRecord& record,
                     v1::Decision& decision) {
  for (const trace::PlacementResult& result : record.placements) {
    v1::Placement& placement = *decision.add_placements();
    Assign(*placement.mutable_name(), result.name);
    Assign(*placement.mutable_channel(), result.channel);
    placement.set_direction(result.inbound ? v1::DIRECTION_INBOUND
                                           : v1::DIRECTION_OUTBOUND);
    for (uint32_t i = result.slots_begin; i < result.slots_end; ++i) {
      const trace::SlotResult& from = record.slots[i];
      v1::Slot& slot = *placement.add_slots();
      Assign(*slot.mutable_offer_id(), from.offer);
      slot.set_reason(ToReason(from.reason));
      slot.set_score(from.score);
      slot.set_selection_probability(from.selection_probability);
    }
  }
}

void WriteShown(const plan::Presentation& shown, v1::Slot& slot) {
  for (const auto& [name, text] : shown.labels) {
    v1::Label& label = *slot.add_labels();
    Assign(*label.mutable_name(), name);
    Assign(*label.mutable_text(), text);
  }
  Assign(*slot.mutable_content(), shown.content);
  Assign(*slot.mutable_content_locale(), shown.content_locale);
  Assign(*slot.mutable_action_ref(), shown.action_ref);
}

void WriteInput(const trace::InputRead& read, v1::Input& input) {
  Assign(*input.mutable_name(), read.name);
  input.set_source(ToInputSource(read.source));
  if (!read.value.is_missing()) WriteValue(read.value, *input.mutable_value());
}

void WriteCandidate(const trace::Candidate& from, v1::Candidate& candidate) {
  Assign(*candidate.mutable_offer_id(), from.offer);
  candidate.set_propensity(from.propensity);
  candidate.set_propensity_given(from.propensity_given);
  candidate.set_value(from.value);
  candidate.set_cost(from.cost);
  candidate.set_lever(from.lever);
  candidate.set_context_weight(from.context_weight);
  candidate.set_score(from.score);
  candidate.set_reason(ToReason(from.selection));
}

void WriteExclusion(const trace::Exclusion& from, v1::Exclusion& exclusion) {
  Assign(*exclusion.mutable_offer_id(), from.offer);
  exclusion.set_reason(ToReason(from.reason));
  Assign(*exclusion.mutable_group(), from.group);
  exclusion.set_error(ToExpressionError(from.error));
  if (from.score.has_value()) exclusion.set_score(*from.score);
  if (from.score_min.has_value()) exclusion.set_score_min(*from.score_min);
  if (from.valid_from.has_value()) {
    WriteTimestamp(*from.valid_from, *exclusion.mutable_valid_from());
  }
  if (from.valid_until.has_value()) {
    WriteTimestamp(*from.valid_until, *exclusion.mutable_valid_until());
  }
  Assign(*exclusion.mutable_cap(), from.cap);
  if (from.amount.has_value()) exclusion.set_amount(*from.amount);
  if (from.amount_max.has_value()) exclusion.set_amount_max(*from.amount_max);
  if (from.opens_at.has_value()) {
    WriteTimestamp(*from.opens_at, *exclusion.mutable_opens_at());
  }
  if (from.amount_reserved.has_value()) {
    exclusion.set_amount_reserved(*from.amount_reserved);
  }
  if (from.cost.has_value()) exclusion.set_cost(*from.cost);
  Assign(*exclusion.mutable_unit(), from.unit);
}

void WritePlacementExplanation(const trace::DecisionRecord& record,
                               const trace::PlacementResult& placement,
                               v1::PlacementExplanation& explanation) {
  Assign(*explanation.mutable_placement(), placement.name);
  for (uint32_t i = placement.candidates_begin; i < placement.candidates_end;
       ++i) {
    WriteCandidate(record.candidates[i], *explanation.add_candidates());
  }
  for (uint32_t i = placement.exclusions_begin; i < placement.exclusions_end;
       ++i) {
    WriteExclusion(record.exclusions[i], *explanation.add_exclusions());
  }
}

void WriteHold(const state::TierHold& from, v1::TierHold& hold) {
  Assign(*hold.mutable_tier(), from.tier);
  if (from.below_since.has_value()) {
    WriteTimestamp(*from.below_since, *hold.mutable_below_since());
  }
}

void WriteExplanation(const trace::DecisionRecord& record,
                      v1::Explanation& explanation) {
  for (const trace::InputRead& read : record.attributes) {
    WriteInput(read, *explanation.add_attributes());
  }
  for (const trace::InputRead& read : record.request_values) {
    WriteInput(read, *explanation.add_request());
  }
  for (const NamedValue& parameter : record.parameters) {
    WriteNamed(parameter, *explanation.add_parameters());
  }
  for (const trace::PlacementResult& placement : record.placements) {
    WritePlacementExplanation(record, placement, *explanation.add_placements());
  }
  for (const trace::Degradation& from : record.degradations) {
    v1::Degradation& degradation = *explanation.add_degradations();
    degradation.set_reason(ToReason(from.reason));
    Assign(*degradation.mutable_subject(), from.subject);
    degradation.set_error(ToExpressionError(from.error));
  }
  explanation.set_seed(record.seed);
  explanation.set_ignore_levers(record.ignore_levers);
  if (record.hold_read.has_value()) {
    WriteHold(*record.hold_read, *explanation.mutable_hold_before());
  }
  if (record.hold_written.has_value()) {
    WriteHold(*record.hold_written, *explanation.mutable_hold_after());
  }
}

}  // namespace

v1::DecisionRole ToRole(trace::Role role) {
  switch (role) {
    case trace::Role::kLive:
      return v1::DECISION_ROLE_LIVE;
    case trace::Role::kDryRun:
      return v1::DECISION_ROLE_DRY_RUN;
    case trace::Role::kAsOf:
      return v1::DECISION_ROLE_AS_OF;
    case trace::Role::kCanary:
      return v1::DECISION_ROLE_CANARY;
    case trace::Role::kShadow:
      return v1::DECISION_ROLE_SHADOW;
  }
  return v1::DECISION_ROLE_UNSPECIFIED;
}

void WriteDecision(const trace::DecisionRecord& record,
                   v1::ExplainLevel explain, v1::Decision& decision) {
  Assign(*decision.mutable_request_id(), record.request_id);
  decision.set_role(ToRole(record.role));
  Assign(*decision.mutable_pack()->mutable_name(), record.pack_name);
  Assign(*decision.mutable_pack()->mutable_version(), record.pack_version);
  Assign(*decision.mutable_pack()->mutable_digest(), record.pack_digest);
  WriteTimestamp(record.decided_at, *decision.mutable_decided_at());
  if (record.as_of.has_value()) {
    WriteTimestamp(*record.as_of, *decision.mutable_as_of());
  }
  if (record.scored) decision.set_score(record.score);
  decision.set_coverage(record.coverage);
  Assign(*decision.mutable_tier(), record.tier);
  decision.set_tier_reason(ToReason(record.tier_reason));
  Assign(*decision.mutable_stage(), record.stage);
  WriteTreatments(record, decision);
  WritePlacements(record, decision);
  decision.set_degraded(record.degraded());
  if (explain == v1::EXPLAIN_LEVEL_REASONS ||
      explain == v1::EXPLAIN_LEVEL_FULL) {
    WriteExplanation(record, *decision.mutable_explanation());
  }
}

void WritePresentation(const plan::Plan& plan,
                       const trace::DecisionRecord& record,
                       v1::Decision& decision) {
  int placement = 0;
  for (const trace::PlacementResult& from : record.placements) {
    v1::Placement& to = *decision.mutable_placements(placement++);
    for (uint32_t i = from.slots_begin; i < from.slots_end; ++i) {
      WriteShown(decide::PresentSlot(plan, record, from, record.slots[i]),
                 *to.mutable_slots(static_cast<int>(i - from.slots_begin)));
    }
  }
}

void WritePosition(absl::string_view node_id, store::Position position,
                   v1::Decision& decision) {
  decision.set_decision_id(DecisionId(node_id, position));
  v1::LogPosition& wire = *decision.mutable_position();
  Assign(*wire.mutable_node_id(), node_id);
  wire.set_epoch(position.epoch);
  wire.set_sequence(position.sequence);
}

}  // namespace stratagem::server
