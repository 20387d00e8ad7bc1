// engine/store/fold.h
//
// Fold: what records of the log change in the ledger. The sequencer applies
// each record with it as it is appended, and a start or a snapshot applies the
// log with it, so that both come to the same.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_FOLD_H_
#define STRATAGEM_ENGINE_STORE_FOLD_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/ledger.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::store {

// True for decisions that customers got; all others change nothing.
bool ChangesState(trace::Role role);

// Not thread safe.
class Fold {
 public:
  // `ledger` must outlive this. `request_window`: how long a request id that
  // the caller gave is remembered; 0: not at all.
  Fold(state::Ledger& ledger, absl::Duration request_window)
      : ledger_(ledger), request_window_(request_window) {}

  // A decision whose envelope has `subject`: its hold, an event for each filled
  // slot if the record says until when, its effects, its request id.
  void Apply(const trace::DecisionRecord& decision, absl::string_view subject,
             uint64_t sequence);
  // An outcome: its event (trace::EventOf) and its changes of counters.
  void Apply(const trace::OutcomeRecord& outcome, absl::string_view subject);
  // What an operator did; an erasure changes nothing here.
  void Apply(const state::Operation& operation);
  // Any record of the log.
  // Errors, with the record's sequence: DATA_LOSS, it cannot be read;
  // FAILED_PRECONDITION, a newer program wrote it.
  absl::Status Apply(const LogEntry& entry);

 private:
  absl::Status Decode(const LogEntry& entry);
  absl::Status DecodeAction(const RecordBytes& bytes);

  state::Ledger& ledger_;
  const absl::Duration request_window_;
  std::vector<state::Event> events_;  // Scratch.
};

// Applies the records of `store` after sequence `after`, as far as they are
// durable now, and returns the sequence of the last one (`after` if none).
// Errors: as Store::Read() and Fold::Apply(); DATA_LOSS, the log begins later
// than after `after`.
absl::StatusOr<uint64_t> FoldLog(const Store& store, uint64_t after,
                                 Fold& fold);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_FOLD_H_
