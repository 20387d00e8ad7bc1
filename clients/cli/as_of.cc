#include "clients/cli/as_of.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "engine/base/arena.h"
#include "engine/value/json.h"

namespace stratagem::cli {

absl::StatusOr<std::optional<absl::Time>> ReadAsOf(
    const std::string& text, const std::string& timezone) {
  if (text.empty()) return std::optional<absl::Time>();
  std::string full = text;
  if (absl::CivilDay day; absl::ParseCivilTime(text, &day)) {
    absl::TimeZone zone = absl::UTCTimeZone();
    absl::LoadTimeZone(timezone, &zone);
    full = absl::FormatTime(absl::RFC3339_full, absl::FromCivil(day, zone),
                            absl::UTCTimeZone());
  }
  Arena arena;
  const absl::StatusOr<Value> time =
      ReadText(full, FieldType{ValueKind::kTimestamp, nullptr}, arena);
  if (time.ok()) return time->timestamp();
  return absl::InvalidArgumentError(absl::StrCat(
      "`--as-of`: `", text,
      "` is not a time of the years 0001 to 9999; expected such as "
      "2026-11-15T10:00:00+08:00 or 2026-11-15"));
}

}  // namespace stratagem::cli
