// server/ops/latency_histogram.h
//
// LatencyHistogram: how long something took, counted without locks by any
// number of threads. Part of DecisionLatencies and CallCounts.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_LATENCY_HISTOGRAM_H_
#define STRATAGEM_SERVER_OPS_LATENCY_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace stratagem::server {

// Upper bounds of buckets, rising, in seconds: from what deciding takes, some
// microseconds, to what a call may. A bucket is 2 to 2.5 times the one before,
// so a quantile read from them is wrong by that at most.
inline constexpr std::array kLatencyBoundsSeconds = {
    1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3,
    5e-3, 1e-2, 2e-2, 5e-2, 0.1,  0.2,  0.5,  1.0,  2.0,  5.0,  10.0};

// What was counted, at about one moment.
struct LatencyCounts {
  // buckets[i] of kLatencyBoundsSeconds[i]: not longer than it, and longer than
  // the one before; the last one is of what is longer than all.
  std::array<uint64_t, kLatencyBoundsSeconds.size() + 1> buckets = {};
  uint64_t count = 0;  // The sum of `buckets`.
  double sum_seconds = 0;
};

// Thread safe.
class LatencyHistogram {
 public:
  // Time: one search among the bounds and two atomic additions.
  void Observe(absl::Duration duration) {
    const double seconds = absl::ToDoubleSeconds(duration);
    const auto bound = std::lower_bound(kLatencyBoundsSeconds.begin(),
                                        kLatencyBoundsSeconds.end(), seconds);
    const auto index =
        static_cast<size_t>(bound - kLatencyBoundsSeconds.begin());
    buckets_[index].fetch_add(1, std::memory_order_relaxed);
    sum_nanoseconds_.fetch_add(static_cast<uint64_t>(std::max<int64_t>(
                                   0, absl::ToInt64Nanoseconds(duration))),
                               std::memory_order_relaxed);
  }

  LatencyCounts counts() const {
    LatencyCounts counts;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      counts.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
      counts.count += counts.buckets[i];
    }
    counts.sum_seconds =
        static_cast<double>(sum_nanoseconds_.load(std::memory_order_relaxed)) *
        1e-9;
    return counts;
  }

 private:
  std::array<std::atomic<uint64_t>, kLatencyBoundsSeconds.size() + 1> buckets_ =
      {};
  std::atomic<uint64_t> sum_nanoseconds_ = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_LATENCY_HISTOGRAM_H_
