// server/reload/pauses.h
//
// Pausing an offer or a placement, at once and for every version of its pack.
// Decisions read what is paused with their state; here it is set and listed.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PAUSES_H_
#define STRATAGEM_SERVER_RELOAD_PAUSES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/decide/router.h"
#include "server/ops/store_host.h"
#include "server/reload/operate.h"

namespace stratagem::server {

// An offer or a placement of a pack.
struct PauseTarget {
  std::string pack;
  std::string name;
  bool is_placement = false;

  friend bool operator==(const PauseTarget&, const PauseTarget&) = default;
};

// Returns what is paused under `pack`, in the order in which it was.
std::vector<PauseTarget> PausedUnder(const std::string& pack,
                                     const OpenStores& stores);

// Pauses or resumes `target`, durably; what is so already stays. Errors:
// NOT_FOUND, no version of the pack serves by `router`; INVALID_ARGUMENT, none
// that does has such an offer or placement, with the nearest name, and it is
// not paused; as Operate(). Thread safe; two at once may both be recorded.
absl::Status SetPaused(const PauseTarget& target, bool is_paused,
                       const decide::Router& router, const OpenStores& stores,
                       absl::Time clock, const Change& change);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PAUSES_H_
