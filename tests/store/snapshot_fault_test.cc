// A snapshot that cannot be written or read delays a start and loses nothing:
// each step of making one fails, by real means, beside a log that goes on.

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/store/fold.h"
#include "engine/store/ledger_snapshot.h"
#include "engine/store/memory_store.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/fake_decisions.h"
#include "tests/store/snapshot_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

struct StepCase {
  std::string name;
  // Makes the step fail for the next snapshot at `path`.
  void (*break_step)(const std::string& path);
  std::string action;  // That the error speaks of.
};

class SnapshotFaultTest : public SnapshotFixture,
                          public testing::WithParamInterface<StepCase> {};

TEST_P(SnapshotFaultTest, TheOldOneStaysAndTheNextStartFoldsTheRest) {
  Open();
  Decide(5);
  Open();
  Decide(3);
  const auto break_step = [this] { GetParam().break_step(path()); };
  break_step();
  state::Ledger ledger;
  EXPECT_THAT(
      std::string(WriteSnapshot(*store_, folder(), 8, ledger).message()),
      HasSubstr(absl::StrCat("cannot ", GetParam().action)));
  // An erasure must have its snapshot; whoever asked for it is told.
  break_step();
  EXPECT_FALSE(sequencer_->EraseCustomer("customer 1", kNoon).ok());
  Decide(1);
  break_step();
  Close();  // Tries once more.
  Open();
  EXPECT_EQ(Events(), 9);
  EXPECT_GE(sequencer_->stats().folded_at_open, 4u);
  for (const char* end : {"", ".tmp"}) {
    std::error_code error;
    if (!fs::is_regular_file(path() + end)) fs::remove_all(path() + end, error);
  }
  EXPECT_THAT(sequencer_->EraseCustomer("customer 1", kNoon), IsOk());
  Open();
  EXPECT_EQ(sequencer_->stats().folded_at_open, 0u);
  EXPECT_EQ(Events(), 9);
}

INSTANTIATE_TEST_SUITE_P(
    Steps, SnapshotFaultTest,
    testing::Values(
        // Nobody, not even root, can open a folder for writing.
        StepCase{"Open",
                 [](const std::string& path) {
                   fs::create_directory(path + ".tmp");
                 },
                 "open"},
        // Devices: one that is always full, and one that cannot be synced.
        StepCase{"Write",
                 [](const std::string& path) {
                   fs::create_symlink("/dev/full", path + ".tmp");
                 },
                 "write"},
        StepCase{"Sync",
                 [](const std::string& path) {
                   fs::create_symlink("/dev/null", path + ".tmp");
                 },
                 "sync"},
        StepCase{"Rename",
                 [](const std::string& path) {
                   if (fs::is_regular_file(path)) fs::remove(path);
                   fs::create_directories(path + "/full");
                 },
                 "replace"}),
    [](const auto& param_info) { return param_info.param.name; });

// Limits how long files of this process may grow; tells nothing meanwhile, as
// what tests say may be in a file too.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int) = nullptr;
  rlimit before_ = {};
};

TEST(SnapshotSizeTest, OneThatIsCutShortAtAnyByteIsNotMade) {
  const TempDir temp;
  const auto store = NewMemoryStore();
  const auto sequencer = Sequencer::Open(*store, {});
  ASSERT_THAT(sequencer, IsOk());
  for (int i = 0; i < 3; ++i) {
    FakeDecision decision({}, store->identity(), absl::StrCat(i), kNoon);
    ASSERT_THAT(decision.Run(**sequencer), IsOk());
  }
  state::Ledger ledger;
  Fold fold(ledger, absl::ZeroDuration());
  ASSERT_THAT(FoldLog(*store, 0, fold), IsOk());
  ASSERT_THAT(WriteSnapshot(*store, temp.path(), 0, ledger), IsOk());
  const std::string path = temp.Join("state.snapshot");
  const auto whole = fs::file_size(path);
  fs::remove(path);
  for (rlim_t bytes = 0; bytes < whole; bytes += 7) {
    absl::Status status;
    {
      const FileSizeLimit limit(bytes);
      status = WriteSnapshot(*store, temp.path(), 0, ledger);
    }
    ASSERT_THAT(std::string(status.message()), HasSubstr("cannot write"))
        << bytes;
    ASSERT_TRUE(fs::is_empty(temp.path())) << bytes;
  }
}

}  // namespace
}  // namespace stratagem::store
