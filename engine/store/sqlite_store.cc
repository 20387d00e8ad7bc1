#include "engine/store/sqlite_store.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/append_queue.h"
#include "engine/store/directory_lock.h"
#include "engine/store/log_reader.h"
#include "engine/store/projector.h"
#include "engine/store/sqlite_database.h"

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
};

// Bytes of one page in the write-ahead log besides the page.
constexpr uint64_t kWalFrameHeaderBytes = 24;

// Opens a connection to the log that never checkpoints by itself, not even when
// it closes: after a failed sync the write-ahead log must stay as it is.
absl::StatusOr<Database> OpenLog(const std::string& path,
                                 const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database log,
                             Database::Open(path, Access::kReadWrite, vfs));
  sqlite3_db_config(log.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  STRATAGEM_RETURN_IF_ERROR(log.Migrate(kLogMigrations));
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA journal_mode = WAL"));
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA synchronous = FULL"));
  STRATAGEM_RETURN_IF_ERROR(log.Execute("PRAGMA wal_autocheckpoint = 0"));
  return log;
}

// Copies the whole write-ahead log into the database and empties it.
absl::Status EmptyWal(Database& log) {
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t busy,
                             log.QueryInt("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (busy == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "`", sqlite3_db_filename(log.handle(), "main"),
      "`: another program reads it, so that it cannot be opened for writing; "
      "stop that program first"));
}

// Returns who writes the log from now on: as before, one epoch later. The
// change is durable before the first record of the epoch.
absl::StatusOr<Identity> BeginEpoch(Database& log) {
  Identity identity = NewIdentity();
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement create,
      log.Prepare("INSERT INTO meta VALUES (1, ?, 1, ?) ON CONFLICT DO UPDATE "
                  "SET epoch = epoch + 1"));
  create.BindText(1, identity.node_id);
  create.BindBytes(2, identity.subject_key);
  STRATAGEM_RETURN_IF_ERROR(create.Run());
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement read,
      log.Prepare("SELECT node_id, epoch, subject_key FROM meta"));
  STRATAGEM_RETURN_IF_ERROR(read.Step().status());
  identity.node_id = std::string(read.ColumnBytes(0));
  identity.epoch = static_cast<uint64_t>(read.ColumnInt(1));
  identity.subject_key = std::string(read.ColumnBytes(2));
  return identity;
}

class SqliteStore final : public Store {
 public:
  static absl::StatusOr<std::unique_ptr<Store>> Open(
      const SqliteStoreOptions& options);
  ~SqliteStore() override { Close(); }

  const Identity& identity() const override { return identity_; }

  absl::Status Append(RecordBytes record, Committed done) override {
    return queue_->Append(std::move(record), std::move(done));
  }
  absl::Status Flush(Committed done) override {
    return queue_->Flush([this, done = std::move(done)](absl::Status status) {
      if (!status.ok()) return done(std::move(status));
      done(Position{identity_.epoch, last_sequence_});
    });
  }
  absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                             size_t limit) const override {
    return reader_->Read(after, limit);
  }
  StoreStats stats() const override;
  absl::StatusOr<std::vector<StoreCount>> Counts() const override;
  void Close() override;

 private:
  SqliteStore(const SqliteStoreOptions& options, DirectoryLock lock,
              Database log)
      : options_(options), lock_(std::move(lock)), log_(std::move(log)) {}

  std::string LogPath() const { return options_.directory + "/log.db"; }
  absl::Status StartReading();
  absl::Status StartWriting();
  absl::Status StartProjecting();

  // On the writer's thread.
  absl::StatusOr<Position> Commit(std::span<const RecordBytes> records);
  absl::Status Insert(std::span<const RecordBytes> records);
  static int OnCommit(void* store, sqlite3* handle, const char* schema,
                      int wal_pages);

  const SqliteStoreOptions options_;
  DirectoryLock lock_;
  Database log_;  // Of the writer's thread once that runs.
  Statement begin_, insert_, commit_, rollback_;
  Identity identity_;
  uint64_t page_bytes_ = 0;
  std::atomic<uint64_t> last_sequence_ = 0;
  WriteGate write_gate_;
  std::mutex close_mutex_;
  bool closed_ = false;  // Guarded by `close_mutex_`.

  std::unique_ptr<LogReader> reader_;            // For callers.
  std::unique_ptr<LogReader> projector_reader_;  // Null without a projector.
  // Their threads use all above and, the later ones, the earlier ones; so they
  // end in the reverse order.
  std::unique_ptr<Projector> projector_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<AppendQueue> queue_;
};

absl::StatusOr<std::unique_ptr<Store>> SqliteStore::Open(
    const SqliteStoreOptions& options) {
  STRATAGEM_ASSIGN_OR_RETURN(DirectoryLock lock,
                             DirectoryLock::Acquire(options.directory));
  STRATAGEM_ASSIGN_OR_RETURN(
      Database log, OpenLog(options.directory + "/log.db", options.vfs));
  // After a crash, or a sync that failed, nobody knows which pages of the
  // write-ahead log are on the disk and which only in memory. What is written
  // after a lost one would be lost with it; so begin with an empty one.
  STRATAGEM_RETURN_IF_ERROR(EmptyWal(log));
  std::unique_ptr<SqliteStore> store(
      new SqliteStore(options, std::move(lock), std::move(log)));
  STRATAGEM_ASSIGN_OR_RETURN(store->identity_, BeginEpoch(store->log_));
  STRATAGEM_RETURN_IF_ERROR(store->StartReading());
  if (options.project) STRATAGEM_RETURN_IF_ERROR(store->StartProjecting());
  STRATAGEM_RETURN_IF_ERROR(store->StartWriting());
  return store;
}

absl::Status SqliteStore::StartReading() {
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t page_bytes,
                             log_.QueryInt("PRAGMA page_size"));
  page_bytes_ = static_cast<uint64_t>(page_bytes);
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t last,
                             log_.QueryInt("SELECT max(sequence) FROM log"));
  last_sequence_ = static_cast<uint64_t>(last);
  STRATAGEM_ASSIGN_OR_RETURN(reader_, LogReader::Open(LogPath(), options_.vfs));
  return absl::OkStatus();
}

absl::Status SqliteStore::StartProjecting() {
  STRATAGEM_ASSIGN_OR_RETURN(projector_reader_,
                             LogReader::Open(LogPath(), options_.vfs));
  ProjectorOptions options;
  options.path = options_.directory + "/views.db";
  options.node_id = identity_.node_id;
  options.log_sequence = last_sequence_;
  options.vfs = options_.vfs;
  STRATAGEM_ASSIGN_OR_RETURN(
      projector_,
      Projector::Open(options, [this](uint64_t after, size_t limit) {
        return projector_reader_->Read(after, limit);
      }));
  return absl::OkStatus();
}

absl::Status SqliteStore::StartWriting() {
  STRATAGEM_ASSIGN_OR_RETURN(begin_, log_.Prepare("BEGIN IMMEDIATE"));
  STRATAGEM_ASSIGN_OR_RETURN(
      insert_, log_.Prepare("INSERT INTO log VALUES (?, ?, ?, ?)"));
  STRATAGEM_ASSIGN_OR_RETURN(commit_, log_.Prepare("COMMIT"));
  STRATAGEM_ASSIGN_OR_RETURN(rollback_, log_.Prepare("ROLLBACK"));
  STRATAGEM_ASSIGN_OR_RETURN(Database checkpoints,
                             OpenLog(LogPath(), options_.vfs));
  checkpointer_ = std::make_unique<Checkpointer>(
      std::move(checkpoints), write_gate_, options_.checkpoint);
  sqlite3_wal_hook(log_.handle(), &SqliteStore::OnCommit, this);
  queue_ = std::make_unique<AppendQueue>(
      options_.queue,
      [this](std::span<const RecordBytes> records) { return Commit(records); });
  return absl::OkStatus();
}

int SqliteStore::OnCommit(void* store, sqlite3*, const char*, int wal_pages) {
  auto* self = static_cast<SqliteStore*>(store);
  self->checkpointer_->WalGrewTo(static_cast<uint64_t>(wal_pages) *
                                 (self->page_bytes_ + kWalFrameHeaderBytes));
  return SQLITE_OK;
}

absl::StatusOr<Position> SqliteStore::Commit(
    std::span<const RecordBytes> records) {
  {
    std::lock_guard gate(write_gate_);
    absl::Status status = Insert(records);
    if (!status.ok()) {
      // Fails when SQLite has rolled back already.
      rollback_.Run().IgnoreError();
      checkpointer_->Abandon();
      return status;
    }
  }
  const Position first{identity_.epoch, last_sequence_ + 1};
  last_sequence_ += records.size();
  if (projector_ != nullptr) projector_->Notify();
  return first;
}

absl::Status SqliteStore::Insert(std::span<const RecordBytes> records) {
  STRATAGEM_RETURN_IF_ERROR(begin_.Run());
  uint64_t sequence = last_sequence_;
  insert_.BindInt(2, static_cast<int64_t>(identity_.epoch));
  for (const RecordBytes& record : records) {
    insert_.BindInt(1, static_cast<int64_t>(++sequence));
    insert_.BindBytes(3, record.envelope);
    insert_.BindBytes(4, record.personal);
    STRATAGEM_RETURN_IF_ERROR(insert_.Run());
  }
  // Returns after the write-ahead log is synced (synchronous = FULL).
  return commit_.Run();
}

StoreStats SqliteStore::stats() const {
  StoreStats stats;
  queue_->AddStats(stats);
  stats.last_sequence = last_sequence_;
  stats.records = stats.last_sequence;  // Sequences begin at 1 without a gap.
  stats.wal_bytes = checkpointer_->wal_bytes();
  stats.checkpoint_failures = checkpointer_->failures();
  if (projector_ != nullptr) {
    stats.projected_sequence = projector_->projected_sequence();
    stats.projection_failures = projector_->failures();
  }
  return stats;
}

absl::StatusOr<std::vector<StoreCount>> SqliteStore::Counts() const {
  if (projector_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", options_.directory,
                     "`: opened without derived tables, which hold the "
                     "counts; open it with the projector"));
  }
  return projector_->Counts();
}

void SqliteStore::Close() {
  std::lock_guard lock(close_mutex_);
  if (closed_) return;
  closed_ = true;
  if (queue_ == nullptr) return;  // Opening failed half way.
  queue_->Close();
  if (projector_ != nullptr) projector_->Stop();
  checkpointer_->Stop();
  StoreStats stats;
  queue_->AddStats(stats);
  // For those who copy log.db; the write-ahead log holds the rest if it fails.
  if (!stats.failed) EmptyWal(log_).IgnoreError();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const SqliteStoreOptions& options) {
  return SqliteStore::Open(options);
}

}  // namespace stratagem::store
