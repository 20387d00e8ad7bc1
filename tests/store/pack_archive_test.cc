// What must hold for the pack archive: a pack is there as it was, wholly or not
// at all, and what is damaged is replaced.

#include "engine/store/pack_archive.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

const std::string kDigest(64, 'a');

// All files below `folder`, by their paths there.
Files ReadAll(const std::string& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(folder)] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

const Files kFiles = {{"pack.yaml", "name: shop\n"},
                      {"offers/card.yaml", std::string("a\0b", 3)},
                      {"empty.csv", ""}};

TEST(PackArchiveTest, APackIsThereAsItWas) {
  const TempDir store;
  ASSERT_TRUE(KeepPack(store.path(), kDigest, kFiles).ok());
  EXPECT_EQ(ReadAll(ArchivedPackPath(store.path(), kDigest)), kFiles);
  // Nothing else is left beside it.
  EXPECT_EQ(ReadAll(store.path()).size(), kFiles.size());
}

TEST(PackArchiveTest, OnePackIsKeptOnceAndAnotherBesideIt) {
  const TempDir store;
  const std::string other(64, '0');
  ASSERT_TRUE(KeepPack(store.path(), kDigest, kFiles).ok());
  const std::string path =
      ArchivedPackPath(store.path(), kDigest) + "/pack.yaml";
  const auto written = fs::last_write_time(path) - std::chrono::hours(1);
  fs::last_write_time(path, written);
  ASSERT_TRUE(KeepPack(store.path(), kDigest, kFiles).ok());
  EXPECT_EQ(fs::last_write_time(path), written);
  ASSERT_TRUE(KeepPack(store.path(), other, {{"pack.yaml", "x"}}).ok());
  EXPECT_EQ(ReadAll(ArchivedPackPath(store.path(), kDigest)), kFiles);
  EXPECT_EQ(ReadAll(ArchivedPackPath(store.path(), other)),
            (Files{{"pack.yaml", "x"}}));
}

TEST(PackArchiveTest, WhatIsDamagedOrLeftHalfIsWrittenAnew) {
  const TempDir store;
  ASSERT_TRUE(KeepPack(store.path(), kDigest, kFiles).ok());
  const std::string folder = ArchivedPackPath(store.path(), kDigest);
  std::ofstream(folder + "/pack.yaml") << "name: other\n";
  fs::remove(folder + "/empty.csv");
  store.Write("packs/" + kDigest + ".draft/pack.yaml", "half");
  ASSERT_TRUE(KeepPack(store.path(), kDigest, kFiles).ok());
  EXPECT_EQ(ReadAll(folder), kFiles);
  EXPECT_EQ(ReadAll(store.path()).size(), kFiles.size());
}

TEST(PackArchiveTest, TestsStandBesideThePackAndAreReplaced) {
  const TempDir store;
  ASSERT_TRUE(KeepPack(store.path(), kDigest, kFiles).ok());
  const std::string folder = ArchivedTestsPath(store.path(), kDigest);
  ASSERT_TRUE(KeepPackTests(store.path(), kDigest, {}).ok());
  EXPECT_FALSE(fs::exists(folder));
  const Files first = {{"a_test.yaml", "1"}, {"more/b_test.yaml", "2"}};
  ASSERT_TRUE(KeepPackTests(store.path(), kDigest, first).ok());
  EXPECT_EQ(ReadAll(folder), first);
  // One less is another set, too.
  const Files second = {{"a_test.yaml", "1"}};
  ASSERT_TRUE(KeepPackTests(store.path(), kDigest, second).ok());
  EXPECT_EQ(ReadAll(folder), second);
  ASSERT_TRUE(KeepPackTests(store.path(), kDigest, {}).ok());
  EXPECT_EQ(ReadAll(folder), Files{});
  EXPECT_EQ(ReadAll(ArchivedPackPath(store.path(), kDigest)), kFiles);
}

TEST(PackArchiveTest, WhatCannotBeWrittenIsToldWithItsPath) {
  const TempDir store;
  const std::string file = store.Write("packs", "not a folder");
  const absl::Status status = KeepPack(store.path(), kDigest, kFiles);
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find(file), absl::string_view::npos) << status;
}

TEST(PackArchiveTest, OnlyDigestsHaveAPlace) {
  EXPECT_EQ(ArchivedPackPath("s", "../../etc"), "");
  EXPECT_EQ(ArchivedPackPath("s", std::string(64, 'A')), "");
  EXPECT_EQ(ArchivedPackPath("s", std::string(63, 'a')), "");
  EXPECT_EQ(ArchivedPackPath("s", kDigest), "s/packs/" + kDigest);
  EXPECT_EQ(ArchivedTestsPath("s", "../../etc"), "");
  EXPECT_EQ(ArchivedTestsPath("s", kDigest), "s/packs/" + kDigest + ".tests");
}

}  // namespace
}  // namespace stratagem::store
