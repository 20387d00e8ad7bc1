// What must hold for `pack show`, `pack diff` and `pack schema`: what they
// print, whole, as text that fits a terminal and as JSON, and their exit codes.

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command_line.h"
#include "engine/base/display_width.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;

const char kPack[] = "tests/golden/packs/boutique";
const char kNext[] = "tests/golden/packs/boutique_next";

std::string Folder(const char* path) { return SourcePath(path); }

// What a terminal of `columns` gets.
std::string OnTerminal(const std::vector<std::string>& arguments,
                       size_t columns, bool colors) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in,
                        .out = out,
                        .err = err,
                        .out_is_terminal = true,
                        .colors = colors,
                        .columns = columns};
  RunCommandLine(arguments, console);
  EXPECT_EQ(err.str(), "");
  return out.str();
}

TEST(PackShowTest, ShowsTheWholePack) {
  const Ran ran = RunHere({"pack", "show", Folder(kPack)});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/pack_show.txt");
}

TEST(PackShowTest, FitsATerminalOfEightyColumns) {
  const std::string text =
      OnTerminal({"pack", "show", Folder(kPack)}, 80, /*colors=*/false);
  ExpectMatchesGolden(text, "tests/golden/clients/pack_show_80.txt");
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(DisplayWidth(line), 80u) << line;
  }
}

TEST(PackShowTest, CellsHaveTheColoursOfTheirLegend) {
  const std::string text =
      OnTerminal({"pack", "show", Folder(kPack), "--treatment", "pricing"}, 80,
                 /*colors=*/true);
  ExpectMatchesGolden(text, "tests/golden/clients/pack_show_colors.txt");
  // In the grid and in the legend.
  EXPECT_THAT(text, HasSubstr("\033[35mintro\033[0m"));
  EXPECT_EQ(OnTerminal({"pack", "show", Folder(kPack)}, 80, /*colors=*/false)
                .find('\033'),
            std::string::npos);
}

TEST(PackShowTest, OneTreatmentHasAllRows) {
  const Ran ran =
      RunHere({"pack", "show", Folder(kPack), "--treatment", "service"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, testing::StartsWith("service"));
  EXPECT_THAT(ran.out, HasSubstr(" 64"));
  EXPECT_THAT(ran.out, testing::Not(HasSubstr("more rows")));
}

TEST(PackShowTest, AnUnknownTreatmentIsSuggestedAnother) {
  const Ran ran =
      RunHere({"pack", "show", Folder(kPack), "--treatment", "prices"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "error: the pack has no treatment `prices`\n"
            "  hint: expected one of `pricing`, `service`, `contact`\n");
}

TEST(PackShowTest, JsonIsTheOutline) {
  const Ran ran = RunHere({"pack", "show", Folder(kPack), "-o", "json"});
  EXPECT_EQ(ran.code, 0);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json.at("name"), "boutique");
  EXPECT_EQ(json.at("tiers").at("gold").at("score_min"), "60");
  EXPECT_EQ(json.at("treatments")
                .at("pricing")
                .at("gold x churned")
                .at("discount_pct"),
            "{cel: parameters.depth}");
  // Where order means something there is an array.
  EXPECT_EQ(json.at("lifecycle").at(0).at("line"), "visits == 0");
  EXPECT_EQ(json.at("lifecycle").at(0).at("value"), "prospect");
  EXPECT_EQ(json.at("treatments").at("service").at("row").size(), 12u);
}

TEST(PackShowTest, ABrokenPackIsRefused) {
  const TempDir folder;
  folder.Write("pack.yaml", "language: 1\nname: a\n");
  const Ran ran = RunHere({"pack", "show", folder.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("missing key `version`"));
}

TEST(PackShowTest, APackOfNothingButANameIsShown) {
  const TempDir folder;
  folder.Write("pack.yaml", "language: 1\nname: a\nversion: 1.0.0\n");
  const Ran ran = RunHere({"pack", "show", folder.path()});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "a 1.0.0\nalways in effect, times of UTC\n");
}

TEST(PackDiffTest, SaysWhatIsDifferent) {
  const Ran ran = RunHere({"pack", "diff", Folder(kPack), Folder(kNext)});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/pack_diff.txt");
}

TEST(PackDiffTest, TheSamePackIsTheSame) {
  const Ran ran = RunHere({"pack", "diff", Folder(kPack), Folder(kPack)});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "boutique 2026.10.0 -> boutique 2026.10.0: the same meaning\n");
}

TEST(PackDiffTest, JsonHasEveryChange) {
  const Ran ran =
      RunHere({"pack", "diff", Folder(kPack), Folder(kNext), "-o", "json"});
  EXPECT_EQ(ran.code, 1);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json.at("before").at("version"), "2026.10.0");
  EXPECT_EQ(json.at("after").at("version"), "2026.11.0");
  const nlohmann::json want = {{"kind", "changed"},
                               {"path", {"tiers", "gold", "score_min"}},
                               {"before", "60"},
                               {"after", "65"}};
  EXPECT_THAT(json.at("changes"), testing::Contains(want));
}

TEST(PackDiffTest, APackWithErrorsIsNoDifference) {
  const TempDir folder;
  folder.Write("pack.yaml", "language: 1\nname: a\n");
  EXPECT_EQ(RunHere({"pack", "diff", Folder(kPack), folder.path()}).code, 3);
  EXPECT_EQ(RunHere({"pack", "diff", "no/such/folder", Folder(kPack)}).code, 3);
}

TEST(PackSchemaTest, PrintsTheCommittedSchemas) {
  ExpectMatchesGolden(RunHere({"pack", "schema"}).out,
                      "rules/schema/pack.schema.json");
  ExpectMatchesGolden(RunHere({"pack", "schema", "--included"}).out,
                      "rules/schema/included.schema.json");
}

}  // namespace
}  // namespace stratagem::cli
