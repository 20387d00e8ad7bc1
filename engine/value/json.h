// engine/value/json.h
//
// Values from and to JSON, for facts on the command line, tests and exports.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_JSON_H_
#define STRATAGEM_ENGINE_VALUE_JSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/value/facts.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem {

// Reads one JSON object into its members, in the order written. Whole numbers
// become ints, others doubles. Where `schema` declares the member a timestamp
// or duration its string is read as RFC 3339 or as CEL writes durations
// ("90s", "1h30m"). With `date_zone` a plain date (2026-11-15) is a timestamp,
// too: midnight there. Values live in `arena`.
// Errors: INVALID_ARGUMENT for text that is not JSON (with the byte where it
// stops being so) or not one object, that repeats a member or breaks
// kFactDepthMax, and for a timestamp or duration that cannot be read.
// Requires: an arena without a bound.
absl::StatusOr<std::vector<NamedValue>> ReadJsonObject(
    absl::string_view text, const Schema& schema, Arena& arena,
    const absl::TimeZone* date_zone = nullptr);

// Reads plain text (a CSV cell, `--set name=value`) as a value of `type`:
// true, 42, 4.5, text, RFC 3339 (or a date, as above), 90s; lists and maps as
// JSON. Numbers are
// decimal, without spaces around them; a number with a point or an exponent is
// read as a double for an int, too. Bounds and finiteness are left to
// Conform().
// Errors: INVALID_ARGUMENT saying what was expected; a whole number that does
// not fit into an int; a time outside the years 0001 to 9999; text that is not
// UTF-8.
// Requires: an arena without a bound.
absl::StatusOr<Value> ReadText(absl::string_view text, const FieldType& type,
                               Arena& arena,
                               const absl::TimeZone* date_zone = nullptr);

// One line of JSON. Timestamps and durations become strings, bytes base64,
// a missing value null, NaN and infinities strings as in protobuf's JSON.
std::string ToJson(const Value& value);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_JSON_H_
