#include "engine/store/checkpointer.h"

#include <utility>

namespace stratagem::store {
namespace {

// LIMIT: how long a checkpoint that holds up the writer waits for readers.
constexpr int kReadersWaitMs = 100;

}  // namespace

Checkpointer::Checkpointer(Database database, WriteGate& write_gate,
                           const CheckpointOptions& options)
    : database_(std::move(database)),
      write_gate_(write_gate),
      options_(options),
      due_at_bytes_(options.wal_bytes) {
  sqlite3_busy_timeout(database_.handle(), kReadersWaitMs);
  thread_ = std::thread([this] { Run(); });
}

Checkpointer::~Checkpointer() { Stop(); }

void Checkpointer::WalGrewTo(uint64_t bytes) {
  std::lock_guard lock(mutex_);
  // The log starts anew after a whole checkpoint; so does the count.
  if (bytes < wal_bytes_) due_at_bytes_ = options_.wal_bytes;
  wal_bytes_ = bytes;
  if (wal_bytes_ >= due_at_bytes_) wakes_.notify_one();
}

void Checkpointer::Abandon() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  wakes_.notify_one();
}

void Checkpointer::Stop() {
  Abandon();
  if (thread_.joinable()) thread_.join();
}

uint64_t Checkpointer::wal_bytes() const {
  std::lock_guard lock(mutex_);
  return wal_bytes_;
}

uint64_t Checkpointer::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

void Checkpointer::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wakes_.wait(lock,
                [this] { return stopped_ || wal_bytes_ >= due_at_bytes_; });
    if (stopped_) return;
    const bool hold_writer = wal_bytes_ >= options_.wal_bytes_max;
    due_at_bytes_ = wal_bytes_ + options_.wal_bytes;
    lock.unlock();
    // The bulk is copied beside the writer. That empties the log only if the
    // writer pauses by itself; held up, it waits for what it has added
    // meanwhile and for readers of the log.
    Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    if (hold_writer) {
      write_gate_.Between([this] { Checkpoint(SQLITE_CHECKPOINT_RESTART); });
    }
    lock.lock();
  }
}

void Checkpointer::Checkpoint(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode,
                                             nullptr, nullptr);
  // Busy: a reader needs the log as it is. The next one gets further.
  if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return;
  std::lock_guard lock(mutex_);
  ++failures_;
}

}  // namespace stratagem::store
