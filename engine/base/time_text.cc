#include "engine/base/time_text.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace stratagem {

bool LacksZone(absl::string_view text) {
  // Else "infinite-future" and blanks would do.
  if (text.empty() || !absl::ascii_isdigit(text.back())) return false;
  absl::Time time;
  std::string error;
  return !absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
         absl::ParseTime(absl::RFC3339_full, absl::StrCat(text, "Z"), &time,
                         &error);
}

}  // namespace stratagem
