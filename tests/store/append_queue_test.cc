// What must hold between callers and a writer when the writer fails: nothing is
// committed or acknowledged after the first failure, and everyone is told.

#include "engine/store/append_queue.h"

#include <atomic>
#include <future>
#include <string>
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
  EXPECT_THAT(stats.failure, HasSubstr("the disk is full"));
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
  StoreStats stats;
  queue.AddStats(stats);
  EXPECT_EQ(stats.commits, 2u);
  EXPECT_EQ(stats.records_committed, 10u);
  EXPECT_EQ(stats.commits_by_size[0], 1u) << "of 1 record";
  EXPECT_EQ(stats.commits_by_size[4], 1u) << "of 9 to 16";
}

// A queue that numbers what it commits and says in which order things happened.
class AppendQueueTaskTest : public testing::Test {
 protected:
  AppendQueueTaskTest()
      : queue_({},
               [this](std::span<const RecordBytes> records)
                   -> absl::StatusOr<Position> {
                 if (happened_.empty()) go_.get_future().wait();
                 for (const RecordBytes& record : records) {
                   happened_.push_back(record.envelope);
                 }
                 next_ += records.size();
                 return Position{1, next_ - records.size()};
               }) {}

  void Append(const std::string& name) {
    ASSERT_THAT(queue_.Append({name, ""}, [](auto) {}), IsOk());
  }

  std::promise<void> go_;
  std::vector<std::string> happened_;  // Of the writer's thread.
  uint64_t next_ = 1;
  AppendQueue queue_;
};

TEST_F(AppendQueueTaskTest, ATaskRunsBetweenWhatCameBeforeAndAfter) {
  absl::Status finished = absl::UnknownError("never called");
  Append("first");
  Append("before");
  ASSERT_THAT(queue_.Perform(
                  [this] {
                    happened_.push_back("task");
                    return absl::OkStatus();
                  },
                  [&](absl::Status status) { finished = status; }),
              IsOk());
  Append("after");
  go_.set_value();
  queue_.Close();
  EXPECT_THAT(happened_,
              testing::ElementsAre("first", "before", "task", "after"));
  EXPECT_THAT(finished, IsOk());
  StoreStats stats;
  queue_.AddStats(stats);
  EXPECT_EQ(stats.queue_records, 0u);
}

TEST_F(AppendQueueTaskTest, ATaskThatFailsFailsTheLog) {
  std::vector<absl::Status> finished;
  const Finished keep = [&](absl::Status status) {
    finished.push_back(std::move(status));
  };
  Append("first");
  ASSERT_THAT(
      queue_.Perform([] { return absl::DataLossError("a torn page"); }, keep),
      IsOk());
  Append("after");
  ASSERT_THAT(queue_.Flush(keep), IsOk());
  ASSERT_THAT(queue_.Perform(
                  [this] {
                    happened_.push_back("never");
                    return absl::OkStatus();
                  },
                  keep),
              IsOk());
  go_.set_value();
  queue_.Close();
  EXPECT_THAT(happened_, testing::ElementsAre("first"));
  ASSERT_THAT(finished, SizeIs(3));
  for (const absl::Status& status : finished) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable,
                                 HasSubstr("a torn page")));
  }
  EXPECT_THAT(queue_.Perform([] { return absl::OkStatus(); }, keep),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace stratagem::store
