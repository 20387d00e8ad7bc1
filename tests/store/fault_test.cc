// Every write and every sync of the log fails once, in three ways. Whatever
// fails: what was acknowledged is in the log, what was not is absent or whole,
// and after a failure nothing more is acknowledged. Then the power goes too.

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/fault_vfs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSubsetOf;

// LIMIT: operations after which a scenario must be over; far above what it has.
constexpr int64_t kOperationsMax = 2'000;

SqliteStoreOptions Options(const TempDir& temp) {
  SqliteStoreOptions options;
  options.directory = temp.Join("store");
  options.checkpoint.wal_bytes = 30'000;  // A few while the scenario runs.
  options.project = false;
  options.vfs = FaultVfs::Name();
  return options;
}

// What a scenario's callers saw.
struct Seen {
  std::vector<std::string> appended;
  std::vector<std::string> acknowledged;
  std::vector<absl::Status> refusals;  // Of Append() or `done`.
  // Of the callbacks, which run in the order of the log. Append() may refuse a
  // record while those of an earlier commit still run.
  bool failed = false;
  bool acknowledged_after_failure = false;
};

// Opens a store and appends: a few records one by one, then a burst.
Seen RunScenario(const TempDir& temp) {
  Seen seen;
  auto store = OpenSqliteStore(Options(temp));
  if (!store.ok()) {
    seen.refusals.push_back(store.status());
    return seen;
  }
  std::mutex mutex;
  const auto append = [&](int number, const Committed& after) {
    const std::string customer = absl::StrCat(number);
    seen.appended.push_back(customer);
    absl::Status queued = (*store)->Append(
        SampleBytes(customer, (*store)->identity()),
        [&seen, &mutex, customer, after](absl::StatusOr<Position> at) {
          {
            std::lock_guard lock(mutex);
            if (at.ok()) {
              seen.acknowledged.push_back(customer);
              seen.acknowledged_after_failure |= seen.failed;
            } else {
              seen.failed = true;
              seen.refusals.push_back(at.status());
            }
          }
          if (after) after(at);
        });
    if (queued.ok()) return true;
    std::lock_guard lock(mutex);
    seen.refusals.push_back(queued);
    return false;
  };
  for (int i = 0; i < 12; ++i) {
    std::promise<void> done;
    if (append(i, [&](const auto&) { done.set_value(); })) {
      done.get_future().wait();
    }
  }
  for (int i = 12; i < 20; ++i) append(i, nullptr);
  (*store)->Close();
  return seen;
}

// Returns the log, after checking it against what callers saw of appending.
std::vector<std::string> CheckedLog(const TempDir& temp, const Seen& seen) {
  auto store = OpenSqliteStore(Options(temp));
  EXPECT_THAT(store, IsOk());
  if (!store.ok()) return {};
  std::vector<std::string> found = CustomersOf(**store);
  EXPECT_THAT(seen.acknowledged, IsSubsetOf(found));
  // Whole, once, in order: what is found is how the appends began.
  EXPECT_LE(found.size(), seen.appended.size());
  for (size_t i = 0; i < std::min(found.size(), seen.appended.size()); ++i) {
    EXPECT_EQ(found[i], seen.appended[i]);
  }
  const auto at = AppendAndWait(**store, "after");
  EXPECT_THAT(at, IsOk());
  found.push_back("after");
  if (at.ok()) {
    EXPECT_EQ(at->sequence, found.size());
  }
  return found;
}

class LogFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(LogFaultTest, EveryWriteAndSyncFailsOnceAndNothingAcknowledgedIsLost) {
  int runs_with_refusals = 0;
  for (int64_t nth = 1; nth <= kOperationsMax; ++nth) {
    SCOPED_TRACE(absl::StrCat("operation ", nth));
    TempDir temp;
    FaultVfs::Arm(GetParam(), nth, "log.db");
    const Seen seen = RunScenario(temp);
    const bool happened = FaultVfs::happened();
    FaultVfs::Disarm();
    if (GetParam() == Fault::kPowerLoss) FaultVfs::CutPower();
    EXPECT_FALSE(seen.acknowledged_after_failure);
    for (const absl::Status& refusal : seen.refusals) {
      EXPECT_THAT(refusal.message(), HasSubstr("log.db"));
    }
    const std::vector<std::string> log = CheckedLog(temp, seen);
    // What a refused sync left in doubt must not drag down what came after.
    FaultVfs::CutPower();
    {
      auto store = OpenSqliteStore(Options(temp));
      ASSERT_THAT(store, IsOk());
      EXPECT_EQ(CustomersOf(**store), log);
    }
    if (HasFailure()) return;
    if (!seen.refusals.empty()) ++runs_with_refusals;
    if (happened) continue;
    // The scenario ended before the fault: all operations have had theirs.
    EXPECT_EQ(seen.acknowledged.size(), 20u);
    EXPECT_GT(nth, 40);
    EXPECT_GT(runs_with_refusals, 30);
    return;
  }
  FAIL() << "the scenario never ended before its fault";
}

INSTANTIATE_TEST_SUITE_P(Faults, LogFaultTest,
                         testing::Values(Fault::kRefusedOnce, Fault::kTornOnce,
                                         Fault::kPowerLoss),
                         [](const auto& param_info) -> std::string {
                           switch (param_info.param) {
                             case Fault::kNone:
                               return "None";
                             case Fault::kRefusedOnce:
                               return "RefusedOnce";
                             case Fault::kTornOnce:
                               return "TornOnce";
                             case Fault::kPowerLoss:
                               return "PowerLoss";
                             case Fault::kDiskFull:
                               return "DiskFull";
                           }
                           return "";
                         });

TEST(StickyFailureTest, AfterAFailedWriteAppendSaysWhy) {
  TempDir temp;
  FaultVfs::Arm(Fault::kNone, 0, "log.db");
  auto store = OpenSqliteStore(Options(temp));
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT(AppendAndWait(**store, "before"), IsOk());
  FaultVfs::Arm(Fault::kRefusedOnce, 1, "log.db-wal");
  EXPECT_THAT(AppendAndWait(**store, "failing"),
              StatusIs(absl::StatusCode::kUnavailable,
                       testing::AllOf(HasSubstr("cannot write: "),
                                      HasSubstr("disk I/O error"))));
  EXPECT_NE((*store)->stats().failure, "");
  // The disk works again; the store stays as it is.
  EXPECT_THAT(AppendAndWait(**store, "later"),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("the log takes no more records")));
  EXPECT_THAT(CustomersOf(**store), testing::ElementsAre("before"));
  (*store)->Close();
  FaultVfs::Disarm();
}

}  // namespace
}  // namespace stratagem::store
