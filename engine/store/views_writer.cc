#include "engine/store/views_writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/clear_record.h"
#include "engine/store/posting.h"

namespace stratagem::store {
namespace {

// Times are microseconds since 1970 UTC, days and hours whole ones since then.
// ViewsReader says how these tables are asked.
constexpr char kViewsSchema[] = R"(
  DROP TABLE IF EXISTS progress;
  DROP TABLE IF EXISTS decisions;
  DROP TABLE IF EXISTS hours;
  DROP TABLE IF EXISTS terms;
  DROP TABLE IF EXISTS postings;
  DROP TABLE IF EXISTS outcomes;
  DROP TABLE IF EXISTS slots;
  DROP TABLE IF EXISTS exclusions;
  DROP TABLE IF EXISTS counts;
  CREATE TABLE progress(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    node_id TEXT NOT NULL,
    first_sequence INTEGER NOT NULL,
    sequence INTEGER NOT NULL) STRICT;
  CREATE TABLE decisions(
    sequence INTEGER PRIMARY KEY,
    decided_at_us INTEGER NOT NULL,
    subject BLOB NOT NULL) STRICT;
  CREATE INDEX decisions_by_subject ON decisions(subject);
  CREATE TABLE hours(
    hour INTEGER PRIMARY KEY,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL) STRICT;
  CREATE TABLE terms(
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (kind, name, value)) STRICT;
  CREATE TABLE postings(
    term INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    distances BLOB NOT NULL,
    PRIMARY KEY (term, first_sequence)) STRICT, WITHOUT ROWID;
  CREATE TABLE outcomes(
    decision_sequence INTEGER NOT NULL,
    offer TEXT NOT NULL,
    outcome TEXT NOT NULL,
    report TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    status TEXT NOT NULL,
    outcome_id TEXT NOT NULL,
    occurred_at_us INTEGER NOT NULL,
    recorded_at_us INTEGER NOT NULL,
    revenue_micros INTEGER NOT NULL,
    revenue_currency TEXT NOT NULL,
    PRIMARY KEY (decision_sequence, offer, outcome, report, sequence))
    STRICT, WITHOUT ROWID;
  CREATE TABLE counts(
    day INTEGER NOT NULL,
    dimension TEXT NOT NULL,
    value TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, dimension, value)) STRICT, WITHOUT ROWID;
)";

// Pages that one Remove() gives back to the disk, if more than this part of the
// file is empty.
constexpr int64_t kVacuumPages = 256;
constexpr int64_t kSparePart = 16;

// SQLite's numbers are signed; what goes in comes out.
int64_t Signed(uint64_t number) { return static_cast<int64_t>(number); }

void BindSame(const OutcomeRow& row, Statement& statement) {
  statement.BindInt(1, Signed(row.decision_sequence));
  statement.BindText(2, row.offer);
  statement.BindText(3, row.outcome);
  statement.BindText(4, ReportOf(row));
}

}  // namespace

void ViewsWriter::Batch::Count(int64_t day, const CountTable& table,
                               int64_t sign) {
  for (const auto& [key, count] : table) {
    counts[{day, key.first, key.second}] += sign * static_cast<int64_t>(count);
  }
}

absl::StatusOr<std::unique_ptr<ViewsWriter>> ViewsWriter::Open(
    const std::string& path, const ViewsSource& source,
    const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database database,
                             Database::Open(path, Access::kReadWrite, vfs));
  std::unique_ptr<ViewsWriter> writer(new ViewsWriter(std::move(database)));
  Database& views = writer->database_;
  // Takes effect in a file without tables, and there for good: what retention
  // takes out gives its room back.
  STRATAGEM_RETURN_IF_ERROR(views.Execute("PRAGMA auto_vacuum = INCREMENTAL"));
  STRATAGEM_RETURN_IF_ERROR(views.Execute("PRAGMA journal_mode = WAL"));
  // A loss of power may undo the last transactions as a whole, with their
  // progress; they are projected again.
  STRATAGEM_RETURN_IF_ERROR(views.Execute("PRAGMA synchronous = NORMAL"));
  // Who is forgotten leaves no bytes behind.
  STRATAGEM_RETURN_IF_ERROR(views.Execute("PRAGMA secure_delete = ON"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t version,
                             views.QueryInt("PRAGMA user_version"));
  if (version != kViewsVersion) {
    STRATAGEM_RETURN_IF_ERROR(writer->Reset(source));
  }
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement progress,
      views.Prepare("SELECT node_id, first_sequence, sequence FROM progress"));
  STRATAGEM_ASSIGN_OR_RETURN(const bool row, progress.Step());
  const bool ours =
      row && progress.ColumnBytes(0) == source.node_id &&
      progress.ColumnInt(1) == Signed(source.first_sequence) &&
      static_cast<uint64_t>(progress.ColumnInt(2)) <= source.last_sequence;
  if (ours) {
    writer->first_ = static_cast<uint64_t>(progress.ColumnInt(1));
    writer->projected_ = static_cast<uint64_t>(progress.ColumnInt(2));
  }
  progress = Statement();
  if (!ours) STRATAGEM_RETURN_IF_ERROR(writer->Reset(source));
  STRATAGEM_RETURN_IF_ERROR(writer->Prepare());
  return writer;
}

absl::Status ViewsWriter::InTransaction(
    const std::function<absl::Status()>& work) {
  STRATAGEM_RETURN_IF_ERROR(database_.Execute("BEGIN IMMEDIATE"));
  absl::Status status = work();
  if (status.ok()) status = database_.Execute("COMMIT");
  if (!status.ok()) database_.Execute("ROLLBACK").IgnoreError();
  return status;
}

absl::Status ViewsWriter::Reset(const ViewsSource& source) {
  STRATAGEM_RETURN_IF_ERROR(InTransaction([&] { return MakeTables(source); }));
  first_ = source.first_sequence;
  projected_ = source.first_sequence - 1;
  return absl::OkStatus();
}

absl::Status ViewsWriter::MakeTables(const ViewsSource& source) {
  STRATAGEM_RETURN_IF_ERROR(database_.Execute(kViewsSchema));
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement insert,
      database_.Prepare("INSERT INTO progress VALUES (1, ?, ?, ?)"));
  insert.BindText(1, source.node_id);
  insert.BindInt(2, Signed(source.first_sequence));
  insert.BindInt(3, Signed(source.first_sequence - 1));
  STRATAGEM_RETURN_IF_ERROR(insert.Run());
  static_assert(kViewsVersion == 3);
  return database_.Execute("PRAGMA user_version = 3");
}

absl::Status ViewsWriter::Prepare() {
  const struct {
    Statement& statement;
    const char* sql;
  } statements[] = {
      {insert_decision_, "INSERT INTO decisions VALUES (?, ?, ?)"},
      {add_hour_,
       "INSERT INTO hours VALUES (?1, ?2, ?2) ON CONFLICT DO UPDATE SET "
       "last_sequence = excluded.last_sequence"},
      {insert_outcome_,
       "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {find_outcome_,
       "SELECT sequence, recorded_at_us, status FROM outcomes WHERE "
       "decision_sequence = ? AND offer = ? AND outcome = ? AND report = ? "
       "ORDER BY sequence LIMIT 1"},
      {delete_outcome_,
       "DELETE FROM outcomes WHERE decision_sequence = ? AND offer = ? AND "
       "outcome = ? AND report = ? AND sequence = ?"},
      {find_term_,
       "SELECT id FROM terms WHERE kind = ? AND name = ? AND value = ?"},
      {insert_term_, "INSERT INTO terms(kind, name, value) VALUES (?, ?, ?)"},
      {insert_posting_, "INSERT INTO postings VALUES (?, ?, ?, ?)"},
      {add_count_,
       "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
       "count = count + excluded.count"},
      {drop_count_,
       "DELETE FROM counts WHERE day = ? AND dimension = ? AND value = ? AND "
       "count <= 0"},
      {set_progress_, "UPDATE progress SET first_sequence = ?, sequence = ?"},
  };
  for (const auto& [statement, sql] : statements) {
    STRATAGEM_ASSIGN_OR_RETURN(statement, database_.Prepare(sql));
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::Write(std::span<const LogEntry> entries) {
  STRATAGEM_RETURN_IF_ERROR(InTransaction([&] { return WriteAll(entries); }));
  projected_ = entries.back().position.sequence;
  return absl::OkStatus();
}

absl::Status ViewsWriter::WriteAll(std::span<const LogEntry> entries) {
  Batch batch;
  for (const LogEntry& entry : entries) {
    const Projection projection = Project(entry);
    switch (projection.kind) {
      case ProjectionKind::kNone:
        break;
      case ProjectionKind::kDecision:
        STRATAGEM_RETURN_IF_ERROR(
            WriteDecision(entry.position.sequence, projection, batch));
        break;
      case ProjectionKind::kOutcome:
        STRATAGEM_RETURN_IF_ERROR(WriteOutcome(projection, batch));
        break;
      case ProjectionKind::kUnreadable:
        batch.Count(projection.day(), projection.counts, 1);
        break;
    }
  }
  STRATAGEM_RETURN_IF_ERROR(WritePostings(batch));
  STRATAGEM_RETURN_IF_ERROR(WriteCounts(batch));
  return WriteProgress(first_, entries.back().position.sequence);
}

absl::Status ViewsWriter::WriteDecision(uint64_t sequence,
                                        const Projection& projection,
                                        Batch& batch) {
  insert_decision_.BindInt(1, Signed(sequence));
  insert_decision_.BindInt(2, absl::ToUnixMicros(projection.at));
  insert_decision_.BindBytes(3, projection.subject);
  STRATAGEM_RETURN_IF_ERROR(insert_decision_.Run());
  add_hour_.BindInt(1, HourOf(projection.at));
  add_hour_.BindInt(2, Signed(sequence));
  STRATAGEM_RETURN_IF_ERROR(add_hour_.Run());
  for (const Term& term : projection.terms) {
    batch.postings[term].push_back(sequence);
  }
  batch.Count(projection.day(), projection.counts, 1);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<OutcomeRow>> ViewsWriter::FindSame(
    const OutcomeRow& row) {
  BindSame(row, find_outcome_);
  STRATAGEM_ASSIGN_OR_RETURN(const bool found, find_outcome_.Step());
  std::optional<OutcomeRow> same;
  if (found) {
    same = row;
    same->sequence = static_cast<uint64_t>(find_outcome_.ColumnInt(0));
    same->recorded_at = absl::FromUnixMicros(find_outcome_.ColumnInt(1));
    same->status = std::string(find_outcome_.ColumnBytes(2));
  }
  find_outcome_.Reset();
  return same;
}

absl::Status ViewsWriter::WriteOutcome(const Projection& projection,
                                       Batch& batch) {
  const OutcomeRow& row = projection.outcome;
  STRATAGEM_ASSIGN_OR_RETURN(const std::optional<OutcomeRow> same,
                             FindSame(row));
  if (!same.has_value()) batch.Count(projection.day(), projection.counts, 1);
  BindSame(row, insert_outcome_);
  insert_outcome_.BindInt(5, Signed(row.sequence));
  insert_outcome_.BindText(6, row.status);
  insert_outcome_.BindText(7, row.outcome_id);
  insert_outcome_.BindInt(8, absl::ToUnixMicros(row.occurred_at));
  insert_outcome_.BindInt(9, absl::ToUnixMicros(row.recorded_at));
  insert_outcome_.BindInt(10, row.revenue_micros);
  insert_outcome_.BindText(11, row.revenue_currency);
  return insert_outcome_.Run();
}

absl::StatusOr<int64_t> ViewsWriter::TermId(const Term& term) {
  for (Statement* const statement : {&find_term_, &insert_term_}) {
    statement->BindInt(1, static_cast<int64_t>(term.kind));
    statement->BindText(2, term.name);
    statement->BindText(3, term.value);
  }
  STRATAGEM_ASSIGN_OR_RETURN(const bool found, find_term_.Step());
  const int64_t id = found ? find_term_.ColumnInt(0) : 0;
  find_term_.Reset();
  if (found) return id;
  STRATAGEM_RETURN_IF_ERROR(insert_term_.Run());
  return sqlite3_last_insert_rowid(database_.handle());
}

absl::Status ViewsWriter::WritePostings(const Batch& batch) {
  for (const auto& [term, sequences] : batch.postings) {
    STRATAGEM_ASSIGN_OR_RETURN(const int64_t id, TermId(term));
    const std::string distances = EncodeBlock(sequences);
    insert_posting_.BindInt(1, id);
    insert_posting_.BindInt(2, Signed(sequences.front()));
    insert_posting_.BindInt(3, Signed(sequences.back()));
    insert_posting_.BindBytes(4, distances);
    STRATAGEM_RETURN_IF_ERROR(insert_posting_.Run());
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::WriteCounts(const Batch& batch) {
  for (const auto& [key, count] : batch.counts) {
    const auto& [day, dimension, value] = key;
    for (Statement* const statement : {&add_count_, &drop_count_}) {
      statement->BindInt(1, day);
      statement->BindText(2, dimension);
      statement->BindText(3, value);
    }
    add_count_.BindInt(4, count);
    STRATAGEM_RETURN_IF_ERROR(add_count_.Run());
    if (count < 0) STRATAGEM_RETURN_IF_ERROR(drop_count_.Run());
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::WriteProgress(uint64_t first, uint64_t projected) {
  set_progress_.BindInt(1, Signed(first));
  set_progress_.BindInt(2, Signed(projected));
  return set_progress_.Run();
}

absl::Status ViewsWriter::Remove(std::span<const LogEntry> entries) {
  STRATAGEM_RETURN_IF_ERROR(InTransaction([&] { return RemoveAll(entries); }));
  first_ = entries.back().position.sequence + 1;
  return GiveBackPages();
}

absl::Status ViewsWriter::GiveBackPages() {
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t pages,
                             database_.QueryInt("PRAGMA page_count"));
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t empty,
                             database_.QueryInt("PRAGMA freelist_count"));
  if (empty <= pages / kSparePart) return absl::OkStatus();
  return database_.Execute(
      absl::StrCat("PRAGMA incremental_vacuum(", kVacuumPages, ")").c_str());
}

absl::Status ViewsWriter::RemoveAll(std::span<const LogEntry> entries) {
  Batch batch;
  for (const LogEntry& entry : entries) {
    const Projection projection = Project(entry);
    if (projection.kind == ProjectionKind::kOutcome) {
      STRATAGEM_RETURN_IF_ERROR(RemoveOutcome(projection, batch));
    } else {
      batch.Count(projection.day(), projection.counts, -1);
    }
  }
  const uint64_t first = entries.back().position.sequence + 1;
  STRATAGEM_RETURN_IF_ERROR(RemoveBefore(first));
  STRATAGEM_RETURN_IF_ERROR(WriteCounts(batch));
  return WriteProgress(first, projected_);
}

// The oldest record that tells an outcome is the one that counts, so the next
// one counts from now on.
absl::Status ViewsWriter::RemoveOutcome(const Projection& projection,
                                        Batch& batch) {
  const OutcomeRow& row = projection.outcome;
  BindSame(row, delete_outcome_);
  delete_outcome_.BindInt(5, Signed(row.sequence));
  STRATAGEM_RETURN_IF_ERROR(delete_outcome_.Run());
  batch.Count(projection.day(), projection.counts, -1);
  STRATAGEM_ASSIGN_OR_RETURN(const std::optional<OutcomeRow> next,
                             FindSame(row));
  if (next.has_value()) {
    batch.Count(DayOf(next->recorded_at), CountsOf(*next), 1);
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::RemoveBefore(uint64_t sequence) {
  for (const char* sql :
       {"DELETE FROM decisions WHERE sequence < ?",
        "DELETE FROM hours WHERE last_sequence < ?",
        "UPDATE hours SET first_sequence = ?1 WHERE first_sequence < ?1"}) {
    STRATAGEM_ASSIGN_OR_RETURN(Statement remove, database_.Prepare(sql));
    remove.BindInt(1, Signed(sequence));
    STRATAGEM_RETURN_IF_ERROR(remove.Run());
  }
  return RemovePostingsBefore(sequence);
}

// A block that reaches beyond stays whole: whoever reads it knows where the log
// begins.
absl::Status ViewsWriter::RemovePostingsBefore(uint64_t sequence) {
  std::vector<int64_t> terms;
  STRATAGEM_ASSIGN_OR_RETURN(Statement select,
                             database_.Prepare("SELECT id FROM terms"));
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) break;
    terms.push_back(select.ColumnInt(0));
  }
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement remove,
      database_.Prepare("DELETE FROM postings WHERE term = ?1 AND "
                        "first_sequence < ?2 AND last_sequence < ?2"));
  remove.BindInt(2, Signed(sequence));
  for (const int64_t term : terms) {
    remove.BindInt(1, term);
    STRATAGEM_RETURN_IF_ERROR(remove.Run());
  }
  return database_.Execute(
      "DELETE FROM terms WHERE NOT EXISTS "
      "(SELECT 1 FROM postings WHERE term = terms.id)");
}

absl::Status ViewsWriter::Forget(const ErasedPerson& person,
                                 std::span<const uint64_t> records) {
  STRATAGEM_RETURN_IF_ERROR(
      InTransaction([&] { return ForgetAll(person, records); }));
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t busy,
      database_.QueryInt("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (busy == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "`", sqlite3_db_filename(database_.handle(), "main"),
      "`: somebody reads it, so that its write-ahead log cannot be emptied; "
      "try again"));
}

absl::Status ViewsWriter::ForgetAll(const ErasedPerson& person,
                                    std::span<const uint64_t> records) {
  STRATAGEM_RETURN_IF_ERROR(ForgetOutcomes(person, records));
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement forget,
      database_.Prepare(
          "UPDATE decisions SET subject = x'' WHERE subject = ?"));
  forget.BindBytes(1, person.subject);
  return forget.Run();
}

// The log says which outcomes are theirs. When it was cleared by a call that
// ended before it came here, decisions still say it.
absl::StatusOr<std::vector<OutcomeRow>> ViewsWriter::FindOutcomesOf(
    const ErasedPerson& person, std::span<const uint64_t> records) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      database_.Prepare(
          "SELECT decision_sequence, offer, outcome, sequence, outcome_id, "
          "EXISTS (SELECT 1 FROM decisions WHERE decisions.sequence = "
          "decision_sequence AND subject = ?) FROM outcomes "
          "WHERE outcome_id <> ''"));
  select.BindBytes(1, person.subject);
  std::vector<OutcomeRow> rows;
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return rows;
    const auto sequence = static_cast<uint64_t>(select.ColumnInt(3));
    if (select.ColumnInt(5) == 0 &&
        !std::binary_search(records.begin(), records.end(), sequence)) {
      continue;
    }
    OutcomeRow& row = rows.emplace_back();
    row.decision_sequence = static_cast<uint64_t>(select.ColumnInt(0));
    row.offer = std::string(select.ColumnBytes(1));
    row.outcome = std::string(select.ColumnBytes(2));
    row.sequence = sequence;
    row.outcome_id = std::string(select.ColumnBytes(4));
  }
}

absl::Status ViewsWriter::ForgetOutcomes(const ErasedPerson& person,
                                         std::span<const uint64_t> records) {
  STRATAGEM_ASSIGN_OR_RETURN(const std::vector<OutcomeRow> rows,
                             FindOutcomesOf(person, records));
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement update,
      database_.Prepare(
          "UPDATE outcomes SET outcome_id = ?6, report = ?7 WHERE "
          "decision_sequence = ?1 AND offer = ?2 AND outcome = ?3 AND "
          "report = ?4 AND sequence = ?5"));
  for (const OutcomeRow& row : rows) {
    OutcomeRow nameless = row;
    nameless.outcome_id = OutcomePseudonym(person.subject, row.outcome_id);
    BindSame(row, update);
    update.BindInt(5, Signed(row.sequence));
    update.BindText(6, nameless.outcome_id);
    update.BindText(7, ReportOf(nameless));
    STRATAGEM_RETURN_IF_ERROR(update.Run());
  }
  return absl::OkStatus();
}

absl::Status ViewsWriter::Clear(uint64_t first_sequence) {
  STRATAGEM_RETURN_IF_ERROR(
      InTransaction([&] { return ClearTables(first_sequence); }));
  first_ = first_sequence;
  projected_ = first_sequence - 1;
  return absl::OkStatus();
}

absl::Status ViewsWriter::ClearTables(uint64_t first_sequence) {
  STRATAGEM_RETURN_IF_ERROR(database_.Execute(
      "DELETE FROM decisions; DELETE FROM hours; DELETE FROM postings;"
      "DELETE FROM terms; DELETE FROM outcomes; DELETE FROM counts"));
  return WriteProgress(first_sequence, first_sequence - 1);
}

}  // namespace stratagem::store
