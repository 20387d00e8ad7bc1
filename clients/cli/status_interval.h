// clients/cli/status_interval.h
//
// StatusInterval: what a server did between two answers of GetStatus, which
// count since its start. What `top` shows.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_STATUS_INTERVAL_H_
#define STRATAGEM_CLIENTS_CLI_STATUS_INTERVAL_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "stratagem/v1/server_service.pb.h"

namespace stratagem::cli {

absl::Duration DurationOf(const google::protobuf::Duration& duration);

struct StatusInterval {
  // The newer answer, its counts those of the interval. What is true at one
  // moment (ready, what serves, what waits, sequences) is as it was answered.
  v1::GetStatusResponse counts;
  absl::Duration duration;
  // Nothing is known of before: it is the server's whole life.
  bool since_start = false;
  // The server was started anew after the older answer.
  bool restarted = false;

  // `count` a second; nullopt when no time has passed.
  std::optional<double> PerSecond(uint64_t count) const;
};

// Returns what happened from `before` to `now`; since the start without
// `before`, and when the server was started anew after it. A single count that
// fell began anew in between: it counts whole.
StatusInterval IntervalOf(const v1::GetStatusResponse* before,
                          const v1::GetStatusResponse& now);

// Records that derived tables lack.
uint64_t RecordsBehind(const v1::StoreStatus& store);

// All decisions of `counts`, whatever they were for.
uint64_t DecisionsOf(const v1::GetStatusResponse& counts);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_STATUS_INTERVAL_H_
