// engine/store/append_queue.h
//
// AppendQueue: what stands between many callers and the one writer of a log -
// a bounded queue, group commit on a writer thread, callbacks on another. Each
// store owns one and says how a batch is committed. What else must be written
// where the log is goes through it too, between two batches.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_APPEND_QUEUE_H_
#define STRATAGEM_ENGINE_STORE_APPEND_QUEUE_H_

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Makes all of `records` durable, in order, and returns the place of the first;
// or an error, after which it is never called again. Of no records: says
// whether what was committed before is still good; the place means nothing.
using CommitBatch =
    std::function<absl::StatusOr<Position>(std::span<const RecordBytes>)>;

// Something to do between two batches. An error is one of the log: after it
// nothing is committed or performed. What may go wrong without harm goes
// another way back.
using Task = std::function<absl::Status()>;

// Called once, as Committed is, with what became of a task or of all that was
// appended before.
using Finished = std::function<void(absl::Status)>;

// Thread safe.
class AppendQueue {
 public:
  // `commit` runs on the writer's thread only.
  AppendQueue(const QueueOptions& options, CommitBatch commit);
  ~AppendQueue();  // Closes.
  AppendQueue(const AppendQueue&) = delete;
  AppendQueue& operator=(const AppendQueue&) = delete;

  // As Store::Append() and Store::Close().
  absl::Status Append(RecordBytes record, Committed done);
  void Close();

  // Calls `finished` once all that was appended before is durable. Splits no
  // batch. Counts as a waiting record. Errors: as Append().
  absl::Status Flush(Finished finished);
  // Runs `task` on the writer's thread, after all that was appended before and
  // before all that comes after. Counts as a waiting record.
  // Errors: as Append().
  absl::Status Perform(Task task, Finished finished);

  // Fills the fields of `stats` that the queue knows.
  void AddStats(StoreStats& stats) const;

 private:
  // Records that are committed together, each with its callback, or a task.
  struct Batch {
    std::vector<RecordBytes> records;
    std::vector<Committed> done;
    size_t bytes = 0;
    Task task;
    std::vector<Finished> finished;  // Called after all of `done`.
    absl::StatusOr<Position> result;
  };

  // Counts one more that waits, or says why not. Under `mutex_`.
  absl::Status Admit(size_t bytes);
  // Counts a group commit. Under `mutex_`.
  void CountCommit(size_t records);
  void Write();
  // What became of the batch: the place of its first record, if it has any.
  absl::StatusOr<Position> Commit(const Batch& batch);
  void Complete();
  static void Call(Batch& batch);

  const QueueOptions options_;
  const CommitBatch commit_;
  std::mutex close_mutex_;  // Held by the one Close() that joins.

  mutable std::mutex mutex_;  // Guards all below but the threads.
  std::condition_variable writer_wakes_;
  std::condition_variable completer_wakes_;
  std::deque<Batch> waiting_;
  std::deque<Batch> finished_;
  bool closed_ = false;
  bool writer_ended_ = false;
  absl::Status failure_;  // Sticky: the first error of `commit_`.
  size_t records_ = 0;    // Accepted, `done` not yet returned.
  size_t bytes_ = 0;
  uint64_t refused_ = 0;
  uint64_t commits_ = 0;
  uint64_t records_committed_ = 0;
  std::array<uint64_t, kCommitSizes> commits_by_size_ = {};

  std::thread writer_;
  std::thread completer_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_APPEND_QUEUE_H_
