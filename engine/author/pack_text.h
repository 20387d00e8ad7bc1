// engine/author/pack_text.h
//
// Parts of a Model as one line of text each. What `pack show` prints; `pack
// diff` compares these texts, so those of parts that mean the same are equal,
// however they were written.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_PACK_TEXT_H_
#define STRATAGEM_ENGINE_AUTHOR_PACK_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/pack/model.h"

namespace stratagem::author {

// CEL as the parser understood it: spaces, quotes and brackets that mean
// nothing are gone. Time: O(text).
std::string ExpressionText(const pack::Expression& expression);

// 12, 2.5, true, gold, [1, 2], 30d; text with spaces at its ends, or that looks
// like something else, in quotes. Times are those of `timezone`.
std::string ValueText(const Value& value, absl::TimeZone timezone);

// A literal, or `{cel: EXPRESSION}`.
std::string OperandText(const pack::Operand& operand, absl::TimeZone timezone);

// 0.45, 60.
std::string DecimalText(pack::Decimal4 decimal);

// 20000, 99.5: of micro-units, all digits.
std::string MoneyText(int64_t micros);

// 09:00.
std::string TimeOfDayText(absl::Duration since_midnight);

// 2026-11-01 for a midnight, else RFC 3339; "" for the ends of time.
std::string TimeText(absl::Time time, absl::TimeZone timezone);

// `_`, `gold | silver`, `[10..20)`, `!missing`, `{cel: EXPRESSION}`.
std::string CellText(const pack::InputCell& cell);

// The same with its alternatives sorted, as their order means nothing.
std::string SortedText(const pack::InputCell& cell);
// "app, sms": sorted.
std::string SortedText(const std::vector<pack::Name>& names);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_PACK_TEXT_H_
