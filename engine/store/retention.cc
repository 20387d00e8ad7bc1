#include "engine/store/retention.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "engine/base/status_macros.h"
#include "engine/store/projection.h"

namespace stratagem::store {

Retention::Retention(Store& store, RetentionOptions options)
    : store_(store), options_(std::move(options)) {
  if (options_.retain_for == absl::InfiniteDuration() &&
      options_.retain_bytes == 0) {
    return;
  }
  thread_ = std::thread([this] { Run(); });
}

Retention::~Retention() { Stop(); }

void Retention::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wakes_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Retention::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const absl::Status status = RunOnce();
    lock.lock();
    if (!status.ok()) ++failures_;
    const auto is_stopping = [this] { return stopping_; };
    if (options_.interval == absl::InfiniteDuration()) {
      wakes_.wait(lock, is_stopping);
    } else {
      wakes_.wait_for(lock, absl::ToChronoNanoseconds(options_.interval),
                      is_stopping);
    }
  }
}

absl::Status Retention::RunOnce() {
  std::lock_guard run(run_mutex_);
  const uint64_t removable = options_.removable_through == nullptr
                                 ? std::numeric_limits<uint64_t>::max()
                                 : options_.removable_through();
  while (true) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return absl::OkStatus();
    }
    STRATAGEM_ASSIGN_OR_RETURN(const uint64_t due, DueThrough());
    const uint64_t through = std::min(due, removable);
    const uint64_t first = store_.stats().first_sequence;
    if (through < first) return absl::OkStatus();
    STRATAGEM_ASSIGN_OR_RETURN(const uint64_t begins, store_.Trim(through));
    if (begins == first) return absl::OkStatus();
    std::lock_guard lock(mutex_);
    records_removed_ += begins - first;
  }
}

absl::StatusOr<uint64_t> Retention::DueThrough() const {
  absl::Duration age = options_.retain_for;
  if (options_.retain_bytes > 0) {
    STRATAGEM_ASSIGN_OR_RETURN(const StoreSize size, store_.Size());
    if (size.record_bytes > options_.retain_bytes) age = absl::ZeroDuration();
  }
  age = std::max(age, options_.retain_at_least);
  if (age == absl::InfiniteDuration()) return uint64_t{0};
  const absl::Time before = options_.now() - age;
  STRATAGEM_ASSIGN_OR_RETURN(
      const std::vector<LogEntry> entries,
      store_.Read(store_.stats().first_sequence - 1, kTrimRecordsMax));
  // What has no time goes with what comes after it.
  uint64_t through = 0;
  for (const LogEntry& entry : entries) {
    const Projection projection = Project(entry);
    if (projection.kind != ProjectionKind::kDecision &&
        projection.kind != ProjectionKind::kOutcome) {
      continue;
    }
    if (projection.at >= before) break;
    through = entry.position.sequence;
  }
  return through;
}

RetentionStats Retention::stats() const {
  std::lock_guard lock(mutex_);
  return {.retain_for = options_.retain_for,
          .retain_bytes = options_.retain_bytes,
          .records_removed = records_removed_,
          .failures = failures_,
          .retain_at_least = options_.retain_at_least};
}

}  // namespace stratagem::store
