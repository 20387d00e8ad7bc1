// engine/store/snapshotter.h
//
// Snapshotter: makes a new snapshot of the ledger every so many records, on a
// thread and in a ledger of its own, so that nobody waits for it. The sequencer
// owns one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_SNAPSHOTTER_H_
#define STRATAGEM_ENGINE_STORE_SNAPSHOTTER_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/store/ledger_snapshot.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Thread safe.
class Snapshotter {
 public:
  // `store` must outlive this; `loaded` is what its start came to.
  // Requires: options.snapshot_directory.
  Snapshotter(const Store& store, const SequencerOptions& options,
              const LoadedLedger& loaded);
  ~Snapshotter();  // Stops.
  Snapshotter(const Snapshotter&) = delete;
  Snapshotter& operator=(const Snapshotter&) = delete;

  // Says how many records were appended. Does not wait.
  void LogGrewTo(uint64_t sequence);

  // Who is forgotten: a pseudonym, and their records, which `find` returns.
  struct Forgotten {
    absl::string_view subject;
    std::function<absl::StatusOr<std::span<const uint64_t>>()> find;
  };
  // Makes snapshots in which nothing is of somebody, then runs `erase`, which
  // clears the log of them, while none is made. In this order a start after a
  // call that was cut short knows no more of them than the log does.
  // Errors: of `find` and `erase`; as LoadLedger(), WriteSnapshot().
  absl::Status Forget(const Forgotten& forgotten,
                      const std::function<absl::Status()>& erase);

  // Makes a last one of what is durable, unless the newest one is of that, and
  // ends the thread. Idempotent.
  void Stop();

  uint64_t sequence() const;  // Of the newest snapshot; 0: none.
  // Of the one before it, which a start may have to go by; 0: none.
  uint64_t older_sequence() const;
  uint64_t failures() const;

 private:
  void Run();
  // Makes a snapshot of what is durable. Without the customer when somebody is
  // forgotten, and then both. Under `making_`.
  absl::Status Make(const Forgotten* forgotten);
  void Made(uint64_t sequence, uint64_t older);
  // Does so and counts its failure.
  void TryMake();

  const Store& store_;
  const SequencerOptions options_;
  std::mutex making_;  // Held while a snapshot is made; taken before `mutex_`.

  mutable std::mutex mutex_;  // Guards all below but the thread.
  std::condition_variable wakes_;
  bool stopped_ = false;
  uint64_t log_sequence_;
  uint64_t due_at_;  // Records of the log that start the next one.
  uint64_t sequence_;
  uint64_t older_sequence_;
  uint64_t failures_;

  std::mutex stop_mutex_;  // Held by the one Stop() that joins.
  std::thread thread_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_SNAPSHOTTER_H_
