// What authors are told: every code of the pack layer, word for word, from
// broken packs under tests/golden/diagnostics. That none is left out is
// tests/docs/diagnostic_codes_test.cc's to check.

#include "engine/base/diagnostics.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/pack/loader.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::pack {
namespace {

namespace fs = std::filesystem;

constexpr char kFolder[] = "tests/golden/diagnostics";
constexpr char kHeader[] = "language: 1\nname: broken\nversion: 1.0.0\n";

// Loads a pack that must be refused, and returns what its author is told.
std::string Refusal(const std::string& directory) {
  Diagnostics diagnostics;
  EXPECT_EQ(LoadPack(directory, diagnostics), nullptr);
  EXPECT_TRUE(diagnostics.has_errors());
  return diagnostics.ToString();
}

std::vector<std::string> CasesInTheSourceTree() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SourcePath(kFolder))) {
    if (fs::exists(entry.path() / "pack.yaml")) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class BrokenPackTest : public testing::TestWithParam<std::string> {};

TEST_P(BrokenPackTest, TellsItsAuthorWhatIsWrong) {
  const std::string folder = absl::StrCat(kFolder, "/", GetParam());
  ExpectMatchesGolden(Refusal(SourcePath(folder)),
                      absl::StrCat(folder, "/expected.txt"));
}

INSTANTIATE_TEST_SUITE_P(Golden, BrokenPackTest,
                         testing::ValuesIn(CasesInTheSourceTree()),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

// Packs that would be no good as files of the source tree: too large, not
// text, links.
void ExpectGeneratedCase(const TempDir& pack, const std::string& name) {
  ExpectMatchesGolden(Refusal(pack.path()),
                      absl::StrCat(kFolder, "/", name, "/expected.txt"));
}

TEST(GeneratedPackTest, AFolderWithoutPackYaml) {
  ExpectGeneratedCase(TempDir(), "E201_no_pack_yaml");
}

TEST(GeneratedPackTest, AFolderInPlaceOfAFile) {
  TempDir pack;
  pack.Write("pack.yaml/file", "");
  ExpectGeneratedCase(pack, "E201_folder_as_file");
}

TEST(GeneratedPackTest, AFileOverTheSizeLimit) {
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, "include: [large.yaml]\n"));
  pack.Write("large.yaml", std::string(kPackFileBytesMax + 1, '\n'));
  ExpectGeneratedCase(pack, "E202_large_file");
}

TEST(GeneratedPackTest, MoreIncludesThanTheLimit) {
  TempDir pack;
  std::string text = absl::StrCat(kHeader, "include:\n");
  for (size_t i = 0; i < kPackFilesMax; ++i) {
    absl::StrAppend(&text, "  - part", i, ".yaml\n");
  }
  pack.Write("pack.yaml", text);
  ExpectGeneratedCase(pack, "E202_many_files");
}

TEST(GeneratedPackTest, FilesThatAreTooLargeTogether) {
  TempDir pack;
  std::string text = absl::StrCat(kHeader, "include:\n");
  // Not UTF-8 from the first byte on, so that none of it is parsed.
  const std::string part(kPackFileBytesMax, '\xFF');
  for (const std::string name : {"a.yaml", "b.yaml", "c.yaml", "d.yaml"}) {
    absl::StrAppend(&text, "  - ", name, "\n");
    pack.Write(name, part);
  }
  pack.Write("pack.yaml", absl::StrCat(text, "#", std::string(1000, '-')));
  ExpectGeneratedCase(pack, "E202_large_pack");
}

TEST(GeneratedPackTest, MoreNamesThanTheLimit) {
  TempDir pack;
  std::string text = absl::StrCat(kHeader, "groups:\n");
  for (size_t i = 0; i <= kPackEntriesMax; ++i) {
    absl::StrAppend(&text, "  g", i, ": {}\n");
  }
  pack.Write("pack.yaml", text);
  ExpectGeneratedCase(pack, "E225_many_names");
}

TEST(GeneratedPackTest, MoreCapsThanTheLimits) {
  TempDir pack;
  std::string text = absl::StrCat(kHeader, "groups:\n  all:\n    limits:\n");
  for (int hours = 1; hours <= 33; ++hours) {
    absl::StrAppend(&text, "      - {count: 1, within: ", hours, "h}\n");
  }
  absl::StrAppend(&text, "contact_policy:\n");
  for (int i = 0; i < 1'002; ++i) {
    absl::StrAppend(&text, "  - {name: l", i, ", count: 1, period: day}\n");
  }
  absl::StrAppend(&text, "budgets:\n");
  for (int i = 0; i < 1'002; ++i) {
    absl::StrAppend(&text, "  - {name: b", i, ", amount: 1, period: day}\n");
  }
  pack.Write("pack.yaml", text);
  ExpectGeneratedCase(pack, "E225_many_caps");
}

// What a hostile author may cost: thousands of errors stop the reader.
TEST(GeneratedPackTest, AHundredThousandMistakesEndSoon) {
  TempDir pack;
  std::string text = absl::StrCat(
      kHeader, "treatments:\n  t:\n    default: c0\n    fields:\n");
  for (int i = 0; i < 5'000; ++i) {
    absl::StrAppend(&text, "      f", i, ": {type: int}\n");
  }
  text += "    cells:\n";
  for (int i = 0; i < 5'000; ++i)
    absl::StrAppend(&text, "      c", i, ": {}\n");
  pack.Write("pack.yaml", text);
  Diagnostics diagnostics;
  EXPECT_EQ(LoadPack(pack.path(), diagnostics), nullptr);
  EXPECT_GE(diagnostics.error_count(), kDiagnosticsMax);
  EXPECT_LE(diagnostics.error_count(), 20'000u);
}

TEST(GeneratedPackTest, BytesThatAreNotUtf8) {
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, "description: caf\xE9\n"));
  ExpectGeneratedCase(pack, "E203_not_utf8");
}

TEST(GeneratedPackTest, AControlCharacter) {
  TempDir pack;
  pack.Write("pack.yaml",
             absl::StrCat(kHeader, "description: a\x04\ngroups: nonsense\n"));
  ExpectGeneratedCase(pack, "E204_control_character");
}

TEST(GeneratedPackTest, ASpreadsheetInUtf16) {
  TempDir pack;
  pack.Write("pack.yaml",
             absl::StrCat(kHeader,
                          "attributes: {a: {type: int}}\n"
                          "treatments:\n"
                          "  t:\n"
                          "    fields: {x: {type: int}}\n"
                          "    default: {x: 0}\n"
                          "    table: {inputs: [a], rows_from: rates.csv}\n"));
  pack.Write("rates.csv", std::string("\xFF\xFE"
                                      "a\0,\0x\0\n\0",
                                      10));
  ExpectGeneratedCase(pack, "E279_utf16");
}

TEST(GeneratedPackTest, NestingOverTheLimit) {
  TempDir pack;
  pack.Write("pack.yaml",
             absl::StrCat(kHeader, "attributes: ", std::string(80, '['),
                          std::string(80, ']'), "\n"));
  ExpectGeneratedCase(pack, "E210_deep");
}

TEST(GeneratedPackTest, MoreValuesThanTheLimit) {
  TempDir pack;
  std::string text = absl::StrCat(kHeader, "constraints:\n");
  for (int i = 0; i <= 500'000; ++i) text += "- a\n";
  pack.Write("pack.yaml", text);
  ExpectGeneratedCase(pack, "E210_many_values");
}

TEST(GeneratedPackTest, ALinkThatLeadsOutOfThePack) {
  TempDir outside;
  outside.Write("secret.yaml", "groups: {}\n");
  TempDir pack;
  pack.Write("pack.yaml",
             absl::StrCat(kHeader, "include: [link.yaml, folder/secret.yaml]"));
  fs::create_symlink(outside.Join("secret.yaml"), pack.Join("link.yaml"));
  fs::create_directory_symlink(outside.path(), pack.Join("folder"));
  ExpectGeneratedCase(pack, "E260_symbolic_link");
}

TEST(FortyMistakesTest, GivesFortyDiagnostics) {
  Diagnostics diagnostics;
  EXPECT_EQ(LoadPack(SourcePath(absl::StrCat(kFolder, "/forty_mistakes")),
                     diagnostics),
            nullptr);
  EXPECT_GE(diagnostics.error_count(), 40u);
  std::set<std::pair<std::string, int>> lines;
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    lines.insert({diagnostic.location.file, diagnostic.location.line});
  }
  EXPECT_GE(lines.size(), 30u);
}

}  // namespace
}  // namespace stratagem::pack
