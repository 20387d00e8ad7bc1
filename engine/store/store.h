// engine/store/store.h
//
// Store: the durable log of decisions, the truth from which all else is
// derived. One contract, several stores: memory (tests, offline tools) and
// sqlite (the embedded default). The server appends; insight reads.
// docs/record_format.md says what a record holds and what is promised for it.
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
#include "engine/store/identity.h"

namespace stratagem::store {

// LIMIT: bytes of records that one Read() returns, the first one always.
inline constexpr size_t kReadBytesMax = 16u << 20;

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

// What waits between Append() and its `done`. Reaching either bound refuses the
// record; raising them costs memory, and time in which a stop must wait.
struct QueueOptions {
  // LIMIT: records, 1 or more.
  size_t records_max = 65'536;
  // LIMIT: bytes of these records, 1 or more.
  size_t bytes_max = 64u << 20;
  // LIMIT: records of one group commit, 1 or more. Larger ones cost less a
  // record and make the first of them wait longer.
  size_t batch_records_max = 4'096;
};

// Totals, always true to the log: a fold over it, not a sample.
struct StoreStats {
  uint64_t records = 0;
  uint64_t last_sequence = 0;        // 0 when empty.
  uint64_t appends_refused = 0;      // By a full queue, since opening.
  uint64_t queue_records = 0;        // Accepted, `done` not yet returned.
  uint64_t queue_bytes = 0;          // Of these records.
  uint64_t commits = 0;              // Group commits since opening.
  bool failed = false;               // A write failed: no more appends.
  uint64_t projected_sequence = 0;   // How far derived tables are.
  uint64_t projection_failures = 0;  // Since opening; they delay, lose nothing.
  uint64_t wal_bytes = 0;            // Written ahead, not yet in the table.
  uint64_t checkpoint_failures = 0;  // Since opening; they delay as well.
};

// A count of decisions by one value of one column ("tier" = "gold"). Dimension
// "role" counts every decision; the others count those that customers got
// (live and canary):
//   pack       name@version
//   tier       when scored
//   stage      when the pack has stages
//   offer      a filled slot each
//   exclusion  by reason, an excluded offer each
//   degraded   "true" or "false"
//   degradation  by reason, an error that was survived each
//   unreadable records that this program cannot decode, by status code
struct StoreCount {
  std::string dimension;
  std::string value;
  uint64_t count = 0;

  friend bool operator==(const StoreCount&, const StoreCount&) = default;
};

// Called once: with the position when the record is committed and synced, or
// with the reason why it was not acknowledged (UNAVAILABLE). After an error the
// record may still be found in the log, complete: a sync that fails does not
// say what reached the disk. Runs on a thread of the store; must be quick and
// must not call Append() or Close(), nor end the store.
using Committed = std::function<void(absl::StatusOr<Position>)>;

// Thread safe.
class Store {
 public:
  virtual ~Store() = default;

  virtual const Identity& identity() const = 0;

  // Queues `record` and returns at once; `done` says when it is durable.
  // Records commit in the order of Append().
  // Errors (then `done` is never called): RESOURCE_EXHAUSTED, the queue is
  // full; UNAVAILABLE, the store is closed or a write failed earlier, after
  // which nothing is acknowledged until the store is opened anew.
  virtual absl::Status Append(RecordBytes record, Committed done) = 0;

  // Calls `done` once all that was appended before is durable, with the place
  // of the last record that is (sequence 0: none). Errors: as Append().
  virtual absl::Status Flush(Committed done) = 0;

  // Returns committed entries with sequence > `after`, oldest first, at most
  // `limit` and kReadBytesMax; no entry means the end. Goes on after Close().
  // Errors: DATA_LOSS, UNAVAILABLE.
  virtual absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                                     size_t limit) const = 0;

  virtual StoreStats stats() const = 0;

  // Returns counts from derived tables by dimension and value, ascending. They
  // lag behind the log (StoreStats::projected_sequence says how far).
  // Errors: FAILED_PRECONDITION, opened without them; DATA_LOSS, UNAVAILABLE.
  virtual absl::StatusOr<std::vector<StoreCount>> Counts() const = 0;

  // Commits what is queued, calls every pending `done`, refuses what comes
  // after. Idempotent.
  virtual void Close() = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_STORE_H_
