// From a call to facts in slots, and all that is wrong with it.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/suggestion.h"
#include "engine/decide/decision_state.h"

namespace stratagem::decide {
namespace {

void StartRecord(const plan::PlanSummary& summary, const Call& call,
                 trace::DecisionRecord& record) {
  record.Clear();
  record.request_id = call.request_id;
  record.request_id_given = call.request_id_given;
  record.trace_id = call.trace_id;
  record.role = call.role;
  record.time_zones_version = call.time_zones_version;
  record.pack_name = summary.name;
  record.pack_version = summary.version;
  record.pack_digest = summary.digest;
  record.decided_at = call.decided_at;
  record.as_of = call.as_of;
  record.seed = call.seed;
  record.ignore_levers = call.ignore_levers;
  record.customer_id = call.customer_id;
  record.unit = call.unit.empty() ? call.customer_id : call.unit;
  record.locale = call.locale;
}

void StartFrame(const plan::PlanCode& code, const Call& call,
                DecisionState& state) {
  state.arena.Reset();
  state.violations.clear();
  state.slots.assign(static_cast<size_t>(code.slots.count), Value());
  state.frame.slots = state.slots;
  state.frame.lazy = code.lazy;
  state.frame.arena = &state.arena;
  state.frame.steps_left = kDecisionStepsMax;
  state.slot(code.slots.now) = Value::Timestamp(call.now());
}

void SetParameters(const plan::Plan& plan, const Call& call,
                   DecisionState& state) {
  const std::vector<Field>& parameters = plan.summary().parameters.fields();
  const std::vector<Value>& defaults = plan.code().parameter_values;
  const auto slot = static_cast<size_t>(plan.code().slots.parameters);
  STRATAGEM_CHECK(call.parameters.empty() ||
                  call.parameters.size() == parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Value& value =
        call.parameters.empty() ? defaults[i] : call.parameters[i];
    state.slots[slot + i] = value;
    state.record.parameters.push_back({parameters[i].name, value});
  }
}

// Resolves one schema's facts into its slots and the record.
void ResolveInto(const Schema& schema, absl::string_view prefix, int slot,
                 std::span<const NamedValue> sent,
                 std::span<const NamedValue> stored, std::vector<Fact>& facts,
                 std::vector<trace::InputRead>& read, DecisionState& state) {
  facts.resize(schema.fields().size());
  for (Violation& violation :
       ResolveFacts(schema, sent, stored, state.arena, facts)) {
    violation.field = absl::StrCat(prefix, violation.field);
    state.violations.push_back(std::move(violation));
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    state.slots[static_cast<size_t>(slot) + i] = facts[i].value;
    read.push_back({schema.fields()[i].name, facts[i].value, facts[i].source,
                    schema.fields()[i].pii});
    if (facts[i].stored_fault != FieldFault::kNone) {
      state.record.degradations.push_back({trace::Reason::kProfileValue,
                                           schema.fields()[i].name,
                                           ErrorCode::kNone});
    }
  }
}

void CheckPlacements(const plan::Plan& plan, const Call& call,
                     DecisionState& state) {
  for (size_t i = 0; i < call.placements.size(); ++i) {
    const absl::string_view name = call.placements[i];
    const auto before = call.placements.subspan(0, i);
    const auto refuse = [&](ViolationReason reason, std::string description) {
      state.violations.push_back({absl::StrCat("placements[", i, "]"), reason,
                                  std::move(description)});
    };
    if (!plan.code().placement_index.contains(name)) {
      const std::string hint = SuggestionHint(name, plan.summary().placements);
      refuse(ViolationReason::kUnknownName,
             absl::StrCat("`", name, "` is not a placement of the pack",
                          hint.empty() ? "" : "; ", hint));
    } else if (std::find(before.begin(), before.end(), name) != before.end()) {
      refuse(ViolationReason::kDuplicateName,
             absl::StrCat("`", name, "` is asked for twice"));
    }
  }
}

// Takes a stored value back: its default counts, or it is missing.
void DropFact(const Field& field, const expr::Program& constraint, size_t index,
              int slot, DecisionState& state) {
  Fact& fact = state.attributes[index];
  fact = {};
  if (field.default_value.has_value()) {
    fact = {*field.default_value, FactSource::kDefault};
  } else if (!field.optional) {
    state.violations.push_back(
        {absl::StrCat("attributes.", field.name), ViolationReason::kMissing,
         absl::StrCat("required ", ToString(field.type),
                      ", not sent, and the profile's breaks the constraint `",
                      constraint.source().text(), "`")});
  }
  state.slot(slot) = fact.value;
  state.record.attributes[index].value = fact.value;
  state.record.attributes[index].source = fact.source;
  state.record.degradations.push_back(
      {trace::Reason::kProfileValue, field.name, ErrorCode::kNone});
}

// Of a broken constraint: the stored values that it reads do not fit and count
// as missing. Returns false when it reads none.
bool DropStored(const plan::Plan& plan, const expr::Program& constraint,
                DecisionState& state) {
  const plan::PlanCode& code = plan.code();
  std::vector<bool> is_read(static_cast<size_t>(code.slots.count), false);
  MarkRead(code, constraint, is_read);
  bool is_any = false;
  const std::vector<Field>& fields = plan.summary().attributes.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    const int slot = code.slots.attributes + static_cast<int>(i);
    if (!is_read[static_cast<size_t>(slot)] ||
        state.attributes[i].source != FactSource::kProfile) {
      continue;
    }
    is_any = true;
    DropFact(fields[i], constraint, i, slot, state);
  }
  // Variables may have read them, too.
  for (size_t i = 0; is_any && i < code.lazy.size(); ++i) {
    if (code.lazy[i] != nullptr) state.slots[i] = Value();
  }
  return is_any;
}

bool IsAnyMissing(const std::vector<Violation>& violations) {
  return std::any_of(violations.begin(), violations.end(),
                     [](const Violation& violation) {
                       return violation.reason == ViolationReason::kMissing;
                     });
}

// Which stored values are not what broke a constraint.
std::string LeftOutText(const std::vector<trace::Degradation>& degradations) {
  std::string text;
  for (const trace::Degradation& degradation : degradations) {
    if (degradation.reason != trace::Reason::kProfileValue) continue;
    absl::StrAppend(&text,
                    text.empty() ? "; left out as they do not fit: the "
                                   "profile's `"
                                 : ", `",
                    degradation.subject, "`");
  }
  return text;
}

// Adds a violation for each constraint that the call breaks, up to the first
// that breaks by what is stored: then stored values were taken back.
bool TakesStoredBack(const plan::Plan& plan, DecisionState& state) {
  const std::vector<plan::ConstraintCode>& constraints =
      plan.code().constraints;
  for (size_t i = 0; i < constraints.size(); ++i) {
    const expr::Program& program = constraints[i].program;
    ErrorCode error = ErrorCode::kNone;
    if (Holds(program, state, error)) continue;
    if (DropStored(plan, program, state)) return true;
    state.violations.push_back(
        {absl::StrCat("constraints[", i, "]"), ViolationReason::kConstraint,
         absl::StrCat(
             "`", program.source().text(), "` ",
             error == ErrorCode::kNone
                 ? "does not hold"
                 : absl::StrCat("cannot be evaluated: ", ErrorCodeText(error)),
             LeftOutText(state.record.degradations))});
  }
  return false;
}

}  // namespace

void ResolveCall(const plan::Plan& plan, const Call& call,
                 DecisionState& state) {
  const plan::PlanSummary& summary = plan.summary();
  const plan::PlanCode& code = plan.code();
  StartRecord(summary, call, state.record);
  StartFrame(code, call, state);
  SetParameters(plan, call, state);
  if (call.customer_id.empty()) {
    state.violations.push_back({"customer_id", ViolationReason::kMissing,
                                "empty; expected the customer's id"});
  }
  ResolveInto(summary.attributes, "attributes.", code.slots.attributes,
              call.attributes, call.profile, state.attributes,
              state.record.attributes, state);
  ResolveInto(summary.request, "request.", code.slots.request, call.request, {},
              state.request, state.record.request_values, state);
  CheckPlacements(plan, call, state);
}

void MarkRead(const plan::PlanCode& code, const expr::Program& program,
              std::vector<bool>& is_read) {
  for (const int slot : program.slots_read()) {
    const auto index = static_cast<size_t>(slot);
    if (is_read[index]) continue;
    is_read[index] = true;
    if (index < code.lazy.size() && code.lazy[index] != nullptr) {
      MarkRead(code, *code.lazy[index], is_read);
    }
  }
}

void CheckConstraints(const plan::Plan& plan, DecisionState& state) {
  while (TakesStoredBack(plan, state) && !IsAnyMissing(state.violations)) {
    // What constraints before it read has changed.
    state.violations.clear();
  }
}

}  // namespace stratagem::decide
