// What must hold for YamlFile: every byte of an expression knows where it
// stands in the file, whatever quoting it went through, and no text of any kind
// gets past the reader unread or unreported.

#include "engine/pack/yaml_reader.h"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/shared_data.h"

namespace stratagem::pack {
namespace {

struct ReadResult {
  std::unique_ptr<const YamlFile> file;
  std::string messages;
};

ReadResult ReadText(absl::string_view text) {
  Diagnostics diagnostics;
  ReadResult result;
  result.file = YamlFile::Read("p.yaml", text, diagnostics);
  result.messages = diagnostics.ToString();
  return result;
}

// Reads `key: SCALAR` and returns the scalar.
const YamlNode& ValueOf(const ReadResult& result) {
  EXPECT_EQ(result.messages, "");
  return result.file->root().entries.at(0).value;
}

struct PositionCase {
  std::string name;
  std::string yaml;
  std::string text;    // What the scalar decodes to.
  std::string marker;  // The piece whose place is asked for.
  std::string want;
};

class PositionTest : public testing::TestWithParam<PositionCase> {};

TEST_P(PositionTest, FindsTheByteInTheFile) {
  const ReadResult result = ReadText(GetParam().yaml);
  ASSERT_NE(result.file, nullptr) << result.messages;
  const YamlNode& node = ValueOf(result);
  EXPECT_EQ(node.text, GetParam().text);
  const SourceText source = node.source();
  const size_t offset = GetParam().marker.empty()
                            ? source.text().size()
                            : source.text().find(GetParam().marker);
  ASSERT_NE(offset, std::string::npos);
  EXPECT_EQ(ToString(source.Locate(offset)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, PositionTest,
    testing::ValuesIn(std::vector<PositionCase>{
        {"Plain", "key: a + b\n", "a + b", "b", "p.yaml:1:10"},
        {"PlainFolded", "key: a +\n   b + c\n", "a + b + c", "c", "p.yaml:2:8"},
        {"PlainFoldItself", "key: a +\n   b\n", "a + b", " b", "p.yaml:1:9"},
        {"PlainBlankLine", "key: a\n\n   b\n", "a\nb", "b", "p.yaml:3:4"},
        {"Double", "key: \"a + b\"\n", "a + b", "b", "p.yaml:1:11"},
        {"DoubleStart", "key: \"a\"\n", "a", "a", "p.yaml:1:7"},
        {"DoubleEnd", "key: \"a\"\n", "a", "", "p.yaml:1:8"},
        {"DoubleEmpty", "key: \"\"\n", "", "", "p.yaml:1:7"},
        {"DoubleEscapedQuote", "key: \"x == \\\"y\\\" + z\"\n",
         "x == \"y\" + z", "z", "p.yaml:1:20"},
        {"DoubleEscapeAtEnd", "key: \"a\\n\"\n", "a\n", "", "p.yaml:1:10"},
        {"DoubleHex", "key: \"\\x41b\"\n", "Ab", "b", "p.yaml:1:11"},
        {"DoubleUnicode", "key: \"\\u4e2d\\U0001F600b\"\n",
         "\xE4\xB8\xAD\xF0\x9F\x98\x80"
         "b",
         "b", "p.yaml:1:23"},
        {"DoubleFolded", "key: \"a +\n  b\"\n", "a + b", "b", "p.yaml:2:3"},
        {"DoubleEscapedBreak", "key: \"a \\\n   b\"\n", "a b", "b",
         "p.yaml:2:4"},
        {"DoubleNonAscii", "key: \"'\xE4\xB8\xAD' + b\"\n",
         "'\xE4\xB8\xAD' + b", "b", "p.yaml:1:15"},
        {"Single", "key: 'a + b'\n", "a + b", "b", "p.yaml:1:11"},
        {"SingleQuoteInside", "key: 'x == ''y'' + z'\n", "x == 'y' + z", "z",
         "p.yaml:1:20"},
        {"SingleFolded", "key: 'a\n\n  b'\n", "a\nb", "b", "p.yaml:3:3"},
        {"Literal", "key: |\n  a\n  + b\n", "a\n+ b\n", "b", "p.yaml:3:5"},
        {"LiteralMoreIndented", "key: |\n  a\n    + b\n", "a\n  + b\n", "b",
         "p.yaml:3:7"},
        {"LiteralBlankLine", "key: |\n  a\n\n  b\n", "a\n\nb\n", "b",
         "p.yaml:4:3"},
        {"LiteralLeadingBlankLine", "key: |\n\n  b\n", "\nb\n", "b",
         "p.yaml:3:3"},
        {"LiteralStripped", "key: |- # why\n  a\n  b\n", "a\nb", "b",
         "p.yaml:3:3"},
        {"LiteralKept", "key: |+\n  a\n\n", "a\n\n", "a", "p.yaml:2:3"},
        {"LiteralIndicator", "key: |2\n    a\n  b\n", "  a\nb\n", "b",
         "p.yaml:3:3"},
        {"LiteralIndicatorFirstLine", "key: |2\n    a\n  b\n", "  a\nb\n", "a",
         "p.yaml:2:5"},
        {"Folded", "key: >\n  a\n  + b\n", "a + b\n", "b", "p.yaml:3:5"},
        {"FoldedParagraphs", "key: >-\n  a\n\n\n  b\n", "a\n\nb", "b",
         "p.yaml:5:3"},
        {"FoldedMoreIndented", "key: >\n  a\n    b\n  c\n", "a\n  b\nc\n", "c",
         "p.yaml:4:3"},
        {"WindowsLineBreaks", "x: 1\r\nkey: |\r\n  a\r\n  b\r\n", "1", "1",
         "p.yaml:1:4"},
        {"AfterAByteOrderMark", "\xEF\xBB\xBFkey: \"a\"\n", "a", "a",
         "p.yaml:1:7"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(YamlFileTest, WindowsLineBreaksInsideABlockScalarDoNotCount) {
  const ReadResult result = ReadText("key: |\r\n  a\r\n  b\r\n");
  EXPECT_EQ(ValueOf(result).text, "a\nb\n");
  EXPECT_EQ(ToString(ValueOf(result).source().Locate(2)), "p.yaml:3:3");
}

struct KindCase {
  std::string yaml;
  YamlKind kind;
  ScalarStyle style;
};

TEST(YamlFileTest, TellsKindsAndStylesApart) {
  const std::vector<KindCase> cases = {
      {"key:", YamlKind::kNull, ScalarStyle::kPlain},
      {"key: ~", YamlKind::kNull, ScalarStyle::kPlain},
      {"key: null", YamlKind::kNull, ScalarStyle::kPlain},
      {"key: 'null'", YamlKind::kScalar, ScalarStyle::kSingleQuoted},
      {"key: \"\"", YamlKind::kScalar, ScalarStyle::kDoubleQuoted},
      {"key: yes", YamlKind::kScalar, ScalarStyle::kPlain},
      {"key: |\n  a", YamlKind::kScalar, ScalarStyle::kLiteral},
      {"key: >\n  a", YamlKind::kScalar, ScalarStyle::kFolded},
      {"key: []", YamlKind::kSequence, ScalarStyle::kPlain},
      {"key: {}", YamlKind::kMapping, ScalarStyle::kPlain},
  };
  for (const KindCase& test_case : cases) {
    const ReadResult result = ReadText(test_case.yaml);
    EXPECT_EQ(ValueOf(result).kind, test_case.kind) << test_case.yaml;
    EXPECT_EQ(ValueOf(result).style, test_case.style) << test_case.yaml;
  }
}

TEST(YamlFileTest, AnEmptyValueStandsAtItsColonNotAtTheNextLine) {
  const ReadResult result = ReadText("a:\n\n\nb: 1\n");
  EXPECT_EQ(ToString(result.file->root().entries.at(0).value.location()),
            "p.yaml:1:2");
}

TEST(YamlFileTest, ADocumentMayBeginAndEndExplicitly) {
  EXPECT_EQ(ReadText("%YAML 1.2\n---\nkey: 1\n...\n# end\n").messages, "");
}

struct RefusalCase {
  std::string name;
  std::string yaml;
  std::string want;  // The first line of what is reported.
};

class RefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusalTest, SaysWhatAndWhere) {
  const std::string messages = ReadText(GetParam().yaml).messages;
  EXPECT_EQ(messages.substr(0, messages.find('\n')), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusalTest,
    testing::ValuesIn(std::vector<RefusalCase>{
        {"OverlongUtf8", "key: \xC0\xAF\n",
         "p.yaml:1:6: error E203: byte 0xC0 is not valid UTF-8"},
        {"Utf16", std::string("\xFF\xFEk\0:\0", 6),
         "p.yaml:1:1: error E203: the file is UTF-16"},
        {"Utf16BigEndian", std::string("\xFE\xFF\0k\0:", 6),
         "p.yaml:1:1: error E203: the file is UTF-16"},
        {"NulByte", std::string("key: a\0b\n", 9),
         "p.yaml:1:7: error E204: control character U+0000"},
        {"TabInABlockScalar", "key: |\n  \tx\n",
         "p.yaml:2:3: error E205: tab in the indentation"},
        {"OpenDoubleQuote", "key: \"a\nb: 2\n",
         "p.yaml:1:6: error E206: invalid YAML: the quote is never closed"},
        {"OpenSingleQuote", "key: 'a''\n",
         "p.yaml:1:6: error E206: invalid YAML: the quote is never closed"},
        {"AnchorOnNothing", "key: &a\n",
         "p.yaml:1:6: error E207: anchors are not part of the pack language"},
        {"NonSpecificTag", "key: ! a\n",
         "p.yaml:1:6: error E207: tags are not part of the pack language"},
        {"UndefinedAlias", "key: *a\n",
         "p.yaml:1:6: error E206: invalid YAML: the referenced anchor is not "
         "defined"},
        {"SecondDocumentWithoutDashes", "[a]\n[b]\n",
         "p.yaml:2:1: error E208: a second YAML document begins"},
        {"DuplicateAfterDecoding", "{\"a\\x62\": 1, ab: 2}\n",
         "p.yaml:1:14: error E209: key `ab` is written twice"},
        {"Empty", "", "p.yaml: error E211: the file is empty"},
        {"OnlyAByteOrderMark", "\xEF\xBB\xBF",
         "p.yaml: error E211: the file is empty"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(YamlFileTest, ATabAfterTextIsNotIndentation) {
  EXPECT_EQ(ReadText("key: \"a\tb\"\t# c\n").messages, "");
}

// 64 levels are allowed, the 65th is not, and far more do not reach the stack's
// end, whatever they are made of.
TEST(YamlFileTest, NestingIsBounded) {
  EXPECT_EQ(ReadText(std::string(64, '[') + std::string(64, ']')).messages, "");
  for (const std::string open : {"[", "- ", "{a: ", "? ", "[{a: "}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    const ReadResult result = ReadText(text);
    EXPECT_EQ(result.file, nullptr);
    EXPECT_NE(result.messages.find("E210: nested deeper than 64 levels"),
              std::string::npos)
        << open << result.messages;
  }
  const std::string balanced =
      std::string(65, '[') + std::string(65, ']') + "\n";
  EXPECT_NE(ReadText(balanced).messages.find("E210"), std::string::npos);
}

TEST(YamlFileTest, ManyBlanksInAQuoteTakeLinearTime) {
  const std::string blanks(2'000'000, ' ');
  const ReadResult result = ReadText("key: \"a" + blanks + "b\"\n");
  EXPECT_EQ(ValueOf(result).text.size(), blanks.size() + 2);
}

// Decodes each scalar a second time by its trace. Quotes around nothing but
// line breaks are left out: yaml-cpp makes spaces of them.
void ExpectTraceable(const YamlNode& node, int& scalars) {
  if (node.text.find_first_not_of(" \n") != std::string::npos) {
    const ScalarPlace place = {node.file->text(),
                               node.file->Offset(node.line, node.column),
                               node.line, node.column};
    EXPECT_TRUE(TraceScalar(place, node.style, node.text).has_value())
        << "at " << ToString(node.location()) << ": " << node.text << "\nin\n"
        << node.file->text();
    ++scalars;
  }
  for (const YamlNode& item : node.items) ExpectTraceable(item, scalars);
  for (const YamlEntry& entry : node.entries) {
    ExpectTraceable(entry.key, scalars);
    ExpectTraceable(entry.value, scalars);
  }
}

TEST(YamlTestSuiteTest, EveryDocumentIsReadOrRefusedAndEveryScalarTraced) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "yaml_suite");
  std::ifstream lines(folder + "/yaml_test_suite.jsonl");
  int documents = 0;
  int accepted = 0;
  int scalars = 0;
  for (std::string line; std::getline(lines, line); ++documents) {
    const nlohmann::json test_case = nlohmann::json::parse(line);
    const ReadResult result = ReadText(test_case["yaml"].get<std::string>());
    EXPECT_TRUE(result.file != nullptr || !result.messages.empty())
        << test_case["id"];
    if (result.file == nullptr || !result.messages.empty()) continue;
    ++accepted;
    ExpectTraceable(result.file->root(), scalars);
  }
  EXPECT_EQ(documents, 402);
  // Most of the suite is about anchors, tags, tabs and several documents, which
  // packs do not have.
  EXPECT_GE(accepted, 100);
  EXPECT_GE(scalars, 400);
}

}  // namespace
}  // namespace stratagem::pack
