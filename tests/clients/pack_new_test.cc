// What must hold for `pack new`: the pack it makes is right and its tests pass,
// and it never writes into a folder that holds something.

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "clients/cli/pack_templates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/refused_writes.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(PackTemplatesTest, AreThePacksThatShipWithAllTheirFiles) {
  std::vector<std::string> names;
  for (const PackTemplate& shipped : PackTemplates()) {
    names.push_back(shipped.name);
    const std::string folder = SourcePath("rules/" + shipped.name);
    EXPECT_EQ(shipped.files.size(), NamesIn(folder).size()) << shipped.name;
    for (const PackTemplate::File& file : shipped.files) {
      EXPECT_TRUE(file.text == Contents(folder + "/" + file.name))
          << folder << "/" << file.name;
    }
  }
  EXPECT_THAT(names,
              testing::ElementsAre("bank", "retail", "starter", "telecom"));
}

TEST(PackNewTest, EveryTemplateIsAPackWhoseTestsPass) {
  for (const PackTemplate& shipped : PackTemplates()) {
    const TempDir parent;
    const std::string folder = parent.Join("deep/shop");
    const Ran made =
        RunHere({"pack", "new", folder, "--template", shipped.name});
    EXPECT_EQ(made.code, 0) << made.err;
    const Ran checked = RunHere({"pack", "check", folder});
    EXPECT_EQ(checked.out, "shop 1.0.0: ok, 0 warnings\n");
    const Ran tested = RunHere({"pack", "test", folder});
    EXPECT_EQ(tested.code, 0) << tested.out << tested.err;
    EXPECT_THAT(tested.out, testing::HasSubstr(" 0 failed"));
  }
}

TEST(PackNewTest, TheNameIsTheFoldersUnlessAnotherIsGiven) {
  const TempDir parent;
  const std::string folder = parent.Join("a-shop");
  const Ran made = RunHere({"pack", "new", folder + "/"});
  EXPECT_THAT(made.out, testing::HasSubstr("made pack a-shop in "));
  EXPECT_THAT(NamesIn(folder),
              testing::ElementsAre("a-shop_test.yaml", "pack.yaml"));
  const std::string other = parent.Join("with spaces");
  EXPECT_EQ(RunHere({"pack", "new", other, "--name", "b"}).code, 0);
  EXPECT_EQ(RunHere({"pack", "check", other}).out, "b 1.0.0: ok, 0 warnings\n");
}

TEST(PackNewTest, AnImpossibleNameIsRefusedBeforeAnythingIsWritten) {
  const TempDir parent;
  for (const std::string name : {"a b", "-x", "日本", "a/b"}) {
    const Ran ran =
        RunHere({"pack", "new", parent.Join("p"), "--name=" + name});
    EXPECT_EQ(ran.code, 2) << name;
    EXPECT_THAT(ran.err, testing::HasSubstr("cannot be the name of a pack"));
  }
  EXPECT_TRUE(NamesIn(parent.path()).empty());
}

TEST(PackNewTest, AFolderWithoutANameIsAWrongCommandLine) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"pack", "new", ""}, {"pack", "new", "", "--name", "shop"}}) {
    const Ran ran = RunHere(arguments);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, testing::HasSubstr("the folder has no name"));
  }
}

TEST(PackNewTest, TheNextCommandsCanBePasted) {
  const TempDir parent;
  const std::string folder = parent.Join("it's mine");
  const Ran made = RunHere({"pack", "new", folder, "--name", "shop"});
  EXPECT_THAT(made.out,
              testing::HasSubstr("\n  stratagem pack check '" +
                                 parent.Join("it'\\''s mine") + "'\n"));
}

TEST(PackNewTest, NothingIsLeftWhenALaterFileCannotBeWritten) {
  int tried = 0;
  for (const PackTemplate& shipped : PackTemplates()) {
    const size_t first = shipped.files.front().text.size();
    const bool all_fit = std::all_of(shipped.files.begin(), shipped.files.end(),
                                     [first](const PackTemplate::File& file) {
                                       return file.text.size() <= first;
                                     });
    if (all_fit) continue;
    ++tried;
    const TempDir parent;
    const std::string folder = parent.Join("shop");
    Ran ran;
    {
      const FileSizeLimit limit(first);
      ran = RunHere({"pack", "new", folder, "--template", shipped.name});
    }
    EXPECT_EQ(ran.code, 3) << ran.err;
    EXPECT_THAT(ran.err, testing::HasSubstr("File too large"));
    EXPECT_TRUE(NamesIn(folder).empty());
  }
  EXPECT_GT(tried, 0);
}

TEST(PackNewTest, AFolderThatMayNotBeWrittenIsSaidSo) {
  const TempDir parent;
  ASSERT_EQ(chmod(parent.path().c_str(), 0555), 0);
  Ran ran;
  {
    const OtherUser user;
    ran = RunHere({"pack", "new", parent.Join("shop")});
  }
  ASSERT_EQ(chmod(parent.path().c_str(), 0755), 0);
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err, "error: folder `" + parent.Join("shop") +
                         "` cannot be made: Permission denied\n");
}

TEST(PackNewTest, AFolderThatHoldsSomethingIsLeftAlone) {
  const TempDir folder;
  folder.Write("note.txt", "mine");
  const Ran ran = RunHere({"pack", "new", folder.path(), "--name", "x"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "error: folder `" + folder.path() +
                         "` is not empty\n  hint: name a folder that does not "
                         "exist yet\n");
  EXPECT_THAT(NamesIn(folder.path()), testing::ElementsAre("note.txt"));
}

TEST(PackNewTest, AnEmptyFolderIsFilledAndAFileIsNot) {
  const TempDir folder;
  EXPECT_EQ(RunHere({"pack", "new", folder.path(), "--name", "x"}).code, 0);
  EXPECT_EQ(RunHere({"pack", "new", folder.Join("pack.yaml")}).code, 1);
}

}  // namespace
}  // namespace stratagem::cli
