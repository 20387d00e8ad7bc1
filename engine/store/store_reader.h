// engine/store/store_reader.h
//
// StoreReader: a sqlite store's folder read from outside, whether or not a
// server has it open. It takes no lock, raises no epoch and changes nothing.
// The command line's `replay` and `store stats` read through it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_STORE_READER_H_
#define STRATAGEM_ENGINE_STORE_STORE_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/identity.h"
#include "engine/store/log_query.h"
#include "engine/store/log_reader.h"
#include "engine/store/store.h"
#include "engine/store/views_reader.h"

namespace stratagem::store {

// Not thread safe. Errors, unless told otherwise: as Database.
class StoreReader {
 public:
  // Errors: NOT_FOUND, there is no store.
  static absl::StatusOr<std::unique_ptr<StoreReader>> Open(
      const std::string& directory);

  LogReader& log() { return *log_; }
  // Who wrote the log last, when this was opened.
  const Identity& identity() const { return identity_; }

  // Where to look for the decisions of a time among the records of `range`: all
  // of them are there, and others. Ascending, without overlap. What derived
  // tables do not hold, or cannot tell, is there as a whole; so is everything
  // when any time will do. Cannot fail.
  std::vector<SequenceRange> RangesOf(absl::Time from, absl::Time until,
                                      SequenceRange range);

  // The last record that derived tables hold; 0 without tables.
  absl::StatusOr<uint64_t> ProjectedSequence();
  // As Store::Counts(), of what derived tables hold.
  absl::StatusOr<std::vector<StoreCount>> Counts();

 private:
  StoreReader(std::unique_ptr<LogReader> log, Identity identity,
              std::unique_ptr<ViewsReader> views)
      : log_(std::move(log)),
        identity_(std::move(identity)),
        views_(std::move(views)) {}

  absl::StatusOr<std::optional<SequenceRange>> Held();

  std::unique_ptr<LogReader> log_;
  Identity identity_;
  std::unique_ptr<ViewsReader> views_;  // Null: there are none.
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_STORE_READER_H_
