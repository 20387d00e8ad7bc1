// engine/store/log_database.h
//
// log.db as a database: its schema, who writes it, and whether a folder holds
// the one that is meant. sqlite_store opens its log with these.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_LOG_DATABASE_H_
#define STRATAGEM_ENGINE_STORE_LOG_DATABASE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store/identity.h"
#include "engine/store/sqlite_database.h"

namespace stratagem::store {

// The file's path in the store's folder.
std::string LogPath(const std::string& directory);

// Opens a connection that writes, with today's schema. It never checkpoints by
// itself, not even when it closes: after a failed sync the write-ahead log must
// stay as it is. Requires: `access` is not kReadOnly. Errors: as Database.
absl::StatusOr<Database> OpenLog(const std::string& path, Access access,
                                 const std::string& vfs);

// Returns who writes the log from now on: as before, one epoch later. The
// change is durable before the first record of the epoch. Errors: as Database.
absl::StatusOr<Identity> BeginEpoch(Database& log);

// Returns who wrote the log last. Errors: as Database.
absl::StatusOr<Identity> ReadIdentity(Database& log);

// Makes the folder of a log if it is not there. Files that belong to a log
// without their log are no beginning: a new history beside them would pass for
// the old one.
// Errors: FAILED_PRECONDITION, they are there and log.db is not, or is empty;
// as MakeDirectory().
absl::Status MakeLogsFolder(const std::string& directory);

// OK if `directory` holds the log that `node_id` writes. Makes no folder and no
// file, save those that SQLite keeps beside a database that it reads, and
// changes nothing.
// Errors: FAILED_PRECONDITION, the folder or the log is not there, or it is
// another log; as Database.
absl::Status CheckLogIsThere(const std::string& directory,
                             const std::string& node_id,
                             const std::string& vfs);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_LOG_DATABASE_H_
