#include "clients/cli/as_of.h"

#include "absl/strings/str_cat.h"
#include "engine/base/arena.h"
#include "engine/base/time_text.h"
#include "engine/value/json.h"

namespace stratagem::cli {

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);
  return zone;
}

absl::StatusOr<absl::Time> ReadTime(absl::string_view flag,
                                    const std::string& text,
                                    const absl::TimeZone& zone) {
  Arena arena;
  const absl::StatusOr<Value> time =
      ReadText(text, FieldType{ValueKind::kTimestamp, nullptr}, arena, &zone);
  if (time.ok()) return time->timestamp();
  if (LacksZone(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", flag, "`: `", text, "` lacks its zone; ", kZoneHint));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "`", flag, "`: `", text,
      "` is not a time of the years 0001 to 9999; expected such as "
      "2026-11-15T10:00:00+08:00 or 2026-11-15"));
}

absl::StatusOr<std::optional<absl::Time>> ReadAsOf(
    const std::string& text, const std::string& timezone) {
  if (text.empty()) return std::optional<absl::Time>();
  return ReadTime("--as-of", text, ZoneOf(timezone));
}

}  // namespace stratagem::cli
