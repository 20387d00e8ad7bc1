#include "clients/cli/explanation_json.h"

#include "clients/cli/reason_json.h"
#include "engine/base/duration_text.h"

namespace stratagem::cli {
namespace {

// The array member `key` with one item each.
template <typename Items, typename WriteItem>
void WriteItems(const char* key, const Items& items, JsonWriter& json,
                WriteItem write_item) {
  json.Key(key);
  json.BeginArray();
  for (const auto& item : items) write_item(item, json);
  json.EndArray();
}

void WriteNumber(const char* key, const std::optional<double>& number,
                 JsonWriter& json) {
  json.Key(key);
  if (number.has_value()) {
    json.Double(*number);
  } else {
    json.Raw("null");
  }
}

void WriteNearest(const trace::Nearest& nearest, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("condition", nearest.condition);
  json.StringMember("input", nearest.input);
  json.StringMember("type", KindName(nearest.kind));
  json.StringMember("found", nearest.found);
  json.StringMember("would_do", nearest.would_do);
  json.StringMember("bound", trace::BoundName(nearest.bound));
  WriteItems(
      "also", nearest.also, json,
      [](const std::string& value, JsonWriter& to) { to.String(value); });
  json.StringMember("unit", nearest.unit);
  json.EndObject();
}

void WriteWhyNot(const trace::WhyNot& why_not, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("condition", why_not.condition);
  WriteItems("nearest", why_not.nearest, json, WriteNearest);
  json.EndObject();
}

void WriteCondition(const trace::ConditionTried& condition, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("name", condition.name);
  json.StringMember("condition", condition.condition);
  json.StringMember("tried", trace::TriedName(condition.tried));
  WriteError(condition.error, json);
  WriteItems("why_not", condition.why_not, json, WriteWhyNot);
  json.EndObject();
}

void WriteIndicator(const trace::IndicatorExplained& indicator,
                    JsonWriter& json) {
  json.BeginObject();
  json.StringMember("dimension", indicator.dimension);
  json.StringMember("name", indicator.name);
  json.StringMember("expression", indicator.expression);
  json.DoubleMember("weight", indicator.weight);
  json.StringMember("value", indicator.value);
  WriteNumber("points", indicator.points, json);
  WriteError(indicator.error, json);
  json.EndObject();
}

void WriteTier(const trace::TierExplained& tier, JsonWriter& json) {
  json.Key("tier");
  if (tier.tier.empty()) return json.Raw("null");
  json.BeginObject();
  json.StringMember("tier", tier.tier);
  json.StringMember("computed", tier.computed);
  WriteReason(tier.reason, json);
  json.DoubleMember("score", tier.score);
  json.DoubleMember("coverage", tier.coverage);
  WriteNumber("score_min", tier.score_min, json);
  json.StringMember("next", tier.next);
  json.DoubleMember("next_score_min", tier.next_score_min);
  json.StringMember("below_since", tier.below_since);
  json.StringMember("downgrade_at", tier.downgrade_at);
  WriteNumber("coverage_min", tier.coverage_min, json);
  json.EndObject();
}

void WriteRow(const trace::RowExplained& row, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("label", row.label);
  json.StringMember("condition", row.condition);
  json.EndObject();
}

void WriteTreatment(const trace::TreatmentExplained& treatment,
                    JsonWriter& json) {
  json.BeginObject();
  json.StringMember("name", treatment.name);
  json.StringMember("cell", treatment.cell);
  WriteReason(treatment.reason, json);
  WriteError(treatment.error, json);
  WriteItems("rows", treatment.rows, json, WriteRow);
  json.StringMember("explanation", treatment.explanation);
  json.EndObject();
}

void WriteGate(const trace::GateExplained& gate, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("gate", trace::ReasonName(gate.gate));
  json.StringMember("group", gate.group);
  json.StringMember("valid_from", gate.valid_from);
  json.StringMember("valid_until", gate.valid_until);
  json.Key("condition");
  WriteCondition(gate.condition, json);
  json.EndObject();
}

void WriteCap(const trace::CapExplained& cap, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("cap", trace::ReasonName(cap.cap));
  json.StringMember("name", cap.name);
  json.StringMember("tried", trace::TriedName(cap.tried));
  json.Key("amount");
  json.Int(cap.amount);
  json.Key("amount_max");
  json.Int(cap.amount_max);
  json.StringMember("unit", cap.unit);
  json.StringMember("within", cap.within > absl::ZeroDuration()
                                  ? DurationText(cap.within)
                                  : "");
  json.StringMember("period", cap.period);
  json.StringMember("opens_at", cap.opens_at);
  json.Key("amount_reserved");
  json.Int(cap.amount_reserved);
  json.Key("cost");
  json.Int(cap.cost);
  json.EndObject();
}

void WriteFactors(const std::optional<trace::Factors>& factors,
                  JsonWriter& json) {
  json.Key("factors");
  if (!factors.has_value()) return json.Raw("null");
  json.BeginObject();
  json.DoubleMember("propensity", factors->propensity);
  json.Key("propensity_given");
  json.Bool(factors->propensity_given);
  json.DoubleMember("value", factors->value);
  json.DoubleMember("cost", factors->cost);
  json.DoubleMember("lever", factors->lever);
  json.DoubleMember("context_weight", factors->context_weight);
  json.DoubleMember("score", factors->score);
  WriteNumber("score_min", factors->score_min, json);
  json.EndObject();
}

void WriteOffer(const trace::OfferExplained& offer, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("offer_id", offer.offer);
  WriteReason(offer.reason, json);
  WriteError(offer.error, json);
  WriteItems("gates", offer.gates, json, WriteGate);
  if (!offer.caps.empty()) WriteItems("caps", offer.caps, json, WriteCap);
  WriteFactors(offer.factors, json);
  json.StringMember("lost_to", offer.lost_to);
  json.DoubleMember("lost_by", offer.lost_by);
  json.StringMember("group", offer.group);
  json.StringMember("shown_in", offer.shown_in);
  json.EndObject();
}

void WritePlacement(const trace::PlacementExplained& placement,
                    JsonWriter& json) {
  json.BeginObject();
  json.StringMember("placement", placement.name);
  json.Key("slots_max");
  json.Uint(placement.slots_max);
  WriteItems("offers", placement.offers, json, WriteOffer);
  json.EndObject();
}

}  // namespace

void WriteFullExplanation(const FullExplanationView& full, JsonWriter& json) {
  const trace::Explanation& explanation = full.explanation;
  json.BeginObject();
  WriteItems("indicators", explanation.indicators, json, WriteIndicator);
  WriteTier(explanation.tier, json);
  WriteItems("stages", explanation.stages, json, WriteCondition);
  WriteItems("treatments", explanation.treatments, json, WriteTreatment);
  WriteItems("placements", explanation.placements, json, WritePlacement);
  json.StringMember("text", full.text);
  json.EndObject();
}

}  // namespace stratagem::cli
