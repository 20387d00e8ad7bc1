// engine/store/sqlite_store.h
//
// The embedded Store: one folder, SQLite, nothing to install or start. One
// writer thread, group commit, one row a record; columns for queries are filled
// behind the answers (projector.h).
// docs/decisions/0001-log-on-sqlite.md says why.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_SQLITE_STORE_H_
#define STRATAGEM_ENGINE_STORE_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/store/checkpointer.h"
#include "engine/store/store.h"

namespace stratagem::store {

struct SqliteStoreOptions {
  // Holds log.db, views.db and lock. Made if its parent exists.
  std::string directory = {};
  // The log that must be there (Identity::node_id); nothing is made then.
  // Empty: any, and one is made where there is none.
  std::string node_id = {};
  QueueOptions queue = {};
  CheckpointOptions checkpoint = {};
  // Fill derived tables. Without, Counts() has no answer; they catch up when
  // the store is next opened with it.
  bool project = true;
  // SQLite's file layer by name, "" for the system's; tests put faults there.
  std::string vfs = {};
};

// Opens the store in `options.directory`, or creates it. A log of an older
// schema is migrated; derived tables that are damaged, of another schema or of
// another log are built anew from the log.
// Errors, each with the path and what to do: FAILED_PRECONDITION, another
// process has it open, it is another program's, a newer version wrote it, or
// the log of `options.node_id` is not there;
// DATA_LOSS, it is damaged; PERMISSION_DENIED, NOT_FOUND, RESOURCE_EXHAUSTED
// (disk full), UNAVAILABLE.
// Time: as long as it takes to copy what a crash left in the write-ahead log.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const SqliteStoreOptions& options);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_SQLITE_STORE_H_
