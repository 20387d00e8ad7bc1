// engine/trace/reason.h
//
// Why something is as it is in a decision: stable codes that the wire, the log
// and screens share.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_REASON_H_
#define STRATAGEM_ENGINE_TRACE_REASON_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace stratagem::trace {

// Numbers stand in records and on the wire and are never reused. Ranges: 1-19
// how a result came about, 20-59 why an offer was left out, 60-99 what went
// wrong while deciding.
enum class Reason : uint8_t {
  kNone = 0,
  // Results.
  kScored = 1,       // Tier from the score.
  kFloorTier = 2,    // Nothing of the score was present.
  kMatrixCell = 4,   // A treatment from its matrix. (3 is no longer used.)
  kDefault = 5,      // A treatment's default: it has no rules.
  kRanked = 6,       // An offer won its slot by score.
  kFallback = 7,     // The placement's fallback filled an empty answer.
  kRuleItem = 8,     // A treatment from an item of its rule.
  kNoRuleItem = 9,   // A treatment's default: no item of its rule applied.
  kTableRow = 10,    // A treatment from rows of its table.
  kNoTableRow = 11,  // A treatment's default: no row of its table matched.
  kMandatory = 12,   // An offer that goes first by the pack's word.
  kExplored = 13,    // An offer that was drawn although another is best.
  kHeldTier = 14,    // The tier held from before: not below it for long enough.
  kLowCoverage = 15,  // The tier held from before: too little is known now.
  // Exclusions, in the order in which gates are tried.
  kOutsideValidity = 20,
  kGroupEligibility = 21,
  kGroupApplicability = 22,
  kGroupSuitability = 23,
  kEligibility = 24,
  kApplicability = 25,
  kSuitability = 26,
  kContactPolicy = 27,    // A line of `contact_policy` has no room.
  kLimit = 28,            // A limit of the offer or of its groups has none.
  kBudget = 29,           // A budget does not cover its cost.
  kGateError = 30,        // A gate failed to evaluate.
  kPropensityError = 31,  // Not evaluable, or outside 0..1.
  kValueError = 32,       // Not evaluable, or not finite.
  kCostError = 33,
  kScoreError = 34,
  kMinScore = 35,         // The score is under the pack's `min_score`.
  kQuietHours = 36,       // A quiet line of `contact_policy`; tried with 27.
  kOfferPaused = 37,      // An operator has paused it; tried before all else.
  kPlacementPaused = 38,  // An operator has paused the placement; likewise.
  kOutranked = 40,        // Admissible; better ones took the slots.
  kDistinctGroup = 41,    // Its group already has a slot in the placement.
  kAlreadyShown = 42,     // Already chosen in this decision.
  // Errors that were survived.
  kIndicatorError = 60,
  kStageConditionError = 61,
  kTreatmentError = 62,
  kContextWeightError = 63,  // The weight counts as 1.
  // Rows of a `unique` or `any` table that contradict each other; the default
  // stands in.
  kTableConflict = 64,
  kProfileValue = 65,   // A stored attribute that does not fit is missing.
  kTimeZoneError = 66,  // The customer's zone is none: the pack's counts.
};

// Returns the reason's stable name: "eligibility", "outside_validity", ….
absl::string_view ReasonName(Reason reason);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_REASON_H_
