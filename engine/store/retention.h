// engine/store/retention.h
//
// Retention: removes the oldest records of a log by age and size, on a thread
// of its own, a few at a time. The server owns one beside its store.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_RETENTION_H_
#define STRATAGEM_ENGINE_STORE_RETENTION_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/store.h"

namespace stratagem::store {

struct RetentionOptions {
  // Records older than this go; infinite: none for its age.
  absl::Duration retain_for = absl::InfiniteDuration();
  // The oldest go while records take more than this; 0: none for its size.
  uint64_t retain_bytes = 0;
  // Younger ones stay whatever the two say: calls and outcomes may still come
  // back to them.
  absl::Duration retain_at_least = absl::ZeroDuration();
  // How often it looks.
  absl::Duration interval = absl::Minutes(1);
  // The newest record that may go: what a start reads must stay. Null: any.
  std::function<uint64_t()> removable_through = {};
  // The clock of the records.
  std::function<absl::Time()> now = {};
};

struct RetentionStats {
  absl::Duration retain_for = absl::InfiniteDuration();  // As it is asked for.
  uint64_t retain_bytes = 0;
  uint64_t records_removed = 0;  // Since it was made.
  uint64_t failures = 0;         // Since then; it tries again.
  absl::Duration retain_at_least = absl::ZeroDuration();
};

// Thread safe.
class Retention {
 public:
  // Begins at once, unless the options keep everything. `store` must outlive
  // it.
  Retention(Store& store, RetentionOptions options);
  ~Retention();  // Stops.
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

  // Ends after the step under way. Idempotent.
  void Stop();
  // Removes all that is due now. Errors: as Store::Trim(), Store::Read().
  absl::Status RunOnce();

  RetentionStats stats() const;

 private:
  void Run();
  // The sequence up to which records are due, of the oldest few; 0: none.
  absl::StatusOr<uint64_t> DueThrough() const;

  Store& store_;
  const RetentionOptions options_;
  std::mutex run_mutex_;  // Held by the one RunOnce() that works.

  mutable std::mutex mutex_;  // Guards all below but the thread.
  std::condition_variable wakes_;
  bool stopping_ = false;
  uint64_t records_removed_ = 0;
  uint64_t failures_ = 0;

  std::thread thread_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_RETENTION_H_
