#include "server/ops/clock_watch.h"

#include "server/ops/log.h"

namespace stratagem::server {

void ClockWatch::Look(absl::Time clock, absl::Time log) {
  if (!is_behind_) {
    if (log - clock <= kClockBehindMax || is_behind_.exchange(true)) return;
    Log(LogLevel::kWarning, "clock_behind",
        {{"seconds", Value::Int(absl::ToInt64Seconds(log - clock))},
         {"message",
          Value::String("the clock is behind the newest record: time stands "
                        "still for calls until it has caught up; check what "
                        "sets it")}});
  } else if (clock >= log && is_behind_.exchange(false)) {
    Log(LogLevel::kInfo, "clock_caught_up", {});
  }
}

}  // namespace stratagem::server
