#include "clients/cli/decision_json.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/explanation_json.h"
#include "clients/cli/logged_outcomes.h"
#include "clients/cli/reason_json.h"

namespace stratagem::cli {
namespace {

// Null when there is no such time.
void WriteTime(const char* key, const std::string& time, JsonWriter& json) {
  json.Key(key);
  if (time.empty()) return json.Raw("null");
  json.String(time);
}

void WriteValues(const char* key, const std::vector<ValueView>& values,
                 JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  for (const ValueView& value : values) {
    json.Key(value.name);
    json.Raw(value.json);
  }
  json.EndObject();
}

void WriteInputs(const char* key, const std::vector<InputView>& inputs,
                 JsonWriter& json) {
  json.Key(key);
  json.BeginArray();
  for (const InputView& input : inputs) {
    json.BeginObject();
    json.StringMember("name", input.value.name);
    json.Key("value");
    json.Raw(input.value.json);
    json.StringMember("source", input.source);
    json.EndObject();
  }
  json.EndArray();
}

void WriteTreatments(const DecisionView& decision, JsonWriter& json) {
  json.Key("treatments");
  json.BeginArray();
  for (const TreatmentView& treatment : decision.treatments) {
    json.BeginObject();
    json.StringMember("name", treatment.name);
    json.StringMember("cell", treatment.cell);
    WriteReason(treatment.reason, json);
    WriteValues("fields", treatment.fields, json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteLabels(const SlotView& slot, JsonWriter& json) {
  json.Key("labels");
  json.BeginObject();
  for (const auto& [name, text] : slot.labels) json.StringMember(name, text);
  json.EndObject();
}

void WritePlacements(const DecisionView& decision, JsonWriter& json) {
  json.Key("placements");
  json.BeginArray();
  for (const PlacementView& placement : decision.placements) {
    json.BeginObject();
    json.StringMember("name", placement.name);
    json.StringMember("channel", placement.channel);
    json.StringMember("direction", placement.inbound ? "inbound" : "outbound");
    json.Key("slots");
    json.BeginArray();
    for (const SlotView& slot : placement.slots) {
      json.BeginObject();
      json.StringMember("offer_id", slot.offer_id);
      WriteReason(slot.reason, json);
      json.DoubleMember("score", slot.score);
      json.DoubleMember("selection_probability", slot.selection_probability);
      WriteLabels(slot, json);
      json.StringMember("content", slot.content);
      json.StringMember("content_locale", slot.content_locale);
      json.StringMember("action_ref", slot.action_ref);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

void WriteCandidate(const CandidateView& candidate, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("offer_id", candidate.offer_id);
  json.DoubleMember("propensity", candidate.propensity);
  json.Key("propensity_given");
  json.Bool(candidate.propensity_given);
  json.DoubleMember("value", candidate.value);
  json.DoubleMember("cost", candidate.cost);
  json.DoubleMember("lever", candidate.lever);
  json.DoubleMember("context_weight", candidate.context_weight);
  json.DoubleMember("score", candidate.score);
  WriteReason(candidate.reason, json);
  json.EndObject();
}

void WriteAmount(absl::string_view key, const std::optional<int64_t>& amount,
                 JsonWriter& json) {
  if (!amount.has_value()) return;
  json.Key(key);
  json.Int(*amount);
}

// Parameters only with the reason that speaks of them.
void WriteExclusion(const ExclusionView& exclusion, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("offer_id", exclusion.offer_id);
  WriteReason(exclusion.reason, json);
  json.StringMember("group", exclusion.group);
  WriteError(exclusion.error, json);
  if (exclusion.score.has_value()) {
    json.DoubleMember("score", *exclusion.score);
  }
  if (exclusion.score_min.has_value()) {
    json.DoubleMember("score_min", *exclusion.score_min);
  }
  if (exclusion.reason == trace::Reason::kOutsideValidity) {
    WriteTime("valid_from", exclusion.valid_from, json);
    WriteTime("valid_until", exclusion.valid_until, json);
  }
  if (!exclusion.cap.empty()) {
    json.StringMember("cap", exclusion.cap);
    WriteAmount("amount", exclusion.amount, json);
    WriteAmount("amount_max", exclusion.amount_max, json);
    WriteTime("opens_at", exclusion.opens_at, json);
    WriteAmount("amount_reserved", exclusion.amount_reserved, json);
    WriteAmount("cost", exclusion.cost, json);
    if (!exclusion.unit.empty()) json.StringMember("unit", exclusion.unit);
  }
  json.EndObject();
}

void WriteExplainedPlacement(const PlacementExplanationView& placement,
                             JsonWriter& json) {
  json.BeginObject();
  json.StringMember("placement", placement.placement);
  json.Key("candidates");
  json.BeginArray();
  for (const CandidateView& candidate : placement.candidates) {
    WriteCandidate(candidate, json);
  }
  json.EndArray();
  json.Key("exclusions");
  json.BeginArray();
  for (const ExclusionView& exclusion : placement.exclusions) {
    WriteExclusion(exclusion, json);
  }
  json.EndArray();
  json.EndObject();
}

void WriteHold(const char* key, const std::optional<TierHoldView>& hold,
               JsonWriter& json) {
  json.Key(key);
  if (!hold.has_value()) return json.Raw("null");
  json.BeginObject();
  json.StringMember("tier", hold->tier);
  WriteTime("below_since", hold->below_since, json);
  json.EndObject();
}

void WriteExplanation(const ExplanationView& explanation, JsonWriter& json) {
  json.BeginObject();
  WriteInputs("attributes", explanation.attributes, json);
  WriteInputs("request", explanation.request, json);
  WriteValues("parameters", explanation.parameters, json);
  json.Key("placements");
  json.BeginArray();
  for (const PlacementExplanationView& placement : explanation.placements) {
    WriteExplainedPlacement(placement, json);
  }
  json.EndArray();
  json.Key("degradations");
  json.BeginArray();
  for (const DegradationView& degradation : explanation.degradations) {
    json.BeginObject();
    WriteReason(degradation.reason, json);
    json.StringMember("subject", degradation.subject);
    WriteError(degradation.error, json);
    json.EndObject();
  }
  json.EndArray();
  // A string, as in protobuf's JSON: readers with doubles would round it.
  json.StringMember("seed", absl::StrCat(explanation.seed));
  json.Key("ignore_levers");
  json.Bool(explanation.ignore_levers);
  WriteHold("hold_before", explanation.hold_before, json);
  WriteHold("hold_after", explanation.hold_after, json);
  json.Key("full");
  if (explanation.full.has_value()) {
    WriteFullExplanation(*explanation.full, json);
  } else {
    json.Raw("null");
  }
  json.EndObject();
}

void WritePosition(const DecisionView& decision, JsonWriter& json) {
  json.Key("position");
  if (!decision.position.has_value()) return json.Raw("null");
  json.BeginObject();
  json.StringMember("node_id", decision.position->node_id);
  json.Key("epoch");
  json.Uint(decision.position->epoch);
  json.Key("sequence");
  json.Uint(decision.position->sequence);
  json.EndObject();
}

void WritePack(const DecisionView& decision, JsonWriter& json) {
  json.Key("pack");
  json.BeginObject();
  json.StringMember("name", decision.pack_name);
  json.StringMember("version", decision.pack_version);
  json.StringMember("digest", decision.pack_digest);
  json.EndObject();
}

void WriteScore(const DecisionView& decision, JsonWriter& json) {
  json.Key("score");
  if (decision.score.has_value()) {
    json.Double(*decision.score);
  } else {
    json.Raw("null");
  }
  json.DoubleMember("coverage", decision.coverage);
  json.StringMember("tier", decision.tier);
  json.StringMember("tier_reason", trace::ReasonName(decision.tier_reason));
}

}  // namespace

void WriteDecision(const DecisionView& decision, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("customer_id", decision.customer_id);
  json.StringMember("decision_id", decision.decision_id);
  WritePosition(decision, json);
  json.StringMember("request_id", decision.request_id);
  if (decision.repeated_request) {
    json.Key("repeated_request");
    json.Bool(true);
  }
  json.StringMember("role", decision.role);
  WritePack(decision, json);
  json.StringMember("decided_at", decision.decided_at);
  WriteTime("as_of", decision.as_of, json);
  WriteScore(decision, json);
  json.StringMember("stage", decision.stage);
  WriteTreatments(decision, json);
  WritePlacements(decision, json);
  json.Key("degraded");
  json.Bool(decision.degraded);
  json.Key("explanation");
  if (decision.explanation.has_value()) {
    WriteExplanation(*decision.explanation, json);
  } else {
    json.Raw("null");
  }
  if (decision.outcomes.has_value()) {
    json.Key("outcomes");
    WriteOutcomes(*decision.outcomes, json);
  }
  if (decision.masked.has_value()) {
    json.Key("masked");
    json.BeginArray();
    for (const std::string& input : *decision.masked) json.String(input);
    json.EndArray();
  }
  json.EndObject();
}

}  // namespace stratagem::cli
