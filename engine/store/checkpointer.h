// engine/store/checkpointer.h
//
// Checkpointer: moves committed pages from the write-ahead log into the
// database, on a thread of its own; done by the writer it would put
// milliseconds into an answer. sqlite_store owns one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_CHECKPOINTER_H_
#define STRATAGEM_ENGINE_STORE_CHECKPOINTER_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "engine/store/sqlite_database.h"

namespace stratagem::store {

// Keeps the writer's transactions and the rest of a checkpoint apart. A plain
// mutex would do, but a busy writer would overtake whoever waits for it.
class WriteGate {
 public:
  // The writer's, around a transaction.
  void lock() {
    std::lock_guard turn(turnstile_);
    gate_.lock();
  }
  void unlock() { gate_.unlock(); }

  // Runs `work` between two transactions, after the current one at the latest.
  template <typename Work>
  void Between(Work work) {
    std::lock_guard turn(turnstile_);
    std::lock_guard gate(gate_);
    work();
  }

 private:
  std::mutex turnstile_;  // Held while waiting for `gate_`.
  std::mutex gate_;
};

struct CheckpointOptions {
  // Growth of the write-ahead log that starts a checkpoint beside the writer.
  // More means fewer and larger ones.
  uint64_t wal_bytes = 16u << 20;
  // LIMIT: size from which the writer is held up (milliseconds) for the rest of
  // a checkpoint, since beside a busy one the log is never copied whole and
  // only grows. Another program that reads an old state can make it longer.
  uint64_t wal_bytes_max = 256u << 20;
};

// Thread safe.
class Checkpointer {
 public:
  // `write_gate` outlives this. `database` is a connection for this thread
  // alone.
  Checkpointer(Database database, WriteGate& write_gate,
               const CheckpointOptions& options);
  ~Checkpointer();  // Stops.
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Says how long the write-ahead log is after a commit. Does not wait.
  void WalGrewTo(uint64_t bytes);
  // Begins no further checkpoint. Does not wait.
  void Abandon();
  // Abandons and waits for the end of a checkpoint under way.
  void Stop();

  uint64_t wal_bytes() const;
  uint64_t failures() const;

 private:
  void Run();
  // Runs one of SQLite's kinds of checkpoint and counts its failure.
  void Checkpoint(int mode);

  Database database_;
  WriteGate& write_gate_;
  const CheckpointOptions options_;

  mutable std::mutex mutex_;  // Guards all below but the thread.
  std::condition_variable wakes_;
  bool stopped_ = false;
  uint64_t wal_bytes_ = 0;
  uint64_t due_at_bytes_;  // Size that starts the next checkpoint.
  uint64_t failures_ = 0;

  std::thread thread_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_CHECKPOINTER_H_
