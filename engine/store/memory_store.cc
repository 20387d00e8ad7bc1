#include "engine/store/memory_store.h"

#include <algorithm>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/store/append_queue.h"
#include "engine/store/projection.h"

namespace stratagem::store {
namespace {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryStoreOptions& options)
      : identity_(FirstEpoch()),
        queue_(options.queue, [this](std::span<const RecordBytes> records) {
          return Commit(records);
        }) {}

  const Identity& identity() const override { return identity_; }

  absl::Status Append(RecordBytes record, Committed done) override {
    return queue_.Append(std::move(record), std::move(done));
  }

  absl::Status Flush(Committed done) override {
    return queue_.Flush([this, done = std::move(done)](absl::Status status) {
      if (!status.ok()) return done(std::move(status));
      done(Position{identity_.epoch, stats().last_sequence});
    });
  }

  absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                             size_t limit) const override {
    std::lock_guard lock(mutex_);
    std::vector<LogEntry> entries;
    size_t bytes = 0;
    for (uint64_t i = after; i < log_.size() && entries.size() < limit; ++i) {
      bytes += log_[i].envelope.size() + log_[i].personal.size();
      if (bytes > kReadBytesMax && !entries.empty()) break;
      entries.push_back({{identity_.epoch, i + 1}, log_[i]});
    }
    return entries;
  }

  StoreStats stats() const override {
    StoreStats stats;
    queue_.AddStats(stats);
    std::lock_guard lock(mutex_);
    stats.records = log_.size();
    stats.last_sequence = log_.size();
    stats.projected_sequence = log_.size();
    return stats;
  }

  absl::StatusOr<std::vector<StoreCount>> Counts() const override {
    std::lock_guard lock(mutex_);
    CountTable counts;
    for (size_t i = 0; i < log_.size(); ++i) {
      Project({{identity_.epoch, i + 1}, log_[i]}, counts);
    }
    std::vector<StoreCount> result;
    for (const auto& [key, count] : counts) {
      result.push_back({key.first, key.second, count});
    }
    return result;
  }

  void Close() override { queue_.Close(); }

 private:
  static Identity FirstEpoch() {
    Identity identity = NewIdentity();
    identity.epoch = 1;
    return identity;
  }

  absl::StatusOr<Position> Commit(std::span<const RecordBytes> records) {
    std::lock_guard lock(mutex_);
    const Position first{identity_.epoch, log_.size() + 1};
    log_.insert(log_.end(), records.begin(), records.end());
    return first;
  }

  const Identity identity_;
  mutable std::mutex mutex_;
  std::vector<RecordBytes> log_;  // Sequence n stands at n - 1.
  AppendQueue queue_;             // Last: its threads use the rest.
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const MemoryStoreOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace stratagem::store
