// engine/store/views_reader.h
//
// ViewsReader: answers from the tables that ViewsWriter fills. The projector
// owns one.
//
// No question scans. Decisions are found by stepping through what each
// condition names - a term's postings, a customer's decisions - from one
// candidate to the next that is in all of them. Each step is one look at the
// primary key of one table (postings, decisions) or at decisions_by_subject,
// `LIMIT 1`, so no choice of SQLite's planner can make it long, and Find()
// makes at most so many of them. A time is first narrowed to sequences by
// `hours`. What is read is one snapshot of the write-ahead log: the writer
// never waits.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_VIEWS_READER_H_
#define STRATAGEM_ENGINE_STORE_VIEWS_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/log_query.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Not thread safe. Errors of all: as Database.
class ViewsReader {
 public:
  // Requires: tables at `path` that ViewsWriter has opened; without them only
  // Held() may be called.
  static absl::StatusOr<std::unique_ptr<ViewsReader>> Open(
      const std::string& path, const std::string& vfs);

  // The records that the tables hold; nothing when these are not of the log
  // `node_id`, or of another version of this program.
  absl::StatusOr<std::optional<SequenceRange>> Held(const std::string& node_id);
  // The part of `range` that has all its decisions of that time, and others.
  // Requires: the tables hold the range.
  absl::StatusOr<SequenceRange> Narrow(absl::Time from, absl::Time until,
                                       SequenceRange range);
  // Of the days from <= day < until; by day, dimension and value, ascending.
  absl::StatusOr<std::vector<DayCount>> Counts(int64_t from, int64_t until);
  // By dimension and value, ascending.
  absl::StatusOr<std::vector<StoreCount>> Totals();
  // The decisions of `range` that `query` asks for. Adds to `looks` how many it
  // took and ends when they are kLooksMax. UNAVAILABLE also when the tables do
  // not hold the range: they are being built anew.
  absl::StatusOr<DecisionPage> Find(const DecisionQuery& query,
                                    SequenceRange range, size_t& looks);
  // As Store::Outcomes().
  absl::StatusOr<std::vector<OutcomeRow>> Outcomes(uint64_t decision_sequence);

 private:
  explicit ViewsReader(Database database) : database_(std::move(database)) {}

  Database database_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_VIEWS_READER_H_
