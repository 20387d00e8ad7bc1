#include "server/reload/pack_promises.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/duration_text.h"
#include "engine/plan/plan_code.h"

namespace stratagem::server {

absl::Status CheckPromises(const plan::Plan& plan,
                           absl::Duration outcome_window) {
  std::string longer;
  absl::Duration longest = outcome_window;
  for (const plan::CapCode& cap : plan.code().caps.caps) {
    // What counts as shown is not given to others while it waits.
    if (cap.outcome != state::Outcome::kAccepted ||
        cap.reserve_for <= outcome_window) {
      continue;
    }
    longest = std::max(longest, cap.reserve_for);
    absl::StrAppend(&longer, longer.empty() ? "" : ", ", "`", cap.name,
                    "` reserves for ", DurationText(cap.reserve_for));
  }
  if (longer.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      longer, ", but outcomes count for ", DurationText(outcome_window),
      " here; start with `--outcome-window ", DurationText(longest),
      "` or longer, or shorten `reserve_for`"));
}

}  // namespace stratagem::server
