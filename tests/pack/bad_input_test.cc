// What must hold for packs that are no packs: whatever stands in the folder,
// the loader ends, and says at a place inside the file what is wrong with it.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/diagnostics.h"
#include "engine/base/limits.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

namespace stratagem::pack {
namespace {

namespace fs = std::filesystem;

constexpr char kHeader[] = "language: 1\nname: bad\nversion: 1.0.0\n";

// Lines of `text`, an unfinished last one among them; an error may stand after
// the last line break.
int LineCount(absl::string_view text) {
  int lines = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_windows = text[i] == '\r' && text.substr(i, 2) == "\r\n";
    if (text[i] == '\n' || (text[i] == '\r' && !is_windows)) ++lines;
  }
  return lines;
}

// Every error names `file` and a line that it has, or the whole file.
void ExpectPlacesInside(const Diagnostics& diagnostics, const std::string& file,
                        absl::string_view text) {
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.location.file != file) continue;
    EXPECT_GE(diagnostic.location.line, 0) << ToString(diagnostic);
    EXPECT_LE(diagnostic.location.line, LineCount(text))
        << ToString(diagnostic) << "\nin\n"
        << text;
    EXPECT_GE(diagnostic.location.column, 0) << ToString(diagnostic);
    EXPECT_FALSE(diagnostic.message.empty());
  }
}

// Loads the pack in `folder`: a model, or at least one error, never both.
std::string Load(const TempDir& folder, Diagnostics& diagnostics) {
  const std::unique_ptr<const Model> model =
      LoadPack(folder.path(), diagnostics);
  EXPECT_EQ(model == nullptr, diagnostics.has_errors());
  return diagnostics.ToString();
}

// What the author of this pack.yaml is told.
std::string ErrorsOf(absl::string_view text) {
  TempDir folder;
  folder.Write("pack.yaml", text);
  Diagnostics diagnostics;
  const std::string errors = Load(folder, diagnostics);
  ExpectPlacesInside(diagnostics, "pack.yaml", text);
  return errors;
}

std::vector<std::string> DocumentsOfTheSuite(const std::string& folder) {
  std::vector<std::string> documents;
  std::ifstream lines(absl::StrCat(folder, "/yaml_test_suite.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    documents.push_back(nlohmann::json::parse(line).at("yaml"));
  }
  EXPECT_GE(documents.size(), 400u);
  return documents;
}

TEST(YamlSuiteTest, NoDocumentIsAPack) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "yaml_suite");
  TempDir pack;
  for (const std::string& document : DocumentsOfTheSuite(folder)) {
    pack.Write("pack.yaml", document);
    Diagnostics diagnostics;
    Load(pack, diagnostics);
    EXPECT_TRUE(diagnostics.has_errors()) << document;
    ExpectPlacesInside(diagnostics, "pack.yaml", document);
  }
}

TEST(YamlSuiteTest, NoDocumentIsAnIncludedFile) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "yaml_suite");
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, "include: [part.yaml]\n"));
  for (const std::string& document : DocumentsOfTheSuite(folder)) {
    pack.Write("part.yaml", document);
    Diagnostics diagnostics;
    Load(pack, diagnostics);
    // `{}` is a file without sections: it adds nothing.
    EXPECT_TRUE(diagnostics.has_errors() || absl::StrContains(document, "{}"))
        << document;
    ExpectPlacesInside(diagnostics, "part.yaml", document);
  }
}

TEST(YamlSuiteTest, NoDocumentIsAFileOfTests) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "yaml_suite");
  for (const std::string& document : DocumentsOfTheSuite(folder)) {
    Diagnostics diagnostics;
    const std::unique_ptr<TestFile> file =
        ReadTestFile("a_test.yaml", document, absl::UTCTimeZone(), diagnostics);
    EXPECT_EQ(file == nullptr, diagnostics.has_errors()) << document;
    ExpectPlacesInside(diagnostics, "a_test.yaml", document);
  }
}

std::string Repeat(absl::string_view text, size_t count) {
  std::string repeated;
  repeated.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

struct HostileCase {
  std::string name;
  std::string text;
  std::string want;  // What one of the errors begins with, after the file.
};

std::string Indented(size_t levels) {
  std::string text;
  for (size_t i = 0; i < levels; ++i) {
    absl::StrAppend(&text, std::string(i, ' '), "a:\n");
  }
  return text;
}

// Nine doublings, as in the XML of old.
std::string AliasBomb() {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const char before[] = {'*', static_cast<char>(c - 1), '\0'};
    absl::StrAppend(&text, std::string(1, c), ": &", std::string(1, c), " [");
    for (int i = 0; i < 9; ++i) {
      absl::StrAppend(&text, i > 0 ? ", " : "", before);
    }
    text += "]\n";
  }
  return text;
}

std::string ManyKeys(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&text, "k", i, ": 1\n");
  return text;
}

class HostileTextTest : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileTextTest, EndsInAnErrorThatNamesIt) {
  const HostileCase& hostile = GetParam();
  const std::string errors = ErrorsOf(hostile.text);
  EXPECT_TRUE(
      absl::StrContains(errors, absl::StrCat("pack.yaml", hostile.want)))
      << errors.substr(0, 400);
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileTextTest,
    testing::ValuesIn(std::vector<HostileCase>{
        {"Empty", "", ": error E211: the file is empty"},
        {"OnlyAMark", "\xEF\xBB\xBF", ": error E211: the file is empty"},
        {"DuplicateKeys", absl::StrCat(kHeader, "name: again\n"),
         ":4:1: error E209: key `name` is written twice"},
        {"Tab", absl::StrCat(kHeader, "attributes:\n\tx: {type: int}\n"),
         ":5:1: error E205: tab in the indentation"},
        {"Anchor", "language: &one 1\n",
         ":1:11: error E207: anchors are not part"},
        {"UndefinedAlias", "language: *one\n", ":1:"},
        {"MergeKey", "a: {b: 1}\n<<: {c: 2}\n",
         ":2:1: error E207: merge keys are not part"},
        {"AliasBomb", AliasBomb(), ":1:4: error E207: anchors are not part"},
        {"OpenBrackets", absl::StrCat("a: ", std::string(10'000, '[')),
         ":1:67: error E210: nested deeper than 64 levels"},
        {"ClosedBrackets",
         absl::StrCat("a: ", std::string(10'000, '['),
                      std::string(10'000, ']')),
         ":1:67: error E210: nested deeper than 64 levels"},
        {"Braces", absl::StrCat("a: ", Repeat("{a: ", 10'000)),
         ":1:256: error E210: nested deeper than 64 levels"},
        {"Dashes", Repeat("- ", 10'000),
         ":1:129: error E210: nested deeper than 64 levels"},
        {"QuestionMarks", Repeat("? ", 10'000),
         ":1:129: error E210: nested deeper than 64 levels"},
        {"Indentation", Indented(3'000),
         ":65:65: error E210: nested deeper than 64 levels"},
        {"ManyKeys", ManyKeys(300'000),
         ": error E210: more than 500000 values in one file"},
        {"ManyItemsOnOneLine", absl::StrCat("a: [", Repeat("a,", 600'000), "]"),
         ": error E210: more than 500000 values in one file"},
        {"LongScalar", absl::StrCat("name: ", std::string(1'000'000, 'x')),
         ":1:1: error"},
        {"OneLine", std::string(1'000'000, 'x'), ":1:1: error E223"},
        {"OpenQuote", absl::StrCat("name: \"", std::string(1'000'000, 'x')),
         ":1:"},
        {"Comment", absl::StrCat("#", std::string(1'000'000, 'x')),
         ": error E211: the file is empty"},
        {"EmptyLines", std::string(1'000'000, '\n'),
         ": error E211: the file is empty"},
        {"Documents", Repeat("---\n", 100'000),
         ":2:1: error E208: a second YAML document begins"},
        {"Nul", std::string("name: a\0b\n", 10),
         ":1:8: error E204: control character U+0000"},
        {"NotUtf8", "name: \xC3\x28\n", ":1:7: error E203: byte 0xC3"},
        {"Overlong", "name: \xC0\xAF\n", ":1:7: error E203: byte 0xC0"},
        {"Surrogate", "name: \xED\xA0\x80\n", ":1:7: error E203: byte 0xED"},
        {"Utf16", std::string("n\0a\0", 4), ":1:2: error E204"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// 100 MB that take no room on the disk: the size is enough to refuse them.
void WriteSparse(const std::string& path) {
  std::ofstream(path, std::ios::binary) << kHeader;
  fs::resize_file(path, 100'000'000);
}

TEST(HugeFileTest, AMainFileIsRefusedByItsSize) {
  TempDir folder;
  WriteSparse(folder.Join("pack.yaml"));
  Diagnostics diagnostics;
  EXPECT_EQ(Load(folder, diagnostics),
            "pack.yaml: error E202: file `pack.yaml` has more than 16777216 "
            "bytes\n  hint: split it with `include:`\n");
}

TEST(HugeFileTest, AThousandNamesOfOneLargeFileAreReadFourTimesAtMost) {
  TempDir folder;
  std::string text = absl::StrCat(kHeader, "include:\n");
  // Not UTF-8 from its first byte, so that it is not parsed.
  folder.Write("part0.yaml", std::string(kPackFileBytesMax, '\xFF'));
  for (int i = 0; i < 900; ++i) {
    const std::string name = absl::StrCat("part", i, ".yaml");
    if (i > 0)
      fs::create_hard_link(folder.Join("part0.yaml"), folder.Join(name));
    absl::StrAppend(&text, "  - ", name, "\n");
  }
  folder.Write("pack.yaml", text);
  Diagnostics diagnostics;
  Load(folder, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 900u);
  size_t refused = 0;
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.code == "E202") ++refused;
  }
  EXPECT_EQ(refused, 897u);  // 64 MiB hold three, and pack.yaml.
}

TEST(StrangeFileTest, APipeIsNotOpened) {
  TempDir folder;
  ASSERT_EQ(mkfifo(folder.Join("pack.yaml").c_str(), 0600), 0);
  Diagnostics diagnostics;
  EXPECT_EQ(Load(folder, diagnostics),
            "pack.yaml: error E201: `pack.yaml` is not a file\n");
}

TEST(StrangeFileTest, ADeviceIsNotRead) {
  TempDir folder;
  fs::create_symlink("/dev/zero", folder.Join("pack.yaml"));
  Diagnostics diagnostics;
  EXPECT_EQ(Load(folder, diagnostics),
            "pack.yaml: error E260: file `pack.yaml` is a link that leads out "
            "of the pack\n"
            "  hint: put the file itself into the pack's folder\n");
}

TEST(StrangeFileTest, LinksThatLeadToEachOtherAreNotFollowed) {
  TempDir folder;
  fs::create_symlink("b.yaml", folder.Join("a.yaml"));
  fs::create_symlink("a.yaml", folder.Join("b.yaml"));
  folder.Write("pack.yaml", absl::StrCat(kHeader, "include: [a.yaml]\n"));
  Diagnostics diagnostics;
  EXPECT_EQ(Load(folder, diagnostics),
            "pack.yaml:4:11: error E201: file `a.yaml` cannot be read: Too "
            "many levels of symbolic links\n");
}

TEST(StrangeFileTest, APathWithANulIsNotCutThere) {
  const std::string error =
      ErrorsOf(absl::StrCat(kHeader, "include: [\"pack.yaml\\0.yaml\"]\n"));
  EXPECT_TRUE(absl::StrContains(error, "error E")) << error;
}

}  // namespace
}  // namespace stratagem::pack
