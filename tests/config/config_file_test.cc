// What must hold for the file of options: each mistake at its place with what
// would do, all of them, and nothing that is no such file is read for long.

#include "server/config/config_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/config/reading.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct ReadFileResult {
  std::vector<Setting> settings;
  std::string said;
};

ReadFileResult ReadAt(const std::string& path) {
  Diagnostics diagnostics;
  ReadFileResult result;
  result.settings = ReadConfigFile(path, {"--config", 0, 0}, diagnostics);
  result.said = absl::StrReplaceAll(
      diagnostics.ToString(), {{fs::path(path).parent_path().string(), "DIR"}});
  return result;
}

ReadFileResult ReadText(const std::string& text) {
  const TempDir dir;
  return ReadAt(dir.Write("stratagemd.yaml", text));
}

// Each *.yaml there has mistakes; the text beside it is what is said of them.
TEST(ReadConfigFileTest, TellsMistakesAsTheirGoldenFilesDo) {
  std::vector<std::string> names;
  for (const auto& entry :
       fs::directory_iterator(SourcePath("tests/golden/config"))) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  EXPECT_GE(names.size(), 4u);
  for (const std::string& name : names) {
    const std::string folder = "tests/golden/config/";
    const std::string path = SourcePath(folder + name + ".yaml");
    const Reading reading = Read({"--config", path.c_str()});
    EXPECT_FALSE(reading.configuration.has_value()) << name;
    ExpectMatchesGolden(
        absl::StrReplaceAll(reading.said, {{SourcePath(folder), ""}}),
        folder + name + ".txt");
  }
}

TEST(ReadConfigFileTest, AFileWithoutContentSetsNothing) {
  for (const char* text : {"", "\n\n", "# Only a comment.\n", "\xEF\xBB\xBF",
                           "---\n", "~\n", "{}\n"}) {
    const ReadFileResult result = ReadText(text);
    EXPECT_EQ(result.said, "") << text;
    EXPECT_THAT(result.settings, IsEmpty()) << text;
  }
}

TEST(ReadConfigFileTest, KeepsWhatIsRightBesideAMistake) {
  const ReadFileResult result =
      ReadText("listen: 127.0.0.1:1\nno_such: 1\nstore: memory\n");
  ASSERT_THAT(result.settings, SizeIs(2));
  EXPECT_EQ(result.settings[0].option->key, "listen");
  EXPECT_EQ(result.settings[0].location.line, 1);
  EXPECT_EQ(result.settings[0].values.at(0).text, "127.0.0.1:1");
  EXPECT_EQ(result.settings[1].option->key, "store");
  EXPECT_EQ(result.settings[1].values.at(0).location.column, 8);
}

TEST(ReadConfigFileTest, IsNotAMapping) {
  EXPECT_EQ(ReadText("- listen\n").said,
            "DIR/stratagemd.yaml:1:1: error E604: found a list, expected "
            "options, each `key: value`\n");
  EXPECT_EQ(ReadText("listen\n").said,
            "DIR/stratagemd.yaml:1:1: error E604: found `listen`, expected "
            "options, each `key: value`\n");
}

TEST(ReadConfigFileTest, SaysWhyAFileCannotBeRead) {
  const TempDir dir;
  EXPECT_EQ(ReadAt(dir.Join("none.yaml")).said,
            "--config: error E603: the file `DIR/none.yaml` does not exist\n");
  fs::create_directory(dir.Join("folder"));
  EXPECT_EQ(ReadAt(dir.Join("folder")).said,
            "--config: error E603: the file `DIR/folder` is a folder, expected "
            "a file\n  hint: name the file in it\n");
  ASSERT_EQ(mkfifo(dir.Join("pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadAt(dir.Join("pipe")).said,
            "--config: error E603: the file `DIR/pipe` is not a file\n"
            "  hint: write the options into a file\n");
  fs::create_symlink("loop", dir.Join("loop"));
  EXPECT_EQ(ReadAt(dir.Join("loop")).said,
            "--config: error E603: the file `DIR/loop` cannot be read: Too "
            "many levels of symbolic links\n");
}

TEST(ReadConfigFileTest, FollowsLinksAsMountedConfigurationNeedsIt) {
  const TempDir dir;
  dir.Write("..data/stratagemd.yaml", "store: memory\n");
  fs::create_symlink("..data/stratagemd.yaml", dir.Join("stratagemd.yaml"));
  EXPECT_THAT(ReadAt(dir.Join("stratagemd.yaml")).settings, SizeIs(1));
}

TEST(ReadConfigFileTest, AFileOfAHundredMegabytesIsRefusedUnread) {
  const TempDir dir;
  const std::string path = dir.Write("stratagemd.yaml", "");
  fs::resize_file(path, 100u << 20);
  EXPECT_EQ(ReadAt(path).said,
            "DIR/stratagemd.yaml: error E605: the file has more than 1048576 "
            "bytes\n  hint: is it the right one?\n");
}

TEST(ReadConfigFileTest, AFileOfTheLimitIsRead) {
  const std::string setting = "store: memory\n#";
  const std::string full =
      setting + std::string(kConfigFileBytesMax - setting.size(), 'x');
  EXPECT_THAT(ReadText(full).settings, SizeIs(1));
  EXPECT_THAT(ReadText(full + "x").settings, IsEmpty());
}

TEST(ReadConfigFileTest, ABombOfAliasesIsNoWork) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'z'; ++name) {
    bomb +=
        absl::StrCat(std::string(1, name), ": &", std::string(1, name), " [");
    for (int i = 0; i < 9; ++i) {
      bomb +=
          absl::StrCat("*", std::string(1, static_cast<char>(name - 1)), ", ");
    }
    bomb += "]\n";
  }
  const ReadFileResult result = ReadText(bomb);
  EXPECT_THAT(result.settings, IsEmpty());
  EXPECT_THAT(result.said,
              HasSubstr("aliases are not part of the configuration"));
}

TEST(ReadConfigFileTest, DepthAndNumberOfMistakesAreBounded) {
  const std::string deep = "store: " + std::string(500'000, '[') + "\n";
  EXPECT_THAT(ReadText(deep).said, HasSubstr("E210"));
  std::string many;
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&many, "k", i, ": 1\n");
  const std::string said = ReadText(many).said;
  EXPECT_THAT(said, HasSubstr("yaml:1000:"));
  EXPECT_THAT(said, Not(HasSubstr("yaml:1001:")));
}

}  // namespace
}  // namespace stratagem::server
