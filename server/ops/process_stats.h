// server/ops/process_stats.h
//
// What the system says of this process. Shown in /metrics.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_PROCESS_STATS_H_
#define STRATAGEM_SERVER_OPS_PROCESS_STATS_H_

#include <cstdint>

namespace stratagem::server {

// 0 where the system does not say.
struct ProcessStats {
  double cpu_seconds = 0;  // User and system.
  uint64_t resident_memory_bytes = 0;
  uint64_t open_handles = 0;
  uint64_t handles_max = 0;
  uint64_t threads = 0;
};

// Time: some tens of microseconds, more with many open handles.
ProcessStats ReadProcessStats();

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_PROCESS_STATS_H_
