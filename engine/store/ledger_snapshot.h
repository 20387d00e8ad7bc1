// engine/store/ledger_snapshot.h
//
// The ledger's snapshot: a file beside the log that saves a start from folding
// all of it. It is never the truth: one that is torn, damaged or of another log
// is not used. LoadLedger() is how a start, and the next snapshot, come to a
// ledger.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_LEDGER_SNAPSHOT_H_
#define STRATAGEM_ENGINE_STORE_LEDGER_SNAPSHOT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/state/ledger.h"
#include "engine/store/fold.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Their names in the store's folder: the newest one, and the one before it,
// which a start goes by when the newest is damaged.
inline constexpr absl::string_view kSnapshotFile = "state.snapshot";
inline constexpr absl::string_view kOlderSnapshotFile = "state.snapshot.1";

// What becomes of the newest snapshot when there is a new one.
enum class Replaced : uint8_t {
  kKept,     // It is the older one from now on, if there is one.
  kDropped,  // It is of no use; the older one stays.
};

// Writes what `ledger` is after the record of `store` at `sequence`, as the
// newest snapshot. Those that were there stay until it is whole and durable.
// Errors: those of the file system, with the path.
absl::Status WriteSnapshot(const Store& store, const std::string& directory,
                           uint64_t sequence, const state::Ledger& ledger,
                           Replaced replaced = Replaced::kKept);

// Reads the snapshot `file` of `directory` into `ledger` and returns the
// sequence after which it was made.
// Errors (the ledger stays as it was), with the path: NOT_FOUND, there is none;
// DATA_LOSS, it is damaged; FAILED_PRECONDITION, it is of another log, or of
// another past of this one; those of the file system.
absl::StatusOr<uint64_t> ReadSnapshot(const Store& store,
                                      const std::string& directory,
                                      absl::string_view file,
                                      state::Ledger& ledger);

struct LoadedLedger {
  uint64_t snapshot = 0;  // Of the one that was used; 0: none was.
  uint64_t older = 0;     // Of the one before; 0: none, or it was used.
  uint64_t last = 0;      // Of the log.
  // Why the newest snapshot, if there is one, could not be used.
  absl::Status refused;

  Replaced replaced() const {
    return snapshot > 0 && refused.ok() ? Replaced::kKept : Replaced::kDropped;
  }
};

// Fills the empty `ledger`, on which `fold` works, from the newest snapshot in
// `directory` ("" for none) that is of use and the records of `store` after it,
// or from the whole log when none is.
// Errors: as FoldLog(); they say why the snapshots are of no use.
absl::StatusOr<LoadedLedger> LoadLedger(const Store& store,
                                        const std::string& directory,
                                        state::Ledger& ledger, Fold& fold);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_LEDGER_SNAPSHOT_H_
