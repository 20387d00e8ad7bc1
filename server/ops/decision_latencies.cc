#include "server/ops/decision_latencies.h"

namespace stratagem::server {

absl::string_view PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kRead:
      return "read";
    case Phase::kDecide:
      return "decide";
    case Phase::kCommit:
      return "commit";
    case Phase::kTotal:
      return "total";
  }
  return "";
}

absl::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDecided:
      return "decided";
    case Outcome::kRepeated:
      return "repeated";
    case Outcome::kUnlogged:
      return "unlogged";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kFailed:
      return "failed";
  }
  return "";
}

}  // namespace stratagem::server
