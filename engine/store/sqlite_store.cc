#include "engine/store/sqlite_store.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/append_queue.h"
#include "engine/store/directory_lock.h"
#include "engine/store/log_database.h"
#include "engine/store/log_erasure.h"
#include "engine/store/log_reader.h"
#include "engine/store/log_scan.h"
#include "engine/store/projector.h"
#include "engine/store/sqlite_database.h"

namespace stratagem::store {
namespace {

// How long an erasure holds up decisions for another program that reads.
constexpr absl::Duration kReadersWait = absl::Milliseconds(100);

// Bytes of one page in the write-ahead log besides the page.
constexpr uint64_t kWalFrameHeaderBytes = 24;

// Pages that go back to the disk in one transaction, and how many stay: this
// part of the file, and at least so many, for the next records.
constexpr int64_t kVacuumPages = 256;
constexpr int64_t kSparePart = 16;
constexpr int64_t kSparePagesMin = 64;

// As Store::Erase().
using InOrder =
    absl::FunctionRef<absl::Status(absl::FunctionRef<absl::Status()>)>;

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
  absl::StatusOr<std::vector<DayCount>> CountsByDay(
      int64_t from, int64_t until) const override;
  absl::StatusOr<DecisionPage> Find(const DecisionQuery& query) const override;
  absl::StatusOr<std::vector<OutcomeRow>> Outcomes(
      uint64_t decision_sequence) const override;
  absl::StatusOr<StoreSize> Size() const override { return reader_->Size(); }
  absl::StatusOr<uint64_t> Trim(uint64_t through) override;
  absl::StatusOr<CustomerRecords> FindRecordsOf(
      absl::string_view customer_id) const override;
  absl::StatusOr<std::vector<uint64_t>> Erase(absl::string_view customer_id,
                                              const CustomerRecords& found,
                                              InOrder in_order) override;
  void Close() override;

 private:
  SqliteStore(const SqliteStoreOptions& options, DirectoryLock lock,
              Database log)
      : options_(options), lock_(std::move(lock)), log_(std::move(log)) {}

  std::string path() const { return LogPath(options_.directory); }
  ErasedPerson PersonOf(absl::string_view customer_id) const {
    return {.customer_id = std::string(customer_id),
            .subject = SubjectOf(identity_.subject_key, customer_id)};
  }
  absl::Status StartReading();
  absl::Status StartWriting();
  absl::Status StartProjecting();
  // OK if there are derived tables.
  absl::Status HasTables() const;

  // Runs `task` on the writer's thread at the place where `in_order` puts it,
  // and waits.
  absl::Status PerformAndWait(Task task, InOrder in_order);
  // Runs `task` there as one transaction, and waits.
  absl::Status WriteAndWait(Task task);
  // On the writer's thread and waiting for it.
  absl::Status EmptyLogsWal();
  // Gives pages that hold nothing back to the disk, but for the spare ones.
  absl::Status GiveBackPages();

  // On the writer's thread.
  absl::Status InTransaction(absl::FunctionRef<absl::Status()> work);
  absl::Status RemoveThrough(uint64_t sequence);
  // `more`: whether there were pages to give back.
  absl::Status GiveBackSome(bool& more);
  // Of no records: says whether all others are still where they should be.
  absl::StatusOr<Position> Commit(std::span<const RecordBytes> records);
  // OK if the log is where it was opened: to be asked after each commit and
  // before its answer. If not, nothing more may be written.
  absl::Status CheckInPlace();
  absl::Status Insert(std::span<const RecordBytes> records);
  static int OnCommit(void* store, sqlite3* handle, const char* schema,
                      int wal_pages);

  const SqliteStoreOptions options_;
  DirectoryLock lock_;
  Database log_;  // Of the writer's thread once that runs.
  Statement begin_, insert_, commit_, rollback_;
  Identity identity_;
  uint64_t page_bytes_ = 0;
  bool moved_ = false;  // Of the writer's thread.
  std::atomic<uint64_t> first_sequence_ = 1;
  std::atomic<uint64_t> last_sequence_ = 0;
  std::mutex trim_mutex_;  // Held by the one Trim() or Erase() that works.
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
  const bool may_make = options.node_id.empty();
  STRATAGEM_RETURN_IF_ERROR(
      may_make
          ? MakeLogsFolder(options.directory)
          : CheckLogIsThere(options.directory, options.node_id, options.vfs));
  STRATAGEM_ASSIGN_OR_RETURN(DirectoryLock lock,
                             DirectoryLock::Acquire(options.directory));
  STRATAGEM_ASSIGN_OR_RETURN(
      Database log,
      OpenLog(LogPath(options.directory),
              may_make ? Access::kReadWrite : Access::kReadWriteExisting,
              options.vfs));
  // After a crash, or a sync that failed, nobody knows which pages of the
  // write-ahead log are on the disk and which only in memory. What is written
  // after a lost one would be lost with it; so begin with an empty one.
  STRATAGEM_RETURN_IF_ERROR(log.EmptyWal());
  std::unique_ptr<SqliteStore> store(
      new SqliteStore(options, std::move(lock), std::move(log)));
  STRATAGEM_ASSIGN_OR_RETURN(store->identity_, BeginEpoch(store->log_));
  STRATAGEM_RETURN_IF_ERROR(store->log_.NoteFiles());
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
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t first,
                             log_.QueryInt("SELECT first_sequence FROM meta"));
  first_sequence_ = static_cast<uint64_t>(first);
  STRATAGEM_ASSIGN_OR_RETURN(reader_, LogReader::Open(path(), options_.vfs));
  return absl::OkStatus();
}

absl::Status SqliteStore::StartProjecting() {
  STRATAGEM_ASSIGN_OR_RETURN(projector_reader_,
                             LogReader::Open(path(), options_.vfs));
  ProjectorOptions options;
  options.path = options_.directory + "/views.db";
  options.source = {.node_id = identity_.node_id,
                    .first_sequence = first_sequence_,
                    .last_sequence = last_sequence_};
  options.vfs = options_.vfs;
  projector_ = Projector::Open(options, [this](uint64_t after, size_t limit) {
    return projector_reader_->Read(after, limit);
  });
  return absl::OkStatus();
}

absl::Status SqliteStore::StartWriting() {
  STRATAGEM_ASSIGN_OR_RETURN(begin_, log_.Prepare("BEGIN IMMEDIATE"));
  STRATAGEM_ASSIGN_OR_RETURN(
      insert_, log_.Prepare("INSERT INTO log VALUES (?, ?, ?, ?)"));
  STRATAGEM_ASSIGN_OR_RETURN(commit_, log_.Prepare("COMMIT"));
  STRATAGEM_ASSIGN_OR_RETURN(rollback_, log_.Prepare("ROLLBACK"));
  STRATAGEM_ASSIGN_OR_RETURN(
      Database checkpoints,
      OpenLog(path(), Access::kReadWriteExisting, options_.vfs));
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
    absl::Status status = records.empty() ? absl::OkStatus() : Insert(records);
    if (!status.ok()) {
      // Fails when SQLite has rolled back already.
      rollback_.Run().IgnoreError();
      checkpointer_->Abandon();
      return status;
    }
    STRATAGEM_RETURN_IF_ERROR(CheckInPlace());
  }
  const Position first{identity_.epoch, last_sequence_ + 1};
  last_sequence_ += records.size();
  if (projector_ != nullptr) projector_->Notify();
  return first;
}

absl::Status SqliteStore::CheckInPlace() {
  absl::Status status = log_.CheckFiles();
  moved_ = !status.ok();
  if (moved_) checkpointer_->Abandon();
  return status;
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
  stats.first_sequence = first_sequence_;
  // Sequences are without a gap. One that is trimmed meanwhile is no longer
  // counted either way.
  stats.records = stats.last_sequence + 1 - stats.first_sequence;
  stats.wal_bytes = checkpointer_->wal_bytes();
  stats.checkpoint_failures = checkpointer_->failures();
  if (projector_ != nullptr) {
    stats.projected_sequence = projector_->projected_sequence();
    stats.projection_failures = projector_->failures();
  }
  return stats;
}

absl::Status SqliteStore::HasTables() const {
  if (projector_ != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "`", options_.directory,
      "`: opened without derived tables, which hold counts and outcomes; open "
      "it with the projector"));
}

absl::StatusOr<std::vector<StoreCount>> SqliteStore::Counts() const {
  STRATAGEM_RETURN_IF_ERROR(HasTables());
  return projector_->Counts();
}

absl::StatusOr<std::vector<DayCount>> SqliteStore::CountsByDay(
    int64_t from, int64_t until) const {
  STRATAGEM_RETURN_IF_ERROR(HasTables());
  return projector_->CountsByDay(from, until);
}

absl::StatusOr<std::vector<OutcomeRow>> SqliteStore::Outcomes(
    uint64_t decision_sequence) const {
  STRATAGEM_RETURN_IF_ERROR(HasTables());
  return projector_->Outcomes(decision_sequence);
}

absl::StatusOr<DecisionPage> SqliteStore::Find(
    const DecisionQuery& query) const {
  const uint64_t first = first_sequence_;
  const uint64_t last = last_sequence_;
  const uint64_t projected =
      projector_ == nullptr ? 0 : projector_->projected_sequence();
  return FindInTwo(
      query, {first, std::clamp(projected, first - 1, last)},
      [this](const DecisionQuery& part, SequenceRange range, size_t& looks) {
        return projector_->Find(part, range, looks);
      },
      last,
      [this](const DecisionQuery& part, SequenceRange range, size_t& looks) {
        return ScanLog(
            [this](uint64_t after, size_t limit) { return Read(after, limit); },
            part, range, looks);
      });
}

absl::Status SqliteStore::PerformAndWait(Task task, InOrder in_order) {
  std::promise<absl::Status> finished;
  STRATAGEM_RETURN_IF_ERROR(in_order([&] {
    return queue_->Perform(std::move(task), [&finished](absl::Status status) {
      finished.set_value(std::move(status));
    });
  }));
  return finished.get_future().get();
}

absl::Status SqliteStore::WriteAndWait(Task task) {
  return PerformAndWait(
      [this, task = std::move(task)] { return InTransaction(task); },
      [](absl::FunctionRef<absl::Status()> perform) { return perform(); });
}

absl::Status SqliteStore::InTransaction(
    absl::FunctionRef<absl::Status()> work) {
  std::lock_guard gate(write_gate_);
  absl::Status status = begin_.Run();
  if (status.ok()) status = work();
  if (status.ok()) status = commit_.Run();
  if (!status.ok()) {
    // As after a failed batch.
    rollback_.Run().IgnoreError();
    checkpointer_->Abandon();
    return status;
  }
  return CheckInPlace();
}

// Derived tables lose the records first: they are taken out with what the log
// says of them. After a crash in between they begin elsewhere than the log, and
// are built anew.
absl::StatusOr<uint64_t> SqliteStore::Trim(uint64_t through) {
  std::lock_guard lock(trim_mutex_);
  const uint64_t first = first_sequence_;
  const uint64_t last = last_sequence_;
  through = std::min(
      {through, last == 0 ? 0 : last - 1, first + kTrimRecordsMax - 1});
  if (projector_ != nullptr) {
    through = std::min(through, projector_->projected_sequence());
  }
  if (through < first) return first;
  if (projector_ != nullptr) {
    STRATAGEM_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries,
                               Read(first - 1, through - first + 1));
    through = entries.back().position.sequence;
    STRATAGEM_RETURN_IF_ERROR(projector_->Remove(entries));
  }
  STRATAGEM_RETURN_IF_ERROR(
      WriteAndWait([this, through] { return RemoveThrough(through); }));
  first_sequence_ = through + 1;
  STRATAGEM_RETURN_IF_ERROR(GiveBackPages());
  return through + 1;
}

absl::Status SqliteStore::RemoveThrough(uint64_t sequence) {
  for (const char* sql : {"DELETE FROM log WHERE sequence < ?",
                          "UPDATE meta SET first_sequence = ?"}) {
    STRATAGEM_ASSIGN_OR_RETURN(Statement statement, log_.Prepare(sql));
    statement.BindInt(1, static_cast<int64_t>(sequence + 1));
    STRATAGEM_RETURN_IF_ERROR(statement.Run());
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::GiveBackPages() {
  bool more = true;
  while (more) {
    STRATAGEM_RETURN_IF_ERROR(WriteAndWait([&] { return GiveBackSome(more); }));
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::GiveBackSome(bool& more) {
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t pages,
                             log_.QueryInt("PRAGMA page_count"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t empty,
                             log_.QueryInt("PRAGMA freelist_count"));
  more = empty > std::max(kSparePagesMin, pages / kSparePart);
  if (!more) return absl::OkStatus();
  return log_.Execute(
      absl::StrCat("PRAGMA incremental_vacuum(", kVacuumPages, ")").c_str());
}

absl::StatusOr<CustomerRecords> SqliteStore::FindRecordsOf(
    absl::string_view customer_id) const {
  STRATAGEM_ASSIGN_OR_RETURN(
      Database reader, Database::Open(path(), Access::kReadOnly, options_.vfs));
  CustomerRecords found = {.through = last_sequence_};
  STRATAGEM_ASSIGN_OR_RETURN(
      found.sequences,
      store::FindRecordsOf(PersonOf(customer_id), first_sequence_ - 1,
                           found.through, reader));
  return found;
}

// The log was read beside the writer, since that is long; at its place in the
// order only what was appended since then.
absl::StatusOr<std::vector<uint64_t>> SqliteStore::Erase(
    absl::string_view customer_id, const CustomerRecords& found,
    InOrder in_order) {
  std::lock_guard lock(trim_mutex_);
  const ErasedPerson person = PersonOf(customer_id);
  // First what only the log can tell is theirs: it is silent once it is
  // cleared, if this is cut short then.
  if (projector_ != nullptr) {
    STRATAGEM_RETURN_IF_ERROR(projector_->Forget(person, found.sequences));
  }
  std::vector<uint64_t> cleared;
  const auto clear = [&]() -> absl::Status {
    std::vector<uint64_t> sequences = found.sequences;
    STRATAGEM_ASSIGN_OR_RETURN(
        const std::vector<uint64_t> newer,
        store::FindRecordsOf(person, found.through, last_sequence_, log_));
    sequences.insert(sequences.end(), newer.begin(), newer.end());
    STRATAGEM_ASSIGN_OR_RETURN(cleared, ClearRecords(person, sequences, log_));
    return absl::OkStatus();
  };
  STRATAGEM_RETURN_IF_ERROR(
      PerformAndWait([&] { return InTransaction(clear); }, in_order));
  STRATAGEM_RETURN_IF_ERROR(EmptyLogsWal());
  if (projector_ != nullptr) {
    STRATAGEM_RETURN_IF_ERROR(projector_->Forget(person, cleared));
  }
  return cleared;
}

absl::Status SqliteStore::EmptyLogsWal() {
  absl::Status emptied;
  STRATAGEM_RETURN_IF_ERROR(PerformAndWait(
      [&] {
        std::lock_guard gate(write_gate_);
        emptied = log_.EmptyWal(kReadersWait);
        // Another program that reads is no fault of the log.
        if (absl::IsFailedPrecondition(emptied)) return absl::OkStatus();
        return emptied.ok() ? CheckInPlace() : emptied;
      },
      [](absl::FunctionRef<absl::Status()> perform) { return perform(); }));
  return emptied;
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
  // That of a log which was moved may no longer be beside it, and may be found
  // beside another one, which it would destroy. The files are still open: what
  // was acknowledged goes into the database itself, wherever that is now.
  if (stats.failure.empty() || moved_) log_.EmptyWal().IgnoreError();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const SqliteStoreOptions& options) {
  return SqliteStore::Open(options);
}

}  // namespace stratagem::store
