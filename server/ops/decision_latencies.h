// server/ops/decision_latencies.h
//
// DecisionLatencies: how long decisions take, by phase and outcome, counted
// without locks. Server holds one; DecideHandler adds to it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_DECISION_LATENCIES_H_
#define STRATAGEM_SERVER_OPS_DECISION_LATENCIES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/ops/latency_histogram.h"

namespace stratagem::server {

// A part of the way of one decision.
enum class Phase : uint8_t {
  kRead,    // The request, what serves, the customer's profile.
  kDecide,  // What is remembered of them, and the decision.
  kCommit,  // From the log's queue until the record is durable.
  kTotal,   // From the request's bytes until it is answered.
};
inline constexpr size_t kPhases = 4;

// How a call for a decision ended.
enum class Outcome : uint8_t {
  kDecided,
  kRepeated,  // By the answer to the same request id before.
  kUnlogged,  // Without a record.
  kRefused,   // The caller's mistake.
  kFailed,    // Ours: the store, or too much to do.
};
inline constexpr size_t kOutcomes = 5;

// "read", "decide", "commit", "total".
absl::string_view PhaseName(Phase phase);
// "decided", "repeated", "unlogged", "refused", "failed".
absl::string_view OutcomeName(Outcome outcome);

// Thread safe.
class DecisionLatencies {
 public:
  void Observe(Phase phase, Outcome outcome, absl::Duration duration) {
    histograms_[static_cast<size_t>(phase)][static_cast<size_t>(outcome)]
        .Observe(duration);
  }
  LatencyCounts counts(Phase phase, Outcome outcome) const {
    return histograms_[static_cast<size_t>(phase)][static_cast<size_t>(outcome)]
        .counts();
  }

 private:
  std::array<std::array<LatencyHistogram, kOutcomes>, kPhases> histograms_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_DECISION_LATENCIES_H_
