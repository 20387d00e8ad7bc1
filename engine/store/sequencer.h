// engine/store/sequencer.h
//
// Sequencer: puts records in order and keeps the ledger that they fold to. A
// decision reads a copy, decides, and commits; if another one has changed what
// matters in between, it decides again before its record is appended. One
// short critical section a record, no disk inside it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_SEQUENCER_H_
#define STRATAGEM_ENGINE_STORE_SEQUENCER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/ledger.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::store {

struct SequencerOptions {
  // Where snapshots of the ledger stand; "": none are made.
  std::string snapshot_directory = {};
  // LIMIT: records that a start may have to fold; 1 or more. After so many a
  // new snapshot is made, on a thread of its own.
  uint64_t snapshot_records = 100'000;
  // How long a request id gets the answer that it got first; 0: not at all.
  absl::Duration request_window = absl::Minutes(10);
  // LIMIT: request ids that are remembered; the oldest are forgotten first.
  size_t requests_max = 1'000'000;
};

// What a decision asks of the state. One that asks nothing of the customer, nor
// remembers anything of them, has a customer without a subject here.
struct StateQuery {
  state::CustomerKey customer = {};
  std::span<const state::CounterQuery> counters = {};
  // Sequencer::erasures() before what else is known of the customer was read;
  // nothing else is when it is absent.
  std::optional<uint64_t> erasures = {};
};

// A decision that is ready for the log.
struct ReadyRecord {
  // What it changes. Borrowed until Commit() returns.
  const trace::DecisionRecord* decision = nullptr;
  RecordBytes bytes = {};  // Encode() of it.
};

struct SequencerStats {
  state::LedgerSize ledger;
  uint64_t decided_again = 0;      // Decisions that state had overtaken.
  uint64_t requests_repeated = 0;  // Commits that a request id made a repeat.
  uint64_t snapshot_sequence = 0;  // Of the newest snapshot; 0: none.
  // Of the one before, which a start goes by when the newest is damaged; 0:
  // none. The log must reach back to it.
  uint64_t older_snapshot_sequence = 0;
  // Snapshots that were not made, or could not be used; they delay, lose
  // nothing.
  uint64_t snapshot_failures = 0;
  uint64_t folded_at_open = 0;  // Records folded when it was opened.
};

// Thread safe.
class Sequencer {
 public:
  // Folds `store`'s log, from the newest snapshot on; a snapshot that is
  // damaged or of another log is passed over. `store` must outlive it, and
  // nothing else may append to it. Errors: DATA_LOSS, a record cannot be read
  // or the log no longer begins where the snapshot ends; FAILED_PRECONDITION, a
  // newer program wrote it; as Store::Read(). Time: O(records after the
  // snapshot + size of the snapshot).
  static absl::StatusOr<std::unique_ptr<Sequencer>> Open(
      Store& store, const SequencerOptions& options);
  virtual ~Sequencer() = default;

  virtual void Read(const StateQuery& query, state::StateCopy& copy) const = 0;

  // The time of the log (state::Ledger::time()); before its first record one
  // that no clock shows. Whoever asks, decides or settles takes no earlier one:
  // with a clock that was set back, what has ended would count again. Time: one
  // atomic read.
  virtual absl::Time time() const = 0;

  // The sequence of the decision that had this request id within the window.
  virtual std::optional<uint64_t> FindRequest(absl::string_view request_id,
                                              absl::Time now) const = 0;

  // Appends a decision with its effects, made with `copy` of Read(query, copy).
  // When what it read has changed so that it may decide differently, `copy` is
  // read again and `decide_again`, on this thread, under the lock, decides with
  // it; so the record is a pure function of what stands before it in the log.
  // Roles that change nothing are appended as they are, unless somebody was
  // erased.
  // Errors (`done` is never called): ALREADY_EXISTS, its request id, given by
  // the caller, was taken meanwhile: FindRequest() says by whom; ABORTED, its
  // time is so far behind time() that what it should read may be forgotten
  // (state::kReservationGrace), or somebody was erased since the customer's
  // data were read: read and decide again, at a later time; as Store::Append().
  virtual absl::Status Commit(const StateQuery& query, state::StateCopy& copy,
                              ReadyRecord ready,
                              absl::FunctionRef<ReadyRecord()> decide_again,
                              Committed done) = 0;

  // Appends an outcome. `settle`, on this thread, under the lock, gets the
  // customer's state and a reader of counters, and returns the record or
  // nothing, when there is nothing to append; then `done` is called with the
  // position of the last record once that is durable.
  // `settle` reads its clock and time() there, not before: a reservation that a
  // decision before it found ended must have ended for it too.
  // Errors (`done` is never called): ABORTED, somebody was erased since its
  // decision was read: read it again; NOT_FOUND, the decision's customer is
  // being erased; as Store::Append().
  struct ReadyOutcome {
    const trace::OutcomeRecord* outcome = nullptr;
    RecordBytes bytes;
    // erasures() before its decision was read; absent: it is not of the log.
    std::optional<uint64_t> erasures = {};
  };
  using ReadCounter = std::function<int64_t(const state::CounterQuery&)>;
  virtual absl::Status CommitOutcome(
      const state::CustomerKey& customer,
      absl::FunctionRef<std::optional<ReadyOutcome>(const state::StateCopy&,
                                                    const ReadCounter&)>
          settle,
      Committed done) = 0;

  // Appends what an operator did and waits until it is durable. Decisions that
  // commit after it see it. Text is copied. Errors: as Store::Append();
  // UNAVAILABLE, it may or may not be in the log.
  virtual absl::Status Operate(const state::Operation& operation) = 0;
  // What operators have set.
  virtual state::Operations operations() const = 0;
  // Whether Read() may tell that something is paused. Time: one atomic read.
  virtual bool has_pauses() const = 0;

  // As Store::Flush().
  virtual absl::Status Flush(Committed done) = 0;

  // Forgets a customer: clears the pseudonym and the personal part of their
  // records (store), what is remembered, and every snapshot that remembers it;
  // appends a record that says that somebody was erased. Returns how many
  // records were cleared, when all of it is durable. A call that fails can be
  // made again, and finishes the work. Errors: as Store::Erase().
  virtual absl::StatusOr<uint64_t> EraseCustomer(absl::string_view customer_id,
                                                 absl::Time now) = 0;

  // A number that rises when an erasure begins and when it ends. Whoever reads
  // data of a customer to commit what follows from them asks first; commits
  // refuse it when it has risen, and it is to be read again.
  virtual uint64_t erasures() const = 0;

  virtual SequencerStats stats() const = 0;

  // Ends the thread of snapshots, after a last one of what is durable.
  // Idempotent.
  virtual void Close() = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_SEQUENCER_H_
