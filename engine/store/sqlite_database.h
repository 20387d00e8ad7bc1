// engine/store/sqlite_database.h
//
// Database and Statement: SQLite behind absl::Status. Everything of the store
// that speaks SQL goes through here.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_SQLITE_DATABASE_H_
#define STRATAGEM_ENGINE_STORE_SQLITE_DATABASE_H_

#include <sqlite3.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::store {

// A compiled statement. Must end before its Database. Not thread safe.
class Statement {
 public:
  Statement() = default;

  // Binds parameter `index`, from 1. Text and bytes are borrowed until the
  // next Reset(). Requires: a parameter of that index (STRATAGEM_CHECK).
  void BindInt(int index, int64_t value);
  void BindDouble(int index, double value);
  void BindText(int index, absl::string_view text);
  void BindBytes(int index, absl::string_view bytes);

  // Goes to the next row; false when there is none. Errors: as Database.
  absl::StatusOr<bool> Step();
  // Runs a statement without rows to its end and resets it.
  absl::Status Run();
  // Makes the statement ready for the next use and ends its read of the
  // database; a Step() that returned false or an error must be reset as well.
  void Reset();

  int columns() const { return sqlite3_column_count(statement_.get()); }
  // Columns of the current row, from 0. Bytes live until the next Step().
  int64_t ColumnInt(int column) const;
  absl::string_view ColumnBytes(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

enum class Access {
  kReadOnly,
  kReadWrite,  // Creates the file.
  kReadWriteExisting,
};

// One change of a schema. A database at version n-1 becomes one at n by the
// n-th migration's SQL.
struct Migration {
  const char* sql;
};

// One connection. Not thread safe: one thread at a time, or a lock around it.
// Errors, each with the path, what failed and what to do: DATA_LOSS, the file
// is damaged or not a database; PERMISSION_DENIED; RESOURCE_EXHAUSTED, the
// disk is full; UNAVAILABLE, all others.
class Database {
 public:
  // `vfs` is the name of an SQLite file layer, "" for the system's.
  static absl::StatusOr<Database> Open(const std::string& path, Access access,
                                       const std::string& vfs);

  // Runs statements without parameters and drops their rows.
  absl::Status Execute(const char* sql);
  // Returns the first column of the first row of `sql`; 0 without a row.
  absl::StatusOr<int64_t> QueryInt(const char* sql);
  absl::StatusOr<Statement> Prepare(const char* sql);

  // Brings the schema to the newest version, all steps in one transaction, and
  // marks the file as ours.
  // Errors: FAILED_PRECONDITION, the file is of another program, or a newer
  // version of this one has written it.
  absl::Status Migrate(std::span<const Migration> migrations);

  // Copies the whole write-ahead log into the database and empties it; waits
  // so long for other connections to end their reads.
  // Errors: FAILED_PRECONDITION, another connection still reads it.
  absl::Status EmptyWal(absl::Duration readers_wait = absl::Seconds(5));

  // Notes which files this connection works on: the database and its
  // write-ahead log. Requires: something was read or written, so that both are
  // there.
  absl::Status NoteFiles();
  // OK while they still stand at their paths: what is committed to a file that
  // was moved away or deleted is lost to whoever opens the path. Thread safe.
  // Errors: UNAVAILABLE, one does not. Time: a look at two inodes.
  absl::Status CheckFiles() const;

  bool is_open() const { return handle_ != nullptr; }
  // Whether its last operation found a damaged page.
  bool saw_damage() const {
    return (sqlite3_errcode(handle()) & 0xff) == SQLITE_CORRUPT;
  }
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  // A file, whatever its name is now.
  struct FileId {
    dev_t device = 0;
    ino_t inode = 0;
    friend bool operator==(const FileId&, const FileId&) = default;
  };
  static std::optional<FileId> FileAt(const std::string& path);

  std::string path_;
  std::string wal_path_;
  FileId file_, wal_;  // NoteFiles().
  std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_SQLITE_DATABASE_H_
