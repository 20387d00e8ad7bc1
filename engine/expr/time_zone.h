// engine/expr/time_zone.h
//
// LocalTime: what clocks and calendars show in a zone that an expression names.
// Used by functions_calendar.cc; decide finds customers' zones here.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_TIME_ZONE_H_
#define STRATAGEM_ENGINE_EXPR_TIME_ZONE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stratagem::expr {

// Returns the civil time at `time` in `zone`: "UTC" or "", a name of the
// system's zone database ("Europe/Paris", "US/Central"), or an offset "+01:00",
// "-02:30", "02:00". Returns nullopt for other text. The zone of the machine
// has no name here: decisions do not depend on it.
// Thread safe. Does not allocate for offsets and for names it has seen before;
// remembers names of the database only, so its memory is bounded by that.
std::optional<absl::CivilSecond> LocalTime(absl::Time time,
                                           absl::string_view zone);

// Returns the zone of a name as above, without offsets. Thread safe, and
// bounded likewise.
std::optional<absl::TimeZone> FindTimeZone(absl::string_view name);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_TIME_ZONE_H_
