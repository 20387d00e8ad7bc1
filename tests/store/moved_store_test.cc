// What must hold when somebody moves or deletes a store's files under it:
// nothing is acknowledged any more, what was acknowledged is in the files
// wherever they are now, and no empty store takes the place of the old one.

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/sqlite_profile_store.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsSubsetOf;

namespace fs = std::filesystem;

// Every file and folder below `directory`.
std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    names.push_back(entry.path().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Appends with several threads, one record after the other each.
class Appenders {
 public:
  explicit Appenders(Store& store) {
    for (int t = 0; t < 4; ++t) {
      threads_.emplace_back([this, &store, t] { Append(store, t); });
    }
  }
  void AwaitAcknowledged(size_t count) {
    while (acknowledged_count_ < count) std::this_thread::yield();
  }
  // From now on nothing may be acknowledged that is appended.
  void FilesAreGone() { gone_ = true; }
  // Waits until all have been refused.
  void Join() {
    for (std::thread& thread : threads_) thread.join();
  }

  const std::vector<std::string>& acknowledged() const { return acknowledged_; }
  int acknowledged_after() const { return acknowledged_after_; }
  const absl::Status& refusal() const { return refusal_; }

 private:
  void Append(Store& store, int thread) {
    for (int i = 0;; ++i) {
      const bool gone = gone_;
      const std::string customer = absl::StrCat(thread, "/", i);
      const auto at = AppendAndWait(store, customer);
      std::lock_guard lock(mutex_);
      if (!at.ok()) {
        refusal_ = at.status();
        return;
      }
      acknowledged_.push_back(customer);
      ++acknowledged_count_;
      acknowledged_after_ += gone;
      // One at least goes wrong: the test would never end otherwise.
      if (acknowledged_after_ > 0) return;
    }
  }

  std::atomic<bool> gone_ = false;
  std::atomic<size_t> acknowledged_count_ = 0;
  std::mutex mutex_;
  std::vector<std::string> acknowledged_;
  int acknowledged_after_ = 0;
  absl::Status refusal_;
  std::vector<std::thread> threads_;
};

struct MoveCase {
  std::string name;
  // What somebody does to the folder `store`.
  void (*move)(const std::string& store);
  std::string named;  // How the file's name begins that is found missing.
  // Where the acknowledged records are then; "": nowhere.
  std::string found_in;
};

class MovedStoreTest : public testing::TestWithParam<MoveCase> {
 protected:
  std::string folder() const { return temp_.Join("store"); }
  TempDir temp_;
};

TEST_P(MovedStoreTest, NothingIsAcknowledgedAfterwardsAndAllBeforeIsKept) {
  auto store =
      OpenSqliteStore({.directory = folder(), .checkpoint = {30'000, 100'000}});
  ASSERT_THAT(store, IsOk());
  Appenders appenders(**store);
  appenders.AwaitAcknowledged(200);
  GetParam().move(folder());
  appenders.FilesAreGone();
  appenders.Join();
  EXPECT_EQ(appenders.acknowledged_after(), 0);
  EXPECT_THAT(appenders.refusal(),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr(folder() + GetParam().named),
                             HasSubstr("was moved or deleted"),
                             HasSubstr("move the whole folder back"))));
  EXPECT_THAT((*store)->stats().failure, HasSubstr("was moved or deleted"));
  const std::string node_id = (*store)->identity().node_id;
  *store = nullptr;
  if (GetParam().found_in.empty()) return;
  auto moved = OpenSqliteStore(
      {.directory = temp_.Join(GetParam().found_in), .node_id = node_id});
  ASSERT_THAT(moved, IsOk());
  EXPECT_THAT(appenders.acknowledged(), IsSubsetOf(CustomersOf(**moved)));
}

INSTANTIATE_TEST_SUITE_P(
    Moves, MovedStoreTest,
    testing::Values(
        MoveCase{"LogRenamed",
                 [](const std::string& store) {
                   fs::create_directory(store + "/away");
                   fs::rename(store + "/log.db", store + "/away/log.db");
                 },
                 "/log.db`", "store/away"},
        MoveCase{
            "LogDeleted",
            [](const std::string& store) { fs::remove(store + "/log.db"); },
            "/log.db`", ""},
        MoveCase{"LogReplacedByACopy",
                 [](const std::string& store) {
                   fs::copy(store + "/log.db", store + "/copy");
                   fs::create_directory(store + "/away");
                   fs::rename(store + "/log.db", store + "/away/log.db");
                   fs::rename(store + "/copy", store + "/log.db");
                 },
                 "/log.db`", "store/away"},
        MoveCase{"FolderRenamed",
                 [](const std::string& store) {
                   fs::rename(store, store + "-away");
                 },
                 "/log.db`", "store-away"},
        MoveCase{"FolderDeleted",
                 [](const std::string& store) { fs::remove_all(store); },
                 "/log.db", ""},
        MoveCase{"WriteAheadLogRenamed",
                 [](const std::string& store) {
                   fs::rename(store + "/log.db-wal", store + "/away");
                 },
                 "/log.db-wal`", "store"},
        MoveCase{
            "WriteAheadLogDeleted",
            [](const std::string& store) { fs::remove(store + "/log.db-wal"); },
            "/log.db-wal`", "store"}),
    [](const auto& param_info) { return param_info.param.name; });

class MissingStoreTest : public testing::Test {
 protected:
  MissingStoreTest() {
    auto store = OpenSqliteStore({.directory = folder(), .project = false});
    EXPECT_THAT(store, IsOk());
    node_id_ = (*store)->identity().node_id;
    EXPECT_THAT(AppendAndWait(**store, "a"), IsOk());
  }
  std::string folder() const { return temp_.Join("store"); }
  // Opens it for its log, which is not there: refused, and nothing is made.
  void ExpectRefused(const std::string& node_id, const std::string& path,
                     const std::string& found) {
    const std::vector<std::string> before = NamesIn(temp_.path());
    EXPECT_THAT(
        OpenSqliteStore({.directory = folder(), .node_id = node_id}),
        StatusIs(absl::StatusCode::kFailedPrecondition,
                 AllOf(HasSubstr(absl::StrCat("`", path, "`: ", found,
                                              ", expected log ", node_id)),
                       HasSubstr("; mount or move its folder back"))));
    EXPECT_EQ(NamesIn(temp_.path()), before);
  }

  TempDir temp_;
  std::string node_id_;
};

TEST_F(MissingStoreTest, TheLogThatIsMeantIsOpened) {
  auto store = OpenSqliteStore({.directory = folder(), .node_id = node_id_});
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ((*store)->identity().node_id, node_id_);
  EXPECT_EQ((*store)->identity().epoch, 2u);
  EXPECT_THAT(CustomersOf(**store), testing::ElementsAre("a"));
}

TEST_F(MissingStoreTest, AFolderThatIsGoneIsNotMadeAnew) {
  fs::rename(folder(), temp_.Join("away"));
  ExpectRefused(node_id_, folder(), "the folder is not there");
}

TEST_F(MissingStoreTest, AnEmptyFolderGetsNoFiles) {
  // As a disk looks that is not mounted.
  fs::remove_all(folder());
  fs::create_directory(folder());
  ExpectRefused(node_id_, folder() + "/log.db", "is not there");
}

TEST_F(MissingStoreTest, AnotherLogIsLeftAlone) {
  ExpectRefused("0123456789abcdef", folder() + "/log.db",
                absl::StrCat("is log ", node_id_));
  auto store = OpenSqliteStore({.directory = folder()});
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ((*store)->identity().epoch, 2u);
}

TEST_F(MissingStoreTest, AnEmptyFileIsNoLog) {
  fs::resize_file(folder() + "/log.db", 0);
  ExpectRefused(node_id_, folder() + "/log.db", "holds no log");
}

TEST_F(MissingStoreTest, FilesOfALogWithoutTheirLogAreNoBeginning) {
  for (const char* name : {"profiles.db", "views.db", "state.snapshot"}) {
    fs::remove_all(folder());
    temp_.Write(absl::StrCat("store/", name), "x");
    for (const char* found : {"is not there", "is empty"}) {
      const std::vector<std::string> before = NamesIn(folder());
      EXPECT_THAT(
          OpenSqliteStore({.directory = folder()}),
          StatusIs(absl::StatusCode::kFailedPrecondition,
                   AllOf(HasSubstr(absl::StrCat("/log.db`: ", found, ", but `",
                                                folder(), "/", name)),
                         HasSubstr("restore log.db from a backup, or move the "
                                   "folder away"))));
      EXPECT_EQ(NamesIn(folder()), before);
      temp_.Write("store/log.db", "");
    }
  }
}

TEST_F(MissingStoreTest, AnEmptyLogAloneIsABeginning) {
  fs::remove_all(folder());
  temp_.Write("store/log.db", "");
  EXPECT_THAT(OpenSqliteStore({.directory = folder()}), IsOk());
}

class MovedProfilesTest : public testing::Test {
 protected:
  MovedProfilesTest() { Open(temp_.path()); }
  void Open(const std::string& directory) {
    auto opened =
        OpenSqliteProfileStore({.directory = directory, .must_exist = false});
    EXPECT_THAT(opened, IsOk());
    profiles_ = *std::move(opened);
  }
  absl::Status Put(const std::string& customer) {
    const ProfileUpdate update = {.customer_id = customer};
    return profiles_->Upsert({&update, 1}, absl::UnixEpoch()).status();
  }
  void ExpectRefused(const absl::Status& status) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable,
                                 HasSubstr("was moved or deleted")));
    EXPECT_THAT(profiles_->stats().failure, HasSubstr("was moved or deleted"));
  }

  TempDir temp_;
  std::unique_ptr<ProfileStore> profiles_;
};

TEST_F(MovedProfilesTest, NoChangeIsAcknowledgedAfterwards) {
  ASSERT_THAT(Put("before"), IsOk());
  fs::create_directory(temp_.Join("away"));
  fs::rename(temp_.Join("profiles.db"), temp_.Join("away/profiles.db"));
  ExpectRefused(Put("after"));
  ExpectRefused(Put("later"));
  Open(temp_.Join("away"));
  const auto before = profiles_->Get("before");
  ASSERT_THAT(before, IsOk());
  EXPECT_NE(*before, nullptr);
}

TEST_F(MovedProfilesTest, NoDeletionIsAcknowledgedAfterwards) {
  ASSERT_THAT(Put("before"), IsOk());
  fs::remove(temp_.Join("profiles.db-wal"));
  ExpectRefused(profiles_->Delete("before").status());
}

TEST_F(MovedProfilesTest, AFileThatMustBeThereIsNotMade) {
  profiles_ = nullptr;
  const auto open = [this] {
    return OpenSqliteProfileStore(
        {.directory = temp_.path(), .must_exist = true});
  };
  EXPECT_THAT(open(), IsOk());
  fs::remove(temp_.Join("profiles.db"));
  const std::vector<std::string> before = NamesIn(temp_.path());
  EXPECT_THAT(open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr(temp_.Join("profiles.db")),
                                     HasSubstr("move its folder back"))));
  EXPECT_EQ(NamesIn(temp_.path()), before);
}

}  // namespace
}  // namespace stratagem::store
