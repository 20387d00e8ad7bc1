// clients/cli/replay_log.h
//
// ReplayLog: decides a store's decisions again, one after the other, beside a
// server that goes on writing. `stratagem replay` calls it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_REPLAY_LOG_H_
#define STRATAGEM_CLIENTS_CLI_REPLAY_LOG_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cli/replay_report.h"
#include "engine/plan/plan.h"

namespace stratagem::cli {

struct ReplayOptions {
  std::string store;  // Its folder.
  // By decided_at: from <= t < until.
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  std::string customer_id;  // "": everybody.
  uint64_t decisions_max = std::numeric_limits<uint64_t>::max();
  // Decides instead of the packs of the time the decisions of the pack of its
  // name; null: each is decided by the pack that it was decided by, as the
  // store kept it.
  const plan::Plan* plan = nullptr;
};

// How far it is: records of `total`.
using ReplayProgress =
    std::function<void(uint64_t records, uint64_t total, const ReplayReport&)>;

// Replays the log from its first record up to the last one of when it began;
// of a time only the part where derived tables know its decisions to be, and
// what these do not hold yet. Records there that cannot be replayed are counted
// and passed over.
// Errors: NOT_FOUND, no store there; DATA_LOSS, its file is damaged;
// UNAVAILABLE. Time: O(records read). Memory: that of a page of records.
absl::StatusOr<ReplayReport> ReplayLog(const ReplayOptions& options,
                                       const ReplayProgress& progress);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_REPLAY_LOG_H_
