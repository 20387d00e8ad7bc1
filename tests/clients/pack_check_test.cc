// What must hold for `pack check`: every mistake at a place that can be opened,
// a summary, and an exit code; the whole text is compared.

#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

// kShopPack with mistakes: a name nobody declares, an unknown stage.
std::string BrokenPack() {
  std::string text = kShopPack;
  text.replace(text.find("orders == 0"), 11, "order == 00");
  text.replace(text.find("columns: [fresh, active]"), 24,
               "columns: [fresh, actve]");
  return text;
}

// The answer without the folder's name, which differs from run to run.
std::string Without(std::string text, const std::string& folder) {
  for (size_t at = text.find(folder); at != std::string::npos;
       at = text.find(folder, at)) {
    text.replace(at, folder.size(), "PACK");
  }
  return text;
}

TEST(PackCheckTest, AGoodPackIsOk) {
  const TempDir folder;
  folder.Write("pack.yaml", kShopPack);
  const Ran ran = RunProgram({"pack", "check", folder.path()});
  EXPECT_EQ(ran.out, "shop 1.0.0: ok, 0 warnings\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.code, 0);
}

TEST(PackCheckTest, ABrokenPackNamesEveryMistake) {
  const TempDir folder;
  folder.Write("pack.yaml", BrokenPack());
  const Ran ran = RunProgram({"pack", "check", folder.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(Without(ran.out, folder.path()),
                      "tests/golden/clients/pack_check_broken.txt");
}

TEST(PackCheckTest, JsonIsOneDocumentAndTheSummaryStandsBeside) {
  const TempDir folder;
  folder.Write("pack.yaml", BrokenPack());
  const Ran ran = RunHere({"pack", "check", folder.path(), "--output", "json"});
  EXPECT_EQ(ran.code, 1);
  ExpectMatchesGolden(Without(ran.out, folder.path()),
                      "tests/golden/clients/pack_check_broken.json");
  EXPECT_EQ(Without(ran.err, folder.path()), "PACK: 2 errors, 1 warning\n");
}

TEST(PackCheckTest, NdjsonIsOneObjectALine) {
  const TempDir folder;
  folder.Write("pack.yaml", BrokenPack());
  const Ran ran =
      RunHere({"pack", "check", folder.path(), "--output", "ndjson"});
  std::istringstream lines(ran.out);
  std::string line;
  std::vector<std::string> severities;
  while (std::getline(lines, line)) {
    const auto diagnostic = nlohmann::json::parse(line);
    EXPECT_GT(diagnostic.at("line"), 0);
    severities.push_back(diagnostic.at("severity"));
  }
  EXPECT_THAT(severities, testing::ElementsAre("error", "warning", "error"));
}

TEST(PackCheckTest, APlaceInAHintHasTheSamePathAsTheMistake) {
  const TempDir folder;
  std::string text = kShopPack;
  text.replace(text.find("id: note"), 8, "id: gift");
  folder.Write("pack.yaml", text);
  const Ran table = RunHere({"pack", "check", folder.path()});
  EXPECT_THAT(Without(table.out, folder.path()),
              testing::HasSubstr("\n  hint: the first is at PACK/pack.yaml:"));
  const Ran json = RunHere({"pack", "check", folder.path(), "-o", "json"});
  EXPECT_THAT(
      Without(json.out, folder.path()),
      testing::HasSubstr("\"hint\": \"the first is at PACK/pack.yaml:"));
}

TEST(PackCheckTest, AGoodPackIsAnEmptyArray) {
  const TempDir folder;
  folder.Write("pack.yaml", kShopPack);
  const Ran ran = RunHere({"pack", "check", folder.path(), "--output", "json"});
  EXPECT_EQ(ran.out, "[]\n");
  EXPECT_EQ(ran.err, "shop 1.0.0: ok, 0 warnings\n");
}

TEST(PackCheckTest, AFolderWithoutAPackHasAnError) {
  const TempDir folder;
  const Ran ran = RunHere({"pack", "check", folder.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("pack.yaml"), std::string::npos) << ran.out;
}

TEST(PackCheckTest, AFileIsNotAFolder) {
  const TempDir folder;
  const std::string file = folder.Write("pack.yaml", kShopPack);
  const Ran ran = RunHere({"pack", "check", file});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err, "error: `" + file +
                         "` is not a folder; expected the folder that holds "
                         "`pack.yaml`\n");
}

}  // namespace
}  // namespace stratagem::cli
