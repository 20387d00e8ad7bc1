// What a start finds after a crash or on a disk that has lost bytes: a torn end
// of the write-ahead log is cut off, what cannot be read is said by name, and
// what is derived is made anew.

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"
#include "engine/store/sequencer.h"
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
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

namespace fs = std::filesystem;

constexpr size_t kPageBytes = 4'096;

// Overwrites what stands in the file from `at` on.
void Overwrite(const std::string& path, size_t at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file << bytes;
}

// A folder as a process leaves it that is killed after three records, and what
// the write-ahead log of the third one is.
class TornLogTest : public testing::Test {
 protected:
  TornLogTest() {
    auto store =
        OpenSqliteStore({.directory = temp_.Join("store"), .project = false});
    for (const char* customer : {"a", "b", "c"}) {
      begin_ = end_;
      EXPECT_THAT(AppendAndWait(**store, customer), IsOk());
      end_ = fs::file_size(temp_.Join("store/log.db-wal"));
    }
    EXPECT_LT(begin_, end_);
    fs::create_directory(folder());
    for (const char* file : {"log.db", "log.db-wal"}) {
      fs::copy(temp_.Join("store/") + file, folder() + "/" + file);
    }
  }
  std::string folder() const { return temp_.Join("killed"); }
  std::string wal() const { return folder() + "/log.db-wal"; }
  std::vector<std::string> FoundAfter(const std::function<void()>& damage) {
    damage();
    auto store = OpenSqliteStore({.directory = folder(), .project = false});
    EXPECT_THAT(store, IsOk());
    if (!store.ok()) return {};
    const std::vector<std::string> found = CustomersOf(**store);
    const auto at = AppendAndWait(**store, "next");
    EXPECT_THAT(at, IsOk());
    EXPECT_EQ(at->sequence, found.size() + 1);
    EXPECT_THAT(CustomersOf(**store), SizeIs(found.size() + 1));
    return found;
  }

  TempDir temp_;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
};

TEST_F(TornLogTest, AWholeEndIsKept) {
  EXPECT_THAT(FoundAfter([] {}), ElementsAre("a", "b", "c"));
}

TEST_F(TornLogTest, AnEndThatIsCutShortIsCutOff) {
  EXPECT_THAT(FoundAfter([this] { fs::resize_file(wal(), end_ - 1); }),
              ElementsAre("a", "b"));
}

TEST_F(TornLogTest, AnEndThatHardlyBeganIsCutOff) {
  EXPECT_THAT(FoundAfter([this] { fs::resize_file(wal(), begin_ + 10); }),
              ElementsAre("a", "b"));
}

TEST_F(TornLogTest, AnEndWithOtherBytesIsCutOff) {
  EXPECT_THAT(FoundAfter([this] { Overwrite(wal(), end_ - 100, "other"); }),
              ElementsAre("a", "b"));
}

TEST_F(TornLogTest, AnEndWithAnotherHeadIsCutOff) {
  EXPECT_THAT(FoundAfter([this] { Overwrite(wal(), begin_ + 2, "other"); }),
              ElementsAre("a", "b"));
}

TEST_F(TornLogTest, BytesAfterTheEndAreNoRecord) {
  EXPECT_THAT(
      FoundAfter([this] { Overwrite(wal(), end_, std::string(9'000, 'x')); }),
      ElementsAre("a", "b", "c"));
}

// 100 records, of which a page in the middle holds others than it did.
class DamagedLogTest : public testing::Test {
 protected:
  DamagedLogTest() {
    {
      auto store = OpenSqliteStore({.directory = temp_.path()});
      for (int i = 0; i < 100; ++i) {
        EXPECT_THAT(AppendAndWait(**store, absl::StrCat(i)), IsOk());
      }
    }
    const std::string path = temp_.Join("log.db");
    Overwrite(path, fs::file_size(path) / 2 / kPageBytes * kPageBytes,
              std::string(kPageBytes, '\xee'));
  }
  TempDir temp_;
};

TEST_F(DamagedLogTest, WhatIsReadSaysWhichRecordAndWhatToDo) {
  auto store = OpenSqliteStore({.directory = temp_.path(), .project = false});
  ASSERT_THAT(store, IsOk());
  uint64_t readable = 0;
  absl::Status refusal;
  for (uint64_t sequence = 1; sequence <= 100; ++sequence) {
    const auto entries = (*store)->Read(sequence - 1, 1);
    readable += entries.ok();
    if (entries.ok()) continue;
    if (refusal.ok()) refusal = entries.status();
    EXPECT_THAT(
        entries,
        StatusIs(absl::StatusCode::kDataLoss,
                 AllOf(HasSubstr(temp_.Join("log.db")),
                       HasSubstr(absl::StrCat("record ", sequence, " of")),
                       HasSubstr("restore"))));
  }
  // All others can be read, and more appended.
  EXPECT_GT(readable, 50u);
  EXPECT_LT(readable, 100u);
  EXPECT_THAT(AppendAndWait(**store, "after"), IsOk());
  // Who needs all of them says so.
  EXPECT_EQ(Sequencer::Open(**store, {}).status(), refusal);
}

TEST_F(DamagedLogTest, DerivedTablesStandStillAndSayNothingWrong) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::remove(temp_.Join("views.db") + suffix);
  }
  auto store = OpenSqliteStore({.directory = temp_.path()});
  ASSERT_THAT(store, IsOk());
  while ((*store)->stats().projection_failures == 0) {
    EXPECT_LT((*store)->stats().projected_sequence, 100u);
  }
  EXPECT_THAT(AppendAndWait(**store, "after"), IsOk());
}

TEST(DamagedProfilesTest, OnlyWhatCannotBeReadIsRefused) {
  const TempDir temp;
  const std::string text(400, 'x');
  const auto id = [](int i) { return absl::StrCat("c-", 100 + i); };
  constexpr int kProfiles = 400;
  const NamedValue attributes[] = {{"text", Value::String(text)}};
  const auto open = [&] {
    auto opened = OpenSqliteProfileStore({.directory = temp.path()});
    EXPECT_THAT(opened, IsOk());
    return *std::move(opened);
  };
  {
    std::vector<std::string> customers;
    for (int i = 0; i < kProfiles; ++i) customers.push_back(id(i));
    std::vector<ProfileUpdate> puts;
    for (const std::string& customer : customers) {
      puts.push_back({.customer_id = customer, .attributes = attributes});
    }
    ASSERT_THAT(open()->Upsert(puts, absl::UnixEpoch()), IsOk());
  }
  const std::string path = temp.Join("profiles.db");
  Overwrite(path, fs::file_size(path) / 2 / kPageBytes * kPageBytes,
            std::string(kPageBytes, '\xee'));
  const auto profiles = open();
  std::string damaged;
  int readable = 0;
  for (int i = 0; i < kProfiles; ++i) {
    const auto profile = profiles->Get(id(i));
    readable += profile.ok();
    if (profile.ok()) continue;
    damaged = id(i);
    EXPECT_THAT(profile, StatusIs(absl::StatusCode::kDataLoss,
                                  AllOf(HasSubstr(path),
                                        HasSubstr("restore the file"))));
  }
  EXPECT_GT(readable, kProfiles / 2);
  ASSERT_NE(damaged, "");
  EXPECT_THAT(profiles->Delete(damaged),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path)));
  const ProfileUpdate broken = {.customer_id = damaged};
  const auto refused = profiles->Upsert({&broken, 1}, absl::UnixEpoch());
  EXPECT_THAT(refused.ok() ? refused->front().status() : refused.status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path)));
  const std::string far_away = id(0);
  const ProfileUpdate put = {.customer_id = far_away};
  EXPECT_THAT(profiles->Upsert({&put, 1}, absl::UnixEpoch()), IsOk());
  EXPECT_EQ(profiles->stats().failure, "");
}

}  // namespace
}  // namespace stratagem::store
