// engine/store/views_writer.h
//
// ViewsWriter: the tables that are derived from a log, how records come into
// them and leave them, and how far they are. The projector drives it;
// ViewsReader (views_reader.h) answers from them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_VIEWS_WRITER_H_
#define STRATAGEM_ENGINE_STORE_VIEWS_WRITER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/store/log_erasure.h"
#include "engine/store/projection.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Another number, and tables are made anew from the log: what is derived needs
// no migration.
inline constexpr int64_t kViewsVersion = 3;

// Which log the tables are of.
struct ViewsSource {
  std::string node_id;
  uint64_t first_sequence = 1;  // Of its oldest record, even if there is none.
  uint64_t last_sequence = 0;
};

// Not thread safe.
class ViewsWriter {
 public:
  // Opens the tables at `path`, or makes them. Those that are not of `source`
  // - another log, one that begins elsewhere, one that is shorter - or have
  // another schema begin anew. Errors: as Database; DATA_LOSS, the file is
  // damaged.
  static absl::StatusOr<std::unique_ptr<ViewsWriter>> Open(
      const std::string& path, const ViewsSource& source,
      const std::string& vfs);

  // Adds `entries` and says how far the tables are then, all or nothing: each
  // record counts exactly once, whatever fails in between.
  // Requires: `entries` not empty, following on projected_sequence().
  absl::Status Write(std::span<const LogEntry> entries);
  // Takes `entries` out again, the oldest that the tables hold, all or nothing.
  // Requires: `entries` not empty, beginning with first_sequence() and ending
  // before projected_sequence().
  absl::Status Remove(std::span<const LogEntry> entries);
  // Forgets to whom decisions belong: they stay, without their subject, and
  // their outcomes with pseudonyms in place of the caller's names, as
  // ClearRecord() leaves them. `records` are those that the log has cleared,
  // ascending. The bytes leave the file and its write-ahead log.
  // Errors: as Database; UNAVAILABLE, a reader kept the bytes in the
  // write-ahead log.
  // Time: O(outcomes).
  absl::Status Forget(const ErasedPerson& person,
                      std::span<const uint64_t> records);
  // Empties all tables, in one transaction; they begin with `first_sequence`.
  absl::Status Clear(uint64_t first_sequence);

  uint64_t first_sequence() const { return first_; }
  uint64_t projected_sequence() const { return projected_; }

 private:
  explicit ViewsWriter(Database database) : database_(std::move(database)) {}

  // What one batch adds: to counts by day, dimension and value, and to the
  // decisions of each term.
  struct Batch {
    std::map<std::tuple<int64_t, std::string, std::string>, int64_t> counts;
    std::map<Term, std::vector<uint64_t>> postings;
    void Count(int64_t day, const CountTable& table, int64_t sign);
  };

  absl::Status Prepare();
  absl::Status Reset(const ViewsSource& source);
  absl::Status MakeTables(const ViewsSource& source);
  absl::Status ClearTables(uint64_t first_sequence);
  // Runs `work` as one transaction.
  absl::Status InTransaction(const std::function<absl::Status()>& work);

  absl::Status WriteAll(std::span<const LogEntry> entries);
  absl::Status WriteDecision(uint64_t sequence, const Projection& projection,
                             Batch& batch);
  // Adds to `batch` unless an earlier record tells the same.
  absl::Status WriteOutcome(const Projection& projection, Batch& batch);
  absl::Status WritePostings(const Batch& batch);
  absl::StatusOr<int64_t> TermId(const Term& term);

  absl::Status RemoveAll(std::span<const LogEntry> entries);
  absl::Status RemoveOutcome(const Projection& projection, Batch& batch);
  absl::Status RemoveBefore(uint64_t sequence);
  absl::Status RemovePostingsBefore(uint64_t sequence);
  absl::Status GiveBackPages();

  absl::Status ForgetAll(const ErasedPerson& person,
                         std::span<const uint64_t> records);
  absl::Status ForgetOutcomes(const ErasedPerson& person,
                              std::span<const uint64_t> records);
  // Outcomes of the person that the caller has named.
  absl::StatusOr<std::vector<OutcomeRow>> FindOutcomesOf(
      const ErasedPerson& person, std::span<const uint64_t> records);

  // The oldest record that tells the same as `row`, if there is one.
  absl::StatusOr<std::optional<OutcomeRow>> FindSame(const OutcomeRow& row);
  absl::Status WriteCounts(const Batch& batch);
  absl::Status WriteProgress(uint64_t first, uint64_t projected);

  Database database_;
  Statement insert_decision_, add_hour_;
  Statement insert_outcome_, find_outcome_, delete_outcome_;
  Statement find_term_, insert_term_, insert_posting_;
  Statement add_count_, drop_count_, set_progress_;
  uint64_t first_ = 1;
  uint64_t projected_ = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_VIEWS_WRITER_H_
