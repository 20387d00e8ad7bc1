// server/ops/log_limit.h
//
// LogLimit: how many lines a second something may write to the server's log,
// where every call could write one. Used by CallCounts.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_LOG_LIMIT_H_
#define STRATAGEM_SERVER_OPS_LOG_LIMIT_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/time/time.h"

namespace stratagem::server {

// Thread safe, without locks. Two threads that meet at the turn of a second may
// let one line more or less through.
class LogLimit {
 public:
  // LIMIT: lines a second; what is beyond is counted.
  explicit LogLimit(int64_t lines_per_second_max)
      : lines_max_(lines_per_second_max) {}

  // Whether a line may be written at `now`: if so, how many were left out since
  // the last one that was written.
  std::optional<uint64_t> Admit(absl::Time now) {
    const int64_t second = absl::ToUnixSeconds(now);
    if (second_.exchange(second, std::memory_order_relaxed) != second) {
      lines_.store(0, std::memory_order_relaxed);
    }
    if (lines_.fetch_add(1, std::memory_order_relaxed) >= lines_max_) {
      left_out_.fetch_add(1, std::memory_order_relaxed);
      return std::nullopt;
    }
    return left_out_.exchange(0, std::memory_order_relaxed);
  }

 private:
  const int64_t lines_max_;
  std::atomic<int64_t> second_ = 0;
  std::atomic<int64_t> lines_ = 0;
  std::atomic<uint64_t> left_out_ = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_LOG_LIMIT_H_
