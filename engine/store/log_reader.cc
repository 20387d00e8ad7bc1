#include "engine/store/log_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/log_database.h"

namespace stratagem::store {
namespace {

// As SQLite holds it: signed.
int64_t Clamp(uint64_t number) {
  return static_cast<int64_t>(std::min<uint64_t>(
      number, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogReader>> LogReader::Open(
    const std::string& path, const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database database,
                             Database::Open(path, Access::kReadOnly, vfs));
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      database.Prepare("SELECT sequence, epoch, envelope, personal FROM log "
                       "WHERE sequence > ? ORDER BY sequence LIMIT ?"));
  return std::unique_ptr<LogReader>(
      new LogReader(std::move(database), std::move(select)));
}

LogReader::LogReader(Database database, Statement select)
    : database_(std::move(database)), select_(std::move(select)) {}

absl::StatusOr<std::vector<LogEntry>> LogReader::Read(uint64_t after,
                                                      size_t limit) {
  std::lock_guard lock(mutex_);
  absl::Cleanup reset = [this] { select_.Reset(); };
  select_.BindInt(1, Clamp(after));
  select_.BindInt(2, Clamp(limit));
  std::vector<LogEntry> entries;
  size_t bytes = 0;
  while (true) {
    const absl::StatusOr<bool> row = select_.Step();
    if (absl::IsDataLoss(row.status())) {
      return absl::DataLossError(
          absl::StrCat("record ", after + 1,
                       " of the log cannot be read: ", row.status().message()));
    }
    if (!row.ok()) return row.status();
    if (!*row) return entries;
    LogEntry entry;
    entry.position.sequence = static_cast<uint64_t>(select_.ColumnInt(0));
    entry.position.epoch = static_cast<uint64_t>(select_.ColumnInt(1));
    if (entry.position.sequence != after + 1) {
      return Gap(after, entry.position.sequence);
    }
    ++after;
    entry.record.envelope = std::string(select_.ColumnBytes(2));
    entry.record.personal = std::string(select_.ColumnBytes(3));
    bytes += entry.record.envelope.size() + entry.record.personal.size();
    if (bytes > kReadBytesMax && !entries.empty()) return entries;
    entries.push_back(std::move(entry));
  }
}

absl::Status LogReader::Gap(uint64_t after, uint64_t found) {
  const char* const path = sqlite3_db_filename(database_.handle(), "main");
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t first,
      database_.QueryInt("SELECT first_sequence FROM meta"));
  if (after + 1 < static_cast<uint64_t>(first)) {
    return absl::OutOfRangeError(
        absl::StrCat("`", path, "`: record ", after + 1,
                     " was removed by retention; the log begins with ", first));
  }
  return absl::DataLossError(
      absl::StrCat("`", path, "`: record ", after + 1, " is missing, found ",
                   found, " next; restore the file from a backup"));
}

absl::StatusOr<SequenceRange> LogReader::Range() {
  std::lock_guard lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t first,
      database_.QueryInt("SELECT first_sequence FROM meta"));
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t last, database_.QueryInt("SELECT max(sequence) FROM log"));
  return SequenceRange{static_cast<uint64_t>(first),
                       static_cast<uint64_t>(last)};
}

absl::StatusOr<Identity> LogReader::LastWriter() {
  std::lock_guard lock(mutex_);
  return ReadIdentity(database_);
}

absl::StatusOr<StoreSize> LogReader::Size() {
  std::lock_guard lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t pages,
                             database_.QueryInt("PRAGMA page_count"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t free_pages,
                             database_.QueryInt("PRAGMA freelist_count"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t page_bytes,
                             database_.QueryInt("PRAGMA page_size"));
  return StoreSize{
      .record_bytes = static_cast<uint64_t>((pages - free_pages) * page_bytes),
      .file_bytes = static_cast<uint64_t>(pages * page_bytes)};
}

}  // namespace stratagem::store
