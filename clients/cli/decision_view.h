// clients/cli/decision_view.h
//
// DecisionView: a decision as the command line prints it, whether the engine
// made it here or a server answered it. Member names are those of
// proto/stratagem/v1/decision.proto and of the JSON that is printed.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DECISION_VIEW_H_
#define STRATAGEM_CLIENTS_CLI_DECISION_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan.h"
#include "engine/trace/explanation.h"
#include "engine/trace/reason.h"
#include "engine/value/value.h"
#include "stratagem/v1/decision.pb.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::cli {

// A named value as JSON and as a person reads it.
struct ValueView {
  std::string name;
  std::string json;
  std::string text;
};

struct InputView {
  ValueView value;
  std::string source;  // "request", "profile", "default" or "absent".
};

struct TreatmentView {
  std::string name;
  std::string cell;
  trace::Reason reason = trace::Reason::kNone;
  std::vector<ValueView> fields;
};

struct SlotView {
  std::string offer_id;
  trace::Reason reason = trace::Reason::kNone;
  double score = 0;
  double selection_probability = 1;
  // What a screen shows; empty when the pack says nothing, and in a log.
  std::vector<std::pair<std::string, std::string>> labels;
  std::string content;
  std::string content_locale;
  std::string action_ref;
};

struct PlacementView {
  std::string name;
  std::string channel;
  bool inbound = false;
  std::vector<SlotView> slots;
};

struct CandidateView {
  std::string offer_id;
  double propensity = 1;
  bool propensity_given = false;
  double value = 0;
  double cost = 0;
  double lever = 1;
  double context_weight = 1;
  double score = 0;
  trace::Reason reason = trace::Reason::kNone;
};

// Whether the candidate has a slot of its placement.
inline bool HasSlot(const CandidateView& candidate) {
  return candidate.reason == trace::Reason::kRanked ||
         candidate.reason == trace::Reason::kExplored ||
         candidate.reason == trace::Reason::kMandatory;
}

struct ExclusionView {
  std::string offer_id;
  trace::Reason reason = trace::Reason::kNone;
  std::string group;
  ErrorCode error = ErrorCode::kNone;
  std::optional<double> score;      // With kMinScore.
  std::optional<double> score_min;  // With kMinScore.
  // With kOutsideValidity: RFC 3339, UTC; "" where the dates are open.
  std::string valid_from = {};
  std::string valid_until = {};
  // Of caps: which one, what was counted and is allowed (millionths of the unit
  // of money with kBudget), and when it opens: RFC 3339, UTC, or "".
  std::string cap = {};
  std::optional<int64_t> amount = {};
  std::optional<int64_t> amount_max = {};
  std::string opens_at = {};
  std::optional<int64_t> amount_reserved = {};  // Of `amount`.
  // With kBudget: what the offer takes, and the unit.
  std::optional<int64_t> cost = {};
  std::string unit = {};
};

struct PlacementExplanationView {
  std::string placement;
  std::vector<CandidateView> candidates;
  std::vector<ExclusionView> exclusions;
};

struct DegradationView {
  trace::Reason reason = trace::Reason::kNone;
  std::string subject;
  ErrorCode error = ErrorCode::kNone;
};

struct TierHoldView {
  std::string tier;
  std::string below_since;  // RFC 3339, UTC; "" while the score reaches it.
};

// Everything that was tried, and the same in sentences.
struct FullExplanationView {
  trace::Explanation explanation;
  std::string text;
};

struct ExplanationView {
  std::vector<InputView> attributes;
  std::vector<InputView> request;
  std::vector<ValueView> parameters;
  std::vector<PlacementExplanationView> placements;
  std::vector<DegradationView> degradations;
  uint64_t seed = 0;
  bool ignore_levers = false;
  std::optional<TierHoldView> hold_before;
  std::optional<TierHoldView> hold_after;
  std::optional<FullExplanationView> full;
};

// Where a decision stands in a server's log.
struct PositionView {
  std::string node_id;
  uint64_t epoch = 0;
  uint64_t sequence = 0;
};

struct DecisionView {
  std::string customer_id;
  std::string decision_id;               // Empty for a decision made here.
  std::optional<PositionView> position;  // Absent for a decision made here.
  std::string request_id;
  bool repeated_request = false;  // The answer is that to an earlier call.
  std::string role;               // "live", "canary", "dry_run", ….
  std::string pack_name;
  std::string pack_version;
  std::string pack_digest;
  std::string decided_at;  // RFC 3339, UTC.
  std::string as_of;       // The simulated time, or "".
  // Where people read these times: the pack's zone, or that of the terminal.
  absl::TimeZone timezone;
  std::optional<double> score;
  double coverage = 0;
  std::string tier;
  trace::Reason tier_reason = trace::Reason::kNone;
  std::string stage;
  std::vector<TreatmentView> treatments;
  std::vector<PlacementView> placements;
  bool degraded = false;
  std::optional<ExplanationView> explanation;
  // Of a decision of a log: the inputs whose values are left out as personal.
  std::optional<std::vector<std::string>> masked;
  // What was reported of it, of an export.
  std::optional<std::vector<v1::LoggedOutcome>> outcomes;
};

inline bool HasFullExplanation(const DecisionView& decision) {
  return decision.explanation.has_value() &&
         decision.explanation->full.has_value();
}

// How much of the reasons is wanted.
enum class Explain { kNone, kReasons, kFull };

// The view of what the engine decided here: the last decision of `workspace`.
// Requires: it was made by `plan`.
DecisionView ViewOf(const plan::Plan& plan, const decide::Workspace& workspace,
                    Explain explain);

// The view of a decision of a server's log.
DecisionView ViewOf(const v1::LogEntry& entry, absl::TimeZone timezone);

// The view of what a server answered. `customer_id` and `timezone` are not part
// of a Decision.
DecisionView ViewOf(const v1::Decision& decision, std::string customer_id,
                    absl::TimeZone timezone);

// "live", "dry_run", …: as the log has it; "unknown" of a newer server.
absl::string_view RoleName(v1::DecisionRole role);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DECISION_VIEW_H_
