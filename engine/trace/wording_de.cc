// Explanations in German.

#include "engine/trace/wording.h"

namespace stratagem::trace {
namespace {

absl::string_view ReasonText(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "es gibt nichts zu erklären";
    case Reason::kScored:
      return "der Wert ist {score} von 100";
    case Reason::kFloorTier:
      return "nichts, was zählt, ist bekannt; daher die unterste Stufe";
    case Reason::kMatrixCell:
      return "{cell}, für Stufe {tier} und Phase {stage}";
    case Reason::kDefault:
      return "die Vorgabe";
    case Reason::kRanked:
      return "nach Wert gewählt ({score})";
    case Reason::kFallback:
      return "gezeigt, weil sonst nichts passt";
    case Reason::kRuleItem:
      return "{explanation}";
    case Reason::kNoRuleItem:
      return "die Vorgabe, da keine Regel zutrifft";
    case Reason::kTableRow:
      return "{row}";
    case Reason::kNoTableRow:
      return "die Vorgabe, da keine Zeile zutrifft";
    case Reason::kMandatory:
      return "geht immer vor";
    case Reason::kExplored:
      return "zufällig ausprobiert, um daraus zu lernen (Wert {score})";
    case Reason::kHeldTier:
      return "gehalten, obwohl der Wert {score} allein {computed} ergibt; sie "
             "ändert sich am {until}, wenn der Wert nicht wieder steigt";
    case Reason::kLowCoverage:
      return "gehalten, obwohl der Wert {score} allein {computed} ergibt: "
             "{coverage} dessen, was zählt, ist bekannt, eine niedrigere Stufe "
             "verlangt {coverage_min}";
    case Reason::kOutsideValidity:
      return "nur gültig {dates}";
    case Reason::kGroupEligibility:
      return "nicht erlaubt (Gruppe {group}): {needs}";
    case Reason::kGroupApplicability:
      return "passt jetzt nicht (Gruppe {group}): {needs}";
    case Reason::kGroupSuitability:
      return "nicht gut für diesen Kunden (Gruppe {group}): {needs}";
    case Reason::kEligibility:
      return "nicht erlaubt: {needs}";
    case Reason::kApplicability:
      return "passt jetzt nicht: {needs}";
    case Reason::kSuitability:
      return "nicht gut für diesen Kunden: {needs}";
    case Reason::kContactPolicy:
      return "zurückgehalten durch Kontaktregel {cap}: {amount} von "
             "{amount_max} {window}{again}";
    case Reason::kLimit:
      return "sein Limit ist erreicht: {amount} von {amount_max} "
             "{window}{reserved}{again}";
    case Reason::kBudget:
      return "Budget {cap} reicht nicht für Kosten von {cost}: {amount} von "
             "{amount_max} {window} verbraucht{reserved}{again}";
    case Reason::kGateError:
      return "eine Bedingung war nicht prüfbar ({error})";
    case Reason::kPropensityError:
      return "die Chance der Annahme war nicht berechenbar ({error})";
    case Reason::kValueError:
      return "der Gewinn war nicht berechenbar ({error})";
    case Reason::kCostError:
      return "die Kosten waren nicht berechenbar ({error})";
    case Reason::kScoreError:
      return "der Wert war nicht berechenbar ({error})";
    case Reason::kMinScore:
      return "sein Wert {score} liegt unter dem Minimum {score_min}";
    case Reason::kQuietHours:
      return "Ruhezeit ({cap}){again}";
    case Reason::kOfferPaused:
      return "angehalten, bis jemand es wieder freigibt";
    case Reason::kPlacementPaused:
      return "die Platzierung ist angehalten, bis jemand sie wieder freigibt";
    case Reason::kOutranked:
      return "unterlag {lost_to}{ahead}";
    case Reason::kDistinctGroup:
      return "{lost_to} aus derselben Gruppe {group} hat schon einen Platz";
    case Reason::kAlreadyShown:
      return "schon gezeigt in {placement}";
    case Reason::kIndicatorError:
      return "{subject} war nicht berechenbar ({error}) und zählt nicht";
    case Reason::kStageConditionError:
      return "die Bedingung der Phase {subject} war nicht prüfbar ({error}) "
             "und gilt als nicht erfüllt";
    case Reason::kTreatmentError:
      return "{subject} war nicht berechenbar ({error}), daher gilt die "
             "Vorgabe";
    case Reason::kContextWeightError:
      return "die Bedingung von {subject} war nicht prüfbar ({error}), daher "
             "zählt es nicht";
    case Reason::kTableConflict:
      return "Zeilen widersprechen sich, daher gilt die Vorgabe: {row}";
    case Reason::kProfileValue:
      return "der gespeicherte Wert von {subject} passt nicht und gilt als "
             "fehlend";
    case Reason::kTimeZoneError:
      return "{subject} nennt keine Zeitzone ({error}), daher gilt die der "
             "Strategie";
  }
  return "";
}

absl::string_view PhraseText(Phrase phrase) {
  switch (phrase) {
    case Phrase::kTier:
      return "Stufe {tier}: {reason}.";
    case Phrase::kNextTier:
      return "{tier} beginnt bei {score_min}, {missing} mehr.";
    case Phrase::kIndicator:
      return "{indicator}: {value} gibt {points} von 100 Punkten.";
    case Phrase::kIndicatorUnknown:
      return "{indicator}: nicht bekannt, zählt nicht.";
    case Phrase::kStage:
      return "Phase {stage}: {condition}.";
    case Phrase::kNotStage:
      return "Nicht {stage}: {needs}.";
    case Phrase::kTreatment:
      return "{treatment}: {fields}; {reason}.";
    case Phrase::kPlacement:
      return "{placement}:";
    case Phrase::kSlot:
      return "{number}. {offer}: {reason}.";
    case Phrase::kNothingShown:
      return "Nichts wird gezeigt.";
    case Phrase::kNotShown:
      return "Nicht {offer}: {reason}.";
    case Phrase::kMoreOffers:
      return "Und {count} weitere, die nicht gezeigt werden.";
    case Phrase::kProblem:
      return "Problem: {reason}.";
    case Phrase::kLastStage:
      return "nichts anderes trifft zu";
    case Phrase::kAhead:
      return " um {lost_by}";
    case Phrase::kValidFrom:
      return "ab {from}";
    case Phrase::kValidUntil:
      return "bis {until}";
    case Phrase::kValidBetween:
      return "von {from} bis {until}";
    case Phrase::kWithinDays:
      return "in {count} Tagen";
    case Phrase::kWithinHours:
      return "in {count} Stunden";
    case Phrase::kWithinMinutes:
      return "in {count} Minuten";
    case Phrase::kWithinSeconds:
      return "in {count} Sekunden";
    case Phrase::kThisHour:
      return "in dieser Stunde";
    case Phrase::kToday:
      return "heute";
    case Phrase::kThisWeek:
      return "diese Woche";
    case Phrase::kThisMonth:
      return "diesen Monat";
    case Phrase::kInAll:
      return "insgesamt";
    case Phrase::kAgain:
      return "; wieder möglich ab {opens_at}";
    case Phrase::kOnlyReserved:
      return ", davon {count} nur reserviert";
    case Phrase::kNotBecause:
      return "`{condition}` trifft nicht zu";
    case Phrase::kUnknownValue:
      return "nicht bekannt";
    case Phrase::kWouldDo:
      return "{input} ist {found}; {would_do} würde genügen";
    case Phrase::kMoreWouldDo:
      return "{input} ist {found}; mehr als {would_do} würde genügen";
    case Phrase::kLessWouldDo:
      return "{input} ist {found}; weniger als {would_do} würde genügen";
    case Phrase::kAfterWouldDo:
      return "{input} ist {found}; nach {would_do} würde genügen";
    case Phrase::kBeforeWouldDo:
      return "{input} ist {found}; vor {would_do} würde genügen";
    case Phrase::kAnyWouldDo:
      return "{input} ist {found}; jeder Wert würde genügen";
    case Phrase::kAbsentWouldDo:
      return "{input} ist {found}; es müsste unbekannt sein";
    case Phrase::kWithUnit:
      return "{value} {unit}";
    case Phrase::kPercent:
      return "{value} %";
    case Phrase::kOrValue:
      return " oder ";
    case Phrase::kOr:
      return ", oder ";
    case Phrase::kAnd:
      return ", und ";
    case Phrase::kComma:
      return ", ";
    case Phrase::kYes:
      return "ja";
    case Phrase::kNo:
      return "nein";
    case Phrase::kClock:
      return "die Zeit";
  }
  return "";
}

absl::string_view ErrorText(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNone:
      return "kein Fehler";
    case ErrorCode::kOverflow:
      return "eine Zahl ist zu groß";
    case ErrorCode::kDivisionByZero:
      return "Division durch null";
    case ErrorCode::kNoSuchKey:
      return "kein solcher Schlüssel";
    case ErrorCode::kNoSuchField:
      return "kein solches Feld";
    case ErrorCode::kIndexOutOfRange:
      return "Index außerhalb der Liste";
    case ErrorCode::kNoMatchingOverload:
      return "Typen passen nicht";
    case ErrorCode::kInvalidArgument:
      return "ungültiges Argument";
    case ErrorCode::kNoValue:
      return "ein Wert fehlt";
    case ErrorCode::kStepLimit:
      return "zu viele Schritte";
    case ErrorCode::kMemoryLimit:
      return "zu viel Speicher";
    case ErrorCode::kNotFinite:
      return "keine endliche Zahl";
    case ErrorCode::kOutOfRange:
      return "außerhalb der Grenzen";
    case ErrorCode::kDuplicateKey:
      return "ein Schlüssel steht doppelt";
    case ErrorCode::kRegularExpressionLimit:
      return "ein Muster ist zu groß";
  }
  return "";
}

}  // namespace

const Wording kGermanWording = {"de",       "\u202f",   ",",
                                ReasonText, PhraseText, ErrorText};

}  // namespace stratagem::trace
