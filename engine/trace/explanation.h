// engine/trace/explanation.h
//
// Explanation: why a decision is as it is, in full, as plain data that owns
// what it holds - points, conditions that were tried, gates, what an offer lost
// to, and what would have to change. decide/explain.cc fills it, explain_text.h
// says it in words, the server and the command line send and print it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_EXPLANATION_H_
#define STRATAGEM_ENGINE_TRACE_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/trace/reason.h"
#include "engine/value/value.h"

namespace stratagem::trace {

// What became of a condition.
enum class Tried : uint8_t {
  kNotTried = 0,  // Something before it had decided.
  kHeld = 1,
  kFailed = 2,
  kError = 3,
};

// Which values of an input would do, seen from Nearest::would_do.
enum class Bound : uint8_t {
  kExactly = 0,   // That value.
  kAtLeast = 1,   // It and those above.
  kMoreThan = 2,  // Those above, not itself.
  kAtMost = 3,    // It and those below.
  kLessThan = 4,  // Those below, not itself.
  kAnyValue = 5,  // Any value at all; the input has none now.
  kNoValue = 6,   // None: the input would have to be absent.
};

// Stable names: "not_tried", "at_least", ….
absl::string_view TriedName(Tried tried);
absl::string_view BoundName(Bound bound);

// A single input that, if it were different, would make a condition pass.
// Values are text without separators: programs read it as JSON's numbers,
// explain_text.h writes it for people.
struct Nearest {
  std::string condition;  // The comparison, CEL: "monetary_12m >= 4000.0".
  std::string input;      // "monetary_12m", "request.channel", "tier".
  ValueKind kind = ValueKind::kMissing;  // Of the input's values.
  std::string found;                     // "3200"; "" when it is absent.
  // "4000": the passing value that is nearest to `found`, within the input's
  // declared bounds; "" with kAnyValue and kNoValue.
  std::string would_do;
  Bound bound = Bound::kExactly;
  std::vector<std::string> also;  // Others that would do as well, of words.
  std::string unit;               // As declared: "CNY", or "".
};

// A part of a condition that fails: the whole condition or, of `a && b`, an
// operand that is false. `nearest` holds one entry for each alternative: each
// of them alone would make the part pass. Empty when no single input can.
struct WhyNot {
  std::string condition;  // CEL.
  std::vector<Nearest> nearest;
};

struct ConditionTried {
  std::string name;       // The stage, or the gate's reason name.
  std::string condition;  // CEL; "" for a last line without one.
  Tried tried = Tried::kNotTried;
  ErrorCode error = ErrorCode::kNone;
  // With kFailed: the parts that fail, all of which would have to pass.
  std::vector<WhyNot> why_not;
};

// How the tier came about.
struct TierExplained {
  std::string tier;               // In force; "" without `value:`.
  std::string computed;           // What the score alone gives.
  Reason reason = Reason::kNone;  // As in DecisionRecord::tier_reason.
  double score = 0;
  double coverage = 0;
  std::optional<double> score_min;  // Of the tier in force; none for the floor.
  // The next better tier and the score that it takes; "" at the top.
  std::string next;
  double next_score_min = 0;
  // With kHeldTier and kLowCoverage: since when the score is below the tier in
  // force, and when the tier falls if that stays so. RFC 3339.
  std::string below_since;
  std::string downgrade_at;
  // With kLowCoverage: the share that a downgrade takes.
  std::optional<double> coverage_min;
};

struct IndicatorExplained {
  std::string dimension;
  std::string name;
  std::string expression;
  double weight = 0;             // Of the dimension.
  std::string value;             // As text; "" when missing.
  std::optional<double> points;  // 0..100; absent when missing.
  ErrorCode error = ErrorCode::kNone;
};

// A row of a decision table that matched, in the order in which it counts.
struct RowExplained {
  std::string label;  // "rows[3]", "rates.csv:14".
  std::string
      condition;  // The cells that ask something: "tier: gold | silver".
};

struct TreatmentExplained {
  std::string name;
  std::string cell;  // As in TreatmentResult.
  Reason reason = Reason::kNone;
  ErrorCode error = ErrorCode::kNone;  // With kTreatmentError.
  std::vector<RowExplained> rows;      // Of a table: all that matched.
  // Of a rule: what its `explanation` says of the item that applied, or "".
  std::string explanation;
};

struct GateExplained {
  Reason gate = Reason::kNone;  // kOutsideValidity, kGroupEligibility, ….
  std::string group;            // Of group gates.
  // Of kOutsideValidity, RFC 3339 or a date of the pack's zone; "" when open.
  std::string valid_from;
  std::string valid_until;  // Exclusive.
  ConditionTried condition;
};

// A line of the contact policy, a limit or a budget of an offer.
struct CapExplained {
  // kContactPolicy, kQuietHours, kLimit or kBudget.
  Reason cap = Reason::kNone;
  std::string name;  // As in Exclusion::cap.
  // kFailed: it has no room, or lost it to slots above.
  Tried tried = Tried::kNotTried;
  // What counts already, with the slots above that took room, and what it
  // allows; micro-units of money for budgets. Nothing counts of quiet hours,
  // and of what was not tried.
  int64_t amount = 0;
  int64_t amount_max = 0;
  std::string unit;  // Of budgets: "CNY", or "".
  // What counts: what happened since then, or in the calendar's "hour", "day",
  // "week", "month", or "total".
  absl::Duration within = absl::ZeroDuration();
  std::string period;
  // As Exclusion::opens_at, a date of the pack's zone or RFC 3339; "" when that
  // is never or not known.
  std::string opens_at;
  // Of the cap that left the offer out: how much of `amount` is only reserved,
  // and of a budget, what showing the offer takes.
  int64_t amount_reserved = 0;
  int64_t cost = 0;
};

// What the score of an offer is made of.
struct Factors {
  double propensity = 1;
  bool propensity_given = false;  // False: absent, counted as 1.
  double value = 0;
  double cost = 0;
  double lever = 1;
  double context_weight = 1;
  double score = 0;
  std::optional<double> score_min;  // The pack's `min_score`.
};

struct OfferExplained {
  std::string offer;
  // What became of it: a slot's reason or an exclusion's.
  Reason reason = Reason::kNone;
  ErrorCode error = ErrorCode::kNone;
  std::vector<GateExplained> gates;  // In the order in which they are tried.
  std::vector<CapExplained> caps;    // Likewise; tried after the gates.
  // Of offers that were weighed: those that passed every gate.
  std::optional<Factors> factors;
  // With kOutranked the offer of the last slot, with kDistinctGroup the one
  // that has its group's slot; else "".
  std::string lost_to;
  double lost_by = 0;  // Difference of scores; 0 when not comparable.
  // With kDistinctGroup: the group that has a slot already.
  std::string group;
  // With kAlreadyShown: the placement that shows it.
  std::string shown_in;
};

struct PlacementExplained {
  std::string name;
  uint32_t slots_max = 0;
  std::vector<OfferExplained> offers;  // Candidates best first, then the rest.
};

struct Explanation {
  std::vector<IndicatorExplained> indicators;
  TierExplained tier;
  // Lines of the lifecycle up to the one that matched.
  std::vector<ConditionTried> stages;
  std::vector<TreatmentExplained> treatments;
  std::vector<PlacementExplained> placements;
};

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_EXPLANATION_H_
