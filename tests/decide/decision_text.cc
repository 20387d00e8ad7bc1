#include "tests/decide/decision_text.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/state/state.h"
#include "engine/value/json.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace stratagem::decide {
namespace {

std::string Utc(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

using Json = nlohmann::ordered_json;
using trace::DecisionRecord;
using trace::ReasonName;

std::vector<NamedValue> Members(const Json& call, const char* name,
                                const Schema& schema, Arena& arena) {
  if (!call.contains(name)) return {};
  absl::StatusOr<std::vector<NamedValue>> members =
      ReadJsonObject(call[name].dump(), schema, arena);
  EXPECT_TRUE(members.ok()) << members.status();
  return members.ok() ? *members : std::vector<NamedValue>();
}

std::string ToText(const state::TierHold& hold) {
  std::string text(hold.tier);
  if (hold.below_since.has_value()) {
    absl::StrAppend(&text, " below since ", Utc(*hold.below_since));
  }
  return text;
}

absl::Time TimeOf(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error))
      << error;
  return time;
}

// What the call says is remembered of its customer. The text is in the arena:
// it has to live as long as the record.
state::StateCopy StateOf(const Json& call, Arena& arena) {
  state::StateCopy state;
  if (!call.contains("held")) return state;
  const Json& held = call["held"];
  state.hold = {arena.CopyString(held.value("tier", std::string())),
                std::nullopt};
  if (held.contains("below_since")) {
    state.hold->below_since = TimeOf(held["below_since"].get<std::string>());
  }
  return state;
}

std::string ErrorSuffix(ErrorCode error) {
  if (error == ErrorCode::kNone) return "";
  return absl::StrCat(" (", ErrorCodeText(error), ")");
}

void AppendInputs(absl::string_view prefix,
                  const std::vector<trace::InputRead>& inputs,
                  std::string& text) {
  for (const trace::InputRead& input : inputs) {
    absl::StrAppend(&text, "input ", prefix, input.name, " = ",
                    ToString(input.value), " (", FactSourceName(input.source),
                    ")\n");
  }
}

void AppendPlacement(const DecisionRecord& record,
                     const trace::PlacementResult& placement,
                     std::string& text) {
  absl::StrAppend(&text, "placement ", placement.name, " channel '",
                  placement.channel, "' ",
                  placement.inbound ? "inbound" : "outbound", "\n");
  for (uint32_t i = placement.slots_begin; i < placement.slots_end; ++i) {
    const trace::SlotResult& slot = record.slots[i];
    absl::StrAppend(&text, "  slot ", i - placement.slots_begin + 1, ": ",
                    slot.offer, " ", ReasonName(slot.reason),
                    " p=", slot.selection_probability, "\n");
  }
  for (uint32_t i = placement.candidates_begin; i < placement.candidates_end;
       ++i) {
    const trace::Candidate& c = record.candidates[i];
    absl::StrAppend(&text, "  candidate ", c.offer,
                    " score=", ToString(Value::Double(c.score)),
                    " propensity=", c.propensity,
                    c.propensity_given ? "" : " (not given)",
                    " value=", c.value, " cost=", c.cost, " lever=", c.lever,
                    c.context_weight == 1
                        ? ""
                        : absl::StrCat(" context_weight=", c.context_weight),
                    " ", ReasonName(c.selection), "\n");
  }
  for (uint32_t i = placement.exclusions_begin; i < placement.exclusions_end;
       ++i) {
    const trace::Exclusion& e = record.exclusions[i];
    absl::StrAppend(&text, "  excluded ", e.offer, ": ", ReasonName(e.reason),
                    e.group.empty() ? "" : absl::StrCat(" of ", e.group),
                    ErrorSuffix(e.error));
    if (e.score.has_value()) absl::StrAppend(&text, " score=", *e.score);
    if (e.score_min.has_value()) absl::StrAppend(&text, " min=", *e.score_min);
    if (e.valid_from.has_value()) {
      absl::StrAppend(&text, " from=", Utc(*e.valid_from));
    }
    if (e.valid_until.has_value()) {
      absl::StrAppend(&text, " until=", Utc(*e.valid_until));
    }
    text += "\n";
  }
}

}  // namespace

std::string ToText(const DecisionRecord& record) {
  std::string text = absl::StrCat("customer ", record.customer_id, " unit ",
                                  record.unit, "\n");
  AppendInputs("", record.attributes, text);
  AppendInputs("request.", record.request_values, text);
  for (const NamedValue& parameter : record.parameters) {
    absl::StrAppend(&text, "parameter ", parameter.name, " = ",
                    ToString(parameter.value), "\n");
  }
  if (record.scored) {
    absl::StrAppend(&text, "score ", ToString(Value::Double(record.score)),
                    " coverage ", ToString(Value::Double(record.coverage)),
                    " tier ", record.tier, " (", ReasonName(record.tier_reason),
                    ")\n");
  }
  if (record.hold_read.has_value()) {
    absl::StrAppend(&text, "held ", ToText(*record.hold_read), "\n");
  }
  if (record.hold_written.has_value()) {
    absl::StrAppend(&text, "holds ", ToText(*record.hold_written), "\n");
  }
  if (!record.stage.empty()) {
    absl::StrAppend(&text, "stage ", record.stage, "\n");
  }
  for (const trace::TreatmentResult& treatment : record.treatments) {
    absl::StrAppend(&text, "treatment ", treatment.name, " cell '",
                    treatment.cell, "' (", ReasonName(treatment.reason), "):");
    for (uint32_t i = treatment.fields_begin; i < treatment.fields_end; ++i) {
      absl::StrAppend(&text, " ", record.treatment_fields[i].name, "=",
                      ToString(record.treatment_fields[i].value));
    }
    text += "\n";
  }
  for (const trace::PlacementResult& placement : record.placements) {
    AppendPlacement(record, placement, text);
  }
  for (const trace::Degradation& degradation : record.degradations) {
    absl::StrAppend(&text, "degraded ", ReasonName(degradation.reason), " ",
                    degradation.subject, ErrorSuffix(degradation.error), "\n");
  }
  return text;
}

std::string DecideJson(const plan::Plan& plan, absl::string_view call,
                       Workspace& workspace) {
  const Json json = Json::parse(call.begin(), call.end(), nullptr, false);
  EXPECT_TRUE(json.is_object()) << call;
  Arena& arena = workspace.input_arena();
  arena.Reset();
  const std::vector<NamedValue> attributes =
      Members(json, "attributes", plan.summary().attributes, arena);
  const std::vector<NamedValue> profile =
      Members(json, "profile", plan.summary().attributes, arena);
  const std::vector<NamedValue> request =
      Members(json, "request", plan.summary().request, arena);
  std::vector<absl::string_view> placements;
  for (const Json& name : json.value("placements", Json::array())) {
    placements.push_back(arena.CopyString(name.get<std::string>()));
  }
  Call decide_call;
  decide_call.customer_id =
      arena.CopyString(json.value("customer", std::string("c-1")));
  decide_call.unit = arena.CopyString(json.value("unit", std::string()));
  decide_call.locale = arena.CopyString(json.value("locale", std::string()));
  decide_call.decided_at = TimeOf(json.value("now", "2026-11-15T10:00:00Z"));
  if (json.contains("as_of")) {
    decide_call.role = trace::Role::kAsOf;
    decide_call.as_of = TimeOf(json["as_of"].get<std::string>());
  }
  decide_call.seed = json.value("seed", uint64_t{0});
  decide_call.ignore_levers = json.value("ignore_levers", false);
  decide_call.explore = json.value("explore", true);
  const state::StateCopy state = StateOf(json, arena);
  decide_call.state = &state;
  decide_call.attributes = attributes;
  decide_call.profile = profile;
  decide_call.request = request;
  decide_call.placements = placements;
  const std::span<const Violation> violations =
      Decide(plan, decide_call, workspace);
  if (violations.empty()) return ToText(workspace.record());
  std::string text;
  for (const Violation& violation : violations) {
    absl::StrAppend(&text, "refused ", violation.field, ": ",
                    violation.description, "\n");
  }
  return text;
}

}  // namespace stratagem::decide
