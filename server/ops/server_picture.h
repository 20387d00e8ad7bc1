// server/ops/server_picture.h
//
// ServerPicture: how the server is and what it has counted, at about one
// moment. Server::Look() makes it; /metrics and GetStatus are written from it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_SERVER_PICTURE_H_
#define STRATAGEM_SERVER_OPS_SERVER_PICTURE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/decide/shadow_comparison.h"
#include "engine/state/operations.h"
#include "engine/store/profile_store.h"
#include "engine/store/retention.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"
#include "server/http/connection_set.h"
#include "server/ops/call_counts.h"
#include "server/ops/decision_latencies.h"
#include "server/ops/plan_counts.h"
#include "server/ops/queue_stats.h"
#include "server/reload/refused_packs.h"

namespace stratagem::server {

// Counts are since the server started, but for those of a store, which are
// since that was opened last.
struct ServerPicture {
  std::string node_id;
  absl::Time started_at;
  absl::Duration uptime;  // By a clock that nobody sets.
  absl::Status ready;     // Why it does not answer calls for decisions, or OK.

  struct Stores {
    store::StoreStats log;
    store::SequencerStats sequencer;
    store::ProfileStats profiles;
    store::RetentionStats retention;
  };
  std::optional<Stores> stores;  // Absent while they are closed.
  uint64_t store_reopenings = 0;
  uint64_t records_dropped = 0;  // StoreHost::records_dropped().

  // A version that serves.
  struct Pack {
    state::ServedVersion served;
    bool decides = false;  // It is the one that decides live calls now.
    std::optional<decide::ShadowCounts> comparison;  // Of a shadow.
  };
  std::vector<Pack> packs;  // By name and version.
  size_t paused = 0;        // Offers and placements.
  std::vector<RefusedPack> refused;
  uint64_t packs_served = 0;   // Versions that came to serve.
  uint64_t packs_refused = 0;  // Attempts that failed.

  // A version that serves, or has since the start.
  struct Decided {
    std::string pack;
    std::string version;
    PlanCountsView counts;
  };
  std::vector<Decided> decided;  // By pack and version.
  std::array<std::array<LatencyCounts, kOutcomes>, kPhases> latencies;

  struct ConfigReloads {
    uint64_t succeeded = 0;
    uint64_t failed = 0;
    bool last_ok = true;
    absl::Time last_at;  // Of the last that succeeded, or of the start.
  };
  ConfigReloads config;

  std::vector<CallCounts::View> calls;
  std::vector<QueueStats> queues;  // All but the log's, which `stores` tells.
  std::optional<HttpStats> http;   // Absent without HTTP.
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_SERVER_PICTURE_H_
