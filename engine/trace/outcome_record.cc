#include "engine/trace/outcome_record.h"

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

void OutcomeRecord::Clear() {
  std::vector<state::CounterChange> room = std::move(changes);
  room.clear();
  *this = OutcomeRecord();
  changes = std::move(room);
}

}  // namespace stratagem::trace
