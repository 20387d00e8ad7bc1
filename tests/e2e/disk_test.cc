// What must hold for the real `stratagemd` on a disk that is slow, fails its
// syncs or may not be written, as docs/operations.md says: callers wait or are
// refused, nothing that was acknowledged is lost, and it serves again by itself
// when the disk is well.

#include <signal.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/fault_fixture.h"
#include "tests/e2e/raw_call.h"

namespace stratagem {
namespace {

using testing::HasSubstr;
using testing::Not;

class DiskTest : public FaultyWorldTest {
 protected:
  // Starts `count` callers, each with a connection of its own, that decide
  // until `last` says that this answer was their last.
  void StartCallers(int count,
                    const std::function<bool(const grpc::Status&)>& last) {
    for (int i = 0; i < count; ++i) {
      callers_.emplace_back([this, i, last] {
        const auto stub = v1::DecisionService::NewStub(ChannelTo(port_));
        v1::DecideRequest request;
        request.set_customer_id(absl::StrCat("c-", i));
        grpc::Status status;
        do {
          v1::DecideResponse response;
          const auto context = NewContext();
          // A connection that is still being made refuses nothing.
          context->set_wait_for_ready(true);
          status = stub->Decide(context.get(), request, &response);
          const std::lock_guard<std::mutex> lock(mutex_);
          if (status.ok()) acknowledged_.push_back(response.decision());
          if (!status.ok()) refusals_.push_back(status);
        } while (!last(status));
      });
    }
  }
  void JoinCallers() {
    for (std::thread& caller : callers_) caller.join();
    callers_.clear();
  }

  size_t answered() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return acknowledged_.size();
  }
  size_t refused() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return refusals_.size();
  }

  std::mutex mutex_;  // Guards `acknowledged_` and what follows.
  std::vector<grpc::Status> refusals_;
  std::vector<std::thread> callers_;
};

TEST_F(DiskTest, WhileASyncHangsSoManyWaitAndTheOthersAreRefused) {
  constexpr size_t kCallers = 20;
  constexpr size_t kQueued = 4;
  ASSERT_NO_FATAL_FAILURE(
      Start(Faulty(), {"--store-queue-records-max", absl::StrCat(kQueued)}));
  ASSERT_TRUE(Decide().ok());
  world_->holds_syncs = true;
  StartCallers(kCallers, [](const grpc::Status&) { return true; });
  while (refused() < kCallers - kQueued) std::this_thread::yield();
  // The log is answered for meanwhile, without what is not on the disk yet.
  EXPECT_TRUE(IsServing(port_));
  const v1::GetLogStatsResponse stats = Stats();
  EXPECT_EQ(stats.queue_records(), kQueued);
  EXPECT_EQ(stats.appends_refused(), kCallers - kQueued);
  EXPECT_EQ(stats.records(), 2u);  // The pack's activation, a decision.
  EXPECT_EQ(answered(), 1u) << "acknowledged before it was on the disk";
  EXPECT_GE(world_->syncs_waiting, 1u);

  world_->holds_syncs = false;
  JoinCallers();
  EXPECT_EQ(answered(), 1 + kQueued);
  for (const grpc::Status& refusal : refusals_) {
    EXPECT_EQ(refusal.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
        << refusal.error_message();
    EXPECT_THAT(refusal.error_details(), HasSubstr("google.rpc.RetryInfo"));
  }
  // Places in the queue are free a moment after the answers were given.
  bool decided = false;
  for (int i = 0; i < kLooksMax && !decided; ++i) decided = Decide().ok();
  EXPECT_TRUE(decided);
  ExpectWhole();
  Stop();
  EXPECT_THAT(server_->log(), Not(HasSubstr("store_failed")));
}

TEST_F(DiskTest, AStopWaitsForASyncThatHangs) {
  ASSERT_NO_FATAL_FAILURE(Start(Faulty(), {"--drain-timeout", "1ms"}));
  ASSERT_TRUE(Decide().ok());
  stub_ = nullptr;
  world_->holds_syncs = true;
  StartCallers(1, [](const grpc::Status&) { return true; });
  while (world_->syncs_waiting == 0) std::this_thread::yield();
  server_->Signal(SIGTERM);
  JoinCallers();  // The time to drain has passed.
  ASSERT_THAT(refusals_, testing::SizeIs(1));
  world_->holds_syncs = false;
  EXPECT_EQ(server_->WaitForExit(), 0) << server_->log();

  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  ExpectWhole();
  // Recorded all the same, after the pack's activation.
  EXPECT_EQ(Stats().records(), 3u);
  Stop();
}

TEST_F(DiskTest, SlowSyncsLoseNothingToAKill) {
  constexpr int kCallers = 8;
  constexpr size_t kAnswers = 60;
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  world_->sync_delay_ms = 20;
  StartCallers(kCallers,
               [](const grpc::Status& status) { return !status.ok(); });
  while (answered() < kAnswers && refused() == 0) std::this_thread::yield();
  server_->Signal(SIGKILL);
  JoinCallers();
  EXPECT_EQ(server_->WaitForExit(), -SIGKILL);
  EXPECT_GE(answered(), kAnswers);
  world_->sync_delay_ms = 0;
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  ExpectWhole();
  Stop();
}

TEST_F(DiskTest, FailingSyncsAcknowledgeNothingUntilTheyWorkAgain) {
  constexpr int kCallers = 4;
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  StartCallers(kCallers,
               [](const grpc::Status& status) { return !status.ok(); });
  while (answered() < 20 && refused() == 0) std::this_thread::yield();
  world_->fails_syncs = true;
  JoinCallers();
  for (const grpc::Status& refusal : refusals_) {
    EXPECT_EQ(refusal.error_code(), grpc::StatusCode::UNAVAILABLE)
        << refusal.error_message();
  }
  EXPECT_NE(server_->WaitForError("\"event\":\"store_failed\""), "");
  EXPECT_NE(server_->WaitForError("\"event\":\"store_not_reopened\""), "");
  EXPECT_EQ(Decide().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(IsServing(port_));
  EXPECT_GE(world_->failed, 2u);

  world_->fails_syncs = false;
  Connect();
  ExpectServesAgain();
  EXPECT_GE(acknowledged_.back().position().epoch(), 2u);
  Stop();
}

TEST_F(DiskTest, AReadOnlyDiskRefusesUntilItCanBeWritten) {
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Decide().ok());
  world_->is_read_only = true;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Decide().error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  EXPECT_NE(server_->WaitForError("\"event\":\"store_failed\""), "");
  EXPECT_NE(server_->WaitForError("\"event\":\"store_not_reopened\""), "");
  EXPECT_FALSE(IsServing(port_));

  world_->is_read_only = false;
  ExpectServesAgain();
  EXPECT_GE(acknowledged_.back().position().epoch(), 2u);
  Stop();
}

TEST_F(DiskTest, AStartOnAReadOnlyDiskSaysWhyAndEnds) {
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  ASSERT_TRUE(Decide().ok());
  Stop();
  world_->is_read_only = true;
  ServerProcess refused(Arguments(), Faulty());
  EXPECT_EQ(refused.WaitForExit(), 1);
  EXPECT_THAT(refused.log(), HasSubstr("\"event\":\"store_refused\""));
  EXPECT_THAT(refused.log(), HasSubstr(store_));
  EXPECT_GE(world_->failed, 1u);

  world_->is_read_only = false;
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  ExpectWhole();
  Stop();
}

// The last snapshot is not made, which costs the next start some time.
TEST_F(DiskTest, AStopOnAReadOnlyDiskIsAStop) {
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  ASSERT_TRUE(Decide().ok());
  world_->is_read_only = true;
  Stop();
  EXPECT_GE(world_->failed, 1u);
  world_->is_read_only = false;
  ASSERT_NO_FATAL_FAILURE(Start(Faulty()));
  ExpectWhole();
  Stop();
}

}  // namespace
}  // namespace stratagem
