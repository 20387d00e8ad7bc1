// What must hold between callers and a writer when the writer fails: nothing is
// committed or acknowledged after the first failure, and everyone is told.

#include "engine/store/append_queue.h"

#include <atomic>
#include <future>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(AppendQueueFailureTest, NoBatchIsCommittedAfterOneThatFailed) {
  std::promise<void> go;
  std::atomic<int> commits = 0;
  AppendQueue queue(
      {.batch_records_max = 1},
      [&](std::span<const RecordBytes>) -> absl::StatusOr<Position> {
        if (++commits == 1) return Position{1, 1};
        go.get_future().wait();
        return absl::ResourceExhaustedError("the disk is full");
      });
  std::vector<absl::StatusOr<Position>> results;  // Of the completer's thread.
  const Committed keep = [&](absl::StatusOr<Position> at) {
    results.push_back(std::move(at));
  };
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(queue.Append({"x", ""}, keep), IsOk());
  }
  go.set_value();
  queue.Close();
  EXPECT_EQ(commits, 2);
  ASSERT_THAT(results, SizeIs(5));
  EXPECT_THAT(results[0], IsOk());
  for (size_t i = 1; i < 5; ++i) {
    EXPECT_THAT(results[i], StatusIs(absl::StatusCode::kUnavailable,
                                     HasSubstr("the disk is full")));
  }
  EXPECT_THAT(
      queue.Append({"x", ""}, keep),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("the disk is full")));
  StoreStats stats;
  queue.AddStats(stats);
  EXPECT_TRUE(stats.failed);
  EXPECT_EQ(stats.commits, 1u);
  EXPECT_EQ(stats.queue_records, 0u);
}

TEST(AppendQueueGroupCommitTest, WhatWaitsIsCommittedTogether) {
  std::promise<void> entered;
  std::promise<void> go;
  std::vector<size_t> sizes;  // Of the writer's thread.
  uint64_t next = 1;
  AppendQueue queue(
      {},
      [&](std::span<const RecordBytes> records) -> absl::StatusOr<Position> {
        if (sizes.empty()) {
          entered.set_value();
          go.get_future().wait();
        }
        sizes.push_back(records.size());
        const Position first{1, next};
        next += records.size();
        return first;
      });
  std::vector<uint64_t> sequences;
  const Committed keep = [&](absl::StatusOr<Position> at) {
    sequences.push_back(at->sequence);
  };
  ASSERT_THAT(queue.Append({"first", ""}, keep), IsOk());
  entered.get_future().wait();
  for (int i = 0; i < 9; ++i) {
    ASSERT_THAT(queue.Append({"x", ""}, keep), IsOk());
  }
  go.set_value();
  queue.Close();
  EXPECT_THAT(sizes, testing::ElementsAre(1, 9));
  EXPECT_THAT(sequences, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

}  // namespace
}  // namespace stratagem::store
