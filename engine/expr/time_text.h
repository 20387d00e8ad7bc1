// engine/expr/time_text.h
//
// CEL's text forms of times: RFC 3339 for timestamps, "1h30m" for durations,
// and the range that both have. Used by the conversion and time functions.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_TIME_TEXT_H_
#define STRATAGEM_ENGINE_EXPR_TIME_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
inline constexpr int64_t kTimestampSecondsMin = -62'135'596'800;
inline constexpr int64_t kTimestampSecondsMax = 253'402'300'799;

// The timestamp or duration of these parts, or kOverflow when it is outside
// CEL's range: durations are as long as 64 bits of nanoseconds reach, as in
// other CEL implementations. Requires: nanos < 1,000,000,000.
Value CheckedTimestamp(int64_t seconds, uint32_t nanos);
Value CheckedDuration(int64_t seconds, uint32_t nanos);

// Reads RFC 3339 in full: "2026-11-01T08:00:00.5+08:00". Returns
// kInvalidArgument for other text, kOverflow for times outside CEL's range.
Value ReadTimestamp(absl::string_view text);

// Reads a sum of decimal numbers with units h, m, s, ms, us, ns, after an
// optional sign: "1h30m", "-1.5s"; what is less than a nanosecond is dropped.
// Returns kInvalidArgument for other text, kOverflow outside CEL's range.
Value ReadDuration(absl::string_view text);

// "2026-11-01T00:00:00Z", with as many decimals as it needs.
std::string TimestampText(const Value& timestamp);
// Seconds with as many decimals as it needs: "5400s", "-1.5s".
std::string DurationText(const Value& duration);
// The nearest double: -1.5.
double DurationSeconds(const Value& duration);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_TIME_TEXT_H_
