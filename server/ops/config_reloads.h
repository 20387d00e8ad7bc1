// server/ops/config_reloads.h
//
// ConfigReloads: how often the configuration was read again while the server
// ran. Written by ConfigReloader, shown in /metrics.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_CONFIG_RELOADS_H_
#define STRATAGEM_SERVER_OPS_CONFIG_RELOADS_H_

#include <atomic>
#include <cstdint>

namespace stratagem::server {

// Each number may be read at any time from any thread; they change one after
// the other.
struct ConfigReloads {
  // Reloads that were taken over as a whole, and the others.
  std::atomic<uint64_t> succeeded = 0;
  std::atomic<uint64_t> failed = 0;
  // Whether the last reload was taken over; true before the first.
  std::atomic<bool> last_ok = true;
  // When the last reload that was taken over ended, in nanoseconds since the
  // epoch of Unix; of the start before the first.
  std::atomic<int64_t> last_at_unix_ns = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_CONFIG_RELOADS_H_
