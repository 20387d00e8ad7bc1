#include "tests/decide/decision_text.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/plan/plan_code.h"
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

state::Name NameOf(const Json& json, const char* member, Arena& arena) {
  const absl::string_view text =
      arena.CopyString(json.value(member, std::string()));
  return {text, state::KeyOf(text)};
}

state::Event EventOf(const Json& json, uint64_t sequence, Arena& arena) {
  state::Event event;
  event.at = TimeOf(json.at("at").get<std::string>());
  event.sequence = json.value("sequence", sequence);
  event.offer = NameOf(json, "offer", arena);
  event.channel = NameOf(json, "channel", arena);
  event.inbound = json.value("inbound", false);
  event.honoured = json.value("honoured", true);
  const std::string outcome = json.value("outcome", std::string("presented"));
  const std::optional<state::Outcome> known = state::FindOutcome(outcome);
  EXPECT_TRUE(known.has_value()) << outcome;
  event.outcome = known.value_or(state::Outcome::kPresented);
  return event;
}

// What the call says is remembered of its customer, and what shared counters
// hold. The text is in the arena: it has to live as long as the record.
state::StateCopy StateOf(const Json& call, const plan::Plan& plan,
                         Arena& arena) {
  state::StateCopy state;
  for (const Json& event : call.value("events", Json::array())) {
    state.events.push_back(EventOf(event, 1 + state.events.size(), arena));
  }
  const Json amounts = call.value("counters", Json::object());
  size_t known = 0;
  for (const plan::CounterCode& counter : plan.code().caps.counters) {
    known += amounts.contains(counter.name) ? 1 : 0;
    state.amounts.push_back(amounts.value(counter.name, int64_t{0}));
  }
  EXPECT_EQ(known, amounts.size()) << amounts;
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
    if (!e.cap.empty()) absl::StrAppend(&text, " by ", e.cap);
    if (e.amount.has_value()) absl::StrAppend(&text, " ", *e.amount);
    if (e.amount_max.has_value()) absl::StrAppend(&text, " of ", *e.amount_max);
    if (e.amount_reserved.has_value()) {
      absl::StrAppend(&text, " reserved ", *e.amount_reserved);
    }
    if (e.cost.has_value()) absl::StrAppend(&text, " cost ", *e.cost);
    if (!e.unit.empty()) absl::StrAppend(&text, " ", e.unit);
    if (e.opens_at.has_value()) {
      absl::StrAppend(&text, " opens ", Utc(*e.opens_at));
    }
    text += "\n";
  }
}

void AppendState(const DecisionRecord& record, std::string& text) {
  if (!record.events_read.empty()) {
    absl::StrAppend(&text, "read ", record.events_read.size(), " events\n");
  }
  for (const state::Paused& paused : record.paused_read) {
    absl::StrAppend(&text, "paused ", paused.name,
                    paused.is_placement ? " (placement)" : "", "\n");
  }
  for (const state::CounterRead& read : record.counters_read) {
    absl::StrAppend(&text, "read ", read.counter, " ", read.amount, " from ",
                    Utc(read.query.from), " until ", Utc(read.query.until),
                    "; the same");
    if (read.same_from != std::numeric_limits<int64_t>::min()) {
      absl::StrAppend(&text, " from ", read.same_from);
    }
    if (read.same_to != std::numeric_limits<int64_t>::max()) {
      absl::StrAppend(&text, " to ", read.same_to);
    }
    text += "\n";
  }
  for (const state::Effect& effect : record.effects) {
    absl::StrAppend(&text, "adds ", effect.amount, " of ", effect.amount_max,
                    " to ", effect.counter.text, " for ", effect.offer.text,
                    " at ", Utc(effect.at), " kept until ",
                    Utc(effect.keep_until), ", ",
                    state::OutcomeName(effect.counts), " until ",
                    Utc(effect.reserved_until), "\n");
  }
  if (record.events_keep_until != absl::InfinitePast()) {
    absl::StrAppend(&text, "remembered until ", Utc(record.events_keep_until),
                    "\n");
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
  AppendState(record, text);
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
  const state::StateCopy state = StateOf(json, plan, arena);
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
