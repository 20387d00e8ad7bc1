// engine/trace/wording.h
//
// Wording: the built-in sentences of explanations in one language. One file a
// language: wording_en.cc, wording_de.cc, wording_zh.cc. sentences.cc fills in
// what stands in braces; docs/explanations.md lists the reasons' sentences.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_WORDING_H_
#define STRATAGEM_ENGINE_TRACE_WORDING_H_

#include <cstdint>
#include <span>

#include "absl/strings/string_view.h"
#include "engine/trace/reason.h"
#include "engine/value/value.h"

namespace stratagem::trace {

// What explanations say besides reasons.
enum class Phrase : uint8_t {
  // Lines.
  kTier,              // {tier} {reason}
  kNextTier,          // {tier} {score_min} {missing}
  kIndicator,         // {indicator} {value} {points}
  kIndicatorUnknown,  // {indicator}
  kStage,             // {stage} {condition}
  kNotStage,          // {stage} {needs}
  kTreatment,         // {treatment} {fields} {reason}
  kPlacement,         // {placement}
  kSlot,              // {number} {offer} {reason}
  kNothingShown,
  kNotShown,    // {offer} {reason}
  kMoreOffers,  // {count}: not shown, and not said why.
  kProblem,     // {reason}
  // Parts of sentences.
  kLastStage,      // The condition of a last line: none.
  kAhead,          // {lost_by}: follows the offer that was ahead.
  kValidFrom,      // {from}
  kValidUntil,     // {until}
  kValidBetween,   // {from} {until}
  kWithinDays,     // {count}: of a rolling window; 2 or more, as those below.
  kWithinHours,    // {count}
  kWithinMinutes,  // {count}
  kWithinSeconds,  // {count}
  kThisHour,       // Calendar windows.
  kToday,
  kThisWeek,
  kThisMonth,
  kInAll,
  kAgain,          // {opens_at}: follows what a cap says.
  kOnlyReserved,   // {count}: follows what was counted.
  kNotBecause,     // {condition}: a condition without a nearest value.
  kUnknownValue,   // What an input without a value is.
  kWouldDo,        // {input} {found} {would_do}
  kMoreWouldDo,    // {input} {found} {would_do}
  kLessWouldDo,    // {input} {found} {would_do}
  kAfterWouldDo,   // {input} {found} {would_do}: of times.
  kBeforeWouldDo,  // {input} {found} {would_do}: of times.
  kAnyWouldDo,     // {input} {found}
  kAbsentWouldDo,  // {input} {found}
  kWithUnit,       // {value} {unit}
  kPercent,        // {value}
  kOrValue,        // Between values that would do.
  kOr,             // Between alternatives, each of which would do.
  kAnd,            // Between what has to change together.
  kComma,          // Between the fields of a treatment.
  kYes,
  kNo,
  kClock,  // What the input `now` is called.
};

struct Wording {
  absl::string_view locale;  // "en".
  absl::string_view group_separator;
  absl::string_view decimal_sign;
  // Total; nothing is without text.
  absl::string_view (*reason)(Reason reason);
  absl::string_view (*phrase)(Phrase phrase);
  absl::string_view (*error)(ErrorCode error);
};

extern const Wording kGermanWording;
extern const Wording kEnglishWording;
extern const Wording kChineseWording;

// All of them, English first.
std::span<const Wording* const> Wordings();

// The one for a reader of `locale`, by the lookup of RFC 4647; English when
// there is none.
const Wording& WordingFor(absl::string_view locale);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_WORDING_H_
