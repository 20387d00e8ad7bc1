#include "engine/expr/time_zone.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"

namespace stratagem::expr {
namespace {

constexpr size_t kNameBytesMax = 64;  // Twice what the database needs.

// Two digits of `text` from `at` on, or -1.
int TwoDigits(absl::string_view text, size_t at) {
  if (!absl::ascii_isdigit(static_cast<unsigned char>(text[at])) ||
      !absl::ascii_isdigit(static_cast<unsigned char>(text[at + 1]))) {
    return -1;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// "+01:00"
std::optional<absl::Duration> ReadOffset(absl::string_view text) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hours = TwoDigits(text, 0);
  const int minutes = TwoDigits(text, 3);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const absl::Duration offset = absl::Hours(hours) + absl::Minutes(minutes);
  return negative ? -offset : offset;
}

// True for words of letters, digits, _, - and + between slashes. It keeps out
// paths that leave the database, and Abseil's own names ("localtime", "file:…",
// "Fixed/…").
bool IsZoneName(absl::string_view name) {
  if (name.size() > kNameBytesMax || name == "localtime") return false;
  char before = '/';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool fits = before == '/' ? absl::ascii_isalpha(byte) != 0
                                    : absl::ascii_isalnum(byte) || c == '_' ||
                                          c == '-' || c == '+' || c == '/';
    if (!fits) return false;
    before = c;
  }
  return before != '/';
}

// True when the machine's database has a file of that name. Abseil, which reads
// that database, remembers every name that it is asked for, good or bad, for
// good.
bool IsInDatabase(absl::string_view name) {
  std::error_code error;
  return std::filesystem::is_regular_file(
      absl::StrCat("/usr/share/zoneinfo/", name), error);
}

// The names met so far.
class KnownZones {
 public:
  std::optional<absl::TimeZone> Find(absl::string_view name)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      const absl::ReaderMutexLock lock(&mutex_);
      const auto found = zones_.find(name);
      if (found != zones_.end()) return found->second;
    }
    if (!IsZoneName(name) || !IsInDatabase(name)) return std::nullopt;
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(std::string(name), &zone)) return std::nullopt;
    const absl::MutexLock lock(&mutex_);
    zones_.emplace(name, zone);
    return zone;
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, absl::TimeZone> zones_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::optional<absl::TimeZone> FindTimeZone(absl::string_view name) {
  if (name.empty() || name == "UTC") return absl::UTCTimeZone();
  static auto* const zones = new KnownZones;
  return zones->Find(name);
}

std::optional<absl::CivilSecond> LocalTime(absl::Time time,
                                           absl::string_view zone) {
  if (absl::StrContains(zone, ':')) {
    const std::optional<absl::Duration> offset = ReadOffset(zone);
    if (!offset) return std::nullopt;
    return absl::ToCivilSecond(time + *offset, absl::UTCTimeZone());
  }
  const std::optional<absl::TimeZone> known = FindTimeZone(zone);
  if (!known) return std::nullopt;
  return absl::ToCivilSecond(time, *known);
}

}  // namespace stratagem::expr
