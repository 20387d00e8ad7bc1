// engine/store/store.h
//
// Store: the durable log of decisions, the truth from which all else is
// derived. One contract, several stores: memory (tests, offline tools) and
// sqlite (the embedded default). The server appends; insight reads.
// docs/record_format.md says what a record holds and what is promised for it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_STORE_H_
#define STRATAGEM_ENGINE_STORE_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/store/identity.h"
#include "engine/store/log_query.h"

namespace stratagem::store {

// LIMIT: bytes of records that one Read() returns, the first one always.
inline constexpr size_t kReadBytesMax = 16u << 20;

// LIMIT: records that one Trim() removes.
inline constexpr uint64_t kTrimRecordsMax = 256;

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

// LIMIT: sizes of group commits that are counted apart: 1, 2, 3 to 4, 5 to 8,
// …; the last one counts all that are larger than half of it, too.
inline constexpr size_t kCommitSizes = 14;

// Totals, always true to the log: a fold over it, not a sample.
struct StoreStats {
  uint64_t records = 0;
  uint64_t first_sequence = 1;     // Of the oldest record that is kept.
  uint64_t last_sequence = 0;      // 0 when empty.
  uint64_t appends_refused = 0;    // By a full queue, since opening.
  uint64_t queue_records = 0;      // Accepted, `done` not yet returned.
  uint64_t queue_bytes = 0;        // Of these records.
  uint64_t commits = 0;            // Group commits since opening.
  uint64_t records_committed = 0;  // Of these.
  // Of these, those of more than 2^(i-1) and at most 2^i records.
  std::array<uint64_t, kCommitSizes> commits_by_size = {};
  std::string failure;  // Of a write, after which no more are taken; "": none.
  uint64_t projected_sequence = 0;   // How far derived tables are.
  uint64_t projection_failures = 0;  // Since opening; they delay, lose nothing.
  uint64_t wal_bytes = 0;            // Written ahead, not yet in the table.
  uint64_t checkpoint_failures = 0;  // Since opening; they delay as well.
};

// A count of one value of one dimension ("tier" = "gold"). Dimension "role"
// counts every decision; those below it count what customers got (live and
// canary):
//   pack       name@version
//   tier       when scored
//   stage      when the pack has stages
//   offer      a filled slot each
//   exclusion  by reason, an excluded offer each
//   degraded   "true" or "false"
//   degradation  by reason, an error that was survived each
// And, of all records:
//   outcome    what was recorded of offers, by outcome, each once however often
//              it was told
//   outcome_status  the same and what did not count: recorded, expired, late
//   unreadable records that this program cannot decode, by status code
struct StoreCount {
  std::string dimension;
  std::string value;
  uint64_t count = 0;

  friend bool operator==(const StoreCount&, const StoreCount&) = default;
};

// A count of one UTC day, numbered from 1970-01-01: of decisions by when they
// were made, of outcomes by when they were recorded. What is unreadable stands
// on day 0.
struct DayCount {
  int64_t day = 0;
  StoreCount count;

  friend bool operator==(const DayCount&, const DayCount&) = default;
};

// Which records are of one customer.
struct CustomerRecords {
  std::vector<uint64_t> sequences = {};  // Ascending.
  uint64_t through = 0;                  // How far the log was searched.
};

// Room that the log takes.
struct StoreSize {
  uint64_t record_bytes = 0;  // Of its records, as they are stored.
  uint64_t file_bytes = 0;    // On the disk, room for the next ones included.
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
  // Errors: OUT_OF_RANGE, record `after` + 1 was trimmed: stats() says where
  // the log begins; DATA_LOSS, UNAVAILABLE.
  virtual absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                                     size_t limit) const = 0;

  virtual StoreStats stats() const = 0;

  // Returns counts from derived tables by dimension and value, ascending. They
  // lag behind the log (StoreStats::projected_sequence says how far).
  // Errors: FAILED_PRECONDITION, opened without them; DATA_LOSS, UNAVAILABLE.
  virtual absl::StatusOr<std::vector<StoreCount>> Counts() const = 0;

  // The same for each UTC day from <= day < until, by day first. Errors: as
  // Counts().
  virtual absl::StatusOr<std::vector<DayCount>> CountsByDay(
      int64_t from, int64_t until) const = 0;

  // Returns the decisions that `query` asks for, up to the newest record of the
  // log: what derived tables do not hold yet is looked up in the log itself.
  // Errors: OUT_OF_RANGE, trimmed meanwhile; DATA_LOSS, UNAVAILABLE.
  // Time: bounded by kLooksMax, however large the log is.
  virtual absl::StatusOr<DecisionPage> Find(
      const DecisionQuery& query) const = 0;

  // Returns what was reported of the decision at that sequence, oldest first,
  // at most kOutcomesMax; what was told twice once, as it was told first. From
  // derived tables, which lag. Errors: as Counts().
  virtual absl::StatusOr<std::vector<OutcomeRow>> Outcomes(
      uint64_t decision_sequence) const = 0;

  // Errors: UNAVAILABLE.
  virtual absl::StatusOr<StoreSize> Size() const = 0;

  // Removes the oldest records, those up to `through`, from the log and from
  // all that is derived from it, and gives their room back to the disk, save
  // some for the next ones. Never the newest record, nor one that derived
  // tables do not hold yet. At most kTrimRecordsMax a call, so that appends
  // between two calls wait for milliseconds at most. Returns the sequence that
  // the log then begins with: trimmed as far as possible when a call does not
  // change it. Durable when it returns; waits for the writer, so it must not be
  // called by one of the store's threads.
  // Errors: as Append(), DATA_LOSS.
  virtual absl::StatusOr<uint64_t> Trim(uint64_t through) = 0;

  // Returns the records of a customer, up to the newest one that is durable.
  // Errors: DATA_LOSS, UNAVAILABLE. Time: reads the whole log.
  virtual absl::StatusOr<CustomerRecords> FindRecordsOf(
      absl::string_view customer_id) const = 0;

  // Erases a customer from every record of theirs (clear_record.h) and from
  // what is derived from them; counts stay. `found` is what FindRecordsOf() has
  // found; what came later is found here. Calls `in_order` once, with a
  // function that puts the erasure into the log's order: records that were
  // appended before it are cleared, later ones stay; so a caller who folds the
  // log can forget the customer at the same place. Returns the sequences of the
  // records that were cleared, ascending, when nothing of them is in any file
  // any more. A call that fails or is cut short can be made again, and finishes
  // the work.
  // Errors: of `in_order`; FAILED_PRECONDITION, all is cleared, but another
  // program reads a database, and its write-ahead log keeps the bytes until it
  // ends; as Append(), DATA_LOSS. Must not be called by a store's thread.
  // Time: O(their records + outcomes); waits for the writer.
  virtual absl::StatusOr<std::vector<uint64_t>> Erase(
      absl::string_view customer_id, const CustomerRecords& found,
      absl::FunctionRef<absl::Status(absl::FunctionRef<absl::Status()>)>
          in_order) = 0;

  // Commits what is queued, calls every pending `done`, refuses what comes
  // after. Idempotent.
  virtual void Close() = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_STORE_H_
