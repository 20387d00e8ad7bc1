#include "engine/trace/reason.h"

namespace stratagem::trace {

absl::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "none";
    case Reason::kScored:
      return "scored";
    case Reason::kFloorTier:
      return "floor_tier";
    case Reason::kMatrixCell:
      return "matrix_cell";
    case Reason::kDefault:
      return "default";
    case Reason::kRanked:
      return "ranked";
    case Reason::kFallback:
      return "fallback";
    case Reason::kRuleItem:
      return "rule_item";
    case Reason::kNoRuleItem:
      return "no_rule_item";
    case Reason::kTableRow:
      return "table_row";
    case Reason::kNoTableRow:
      return "no_table_row";
    case Reason::kMandatory:
      return "mandatory";
    case Reason::kExplored:
      return "explored";
    case Reason::kHeldTier:
      return "held_tier";
    case Reason::kLowCoverage:
      return "low_coverage";
    case Reason::kOutsideValidity:
      return "outside_validity";
    case Reason::kGroupEligibility:
      return "group_eligibility";
    case Reason::kGroupApplicability:
      return "group_applicability";
    case Reason::kGroupSuitability:
      return "group_suitability";
    case Reason::kEligibility:
      return "eligibility";
    case Reason::kApplicability:
      return "applicability";
    case Reason::kSuitability:
      return "suitability";
    case Reason::kContactPolicy:
      return "contact_policy";
    case Reason::kLimit:
      return "limit";
    case Reason::kBudget:
      return "budget";
    case Reason::kGateError:
      return "gate_error";
    case Reason::kPropensityError:
      return "propensity_error";
    case Reason::kValueError:
      return "value_error";
    case Reason::kCostError:
      return "cost_error";
    case Reason::kScoreError:
      return "score_error";
    case Reason::kMinScore:
      return "min_score";
    case Reason::kQuietHours:
      return "quiet_hours";
    case Reason::kOutranked:
      return "outranked";
    case Reason::kDistinctGroup:
      return "distinct_group";
    case Reason::kAlreadyShown:
      return "already_shown";
    case Reason::kIndicatorError:
      return "indicator_error";
    case Reason::kStageConditionError:
      return "stage_condition_error";
    case Reason::kTreatmentError:
      return "treatment_error";
    case Reason::kContextWeightError:
      return "context_weight_error";
    case Reason::kTableConflict:
      return "table_conflict";
    case Reason::kProfileValue:
      return "profile_value";
    case Reason::kTimeZoneError:
      return "time_zone_error";
  }
  return "unknown";
}

}  // namespace stratagem::trace
