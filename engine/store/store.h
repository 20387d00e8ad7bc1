// engine/store/store.h
//
// Store: the durable log of decisions, the truth from which all else is
// derived. One contract, several stores: memory (tests, offline tools) and
// sqlite (the embedded default). The server appends; insight reads.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_STORE_H_
#define STRATAGEM_ENGINE_STORE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::store {

// One record, encoded (record_codec.h). The envelope says nothing that
// identifies a person; `personal` can be erased alone.
struct RecordBytes {
  std::string envelope;
  std::string personal;
};

// A record's place in the log. Sequences rise by one without a gap; the epoch
// rises each time that the store is opened.
struct Position {
  uint64_t epoch = 0;
  uint64_t sequence = 0;
};

struct LogEntry {
  Position position;
  RecordBytes record;  // `personal` is empty after an erasure.
};

// Who writes this log; in every envelope.
struct Identity {
  std::string node_id;
  uint64_t epoch = 0;
};

// Totals, always true to the log: a fold over it, not a sample.
struct StoreStats {
  uint64_t records = 0;
  uint64_t last_sequence = 0;     // 0 when empty.
  uint64_t appends_refused = 0;   // By a full queue, since opening.
  uint64_t queue_records = 0;     // Waiting for the writer now.
  uint64_t commits = 0;           // Group commits since opening.
  uint64_t projected_sequence = 0;  // How far derived tables are.
};

// A count of decisions by one value of one column ("tier" = "gold").
struct StoreCount {
  std::string dimension;  // "role", "pack", "tier", "stage", "offer", "exclusion", "degraded".
  std::string value;
  uint64_t count = 0;
};

// Called once: with the position when the record is committed and synced, or
// with the reason why it is not in the log. Runs on the store's own threads;
// must be quick and must not call Append() again.
using Committed = std::function<void(absl::StatusOr<Position>)>;

// Thread safe.
class Store {
 public:
  virtual ~Store() = default;

  virtual const Identity& identity() const = 0;

  // Queues `record` and returns at once; `done` says when it is durable.
  // Records commit in the order of Append().
  // Errors (then `done` is never called): RESOURCE_EXHAUSTED, the queue is
  // full; UNAVAILABLE, the store is closed or a write failed earlier.
  virtual absl::Status Append(RecordBytes record, Committed done) = 0;

  // Returns committed entries with sequence > `after`, oldest first, at most
  // `limit`. Errors: DATA_LOSS, UNAVAILABLE.
  virtual absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                                     size_t limit) const = 0;

  virtual StoreStats stats() const = 0;

  // Returns counts from derived tables, which lag behind the log
  // (StoreStats::projected_sequence says how far).
  virtual absl::StatusOr<std::vector<StoreCount>> Counts() const = 0;

  // Commits what is queued, calls every pending `done`, refuses what comes
  // after. Idempotent.
  virtual void Close() = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_STORE_H_
