// engine/store/views_writer.h
//
// ViewsWriter: the columns and rows of derived tables, and how far they are.
// The projector drives it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_VIEWS_WRITER_H_
#define STRATAGEM_ENGINE_STORE_VIEWS_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store/projection.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Not thread safe.
class ViewsWriter {
 public:
  // Opens the tables at `path`, or makes them. Those that are not of the log of
  // `node_id`, claim more than `log_sequence`, or have another schema begin
  // anew. Errors: as Database; DATA_LOSS, the file is damaged.
  static absl::StatusOr<std::unique_ptr<ViewsWriter>> Open(
      const std::string& path, const std::string& node_id,
      uint64_t log_sequence, const std::string& vfs);

  // Writes rows and counts of `entries` and how far the tables are then, all
  // or nothing: each record counts exactly once, whatever fails in between.
  // Requires: `entries` not empty, following on projected_sequence().
  absl::Status Write(std::span<const LogEntry> entries);
  // Empties all tables, in one transaction.
  absl::Status Clear();

  uint64_t projected_sequence() const { return projected_; }

 private:
  explicit ViewsWriter(Database database) : database_(std::move(database)) {}

  absl::Status Prepare();
  absl::Status Reset(const std::string& node_id);
  absl::Status WriteAll(std::span<const LogEntry> entries);
  absl::Status WriteRows(int64_t sequence, const Projection& projection);
  absl::Status WriteCounts(const CountTable& counts);

  Database database_;
  Statement insert_decision_;
  Statement insert_slot_;
  Statement insert_exclusion_;
  Statement add_count_;
  Statement set_progress_;
  uint64_t projected_ = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_VIEWS_WRITER_H_
