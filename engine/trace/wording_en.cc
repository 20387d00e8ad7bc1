// Explanations in English.

#include "engine/trace/wording.h"

namespace stratagem::trace {
namespace {

absl::string_view ReasonText(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "there is nothing to explain";
    case Reason::kScored:
      return "the score is {score} of 100";
    case Reason::kFloorTier:
      return "nothing that counts is known, so it is the lowest tier";
    case Reason::kMatrixCell:
      return "{cell}, for tier {tier} and stage {stage}";
    case Reason::kDefault:
      return "the default";
    case Reason::kRanked:
      return "chosen by score ({score})";
    case Reason::kFallback:
      return "shown because nothing else fits";
    case Reason::kRuleItem:
      return "{explanation}";
    case Reason::kNoRuleItem:
      return "the default, as no rule applies";
    case Reason::kTableRow:
      return "{row}";
    case Reason::kNoTableRow:
      return "the default, as no row applies";
    case Reason::kMandatory:
      return "always goes first";
    case Reason::kExplored:
      return "tried out by chance, to learn from it (score {score})";
    case Reason::kHeldTier:
      return "kept, although the score of {score} alone gives {computed}; it "
             "changes on {until} unless the score recovers";
    case Reason::kLowCoverage:
      return "kept, although the score of {score} alone gives {computed}: "
             "{coverage} of what counts is known, and a lower tier takes "
             "{coverage_min}";
    case Reason::kOutsideValidity:
      return "only valid {dates}";
    case Reason::kGroupEligibility:
      return "not allowed (group {group}): {needs}";
    case Reason::kGroupApplicability:
      return "does not fit now (group {group}): {needs}";
    case Reason::kGroupSuitability:
      return "not good for this customer (group {group}): {needs}";
    case Reason::kEligibility:
      return "not allowed: {needs}";
    case Reason::kApplicability:
      return "does not fit now: {needs}";
    case Reason::kSuitability:
      return "not good for this customer: {needs}";
    case Reason::kContactPolicy:
      return "held back by contact policy {cap}: {amount} of {amount_max} "
             "{window}{again}";
    case Reason::kLimit:
      return "its limit is reached: {amount} of {amount_max} "
             "{window}{reserved}{again}";
    case Reason::kBudget:
      return "budget {cap} does not cover its cost of {cost}: {amount} of "
             "{amount_max} used {window}{reserved}{again}";
    case Reason::kGateError:
      return "a condition could not be checked ({error})";
    case Reason::kPropensityError:
      return "the chance of acceptance could not be computed ({error})";
    case Reason::kValueError:
      return "the gain could not be computed ({error})";
    case Reason::kCostError:
      return "the cost could not be computed ({error})";
    case Reason::kScoreError:
      return "the score could not be computed ({error})";
    case Reason::kMinScore:
      return "its score of {score} is under the minimum of {score_min}";
    case Reason::kQuietHours:
      return "quiet hours ({cap}){again}";
    case Reason::kOfferPaused:
      return "paused until somebody resumes it";
    case Reason::kPlacementPaused:
      return "the placement is paused until somebody resumes it";
    case Reason::kOutranked:
      return "lost to {lost_to}{ahead}";
    case Reason::kDistinctGroup:
      return "{lost_to}, of the same group {group}, has a place already";
    case Reason::kAlreadyShown:
      return "already shown in {placement}";
    case Reason::kIndicatorError:
      return "{subject} could not be computed ({error}) and does not count";
    case Reason::kStageConditionError:
      return "the condition of stage {subject} could not be checked ({error}) "
             "and counts as false";
    case Reason::kTreatmentError:
      return "{subject} could not be computed ({error}), so its default "
             "applies";
    case Reason::kContextWeightError:
      return "the condition of {subject} could not be checked ({error}), so it "
             "does not weigh";
    case Reason::kTableConflict:
      return "rows contradict each other, so the default applies: {row}";
    case Reason::kProfileValue:
      return "the stored {subject} does not fit and counts as missing";
    case Reason::kTimeZoneError:
      return "{subject} names no time zone ({error}), so that of the pack "
             "counts";
  }
  return "";
}

absl::string_view PhraseText(Phrase phrase) {
  switch (phrase) {
    case Phrase::kTier:
      return "Tier {tier}: {reason}.";
    case Phrase::kNextTier:
      return "{tier} begins at {score_min}, {missing} more.";
    case Phrase::kIndicator:
      return "{indicator}: {value} gives {points} of 100 points.";
    case Phrase::kIndicatorUnknown:
      return "{indicator}: not known, does not count.";
    case Phrase::kStage:
      return "Stage {stage}: {condition}.";
    case Phrase::kNotStage:
      return "Not {stage}: {needs}.";
    case Phrase::kTreatment:
      return "{treatment}: {fields}; {reason}.";
    case Phrase::kPlacement:
      return "{placement}:";
    case Phrase::kSlot:
      return "{number}. {offer}: {reason}.";
    case Phrase::kNothingShown:
      return "Nothing is shown.";
    case Phrase::kNotShown:
      return "Not {offer}: {reason}.";
    case Phrase::kMoreOffers:
      return "And {count} more that are not shown.";
    case Phrase::kProblem:
      return "Problem: {reason}.";
    case Phrase::kLastStage:
      return "nothing else applies";
    case Phrase::kAhead:
      return " by {lost_by}";
    case Phrase::kValidFrom:
      return "from {from}";
    case Phrase::kValidUntil:
      return "until {until}";
    case Phrase::kValidBetween:
      return "from {from} until {until}";
    case Phrase::kWithinDays:
      return "in {count} days";
    case Phrase::kWithinHours:
      return "in {count} hours";
    case Phrase::kWithinMinutes:
      return "in {count} minutes";
    case Phrase::kWithinSeconds:
      return "in {count} seconds";
    case Phrase::kThisHour:
      return "this hour";
    case Phrase::kToday:
      return "today";
    case Phrase::kThisWeek:
      return "this week";
    case Phrase::kThisMonth:
      return "this month";
    case Phrase::kInAll:
      return "in all";
    case Phrase::kAgain:
      return "; possible again from {opens_at}";
    case Phrase::kOnlyReserved:
      return ", {count} of that only reserved";
    case Phrase::kNotBecause:
      return "`{condition}` does not hold";
    case Phrase::kUnknownValue:
      return "not known";
    case Phrase::kWouldDo:
      return "{input} is {found}; {would_do} would do";
    case Phrase::kMoreWouldDo:
      return "{input} is {found}; more than {would_do} would do";
    case Phrase::kLessWouldDo:
      return "{input} is {found}; less than {would_do} would do";
    case Phrase::kAfterWouldDo:
      return "{input} is {found}; after {would_do} would do";
    case Phrase::kBeforeWouldDo:
      return "{input} is {found}; before {would_do} would do";
    case Phrase::kAnyWouldDo:
      return "{input} is {found}; any value would do";
    case Phrase::kAbsentWouldDo:
      return "{input} is {found}; it would have to be unknown";
    case Phrase::kWithUnit:
      return "{value} {unit}";
    case Phrase::kPercent:
      return "{value}%";
    case Phrase::kOrValue:
      return " or ";
    case Phrase::kOr:
      return ", or ";
    case Phrase::kAnd:
      return ", and ";
    case Phrase::kComma:
      return ", ";
    case Phrase::kYes:
      return "yes";
    case Phrase::kNo:
      return "no";
    case Phrase::kClock:
      return "the time";
  }
  return "";
}

absl::string_view ErrorText(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNone:
      return "no error";
    case ErrorCode::kOverflow:
      return "a number is too large";
    case ErrorCode::kDivisionByZero:
      return "division by zero";
    case ErrorCode::kNoSuchKey:
      return "no such key";
    case ErrorCode::kNoSuchField:
      return "no such field";
    case ErrorCode::kIndexOutOfRange:
      return "index out of range";
    case ErrorCode::kNoMatchingOverload:
      return "types do not fit";
    case ErrorCode::kInvalidArgument:
      return "invalid argument";
    case ErrorCode::kNoValue:
      return "a value is missing";
    case ErrorCode::kStepLimit:
      return "too many steps";
    case ErrorCode::kMemoryLimit:
      return "too much memory";
    case ErrorCode::kNotFinite:
      return "not a finite number";
    case ErrorCode::kOutOfRange:
      return "outside its bounds";
    case ErrorCode::kDuplicateKey:
      return "a key stands twice";
    case ErrorCode::kRegularExpressionLimit:
      return "a pattern is too large";
  }
  return "";
}

}  // namespace

const Wording kEnglishWording = {"en",       "\u202f",   ".",
                                 ReasonText, PhraseText, ErrorText};

}  // namespace stratagem::trace
