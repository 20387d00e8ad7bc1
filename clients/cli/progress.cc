#include "clients/cli/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "clients/cli/display_text.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

constexpr size_t kBarWidth = 20;
constexpr absl::Duration kRedrawEvery = absl::Milliseconds(100);
// Before this the time left is a guess that jumps about.
constexpr absl::Duration kEstimateAfter = absl::Seconds(1);

}  // namespace

std::string ProgressLine(uint64_t bytes, uint64_t bytes_total, uint64_t done,
                         uint64_t failed, absl::Duration elapsed,
                         size_t columns, absl::string_view verb) {
  std::string line;
  double share = 0;
  if (bytes_total > 0) {
    share = std::min(
        1.0, static_cast<double>(bytes) / static_cast<double>(bytes_total));
    const size_t filled = static_cast<size_t>(share * kBarWidth);
    line = absl::StrFormat(
        "[%s%s%s] %3d%%  ", std::string(filled, '='),
        filled < kBarWidth ? ">" : "",
        std::string(filled < kBarWidth ? kBarWidth - filled - 1 : 0, ' '),
        static_cast<int>(share * 100));
  }
  absl::StrAppend(&line, WithThousands(done), " ", verb);
  if (failed > 0)
    absl::StrAppend(&line, ", ", WithThousands(failed), " failed");
  if (share > 0 && share < 1 && elapsed >= kEstimateAfter) {
    const int64_t left =
        absl::ToInt64Seconds(elapsed * ((1 - share) / share)) + 1;
    absl::StrAppend(&line,
                    absl::StrFormat("  %d:%02d left", left / 60, left % 60));
  }
  return Truncate(line, columns);
}

Progress::Progress(const Console& console, uint64_t bytes_total, bool enabled,
                   absl::string_view verb)
    : console_(console),
      bytes_total_(bytes_total),
      enabled_(enabled && console.err_is_terminal),
      verb_(verb),
      start_(absl::Now()) {}

void Progress::Update(uint64_t bytes, uint64_t done, uint64_t failed) {
  if (!enabled_) return;
  const absl::Time now = absl::Now();
  if (now - drawn_at_ < kRedrawEvery) return;
  drawn_at_ = now;
  console_.err << "\r\033[K"
               << ProgressLine(bytes, bytes_total_, done, failed, now - start_,
                               console_.columns - 1, verb_)
               << std::flush;
  visible_ = true;
}

void Progress::Clear() {
  if (!visible_) return;
  console_.err << "\r\033[K" << std::flush;
  visible_ = false;
}

}  // namespace stratagem::cli
