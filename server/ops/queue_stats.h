// server/ops/queue_stats.h
//
// QueueStats: how full a queue of calls is. Filled by ReadThread, shown by
// ServerPicture.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_QUEUE_STATS_H_
#define STRATAGEM_SERVER_OPS_QUEUE_STATS_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace stratagem::server {

struct QueueStats {
  std::string name;      // "repeats", "profile_writes", ….
  size_t waiting = 0;    // Now, but for the one that is being answered.
  uint64_t refused = 0;  // Calls that found it full, since the start.
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_QUEUE_STATS_H_
