#include "engine/store/log_erasure.h"

#include <algorithm>
#include <optional>

#include "engine/base/status_macros.h"
#include "engine/store/clear_record.h"

namespace stratagem::store {
namespace {

// Records that one read transaction looks at: a long one would keep the
// write-ahead log from being emptied.
constexpr uint64_t kRecordsPerRead = 10'000;

}  // namespace

absl::StatusOr<std::vector<uint64_t>> FindRecordsOf(const ErasedPerson& person,
                                                    uint64_t after,
                                                    uint64_t through,
                                                    Database& log) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      log.Prepare("SELECT sequence, envelope FROM log WHERE sequence > ? AND "
                  "sequence <= ? AND instr(envelope, ?) > 0"));
  select.BindBytes(3, person.subject);
  std::vector<uint64_t> sequences;
  for (uint64_t from = after; from < through; from += kRecordsPerRead) {
    select.BindInt(1, static_cast<int64_t>(from));
    select.BindInt(
        2, static_cast<int64_t>(std::min(through, from + kRecordsPerRead)));
    while (true) {
      STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
      if (!row) break;
      // The bytes may stand in another's record by chance.
      if (IsOf(std::string(select.ColumnBytes(1)), person.subject)) {
        sequences.push_back(static_cast<uint64_t>(select.ColumnInt(0)));
      }
    }
    select.Reset();
  }
  return sequences;
}

absl::StatusOr<std::vector<uint64_t>> ClearRecords(
    const ErasedPerson& person, std::span<const uint64_t> sequences,
    Database& log) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      log.Prepare("SELECT envelope, personal FROM log WHERE sequence = ?"));
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement update, log.Prepare("UPDATE log SET envelope = ?, personal = ? "
                                    "WHERE sequence = ?"));
  std::vector<uint64_t> cleared;
  for (const uint64_t sequence : sequences) {
    select.BindInt(1, static_cast<int64_t>(sequence));
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    std::optional<RecordBytes> record;
    if (row) {
      record = ClearRecord({std::string(select.ColumnBytes(0)),
                            std::string(select.ColumnBytes(1))},
                           person.subject, person.customer_id);
    }
    select.Reset();
    if (!record.has_value()) continue;
    update.BindBytes(1, record->envelope);
    update.BindBytes(2, record->personal);
    update.BindInt(3, static_cast<int64_t>(sequence));
    STRATAGEM_RETURN_IF_ERROR(update.Run());
    cleared.push_back(sequence);
  }
  return cleared;
}

}  // namespace stratagem::store
