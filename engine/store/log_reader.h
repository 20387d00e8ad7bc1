// engine/store/log_reader.h
//
// LogReader: one read-only connection to the log of a sqlite store. Readers
// never wait for the writer, nor it for them. The store has one for its
// callers and one for the projector, StoreReader one for other programs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_LOG_READER_H_
#define STRATAGEM_ENGINE_STORE_LOG_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/store/identity.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Thread safe; one Read() at a time, others wait.
class LogReader {
 public:
  // Requires: a log at `path` with today's schema. Errors: as Database.
  static absl::StatusOr<std::unique_ptr<LogReader>> Open(
      const std::string& path, const std::string& vfs);

  // As Store::Read(). DATA_LOSS also when a sequence is missing.
  absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after, size_t limit);
  // The first and the last record that the log has.
  absl::StatusOr<SequenceRange> Range();
  // Who wrote the log last.
  absl::StatusOr<Identity> LastWriter();
  // As Store::Size().
  absl::StatusOr<StoreSize> Size();

 private:
  LogReader(Database database, Statement select);
  // Why the record after `after` is not there, but `found` is.
  absl::Status Gap(uint64_t after, uint64_t found);

  std::mutex mutex_;
  Database database_;
  Statement select_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_LOG_READER_H_
