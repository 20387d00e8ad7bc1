// What must hold for docs/pack_language.md: its examples are packs, or parts of
// the pack that it shows whole; they load and compile without a warning, and
// their tests pass. And it names every key that a pack may have.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/author/coverage.h"
#include "engine/author/run_tests.h"
#include "engine/author/test_suite.h"
#include "engine/base/diagnostics.h"
#include "engine/base/limits.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ReadPage() { return ReadFile(SourcePath("docs/pack_language.md")); }

// A block between ``` lines.
struct Block {
  std::string language;  // "yaml", "csv", ….
  std::string text;
  int line = 0;  // Of its first line, 1-based.
};

std::vector<Block> BlocksOf(const std::string& page) {
  std::vector<Block> blocks;
  bool inside = false;
  int number = 0;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(page, '\n'))) {
    ++number;
    if (absl::StartsWith(line, "```")) {
      inside = !inside;
      if (inside) blocks.push_back({line.substr(3), "", number + 1});
    } else if (inside) {
      absl::StrAppend(&blocks.back().text, line, "\n");
    }
  }
  EXPECT_FALSE(inside) << "the last block is never closed";
  return blocks;
}

// A section of a pack: its key, and its lines with those of comments above.
struct Section {
  std::string key;
  std::string text;
};

std::vector<Section> SectionsOf(const std::string& yaml) {
  std::vector<Section> sections;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(yaml, '\n'))) {
    const size_t colon = line.find(':');
    if (!line.empty() && line[0] != ' ' && line[0] != '#' &&
        colon != std::string::npos) {
      sections.push_back({line.substr(0, colon), ""});
    }
    if (!sections.empty()) absl::StrAppend(&sections.back().text, line, "\n");
  }
  return sections;
}

bool HasSection(const std::vector<Section>& sections, const std::string& key) {
  return std::any_of(
      sections.begin(), sections.end(),
      [&](const Section& section) { return section.key == key; });
}

// `part` with the sections of `whole` that it lacks behind it.
std::string Complete(const std::string& part, const std::string& whole) {
  const std::vector<Section> own = SectionsOf(part);
  std::string text = part;
  for (const Section& section : SectionsOf(whole)) {
    if (!HasSection(own, section.key)) absl::StrAppend(&text, section.text);
  }
  return text;
}

// The value of `rows_from:` in `yaml`, or "".
std::string RowsFileOf(const std::string& yaml) {
  constexpr char kKey[] = "rows_from: ";
  const size_t at = yaml.find(kKey);
  if (at == std::string::npos) return "";
  const size_t begin = at + sizeof(kKey) - 1;
  return yaml.substr(begin, yaml.find_first_of(" \n", begin) - begin);
}

struct Example {
  std::string where;
  std::string pack;           // pack.yaml.
  std::string csv_name, csv;  // Of tables; may be empty.
  std::string tests;          // A test file; may be empty.
};

// Every block of YAML as a pack that can be loaded. The first that begins with
// `language:` is the pack whose sections complete the others; a block of CSV
// holds the rows of the table before it.
std::vector<Example> ExamplesOf(const std::string& page) {
  const std::vector<Block> blocks = BlocksOf(page);
  const auto is_whole = [](const Block& block) {
    return block.language == "yaml" &&
           HasSection(SectionsOf(block.text), "language");
  };
  const auto whole = std::find_if(blocks.begin(), blocks.end(), is_whole);
  if (whole == blocks.end()) {
    ADD_FAILURE() << "the page shows no pack as a whole";
    return {};
  }
  std::vector<Example> examples;
  for (const Block& block : blocks) {
    if (block.language == "csv" && !examples.empty()) {
      examples.back().csv_name = RowsFileOf(examples.back().pack);
      examples.back().csv = block.text;
    }
    if (block.language != "yaml") continue;
    Example& example = examples.emplace_back();
    example.where = absl::StrCat("docs/pack_language.md:", block.line);
    if (is_whole(block)) {
      example.pack = block.text;
    } else if (HasSection(SectionsOf(block.text), "section")) {
      example.pack = whole->text;
      example.tests = block.text;
    } else {
      example.pack = Complete(block.text, whole->text);
    }
  }
  return examples;
}

// What is wrong with the example; "" when nothing is.
std::string Try(const Example& example) {
  const TempDir folder;
  folder.Write("pack.yaml", example.pack);
  if (!example.csv_name.empty()) folder.Write(example.csv_name, example.csv);
  if (!example.tests.empty()) folder.Write("page_test.yaml", example.tests);
  Diagnostics diagnostics;
  const std::unique_ptr<const pack::Model> model =
      pack::LoadPack(folder.path(), diagnostics);
  if (model == nullptr) return diagnostics.ToString();
  const std::shared_ptr<const plan::Plan> plan =
      plan::CompilePlan(*model, diagnostics);
  if (plan == nullptr || example.tests.empty()) return diagnostics.ToString();
  const std::optional<author::TestSuite> suite = author::CompileTests(
      pack::ReadTestFiles(folder.path(), model->timezone, diagnostics), *model,
      *plan, diagnostics);
  std::string faults = diagnostics.ToString();
  if (!suite.has_value()) return faults;
  author::Coverage coverage(*model, *plan);
  const author::TestReport report =
      author::RunTests(*suite, *plan, "", coverage);
  if (report.results.empty()) faults += "no test was run\n";
  for (const author::TestResult& result : report.results) {
    for (const author::Difference& difference : result.differences) {
      absl::StrAppend(&faults, result.name, ": ", difference.name,
                      ": expected ", difference.expected, ", found ",
                      difference.found, "\n");
    }
  }
  return faults;
}

TEST(PackLanguagePageTest, EveryExampleIsAPackOrAPartOfOne) {
  const std::vector<Example> examples = ExamplesOf(ReadPage());
  EXPECT_GE(examples.size(), 15u);
  for (const Example& example : examples) {
    EXPECT_EQ(Try(example), "") << example.where;
  }
}

// The test above has teeth: a part with a mistake is found.
TEST(PackLanguagePageTest, AnExampleThatDoesNotLoadIsFound) {
  std::string page = ReadPage();
  const size_t at = page.find("\n  stages: [");
  ASSERT_NE(at, std::string::npos);
  page.replace(at, 11, "\n  stagez: [");
  size_t broken = 0;
  for (const Example& example : ExamplesOf(page)) {
    if (!Try(example).empty()) ++broken;
  }
  EXPECT_GT(broken, 0u);
}

// Every `{"key", Need::` of the layer's tables of keys.
std::set<std::string> KeysOfTheSources() {
  std::set<std::string> keys;
  for (const auto& entry :
       std::filesystem::directory_iterator(SourcePath("engine/pack"))) {
    if (entry.path().extension() != ".cc") continue;
    const std::string text = ReadFile(entry.path());
    for (size_t need = text.find("Need::k"); need != std::string::npos;
         need = text.find("Need::k", need + 1)) {
      size_t end = need;
      while (end > 0 &&
             std::isspace(static_cast<unsigned char>(text[end - 1])) != 0) {
        --end;
      }
      if (end < 2 || text.compare(end - 2, 2, "\",") != 0) continue;
      const size_t begin = text.rfind('"', end - 3) + 1;
      keys.insert(text.substr(begin, end - 2 - begin));
    }
  }
  return keys;
}

TEST(PackLanguagePageTest, NamesEveryKey) {
  const std::string page = ReadPage();
  const std::set<std::string> keys = KeysOfTheSources();
  EXPECT_GE(keys.size(), 100u);
  for (const std::string& key : keys) {
    EXPECT_TRUE(absl::StrContains(page, absl::StrCat(key, ":")) ||
                absl::StrContains(page, absl::StrCat("`", key, "`")))
        << key;
  }
}

// 16777216 as "16,777,216".
std::string Grouped(int64_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

TEST(PackLanguagePageTest, LimitsHaveTheirNumbers) {
  const std::string page = ReadPage();
  const std::vector<std::pair<const char*, int64_t>> limits = {
      {"kPackFileBytesMax", kPackFileBytesMax},
      {"kPackFilesMax", kPackFilesMax},
      {"kYamlDepthMax", kYamlDepthMax},
      {"kPackEntriesMax", kPackEntriesMax},
      {"kTableRowsMax", kTableRowsMax},
      {"kTableCellsMax", kTableCellsMax},
      {"kVariableDepthMax", kVariableDepthMax},
      {"kPolicyRuleDepthMax", kPolicyRuleDepthMax},
      {"kGroupDepthMax", kGroupDepthMax},
      {"kPlacementOffersMax", kPlacementOffersMax},
      {"kCapDaysMax", kCapDaysMax},
      {"kCapCountMax", kCapCountMax},
      {"kBudgetMicrosMax", kBudgetMicrosMax},
      {"kContactLinesMax", kContactLinesMax},
      {"kSharedCountersMax", kSharedCountersMax},
      {"kOfferCapsMax", kOfferCapsMax},
      {"kDiagnosticsMax", kDiagnosticsMax},
  };
  for (const auto& [name, number] : limits) {
    const std::string row =
        absl::StrCat(" | ", Grouped(number), " | `", name, "` |");
    EXPECT_TRUE(absl::StrContains(page, row)) << row;
  }
}

}  // namespace
}  // namespace stratagem
