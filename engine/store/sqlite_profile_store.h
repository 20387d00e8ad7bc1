// engine/store/sqlite_profile_store.h
//
// The embedded ProfileStore: profiles.db in the folder of the log, one row a
// customer, and what was used lately in memory. The server opens one beside its
// log; the log's lock on the folder holds for it too.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_SQLITE_PROFILE_STORE_H_
#define STRATAGEM_ENGINE_STORE_SQLITE_PROFILE_STORE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/store/profile_store.h"

namespace stratagem::store {

struct SqliteProfileStoreOptions {
  // Holds profiles.db. Must exist.
  std::string directory = {};
  // The file must be there; nothing is made then.
  bool must_exist = false;
  // LIMIT: bytes of profiles that are kept in memory, estimated. Those that do
  // not fit cost a look into the database, some 10 microseconds.
  size_t cache_bytes_max = 256u << 20;
  // SQLite's file layer by name, "" for the system's; tests put faults there.
  std::string vfs = {};
};

// Opens profiles.db in `options.directory`, or creates it. One of an older
// schema is migrated.
// Requires: nobody else has it open; who has opened the folder's log
// (sqlite_store.h) knows that.
// Errors, each with the path and what to do: FAILED_PRECONDITION, it is another
// program's, a newer version wrote it, or it is not there and must be;
// DATA_LOSS, it is damaged; PERMISSION_DENIED, RESOURCE_EXHAUSTED (disk full),
// UNAVAILABLE.
absl::StatusOr<std::unique_ptr<ProfileStore>> OpenSqliteProfileStore(
    const SqliteProfileStoreOptions& options);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_SQLITE_PROFILE_STORE_H_
