// server/ops/clock_watch.h
//
// ClockWatch: tells operators when the server's clock is behind the log, whose
// time calls take then (store::Sequencer::time()). DecideHandler shows it both.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_CLOCK_WATCH_H_
#define STRATAGEM_SERVER_OPS_CLOCK_WATCH_H_

#include <atomic>

#include "absl/time/time.h"

namespace stratagem::server {

// By so much a clock is behind before anybody hears of it: calls overtake each
// other by less.
inline constexpr absl::Duration kClockBehindMax = absl::Minutes(1);

// Thread safe.
class ClockWatch {
 public:
  // Logs "clock_behind" once when `clock` is found behind `log` by more than
  // kClockBehindMax, and "clock_caught_up" once when it is no more behind.
  // Time: one atomic read, unless there is something to log.
  void Look(absl::Time clock, absl::Time log);

 private:
  std::atomic<bool> is_behind_ = false;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_CLOCK_WATCH_H_
