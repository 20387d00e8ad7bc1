#include "engine/store/sqlite_database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"

namespace stratagem::store {
namespace {

// 'StrG' in the file's header: these databases are ours.
constexpr int64_t kApplicationId = 0x53747247;
constexpr int kBusyTimeoutMs = 5'000;

// What a person can do about an error of SQLite, and the channel's code for it.
absl::Status Explain(int code, const std::string& what) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(absl::StrCat(
          what, "; restore the file from a backup, or move it away"));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(absl::StrCat(
          what, "; check that its folder exists and that this user may write"));
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          absl::StrCat(what, "; free space on this disk"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(absl::StrCat(
          what, "; another program holds the file, stop it first"));
    default:
      return absl::UnavailableError(absl::StrCat(what, "; check the disk"));
  }
}

absl::Status ErrorOf(sqlite3* handle, absl::string_view path,
                     absl::string_view action) {
  const int code = sqlite3_extended_errcode(handle);
  const std::string what =
      absl::StrCat("`", path, "`: cannot ", action, ": ",
                   sqlite3_errmsg(handle), " (SQLite ", code, ")");
  const int error = sqlite3_system_errno(handle);
  if ((code & 0xff) == SQLITE_CANTOPEN &&
      (error == EMFILE || error == ENFILE)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        what, ": too many open files; raise the limit of open files"));
  }
  return Explain(code, what);
}

// Makes an empty file that only its owner may read, since SQLite would let all
// users read; its own files beside it get the same mode. Leaves a file that
// exists alone: to open and close one would drop SQLite's locks on it.
void CreatePrivate(const std::string& path) {
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) close(descriptor);
}

// SQLite calls BEGIN, COMMIT and ROLLBACK read-only, since it is what stands
// between them that writes; they have no columns, and reads have.
bool IsWrite(sqlite3_stmt* statement) {
  return sqlite3_stmt_readonly(statement) == 0 ||
         sqlite3_column_count(statement) == 0;
}

absl::Status StepError(sqlite3_stmt* statement) {
  sqlite3* handle = sqlite3_db_handle(statement);
  const char* path = sqlite3_db_filename(handle, "main");
  return ErrorOf(handle, path == nullptr ? "" : path,
                 IsWrite(statement) ? "write" : "read");
}

}  // namespace

void Statement::BindInt(int index, int64_t value) {
  STRATAGEM_CHECK(sqlite3_bind_int64(statement_.get(), index, value) ==
                  SQLITE_OK);
}

void Statement::BindDouble(int index, double value) {
  STRATAGEM_CHECK(sqlite3_bind_double(statement_.get(), index, value) ==
                  SQLITE_OK);
}

void Statement::BindText(int index, absl::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  STRATAGEM_CHECK(sqlite3_bind_text64(statement_.get(), index, data,
                                      text.size(), SQLITE_STATIC,
                                      SQLITE_UTF8) == SQLITE_OK);
}

void Statement::BindBytes(int index, absl::string_view bytes) {
  // A null pointer would bind NULL instead of no bytes.
  const char* data = bytes.empty() ? "" : bytes.data();
  STRATAGEM_CHECK(sqlite3_bind_blob64(statement_.get(), index, data,
                                      bytes.size(),
                                      SQLITE_STATIC) == SQLITE_OK);
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return StepError(statement_.get());
}

absl::Status Statement::Run() {
  absl::StatusOr<bool> row = Step();
  Reset();
  return row.status();
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int64_t Statement::ColumnInt(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

absl::string_view Statement::ColumnBytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const char*>(bytes),
          static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

absl::StatusOr<Database> Database::Open(const std::string& path, Access access,
                                        const std::string& vfs) {
  // Connections are never shared without a lock of ours.
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (access) {
    case Access::kReadOnly:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Access::kReadWrite:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      // If it fails, so does SQLite, and says why.
      CreatePrivate(path);
      break;
    case Access::kReadWriteExisting:
      flags |= SQLITE_OPEN_READWRITE;
      break;
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags,
                                   vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.path_ = path;
  database.wal_path_ = absl::StrCat(path, "-wal");
  database.handle_.reset(handle);
  if (handle == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("`", path, "`: cannot open: out of memory"));
  }
  if (code != SQLITE_OK) return ErrorOf(handle, path, "open");
  // SQLite opens what it may not write to for reading only.
  if (access != Access::kReadOnly && sqlite3_db_readonly(handle, "main") == 1) {
    return Explain(SQLITE_READONLY,
                   absl::StrCat("`", path, "`: cannot open for writing"));
  }
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

absl::Status Database::Execute(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return ErrorOf(handle(), path_, absl::StrCat("run `", sql, "`"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Database::QueryInt(const char* sql) {
  STRATAGEM_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  STRATAGEM_ASSIGN_OR_RETURN(bool row, statement.Step());
  return row ? statement.ColumnInt(0) : 0;
}

absl::StatusOr<Statement> Database::Prepare(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql, -1,
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement;
  statement.statement_.reset(raw);
  if (code != SQLITE_OK) return ErrorOf(handle(), path_, "read its schema");
  return statement;
}

absl::Status Database::Migrate(std::span<const Migration> migrations) {
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t id,
                             QueryInt("PRAGMA application_id"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t tables,
                             QueryInt("SELECT count(*) FROM sqlite_schema"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t version,
                             QueryInt("PRAGMA user_version"));
  if (id != kApplicationId && (id != 0 || tables != 0)) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path_,
                     "`: is a database of another program; choose another "
                     "folder"));
  }
  const auto newest = static_cast<int64_t>(migrations.size());
  if (version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path_, "`: has schema version ", version,
                     ", this program knows up to ", newest,
                     "; use the version that wrote it or a later one"));
  }
  if (version == newest) return absl::OkStatus();
  std::string sql = "BEGIN IMMEDIATE;";
  for (auto step = static_cast<size_t>(version); step < migrations.size();
       ++step) {
    absl::StrAppend(&sql, migrations[step].sql, ";");
  }
  absl::StrAppend(&sql, "PRAGMA application_id = ", kApplicationId,
                  ";PRAGMA user_version = ", newest, ";COMMIT");
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) ==
      SQLITE_OK) {
    return absl::OkStatus();
  }
  absl::Status status =
      ErrorOf(handle(), path_,
              absl::StrCat("bring schema version ", version, " to ", newest));
  // Fails when no transaction is open; the first error is what matters.
  Execute("ROLLBACK").IgnoreError();
  return status;
}

absl::Status Database::EmptyWal(absl::Duration readers_wait) {
  sqlite3_busy_timeout(
      handle(), static_cast<int>(absl::ToInt64Milliseconds(readers_wait)));
  const absl::StatusOr<int64_t> busy =
      QueryInt("PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_busy_timeout(handle(), kBusyTimeoutMs);
  if (!busy.ok()) return busy.status();
  if (*busy == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "`", path_,
      "`: cannot empty its write-ahead log: another program reads it; stop "
      "that program first"));
}

std::optional<Database::FileId> Database::FileAt(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileId{found.st_dev, found.st_ino};
}

absl::Status Database::NoteFiles() {
  file_ = FileAt(path_).value_or(FileId{});
  wal_ = FileAt(wal_path_).value_or(FileId{});
  return CheckFiles();
}

absl::Status Database::CheckFiles() const {
  const bool in_place = FileAt(path_) == file_;
  if (in_place && FileAt(wal_path_) == wal_) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "`", in_place ? wal_path_ : path_,
      "`: was moved or deleted while it was in use; move the whole folder back "
      "as it was, or restore it from a backup"));
}

}  // namespace stratagem::store
