// What must hold for `pack fmt`: it changes what it says and nothing else,
// keeps files' permissions and links, and leaves alone what it cannot format.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/clients/run_command.h"
#include "tests/support/refused_writes.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kUgly[] = "a:   1  # one\nb:\n- x\n";
constexpr char kNeat[] = "a: 1  # one\nb:\n  - x\n";

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int FilesIn(const std::string& folder) {
  return static_cast<int>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(PackFmtTest, FormatsEveryYamlFileBelowAFolder) {
  const TempDir folder;
  const std::string ugly = folder.Write("part/ugly.yaml", kUgly);
  const std::string neat = folder.Write("neat.yaml", kNeat);
  const std::string hidden = folder.Write(".git/ugly.yaml", kUgly);
  const std::string text = folder.Write("ugly.txt", kUgly);
  const Ran ran = RunHere({"pack", "fmt", folder.path()});
  EXPECT_EQ(ran.out, "formatted: " + ugly + "\n");
  EXPECT_EQ(ran.err, "2 files, 1 formatted\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(Contents(ugly), kNeat);
  EXPECT_EQ(Contents(neat), kNeat);
  EXPECT_EQ(Contents(hidden), kUgly);
  EXPECT_EQ(Contents(text), kUgly);
}

TEST(PackFmtTest, CheckWritesNothingAndFailsForWhatWouldChange) {
  const TempDir folder;
  const std::string ugly = folder.Write("ugly.yaml", kUgly);
  const Ran ran = RunHere({"pack", "fmt", "--check", folder.path()});
  EXPECT_EQ(ran.out, "not formatted: " + ugly + "\n");
  EXPECT_EQ(ran.err, "1 file, 1 not formatted\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(Contents(ugly), kUgly);
  folder.Write("ugly.yaml", kNeat);
  EXPECT_EQ(RunHere({"pack", "fmt", "--check", folder.path()}).code, 0);
}

TEST(PackFmtTest, KeepsPermissionsAndLinks) {
  const TempDir folder;
  const std::string file = folder.Write("real/pack.yaml", kUgly);
  fs::permissions(file, fs::perms{0640});
  fs::create_symlink(file, folder.Join("link.yaml"));
  EXPECT_EQ(RunHere({"pack", "fmt", folder.Join("link.yaml")}).code, 0);
  EXPECT_TRUE(fs::is_symlink(folder.Join("link.yaml")));
  EXPECT_EQ(Contents(file), kNeat);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms{0640});
  // Nothing else was left in the folder.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.Join("real")), {}), 1);
}

TEST(PackFmtTest, StandardInputGoesToStandardOutput) {
  const Ran ran = RunHere({"pack", "fmt", "-"}, kUgly);
  EXPECT_EQ(ran.out, kNeat);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.code, 0);
}

TEST(PackFmtTest, StdoutPrintsAndWritesNothing) {
  const TempDir folder;
  const std::string ugly = folder.Write("ugly.yaml", kUgly);
  const Ran ran = RunHere({"pack", "fmt", "--stdout", ugly});
  EXPECT_EQ(ran.out, kNeat);
  EXPECT_EQ(Contents(ugly), kUgly);
}

TEST(PackFmtTest, AFileWithErrorsIsLeftAloneAndTheOthersAreFormatted) {
  const TempDir folder;
  const std::string broken = folder.Write("broken.yaml", "a:   [\n");
  const std::string ugly = folder.Write("ugly.yaml", kUgly);
  const Ran ran = RunHere({"pack", "fmt", folder.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, testing::HasSubstr(broken + ":2:1: error E206: "));
  EXPECT_THAT(ran.err,
              testing::HasSubstr("2 files, 1 formatted, 1 with errors\n"));
  EXPECT_EQ(Contents(broken), "a:   [\n");
  EXPECT_EQ(Contents(ugly), kNeat);
}

TEST(PackFmtTest, AFullDiskLeavesTheFileAsItWas) {
  const TempDir folder;
  const std::string file = folder.Write("pack.yaml", kUgly);
  Ran ran;
  {
    const FileSizeLimit limit(4);
    ran = RunHere({"pack", "fmt", file});
  }
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err,
            "error: `" + file +
                "` cannot be written: File too large\n1 file, 0 formatted\n");
  EXPECT_EQ(Contents(file), kUgly);
  EXPECT_EQ(FilesIn(folder.path()), 1) << "the draft was left";
}

TEST(PackFmtTest, AFolderThatMayNotBeWrittenIsLeftAsItWas) {
  const TempDir folder;
  const std::string file = folder.Write("pack.yaml", kUgly);
  ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  Ran ran;
  {
    const OtherUser user;
    ran = RunHere({"pack", "fmt", file});
  }
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(
      ran.err,
      "error: `" + file +
          "` cannot be written: Permission denied\n1 file, 0 formatted\n");
  EXPECT_EQ(Contents(file), kUgly);
}

TEST(PackFmtTest, WhatIsNoFileIsAnError) {
  const Ran ran = RunHere({"pack", "fmt", "/nowhere/at/all"});
  EXPECT_EQ(ran.err, "error: there is no file or folder `/nowhere/at/all`\n");
  EXPECT_EQ(ran.code, 3);
}

}  // namespace
}  // namespace stratagem::cli
