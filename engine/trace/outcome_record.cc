#include "engine/trace/outcome_record.h"

#include <algorithm>
#include <utility>

namespace stratagem::trace {

absl::string_view OutcomeStatusName(OutcomeStatus status) {
  switch (status) {
    case OutcomeStatus::kRecorded:
      return "recorded";
    case OutcomeStatus::kExpired:
      return "expired";
    case OutcomeStatus::kLate:
      return "late";
    case OutcomeStatus::kRepeated:
      return "repeated";
    case OutcomeStatus::kUnknown:
      return "unknown";
  }
  return "unknown";
}

state::Event EventOf(const OutcomeRecord& record) {
  const bool is_by_server = record.outcome == state::Outcome::kAccepted ||
                            record.outcome == state::Outcome::kNotPresented;
  state::Event event;
  event.at = state::FloorTime(
      is_by_server ? record.recorded_at
                   : std::min(std::max(record.occurred_at, record.decided_at),
                              record.recorded_at));
  event.sequence = record.decision_sequence;
  event.offer.text = record.offer;
  event.channel.text = record.channel;
  event.inbound = record.inbound;
  event.group = record.group_key;
  event.outcome = record.outcome;
  event.honoured = record.status == OutcomeStatus::kRecorded;
  if (record.outcome == state::Outcome::kRevenue &&
      !record.outcome_id.empty()) {
    event.report = state::KeyOf(record.outcome_id);
  } else if (record.outcome == state::Outcome::kPresented) {
    event.report = state::kToldReport;
  }
  return event;
}

void OutcomeRecord::Clear() {
  std::vector<state::CounterChange> room = std::move(changes);
  room.clear();
  *this = OutcomeRecord();
  changes = std::move(room);
}

}  // namespace stratagem::trace
