// engine/base/time_text.h
//
// What people forget when they write a time, for messages of all who read one:
// value, pack and the command line.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_TIME_TEXT_H_
#define STRATAGEM_ENGINE_BASE_TIME_TEXT_H_

#include "absl/strings/string_view.h"

namespace stratagem {

// How to write a time's zone, as the rest of a message.
inline constexpr absl::string_view kZoneHint =
    "add its zone: Z for UTC, or an offset such as +08:00";

// Whether `text` is a time that lacks nothing but its zone to be one of RFC
// 3339: "2026-11-15T10:00:00".
bool LacksZone(absl::string_view text);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_TIME_TEXT_H_
