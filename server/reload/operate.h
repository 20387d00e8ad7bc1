// server/reload/operate.h
//
// Appends what operators do to the log. PackRegistry and Pauses do so.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_OPERATE_H_
#define STRATAGEM_SERVER_RELOAD_OPERATE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/state/operations.h"
#include "server/ops/store_host.h"

namespace stratagem::server {

// Who does something, and why; for the log. May be empty.
struct Change {
  std::string actor;
  std::string reason;
};

// Returns `clock`, or the time of the log when the clock is behind it.
absl::Time LogTime(const OpenStores& stores, absl::Time clock);

// Appends `operation` with the change, waits until it is durable and logs an
// event "operated". Requires: its time is LogTime(). Errors: as
// store::Sequencer::Operate().
absl::Status Operate(const OpenStores& stores, state::Operation operation,
                     const Change& change);

// Waits until all that was done before is durable: whoever finds nothing to
// change may have found what is not yet, and never will be. Errors: as
// store::Sequencer::Flush().
absl::Status AwaitDurable(const OpenStores& stores);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_OPERATE_H_
