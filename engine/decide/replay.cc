#include "engine/decide/replay.h"

#include <algorithm>
#include <span>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/decide/caps.h"
#include "engine/plan/plan_code.h"
#include "engine/value/schema.h"

namespace stratagem::decide {
namespace {

using trace::DecisionRecord;

// The read that answers `query`, or null. A window that the pack has moved is
// another counter.
const state::CounterRead* FindRead(const DecisionRecord& record,
                                   const state::CounterQuery& query) {
  const auto found = std::find_if(
      record.counters_read.begin(), record.counters_read.end(),
      [&query](const state::CounterRead& read) {
        return read.query.key == query.key && read.query.from == query.from &&
               read.query.until == query.until;
      });
  return found == record.counters_read.end() ? nullptr : &*found;
}

// Whether the field that a violation names is personal.
bool IsPersonal(const plan::PlanSummary& summary, absl::string_view field) {
  const auto has = [](const Schema& schema, absl::string_view name) {
    const int index = schema.Find(name);
    return index >= 0 && schema.fields()[static_cast<size_t>(index)].pii;
  };
  if (absl::ConsumePrefix(&field, "attributes.")) {
    return has(summary.attributes, field);
  }
  return absl::ConsumePrefix(&field, "request.") && has(summary.request, field);
}

}  // namespace

const Replayed& Replayer::Replay(const DecisionRecord& recorded) {
  const plan::PlanSummary& summary = plan_.summary();
  const bool same_pack = recorded.pack_digest == summary.digest;
  replayed_.differences.clear();
  replayed_.not_recorded.clear();
  arena_.Reset();
  RestoreInputs("attributes.", summary.attributes, recorded.attributes, sent_,
                stored_);
  RestoreInputs("request.", summary.request, recorded.request_values, request_,
                none_stored_);
  parameters_.clear();
  if (same_pack) RestoreParameters(recorded);
  RestorePlacements(recorded);
  RestoreState(recorded);

  Call call;
  call.request_id = recorded.request_id;
  call.request_id_given = recorded.request_id_given;
  call.trace_id = recorded.trace_id;
  call.customer_id = recorded.customer_id;
  call.unit = recorded.unit;
  call.locale = recorded.locale;
  call.role = recorded.role;
  call.decided_at = recorded.decided_at;
  call.as_of = recorded.as_of;
  call.seed = recorded.seed;
  call.ignore_levers = recorded.ignore_levers;
  call.time_zones_version = recorded.time_zones_version;
  call.state = &state_;
  call.attributes = sent_;
  call.profile = stored_;
  call.request = request_;
  call.parameters = parameters_;
  call.placements = placements_;
  const std::span<const Violation> violations = Decide(plan_, call, workspace_);
  for (const Violation& violation : violations) Refuse(violation);
  if (!violations.empty()) return replayed_;
  NoteUnreadCounters(recorded);
  CompareDecisions(recorded, record(), same_pack, replayed_.differences);
  return replayed_;
}

// Sent values go in as sent, a null that hid a stored one too; stored ones as
// stored; what was absent or a default comes out as the pack says.
void Replayer::RestoreInputs(absl::string_view section, const Schema& schema,
                             const std::vector<trace::InputRead>& inputs,
                             std::vector<NamedValue>& sent,
                             std::vector<NamedValue>& stored) {
  sent.clear();
  stored.clear();
  std::vector<bool> is_known(schema.fields().size(), false);
  for (const trace::InputRead& input : inputs) {
    const int index = schema.Find(input.name);
    if (index < 0) continue;  // Another pack does not read it.
    is_known[static_cast<size_t>(index)] = true;
    const Value value = input.value.is_missing() ? Value::Null() : input.value;
    if (input.source == FactSource::kRequest) {
      sent.push_back({input.name, value});
    } else if (input.source == FactSource::kProfile) {
      stored.push_back({input.name, value});
    }
  }
  for (size_t i = 0; i < is_known.size(); ++i) {
    if (is_known[i]) continue;
    replayed_.not_recorded.push_back(
        absl::StrCat(section, schema.fields()[i].name));
  }
}

void Replayer::RestoreParameters(const DecisionRecord& recorded) {
  const std::vector<Field>& fields = plan_.summary().parameters.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    Value value = plan_.code().parameter_values[i];
    for (const NamedValue& parameter : recorded.parameters) {
      Value candidate = parameter.value;
      // What does not fit, a damaged record holds.
      if (parameter.name == fields[i].name &&
          Conform(fields[i], candidate, arena_) == FieldFault::kNone) {
        value = candidate;
      }
    }
    parameters_.push_back(value);
  }
}

void Replayer::RestorePlacements(const DecisionRecord& recorded) {
  placements_.clear();
  for (const trace::PlacementResult& placement : recorded.placements) {
    if (plan_.code().placement_index.contains(placement.name)) {
      placements_.push_back(placement.name);
    }
  }
}

void Replayer::RestoreState(const DecisionRecord& recorded) {
  const plan::PlanCode& code = plan_.code();
  state_.Clear();
  state_.hold = recorded.hold_read;
  if (code.hold.has_value() && !recorded.hold_written.has_value()) {
    replayed_.not_recorded.push_back("hold_read");
  }
  state_.events = recorded.events_read;
  state_.paused = recorded.paused_read;
  // Of a shorter memory than the pack's something may be missing.
  const absl::Time kept_until =
      code.caps.events_kept.has_value()
          ? state::FloorTime(recorded.decided_at) + *code.caps.events_kept
          : absl::InfinitePast();
  if (recorded.events_keep_until < kept_until && !placements_.empty()) {
    replayed_.not_recorded.push_back("events_read");
  }
  AskCounters(plan_, recorded.now(), queries_);
  for (const state::CounterQuery& query : queries_) {
    const state::CounterRead* const read = FindRead(recorded, query);
    state_.amounts.push_back(read == nullptr ? 0 : read->amount);
  }
}

void Replayer::NoteUnreadCounters(const DecisionRecord& recorded) {
  for (const state::CounterRead& read : record().counters_read) {
    if (FindRead(recorded, read.query) == nullptr) {
      replayed_.not_recorded.push_back(
          absl::StrCat("counters_read.", read.counter));
    }
  }
}

void Replayer::Refuse(const Violation& violation) {
  replayed_.differences.push_back({"refused", violation.field, "decided",
                                   IsPersonal(plan_.summary(), violation.field)
                                       ? "(personal)"
                                       : violation.description});
}

}  // namespace stratagem::decide
