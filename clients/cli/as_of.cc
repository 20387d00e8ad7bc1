#include "clients/cli/as_of.h"

#include "absl/strings/str_cat.h"
#include "engine/base/arena.h"
#include "engine/value/json.h"

namespace stratagem::cli {

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);
  return zone;
}

absl::StatusOr<std::optional<absl::Time>> ReadAsOf(
    const std::string& text, const std::string& timezone) {
  if (text.empty()) return std::optional<absl::Time>();
  const absl::TimeZone zone = ZoneOf(timezone);
  Arena arena;
  const absl::StatusOr<Value> time =
      ReadText(text, FieldType{ValueKind::kTimestamp, nullptr}, arena, &zone);
  if (time.ok()) return time->timestamp();
  return absl::InvalidArgumentError(absl::StrCat(
      "`--as-of`: `", text,
      "` is not a time of the years 0001 to 9999; expected such as "
      "2026-11-15T10:00:00+08:00 or 2026-11-15"));
}

}  // namespace stratagem::cli
