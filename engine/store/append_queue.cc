#include "engine/store/append_queue.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace stratagem::store {

AppendQueue::AppendQueue(const QueueOptions& options, CommitBatch commit)
    : options_(options), commit_(std::move(commit)) {
  writer_ = std::thread([this] { Write(); });
  completer_ = std::thread([this] { Complete(); });
}

AppendQueue::~AppendQueue() { Close(); }

absl::Status AppendQueue::Admit(size_t bytes) {
  if (!failure_.ok()) {
    return absl::UnavailableError(
        absl::StrCat("the log takes no more records: ", failure_.message()));
  }
  if (closed_) return absl::UnavailableError("the log is closed");
  if (records_ >= options_.records_max ||
      bytes > options_.bytes_max - std::min(bytes_, options_.bytes_max)) {
    ++refused_;
    return absl::ResourceExhaustedError(absl::StrCat(
        "the log's queue is full: ", records_, " of ", options_.records_max,
        " records and ", bytes_, " of ", options_.bytes_max,
        " bytes wait, found one of ", bytes, " bytes; try again later"));
  }
  ++records_;
  bytes_ += bytes;
  return absl::OkStatus();
}

absl::Status AppendQueue::Append(RecordBytes record, Committed done) {
  const size_t bytes = record.envelope.size() + record.personal.size();
  std::lock_guard lock(mutex_);
  STRATAGEM_RETURN_IF_ERROR(Admit(bytes));
  if (waiting_.empty() || waiting_.back().task != nullptr ||
      waiting_.back().records.size() >= options_.batch_records_max) {
    waiting_.emplace_back();
  }
  Batch& batch = waiting_.back();
  batch.records.push_back(std::move(record));
  batch.done.push_back(std::move(done));
  batch.bytes += bytes;
  writer_wakes_.notify_one();
  return absl::OkStatus();
}

absl::Status AppendQueue::Flush(Finished finished) {
  std::lock_guard lock(mutex_);
  STRATAGEM_RETURN_IF_ERROR(Admit(0));
  if (waiting_.empty()) waiting_.emplace_back();
  waiting_.back().finished.push_back(std::move(finished));
  writer_wakes_.notify_one();
  return absl::OkStatus();
}

absl::Status AppendQueue::Perform(Task task, Finished finished) {
  std::lock_guard lock(mutex_);
  STRATAGEM_RETURN_IF_ERROR(Admit(0));
  Batch& batch = waiting_.emplace_back();
  batch.task = std::move(task);
  batch.finished.push_back(std::move(finished));
  writer_wakes_.notify_one();
  return absl::OkStatus();
}

absl::StatusOr<Position> AppendQueue::Commit(const Batch& batch) {
  if (batch.task == nullptr) return commit_(batch.records);
  STRATAGEM_RETURN_IF_ERROR(batch.task());
  return Position{};
}

void AppendQueue::CountCommit(size_t records) {
  ++commits_;
  records_committed_ += records;
  const auto size = static_cast<size_t>(std::bit_width(records - 1));
  ++commits_by_size_[std::min(size, kCommitSizes - 1)];
}

void AppendQueue::Write() {
  std::unique_lock lock(mutex_);
  while (true) {
    writer_wakes_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) break;
    Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    if (failure_.ok()) {
      lock.unlock();
      batch.result = Commit(batch);
      lock.lock();
      if (!batch.result.ok()) {
        failure_ = absl::UnavailableError(batch.result.status().message());
      } else if (!batch.records.empty()) {
        CountCommit(batch.records.size());
      }
    }
    // After a failure nothing is acknowledged, whatever the disk says now: a
    // later success would leave a hole before it.
    if (!failure_.ok()) batch.result = failure_;
    finished_.push_back(std::move(batch));
    completer_wakes_.notify_one();
  }
  writer_ended_ = true;
  completer_wakes_.notify_one();
}

void AppendQueue::Call(Batch& batch) {
  for (size_t i = 0; i < batch.done.size(); ++i) {
    if (batch.result.ok()) {
      batch.done[i](Position{batch.result->epoch, batch.result->sequence + i});
    } else {
      batch.done[i](batch.result.status());
    }
    batch.done[i] = nullptr;
  }
  for (Finished& finished : batch.finished) {
    finished(batch.result.status());
    finished = nullptr;
  }
}

void AppendQueue::Complete() {
  std::unique_lock lock(mutex_);
  while (true) {
    completer_wakes_.wait(
        lock, [this] { return writer_ended_ || !finished_.empty(); });
    if (finished_.empty()) return;
    Batch batch = std::move(finished_.front());
    finished_.pop_front();
    lock.unlock();
    Call(batch);
    const size_t records = batch.records.size() + batch.finished.size();
    const size_t bytes = batch.bytes;
    batch = Batch();
    lock.lock();
    records_ -= records;
    bytes_ -= bytes;
  }
}

void AppendQueue::Close() {
  std::lock_guard closing(close_mutex_);
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    writer_wakes_.notify_one();
  }
  if (writer_.joinable()) writer_.join();
  if (completer_.joinable()) completer_.join();
}

void AppendQueue::AddStats(StoreStats& stats) const {
  std::lock_guard lock(mutex_);
  stats.appends_refused = refused_;
  stats.queue_records = records_;
  stats.queue_bytes = bytes_;
  stats.commits = commits_;
  stats.records_committed = records_committed_;
  stats.commits_by_size = commits_by_size_;
  stats.failure = std::string(failure_.message());
}

}  // namespace stratagem::store
