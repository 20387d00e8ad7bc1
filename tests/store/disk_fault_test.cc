// What a store does on a disk that is full, slow or read-only, and in a process
// that may open no more files or write no longer ones: nothing acknowledged is
// lost, what cannot be done is refused with a reason, and it goes on by itself
// where nothing has failed.

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_profile_store.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/fault_vfs.h"
#include "tests/store/memory_dir.h"
#include "tests/store/workload.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSubsetOf;
using testing::SizeIs;

TEST(FullDiskTest, NothingIsAcknowledgedUntilThereIsRoomAndItIsOpenedAnew) {
  for (const int64_t nth : {1, 5, 20, 40, 80, 120, 160}) {
    SCOPED_TRACE(absl::StrCat("write ", nth));
    const MemoryDir directory;
    Workload workload(directory.path() + "/store", FaultVfs::Name());
    FaultVfs::Arm(Fault::kDiskFull, nth, "/store/");
    if (workload.Open()) workload.Run();
    ASSERT_TRUE(workload.refused());
    for (const absl::Status& refusal : workload.refusals()) {
      EXPECT_THAT(std::string(refusal.message()),
                  AllOf(HasSubstr("full"), HasSubstr("free space")));
    }
    FaultVfs::Disarm();
    workload.CheckAfterwards();
  }
}

TEST(SlowDiskTest, WhatWaitsIsBoundedAndAllOfItIsAnswered) {
  const MemoryDir directory;
  auto store = OpenSqliteStore({.directory = directory.path(),
                                .queue = {.records_max = 8},
                                .vfs = FaultVfs::Name()});
  ASSERT_THAT(store, IsOk());
  FaultVfs::HoldSyncs("log.db-wal");
  std::vector<std::string> acknowledged;  // Of the completer's thread.
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string customer = absl::StrCat(i);
    const absl::Status queued = (*store)->Append(
        SampleBytes(customer, (*store)->identity()),
        [&acknowledged, customer](absl::StatusOr<Position> at) {
          if (at.ok()) acknowledged.push_back(customer);
        });
    if (i == 0) FaultVfs::AwaitHeldSync();
    if (queued.ok()) continue;
    EXPECT_THAT(queued, StatusIs(absl::StatusCode::kResourceExhausted,
                                 AllOf(HasSubstr("queue is full"),
                                       HasSubstr("try again later"))));
    ++refused;
  }
  EXPECT_EQ(refused, 12);
  EXPECT_EQ((*store)->stats().queue_records, 8u);
  EXPECT_EQ((*store)->stats().last_sequence, 0u);
  // What is there already can be read meanwhile.
  EXPECT_THAT((*store)->Read(0, 10), IsOkAndHolds(SizeIs(0)));
  FaultVfs::ReleaseSyncs();
  while ((*store)->stats().queue_records > 0) std::this_thread::yield();
  EXPECT_THAT(AppendAndWait(**store, "after"), IsOk());
  (*store)->Close();
  EXPECT_THAT(acknowledged, SizeIs(8));
  acknowledged.push_back("after");
  EXPECT_EQ(CustomersOf(**store), acknowledged);
}

// Runs `work` in a process of its own, so that what it does to the process ends
// with it, and returns the lines that it told.
using Tell = std::function<void(const std::string& line)>;
std::vector<std::string> InAnotherProcess(
    const std::function<void(const Tell& tell)>& work) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    work([&](const std::string& line) {
      const std::string text = line + "\n";
      // One write: a line is whole or absent.
      if (write(ends[1], text.data(), text.size()) < 0) _exit(1);
    });
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = read(ends[0], buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

void SetLimit(int resource, rlim_t value) {
  rlimit limit = {};
  getrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
  limit.rlim_cur = std::min(value, limit.rlim_max);
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

TEST(FileSizeLimitTest, WhatCannotGrowRefusesAndKeepsWhatItHas) {
  const TempDir temp;
  const std::string folder = temp.Join("store");
  // Long before checkpoints are due: the write-ahead log is what grows.
  const std::vector<std::string> told = InAnotherProcess([&](const Tell& tell) {
    signal(SIGXFSZ, SIG_IGN);
    auto store = OpenSqliteStore({.directory = folder, .project = false});
    SetLimit(RLIMIT_FSIZE, 200'000);
    absl::Status status;
    for (int i = 0; status.ok(); ++i) {
      const std::string customer = absl::StrCat("c", i);
      status = AppendAndWait(**store, customer).status();
      if (status.ok()) tell(customer);
    }
    tell(absl::StrCat("refused: ", status.message()));
    SetLimit(RLIMIT_FSIZE, RLIM_INFINITY);
    tell(absl::StrCat("still: ", AppendAndWait(**store, "no").status().ok()));
    *store = nullptr;
    store = OpenSqliteStore({.directory = folder, .project = false});
    tell(absl::StrCat("anew: ", AppendAndWait(**store, "yes").ok()));
    *store = nullptr;
  });
  ASSERT_GT(told.size(), 10u);
  std::vector<std::string> acknowledged(told.begin(), told.end() - 3);
  EXPECT_THAT(told[told.size() - 3], HasSubstr("log.db`: cannot write"));
  EXPECT_EQ(told[told.size() - 2], "still: 0");
  EXPECT_EQ(told[told.size() - 1], "anew: 1");
  acknowledged.push_back("yes");
  auto store = OpenSqliteStore({.directory = folder, .project = false});
  ASSERT_THAT(store, IsOk());
  const std::vector<std::string> log = CustomersOf(**store);
  EXPECT_THAT(acknowledged, IsSubsetOf(log));
  EXPECT_THAT(log, testing::Not(Contains("no")));
}

TEST(FileHandleLimitTest, AnOpenStoreGoesOnAndAnotherSaysWhyItCannotOpen) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizers need file handles of their own";
#endif
  const TempDir temp;
  const std::vector<std::string> told = InAnotherProcess([&](const Tell& tell) {
    auto store = OpenSqliteStore({.directory = temp.Join("store")});
    auto sequencer = Sequencer::Open(
        **store,
        {.snapshot_directory = temp.Join("store"), .snapshot_records = 5});
    auto profiles = OpenSqliteProfileStore({.directory = temp.Join("store")});
    std::filesystem::create_directory(temp.Join("other"));
    const int next = dup(0);
    SetLimit(RLIMIT_NOFILE, static_cast<rlim_t>(next));
    close(next);
    int acknowledged = 0;
    for (int i = 0; i < 20; ++i) {
      FakeDecision decision({}, (*store)->identity(), absl::StrCat("c", i),
                            absl::FromUnixSeconds(1'795'000'000 + i));
      acknowledged += decision.Run(**sequencer).ok();
      const ProfileUpdate update = {.customer_id = "c-1"};
      acknowledged += (*profiles)->Upsert({&update, 1}, absl::Now()).ok();
    }
    tell(absl::StrCat("acknowledged: ", acknowledged));
    while ((*sequencer)->stats().snapshot_failures == 0) usleep(100);
    const auto other = OpenSqliteStore({.directory = temp.Join("other")});
    tell(absl::StrCat("other: ", other.status().message()));
    SetLimit(RLIMIT_NOFILE, 1'000);
    (*sequencer)->Close();
    tell(absl::StrCat("snapshot: ", (*sequencer)->stats().snapshot_sequence));
    *store = nullptr;
  });
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[0], "acknowledged: 40");
  EXPECT_THAT(told[1], AllOf(HasSubstr("/other/lock`: cannot open"),
                             HasSubstr("raise the limit of open files")));
  EXPECT_EQ(told[2], "snapshot: 20");
}

// Files that may be read by everybody and written by nobody, to somebody who is
// not root.
class ReadOnlyTest : public testing::Test {
 protected:
  ReadOnlyTest() {
    auto store = OpenSqliteStore({.directory = folder()});
    EXPECT_THAT(AppendAndWait(**store, "a"), IsOk());
    EXPECT_THAT(OpenSqliteProfileStore({.directory = folder()}), IsOk());
    *store = nullptr;
    namespace fs = std::filesystem;
    fs::permissions(temp_.path(), fs::perms(0777));
    fs::permissions(folder(), fs::perms(0777));
    for (const auto& file : fs::directory_iterator(folder())) {
      fs::permissions(file.path(), fs::perms(0666));
    }
  }
  std::string folder() const { return temp_.Join("store"); }
  void Protect(const std::string& name) {
    std::filesystem::permissions(folder() + name, std::filesystem::perms(0555));
  }
  // What becomes of opening the log and the profiles.
  std::vector<std::string> Open() {
    return InAnotherProcess([this](const Tell& tell) {
      if (geteuid() == 0 && setuid(65'534) != 0) _exit(1);
      auto store = OpenSqliteStore({.directory = folder()});
      tell(store.status().ToString());
      tell(store.ok() ? AppendAndWait(**store, "b").status().ToString() : "");
      tell(OpenSqliteProfileStore({.directory = folder()}).status().ToString());
    });
  }
  TempDir temp_;
};

TEST_F(ReadOnlyTest, EachFileThatCannotBeWrittenIsNamed) {
  Protect("/log.db");
  Protect("/profiles.db");
  const std::vector<std::string> told = Open();
  ASSERT_THAT(told, SizeIs(2));  // And an empty line.
  EXPECT_THAT(told[0], AllOf(HasSubstr("PERMISSION_DENIED"),
                             HasSubstr("/log.db`"), HasSubstr("may write")));
  EXPECT_THAT(told[1],
              AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("/profiles.db`"),
                    HasSubstr("may write")));
}

TEST_F(ReadOnlyTest, AFolderThatCannotBeWrittenIsNamed) {
  std::filesystem::remove(folder() + "/lock");
  Protect("");
  EXPECT_THAT(Open(),
              Contains(AllOf(HasSubstr("PERMISSION_DENIED"),
                             HasSubstr(folder()), HasSubstr("may write"))));
}

TEST_F(ReadOnlyTest, DerivedTablesHoldNobodyUp) {
  Protect("/views.db");
  EXPECT_EQ(Open(), (std::vector<std::string>{"OK", "OK", "OK"}));
}

}  // namespace
}  // namespace stratagem::store
