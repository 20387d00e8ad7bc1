// What must hold for FormatYaml: the form that the golden files show,
// formatting twice changes nothing, and whatever the input, what comes out says
// the same with the same comments - or nothing comes out.

#include "engine/author/format.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/author/yaml_tokens.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/yaml_reader.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/golden.h"
#include "tests/support/shared_data.h"

namespace stratagem::author {
namespace {

namespace fs = std::filesystem;
using pack::ScalarStyle;
using pack::YamlFile;
using pack::YamlNode;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string Format(const std::string& text) {
  Diagnostics diagnostics;
  const std::optional<std::string> formatted =
      FormatYaml("pack.yaml", text, diagnostics);
  EXPECT_EQ(formatted.has_value(), !diagnostics.has_errors());
  return formatted.has_value() ? *formatted : diagnostics.ToString();
}

// A tree as text, without places. Indentation inside block scalars counts only
// where a text literal could hold it.
void Describe(const YamlNode& node, std::string& out) {
  absl::StrAppend(&out, "(", static_cast<int>(node.kind));
  if (node.is(pack::YamlKind::kScalar)) {
    const bool is_quoted = node.style == ScalarStyle::kSingleQuoted ||
                           node.style == ScalarStyle::kDoubleQuoted;
    absl::StrAppend(&out, is_quoted ? -1 : static_cast<int>(node.style), " ",
                    node.text, "|");
    const std::string verbatim = node.verbatim_source().text();
    const bool is_exact = absl::StrContains(verbatim, "'''") ||
                          absl::StrContains(verbatim, R"(""")");
    for (absl::string_view line : absl::StrSplit(verbatim, '\n')) {
      if (!is_exact) line = absl::StripLeadingAsciiWhitespace(line);
      absl::StrAppend(&out, line, "\n");
    }
  }
  for (const YamlNode& item : node.items) Describe(item, out);
  for (const pack::YamlEntry& entry : node.entries) {
    Describe(entry.key, out);
    Describe(entry.value, out);
  }
  out += ")";
}

// nullptr when the text has errors.
std::unique_ptr<const YamlFile> Read(const std::string& text) {
  Diagnostics diagnostics;
  std::unique_ptr<const YamlFile> file =
      YamlFile::Read("pack.yaml", text, diagnostics);
  return diagnostics.has_errors() ? nullptr : std::move(file);
}

std::string Meaning(const std::string& text) {
  const std::unique_ptr<const YamlFile> file = Read(text);
  if (file == nullptr) return "unreadable";
  std::string meaning;
  Describe(file->root(), meaning);
  return meaning;
}

std::vector<std::string> Comments(const std::string& text) {
  const std::unique_ptr<const YamlFile> file = Read(text);
  if (file == nullptr) return {"unreadable"};
  SourceLocation stopped_at;
  const std::optional<YamlTokens> tokens = YamlTokens::Scan(*file, stopped_at);
  return tokens.has_value() ? tokens->Comments()
                            : std::vector<std::string>{"no tokens"};
}

// True when `text` was formatted; what must hold then is checked.
bool FormatsSoundly(const std::string& text) {
  Diagnostics diagnostics;
  const std::optional<std::string> formatted =
      FormatYaml("pack.yaml", text, diagnostics);
  EXPECT_EQ(formatted.has_value(), !diagnostics.has_errors()) << text;
  if (!formatted.has_value()) return false;
  EXPECT_EQ(Meaning(*formatted), Meaning(text)) << text;
  EXPECT_EQ(Comments(*formatted), Comments(text)) << text;
  EXPECT_EQ(Format(*formatted), *formatted) << "from\n" << text;
  EXPECT_FALSE(absl::StrContains(*formatted, "\r"));
  return !testing::Test::HasFailure();
}

// Every YAML file below `folder` of the source tree.
std::vector<fs::path> YamlFilesBelow(absl::string_view folder) {
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::recursive_directory_iterator(SourcePath(folder))) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> GoldenCases() {
  std::vector<std::string> names;
  for (const auto& entry :
       fs::directory_iterator(SourcePath("tests/golden/format"))) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class FormatGoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(FormatGoldenTest, HasTheForm) {
  const std::string folder = absl::StrCat("tests/golden/format/", GetParam());
  const std::string text =
      ReadFile(SourcePath(absl::StrCat(folder, "/input.yaml")));
  ASSERT_NE(text, "");
  ExpectMatchesGolden(Format(text), absl::StrCat(folder, "/expected.yaml"));
  EXPECT_TRUE(FormatsSoundly(text));
}

INSTANTIATE_TEST_SUITE_P(Golden, FormatGoldenTest,
                         testing::ValuesIn(GoldenCases()),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

TEST(FormatYamlTest, ShippedPacksFormatSoundly) {
  const std::vector<fs::path> paths = YamlFilesBelow("rules");
  ASSERT_GE(paths.size(), 5u);
  for (const fs::path& path : paths) {
    EXPECT_TRUE(FormatsSoundly(ReadFile(path))) << path;
  }
}

TEST(FormatYamlTest, GoldenPacksFormatSoundlyOrNotAtAll) {
  size_t formatted = 0;
  for (const fs::path& path : YamlFilesBelow("tests/golden")) {
    const std::string text = ReadFile(path);
    const bool is_readable = Read(text) != nullptr;
    EXPECT_EQ(FormatsSoundly(text), is_readable) << path;
    if (is_readable) ++formatted;
  }
  EXPECT_GE(formatted, 50u);
}

TEST(FormatYamlTest, DocumentsOfTheYamlTestSuiteFormatSoundlyOrNotAtAll) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "yaml_suite");
  std::ifstream lines(absl::StrCat(folder, "/yaml_test_suite.jsonl"));
  size_t readable = 0;
  size_t formatted = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string text = nlohmann::json::parse(line).at("yaml");
    if (Read(text) != nullptr) ++readable;
    if (FormatsSoundly(text)) ++formatted;
  }
  // The rest is what the two readers of YAML disagree on: a tab at the end of
  // a line between quotes, a comment without a space before it.
  EXPECT_GE(readable, 170u);
  EXPECT_GE(formatted, 160u);
}

// Spaces, empty lines and line breaks where YAML allows them, and where it does
// not: then the text has errors or means something else, which is fine too.
std::string Disturb(const std::string& text, std::mt19937_64& random) {
  std::string disturbed;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_lucky = random() % 12 == 0;
    if (is_lucky && c == '\n') {
      disturbed += random() % 2 == 0 ? "   " : "\r";
    }
    if (is_lucky && (c == ' ' || c == ':' || c == ']')) disturbed += "  ";
    if (is_lucky && c == '[') disturbed += "[\n                      ";
    if (!(is_lucky && c == '[')) disturbed += c;
    if (is_lucky && c == '\n') disturbed += "\n\n";
    if (is_lucky && c == ',') disturbed += "    # why\n              ";
  }
  return disturbed;
}

TEST(FormatYamlTest, DisturbedPacksFormatSoundlyOrNotAtAll) {
  size_t formatted = 0;
  for (const fs::path& path : YamlFilesBelow("rules")) {
    const std::string text = ReadFile(path);
    const std::vector<std::string> lines = absl::StrSplit(text, '\n');
    for (uint64_t seed = 0; seed < 40; ++seed) {
      std::mt19937_64 random(seed);
      // A piece of the file: a whole one always has a mistake somewhere.
      std::string piece;
      const size_t begin = random() % lines.size();
      const size_t end = std::min(lines.size(), begin + 1 + random() % 12);
      for (size_t i = begin; i < end; ++i) piece += lines[i] + "\n";
      if (FormatsSoundly(Disturb(piece, random))) ++formatted;
      ASSERT_FALSE(HasFailure()) << path << " seed " << seed;
    }
  }
  EXPECT_GE(formatted, 50u);
}

TEST(FormatYamlTest, WindowsLineBreaksAndAByteOrderMarkGo) {
  EXPECT_EQ(Format("\xEF\xBB\xBF"
                   "a: 1\r\nb:\r\n- x\r\n"),
            "a: 1\nb:\n  - x\n");
}

TEST(FormatYamlTest, ALineOf140ColumnsStaysAndALongerOneBecomesABlock) {
  const std::string fits =
      absl::StrCat("a: {b: ", std::string(140 - 8, 'x'), "}\n");
  EXPECT_EQ(Format(fits), fits);
  const std::string word(140 - 7, 'x');
  EXPECT_EQ(Format(absl::StrCat("a: {b: ", word, "}\n")),
            absl::StrCat("a:\n  b: ", word, "\n"));
}

TEST(FormatYamlTest, WidthIsCountedInColumnsOfATerminal) {
  std::string wide;
  for (int i = 0; i < 66; ++i) wide += "宽";
  const std::string fits = absl::StrCat("a: {b: ", wide, "}\n");
  EXPECT_EQ(Format(fits), fits);
  EXPECT_EQ(Format(absl::StrCat("a: {b: ", wide, "x}\n")),
            absl::StrCat("a:\n  b: ", wide, "x\n"));
}

TEST(FormatYamlTest, ATextLiteralThatSpansLinesKeepsItsIndentation) {
  // The literal holds the spaces in front of `b`: moving it would change it.
  const std::string text =
      "match:\n  - output: |\n          '''a\n            b'''\n";
  EXPECT_EQ(Format(text), text);
  EXPECT_EQ(Format("match:\n  - output: |\n          'a' +\n          'b'\n"),
            "match:\n  - output: |\n      'a' +\n      'b'\n");
}

TEST(FormatYamlTest, ACommentBehindABracketStandsBehindWhatIsAbove) {
  EXPECT_EQ(Format("attributes: { # weird\n"
                   "  spend: {type: double}, # much\n"
                   "  # or little\n"
                   "  nps: {type: int} }\n"),
            "attributes:              # weird\n"
            "  spend: {type: double}  # much\n"
            "  # or little\n"
            "  nps:   {type: int}\n");
  EXPECT_EQ(Format("stages: [ # in time\n  new, old]\n"),
            "stages:  # in time\n"
            "  - new\n"
            "  - old\n");
  EXPECT_EQ(Format("match:\n  - { # last\n      stage: old }\n"),
            "match:\n"
            "  -  # last\n"
            "    stage: old\n");
}

// Behind each bracket of a pack in turn.
TEST(FormatYamlTest, ACommentBehindAnyBracketIsKept) {
  const std::string text = ReadFile(SourcePath("rules/starter/pack.yaml"));
  const std::unique_ptr<const YamlFile> file = Read(text);
  ASSERT_NE(file, nullptr);
  SourceLocation stopped_at;
  const std::optional<YamlTokens> tokens = YamlTokens::Scan(*file, stopped_at);
  ASSERT_TRUE(tokens.has_value());
  for (const YamlToken& token : tokens->list()) {
    if (token.kind != YamlTokenKind::kOpen) continue;
    const std::string commented =
        absl::StrCat(text.substr(0, token.end), "  # why\n",
                     std::string(static_cast<size_t>(token.column), ' '),
                     text.substr(token.end));
    EXPECT_TRUE(FormatsSoundly(commented)) << commented;
  }
}

TEST(FormatYamlTest, WhatThePackLanguageRefusesIsNotFormatted) {
  EXPECT_EQ(Format("a: &x 1\nb: *x\na: 2\n"),
            "pack.yaml:1:4: error E207: anchors are not part of the pack "
            "language\n  hint: remove the `&` and its name\n"
            "pack.yaml:2:4: error E207: aliases are not part of the pack "
            "language\n"
            "  hint: write the value out, or name it under `variables:`\n"
            "pack.yaml:3:1: error E209: key `a` is written twice\n"
            "  hint: the first is on line 1\n");
}

TEST(FormatYamlTest, WhatCannotBeProvedToStayIsNotFormatted) {
  EXPECT_EQ(Format("a: 1\nb: [1, 2]#no space\n"),
            "pack.yaml:2:10: error E520: this cannot be formatted without "
            "changing what it means\n"
            "  hint: write it in a simpler form: one key, `-` or scalar a "
            "line\n");
}

TEST(FormatYamlTest, AnEmptyFileIsAnError) {
  EXPECT_EQ(Format("# nothing\n"),
            "pack.yaml: error E211: the file is empty\n");
}

}  // namespace
}  // namespace stratagem::author
