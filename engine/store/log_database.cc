#include "engine/store/log_database.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/directory_lock.h"
#include "engine/store/ledger_snapshot.h"

namespace stratagem::store {
namespace {

// Versions of the log's schema, from 1. Never change a line: add one.
constexpr Migration kLogMigrations[] = {
    {"CREATE TABLE meta("
     "  id INTEGER PRIMARY KEY CHECK (id = 1),"
     "  node_id TEXT NOT NULL,"
     "  epoch INTEGER NOT NULL,"
     "  subject_key BLOB NOT NULL) STRICT;"
     "CREATE TABLE log("
     "  sequence INTEGER PRIMARY KEY,"
     "  epoch INTEGER NOT NULL,"
     "  envelope BLOB NOT NULL,"
     "  personal BLOB NOT NULL) STRICT;"},
    {"ALTER TABLE meta ADD COLUMN first_sequence INTEGER NOT NULL DEFAULT 1;"},
};

absl::Status NotThere(const std::string& path, absl::string_view found,
                      const std::string& node_id) {
  return absl::FailedPreconditionError(
      absl::StrCat("`", path, "`: ", found, ", expected log ", node_id,
                   "; mount or move its folder back, or restore it from a "
                   "backup"));
}

// The node id of a log, or "" if the database holds none.
absl::StatusOr<std::string> NodeIdOf(const std::string& path,
                                     const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database log,
                             Database::Open(path, Access::kReadOnly, vfs));
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t tables,
      log.QueryInt("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'"));
  if (tables == 0) return "";
  STRATAGEM_ASSIGN_OR_RETURN(Statement read,
                             log.Prepare("SELECT node_id FROM meta"));
  STRATAGEM_ASSIGN_OR_RETURN(const bool row, read.Step());
  return row ? std::string(read.ColumnBytes(0)) : "";
}

// A file of `directory` that is made of a log, or "".
std::string FileOfALog(const std::string& directory) {
  std::error_code error;
  for (const absl::string_view name :
       {absl::string_view("profiles.db"), absl::string_view("views.db"),
        kSnapshotFile}) {
    std::string path = absl::StrCat(directory, "/", name);
    if (std::filesystem::is_regular_file(path, error)) return path;
  }
  return "";
}

}  // namespace

std::string LogPath(const std::string& directory) {
  return directory + "/log.db";
}

absl::StatusOr<Database> OpenLog(const std::string& path, Access access,
                                 const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database log, Database::Open(path, access, vfs));
  sqlite3_db_config(log.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // Takes effect in a file without tables, and there for good.
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA auto_vacuum = INCREMENTAL"));
  // What is erased or trimmed is overwritten.
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA secure_delete = ON"));
  STRATAGEM_RETURN_IF_ERROR(log.Migrate(kLogMigrations));
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA journal_mode = WAL"));
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA synchronous = FULL"));
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA wal_autocheckpoint = 0"));
  return log;
}

absl::StatusOr<Identity> BeginEpoch(Database& log) {
  const Identity identity = NewIdentity();
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement create,
      log.Prepare("INSERT INTO meta(id, node_id, epoch, subject_key) "
                  "VALUES (1, ?, 1, ?) ON CONFLICT DO UPDATE "
                  "SET epoch = epoch + 1"));
  create.BindText(1, identity.node_id);
  create.BindBytes(2, identity.subject_key);
  STRATAGEM_RETURN_IF_ERROR(create.Run());
  return ReadIdentity(log);
}

absl::StatusOr<Identity> ReadIdentity(Database& log) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement read,
      log.Prepare("SELECT node_id, epoch, subject_key FROM meta"));
  STRATAGEM_RETURN_IF_ERROR(read.Step().status());
  Identity identity;
  identity.node_id = std::string(read.ColumnBytes(0));
  identity.epoch = static_cast<uint64_t>(read.ColumnInt(1));
  identity.subject_key = std::string(read.ColumnBytes(2));
  return identity;
}

absl::Status MakeLogsFolder(const std::string& directory) {
  const std::string path = LogPath(directory);
  std::error_code error;
  const bool exists = std::filesystem::exists(path, error);
  if (!exists || std::filesystem::file_size(path, error) == 0) {
    const std::string other = FileOfALog(directory);
    if (!other.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "`", path, "`: ", exists ? "is empty" : "is not there", ", but `",
          other,
          "` of its log is; restore log.db from a backup, or move the "
          "folder away to begin anew"));
    }
  }
  return MakeDirectory(directory);
}

absl::Status CheckLogIsThere(const std::string& directory,
                             const std::string& node_id,
                             const std::string& vfs) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return NotThere(directory, "the folder is not there", node_id);
  }
  const std::string path = LogPath(directory);
  if (!std::filesystem::exists(path, error)) {
    return NotThere(path, "is not there", node_id);
  }
  STRATAGEM_ASSIGN_OR_RETURN(const std::string found, NodeIdOf(path, vfs));
  if (found == node_id) return absl::OkStatus();
  return NotThere(
      path, found.empty() ? "holds no log" : absl::StrCat("is log ", found),
      node_id);
}

}  // namespace stratagem::store
