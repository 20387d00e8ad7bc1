#include "engine/store/views_writer.h"

#include <utility>

#include "engine/base/status_macros.h"

namespace stratagem::store {
namespace {

// Times are microseconds since 1970 UTC. A number that is NaN is NULL here.
//
// Another number, and tables are made anew from the log: what is derived needs
// no migration.
constexpr int64_t kViewsVersion = 2;

constexpr char kViewsSchema[] = R"(
  DROP TABLE IF EXISTS progress;
  DROP TABLE IF EXISTS decisions;
  DROP TABLE IF EXISTS slots;
  DROP TABLE IF EXISTS exclusions;
  DROP TABLE IF EXISTS counts;
  CREATE TABLE progress(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    node_id TEXT NOT NULL,
    sequence INTEGER NOT NULL) STRICT;
  CREATE TABLE decisions(
    sequence INTEGER PRIMARY KEY,
    decided_at_us INTEGER NOT NULL,
    role TEXT NOT NULL,
    pack TEXT NOT NULL,
    version TEXT NOT NULL,
    tier TEXT NOT NULL,
    stage TEXT NOT NULL,
    degraded INTEGER NOT NULL,
    subject BLOB NOT NULL) STRICT;
  CREATE INDEX decisions_by_time ON decisions(decided_at_us);
  CREATE INDEX decisions_by_subject ON decisions(subject);
  CREATE TABLE slots(
    sequence INTEGER NOT NULL,
    placement_number INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    placement TEXT NOT NULL,
    offer TEXT NOT NULL,
    reason TEXT NOT NULL,
    score REAL,
    selection_probability REAL,
    PRIMARY KEY (sequence, placement_number, slot)) STRICT, WITHOUT ROWID;
  CREATE TABLE exclusions(
    sequence INTEGER NOT NULL,
    placement_number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    placement TEXT NOT NULL,
    offers INTEGER NOT NULL,
    PRIMARY KEY (sequence, placement_number, reason)) STRICT, WITHOUT ROWID;
  CREATE TABLE counts(
    dimension TEXT NOT NULL,
    value TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (dimension, value)) STRICT, WITHOUT ROWID;
)";

}  // namespace

absl::StatusOr<std::unique_ptr<ViewsWriter>> ViewsWriter::Open(
    const std::string& path, const std::string& node_id, uint64_t log_sequence,
    const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database database,
                             Database::Open(path, Access::kReadWrite, vfs));
  std::unique_ptr<ViewsWriter> writer(new ViewsWriter(std::move(database)));
  Database& views = writer->database_;
  STRATAGEM_RETURN_IF_ERROR(views.Execute("PRAGMA journal_mode = WAL"));
  // A loss of power may undo the last transactions as a whole, with their
  // progress; they are projected again.
  STRATAGEM_RETURN_IF_ERROR(views.Execute("PRAGMA synchronous = NORMAL"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t version,
                             views.QueryInt("PRAGMA user_version"));
  if (version != kViewsVersion) {
    STRATAGEM_RETURN_IF_ERROR(writer->Reset(node_id));
  }
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement progress,
      views.Prepare("SELECT node_id, sequence FROM progress"));
  STRATAGEM_ASSIGN_OR_RETURN(const bool row, progress.Step());
  const bool ours =
      row && progress.ColumnBytes(0) == node_id &&
      static_cast<uint64_t>(progress.ColumnInt(1)) <= log_sequence;
  if (ours) {
    writer->projected_ = static_cast<uint64_t>(progress.ColumnInt(1));
  }
  progress = Statement();
  if (!ours) STRATAGEM_RETURN_IF_ERROR(writer->Reset(node_id));
  STRATAGEM_RETURN_IF_ERROR(writer->Prepare());
  return writer;
}

absl::Status ViewsWriter::Reset(const std::string& node_id) {
  STRATAGEM_RETURN_IF_ERROR(database_.Execute("BEGIN IMMEDIATE"));
  absl::Status status = database_.Execute(kViewsSchema);
  if (status.ok()) {
    STRATAGEM_ASSIGN_OR_RETURN(
        Statement insert,
        database_.Prepare("INSERT INTO progress VALUES (1, ?, 0)"));
    insert.BindText(1, node_id);
    status = insert.Run();
  }
  if (status.ok()) {
    static_assert(kViewsVersion == 2);
    status = database_.Execute("PRAGMA user_version = 2; COMMIT");
  }
  if (!status.ok()) database_.Execute("ROLLBACK").IgnoreError();
  projected_ = 0;
  return status;
}

absl::Status ViewsWriter::Prepare() {
  STRATAGEM_ASSIGN_OR_RETURN(
      insert_decision_,
      database_.Prepare(
          "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  STRATAGEM_ASSIGN_OR_RETURN(
      insert_slot_,
      database_.Prepare("INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  STRATAGEM_ASSIGN_OR_RETURN(
      insert_exclusion_,
      database_.Prepare("INSERT INTO exclusions VALUES (?, ?, ?, ?, ?)"));
  STRATAGEM_ASSIGN_OR_RETURN(
      add_count_,
      database_.Prepare("INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO "
                        "UPDATE SET count = count + excluded.count"));
  STRATAGEM_ASSIGN_OR_RETURN(
      set_progress_, database_.Prepare("UPDATE progress SET sequence = ?"));
  return absl::OkStatus();
}

absl::Status ViewsWriter::Write(std::span<const LogEntry> entries) {
  STRATAGEM_RETURN_IF_ERROR(database_.Execute("BEGIN IMMEDIATE"));
  absl::Status status = WriteAll(entries);
  if (status.ok()) status = database_.Execute("COMMIT");
  if (!status.ok()) {
    database_.Execute("ROLLBACK").IgnoreError();
    return status;
  }
  projected_ = entries.back().position.sequence;
  return absl::OkStatus();
}

absl::Status ViewsWriter::WriteAll(std::span<const LogEntry> entries) {
  CountTable counts;
  for (const LogEntry& entry : entries) {
    const Projection projection = Project(entry, counts);
    if (!projection.readable) continue;
    STRATAGEM_RETURN_IF_ERROR(
        WriteRows(static_cast<int64_t>(entry.position.sequence), projection));
  }
  STRATAGEM_RETURN_IF_ERROR(WriteCounts(counts));
  set_progress_.BindInt(1,
                        static_cast<int64_t>(entries.back().position.sequence));
  return set_progress_.Run();
}

absl::Status ViewsWriter::WriteRows(int64_t sequence,
                                    const Projection& projection) {
  const DecisionRow& decision = projection.decision;
  insert_decision_.BindInt(1, sequence);
  insert_decision_.BindInt(2, decision.decided_at_us);
  insert_decision_.BindText(3, decision.role);
  insert_decision_.BindText(4, decision.pack);
  insert_decision_.BindText(5, decision.version);
  insert_decision_.BindText(6, decision.tier);
  insert_decision_.BindText(7, decision.stage);
  insert_decision_.BindInt(8, decision.degraded ? 1 : 0);
  insert_decision_.BindBytes(9, decision.subject);
  STRATAGEM_RETURN_IF_ERROR(insert_decision_.Run());
  for (const SlotRow& slot : projection.slots) {
    insert_slot_.BindInt(1, sequence);
    insert_slot_.BindInt(2, slot.placement_number);
    insert_slot_.BindInt(3, slot.slot);
    insert_slot_.BindText(4, slot.placement);
    insert_slot_.BindText(5, slot.offer);
    insert_slot_.BindText(6, slot.reason);
    insert_slot_.BindDouble(7, slot.score);
    insert_slot_.BindDouble(8, slot.selection_probability);
    STRATAGEM_RETURN_IF_ERROR(insert_slot_.Run());
  }
  for (const ExclusionRow& exclusion : projection.exclusions) {
    insert_exclusion_.BindInt(1, sequence);
    insert_exclusion_.BindInt(2, exclusion.placement_number);
    insert_exclusion_.BindText(3, exclusion.reason);
    insert_exclusion_.BindText(4, exclusion.placement);
    insert_exclusion_.BindInt(5, exclusion.offers);
    STRATAGEM_RETURN_IF_ERROR(insert_exclusion_.Run());
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::WriteCounts(const CountTable& counts) {
  for (const auto& [key, count] : counts) {
    add_count_.BindText(1, key.first);
    add_count_.BindText(2, key.second);
    add_count_.BindInt(3, static_cast<int64_t>(count));
    STRATAGEM_RETURN_IF_ERROR(add_count_.Run());
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::Clear() {
  absl::Status status = database_.Execute(
      "BEGIN IMMEDIATE; DELETE FROM decisions; DELETE FROM slots;"
      "DELETE FROM exclusions; DELETE FROM counts;"
      "UPDATE progress SET sequence = 0; COMMIT");
  if (!status.ok()) {
    database_.Execute("ROLLBACK").IgnoreError();
    return status;
  }
  projected_ = 0;
  return absl::OkStatus();
}

}  // namespace stratagem::store
