// engine/trace/explanation.h
//
// Explanation: why a decision is as it is, in full, as plain data that owns what
// it holds - points, conditions that were tried, gates, what an offer lost to,
// and what would have to change. decide/explain.cc fills it, explain_text.h
// says it in words, the server and the command line send and print it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_EXPLANATION_H_
#define STRATAGEM_ENGINE_TRACE_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

// A comparison that fails and would pass if one input were different. Values
// are text as people read them, and JSON for programs.
struct Nearest {
  std::string condition;  // The comparison, CEL: "monetary_12m >= 4000.0".
  std::string input;      // "monetary_12m", "request.channel".
  std::string found;      // "3200"; "" when the input is absent.
  std::string would_do;   // "4000": the nearest value that passes.
  std::string unit;       // As declared: "CNY", or "".
  // Whether `would_do` itself passes (>=, <=, ==) or only values beyond it
  // (> or < of doubles).
  bool inclusive = true;
};

// The part of a condition that fails: the whole condition or, of `a && b`, the
// part that is false. `nearest` holds one entry for each alternative that would
// do by changing one input; empty when no single input is compared.
struct WhyNot {
  std::string condition;
  std::vector<Nearest> nearest;
};

struct ConditionTried {
  std::string name;       // The stage, or the gate's reason name.
  std::string condition;  // CEL; "" for a last line without one.
  Tried tried = Tried::kNotTried;
  ErrorCode error = ErrorCode::kNone;
  std::optional<WhyNot> why_not;  // With kFailed.
};

struct IndicatorExplained {
  std::string dimension;
  std::string name;
  std::string expression;
  double weight = 0;              // Of the dimension.
  std::string value;              // As text; "" when missing.
  std::optional<double> points;   // 0..100; absent when missing.
  ErrorCode error = ErrorCode::kNone;
};

// A row of a decision table that matched, in the order in which it counts.
struct RowExplained {
  std::string label;      // "rows[3]", "rates.csv:14".
  std::string condition;  // The cells that ask something: "tier: gold | silver".
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
  ConditionTried condition;
};

struct OfferExplained {
  std::string offer;
  // What became of it: a slot's reason or an exclusion's.
  Reason reason = Reason::kNone;
  ErrorCode error = ErrorCode::kNone;
  std::vector<GateExplained> gates;  // In the order in which they are tried.
  // With kOutranked, kDistinctGroup and kAlreadyShown: the offer that has the
  // slot it could have had; with kOutranked the one of the last slot.
  std::string lost_to;
  double lost_by = 0;  // Difference of scores; 0 when not comparable.
};

struct PlacementExplained {
  std::string name;
  std::vector<OfferExplained> offers;  // Candidates best first, then the rest.
};

struct Explanation {
  std::vector<IndicatorExplained> indicators;
  // Lines of the lifecycle up to the one that matched.
  std::vector<ConditionTried> stages;
  std::vector<TreatmentExplained> treatments;
  std::vector<PlacementExplained> placements;
};

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_EXPLANATION_H_
