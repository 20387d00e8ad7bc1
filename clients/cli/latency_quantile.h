// clients/cli/latency_quantile.h
//
// Quantiles of latencies that a server has counted in buckets; `status` and
// `top` print them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LATENCY_QUANTILE_H_
#define STRATAGEM_CLIENTS_CLI_LATENCY_QUANTILE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace stratagem::cli {

// The time within which a share of calls ended.
struct LatencyQuantile {
  double seconds = 0;
  bool is_longer = false;  // Than `seconds`, the largest bound: nobody knows.
};

// Returns the quantile at `share` of `buckets`, those of `bounds_seconds` and
// one more; nullopt when they hold nothing. Within a bucket calls are taken to
// be spread evenly, the first one begins at 0: so PromQL's histogram_quantile
// has it, and a dashboard shows the same number. Buckets that are missing hold
// nothing, those too many are of no bound. Requires: 0 < `share` <= 1; bounds
// rise. Time: O(buckets).
std::optional<LatencyQuantile> QuantileOf(
    std::span<const double> bounds_seconds, std::span<const uint64_t> buckets,
    double share);

// "3.4 ms", "850 µs", "> 10 s"; "-" when there is none. Two digits or three: a
// bucket tells no more.
std::string LatencyText(const std::optional<LatencyQuantile>& quantile);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LATENCY_QUANTILE_H_
