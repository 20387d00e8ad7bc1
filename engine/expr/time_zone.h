// engine/expr/time_zone.h
//
// FindTimeZone: the zones that expressions name, by IANA name or by offset.
// Used by functions_calendar.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_TIME_ZONE_H_
#define STRATAGEM_ENGINE_EXPR_TIME_ZONE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::expr {

// Returns the zone that `name` means: "UTC" or "", a name of the system's zone
// database ("Europe/Paris", "US/Central"), or an offset "+01:00", "-02:30",
// "02:00". Returns nullopt for other text. The zone of the machine has no name
// here: decisions do not depend on it.
// Thread safe. Does not allocate for offsets and for names it has seen before;
// remembers names of the database only, so its memory is bounded by that.
std::optional<absl::TimeZone> FindTimeZone(absl::string_view name);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_TIME_ZONE_H_
