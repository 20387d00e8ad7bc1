// What must hold for CutFlow: it counts the brackets that YAML counts and no
// others, and what is over a limit is found before a parser sees it.

#include "engine/pack/yaml_flow.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/pack/yaml_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stratagem::pack {
namespace {

constexpr FlowLimits kLimits = {2, 6};

struct FlowCase {
  std::string name;
  std::string text;
  std::string seen;  // What comes before the end; all of `text` if empty.
};

class CutFlowPlaceTest : public testing::TestWithParam<FlowCase> {};

TEST_P(CutFlowPlaceTest, CountsWhatYamlCounts) {
  const FlowCase& c = GetParam();
  EXPECT_EQ(c.text.substr(0, CutFlow(c.text, kLimits).end),
            c.seen.empty() ? c.text : c.seen);
}

INSTANTIATE_TEST_SUITE_P(
    Limits, CutFlowPlaceTest,
    testing::ValuesIn(std::vector<FlowCase>{
        {"AtTheLimit", "a: [[b], {c: d}]\n", ""},
        {"Deeper", "a: [[b], [[c]]]\n", "a: [[b], [["},
        {"Braces", "a: {b: {c: {d: e}}}\n", "a: {b: {c: {"},
        {"Entry", "- a\n- [{[{[\n", "- a\n- [{["},
        {"Values", "a: [1, 2, 3, 4, 5, 6]\n", "a: [1, 2, 3, 4, 5, 6"},
        {"Commas", "a: [,,,,,,,,\n", "a: [,,,,,,,"},
        {"EachListByItself", "a: [1, 2, 3, 4]\nb: [1, 2, 3, 4]\n", ""},
        {"AfterAQuotedKey", "\"a\": [[[\n", "\"a\": [[["},
        {"AfterPlainText", "a: b\n[[[[\n", "a: b\n[[["},
        {"AfterABlockScalar", "a: |\n    x\n  [[[[\n", "a: |\n    x\n  [[["},
        {"AfterAnIndentedBlockScalar", "a: >1\n  x\n[[[[\n", "a: >1\n  x\n[[["},
        {"AfterAComment", "a: # [[[[\n  [[[[\n", "a: # [[[[\n  [[["},
        {"AfterADocumentMark", "a\n--- [[[[\n", "a\n--- [[["},
        {"AfterANestedKey", "a:\n  b: c\n  [[[[\n", "a:\n  b: c\n  [[["},
        {"AfterAColonInFlow", "{\"a\":[[[\n", "{\"a\":[["},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Text, CutFlowPlaceTest,
    testing::ValuesIn(std::vector<FlowCase>{
        {"Plain", "a: b[[[[c {{{{ [[[[\n", ""},
        {"PlainGoesOn", "a: b\n  [[[[\n\n  {{{{\n", ""},
        {"PlainEntryGoesOn", "- b\n [[[[\n", ""},
        {"PlainRootGoesOn", "b\n[[[[\n", ""},
        {"PlainOfALineGoesOn", "a:\n    b\n  [[[[\n", ""},
        {"PlainWithSigns", "a: b:c#[[[[ -[[[ ?{{{\n", ""},
        {"SingleQuotes", "a: 'it''s [[[[ \\'\nb: '[[\n[['\n", ""},
        {"DoubleQuotes", "a: \"\\\"[[[[\\\\\"\nb: [\"[[[[\"]\n", ""},
        {"Comments", "# [[[[\na: b # [[[[\nc: [d, # [[[[\n e]\n", ""},
        {"Literal", "a: |\n  [[[[\n\n    {{{{\nb: c\n", ""},
        {"Folded", "a: >-\n  x[0] >= 5 ?\n  [[[[ : {{{{\nb: [c]\n", ""},
        {"LiteralEntry", "a:\n- |\n  [[[[\n- b\n", ""},
        {"LiteralOfAnEntrysKey", "- a: |2\n     [[[[\n", ""},
        {"Closed", "a: [[b]]\nc: [[d]]\ne: [[f]]\ng: [[h]]\n", ""},
        {"SignsInFlow", "a: [>= 5, |b, 'c']\n", ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(CutFlowTest, ClosesWhatIsOpen) {
  EXPECT_EQ(CutFlow("a: {b: [{", kLimits).closing, "}]}");
  EXPECT_EQ(CutFlow("a: {b: [", kLimits).closing, "");
}

// Once some gigabytes: yaml-cpp holds what may be a key.
TEST(FlowLimitsTest, FarTooMuchBetweenBracketsIsRefusedAtItsPlace) {
  std::string deep = "a: ";
  while (deep.size() < 1'000'000) deep += "[{";
  std::string wide = "a: [1";
  while (wide.size() < 4'000'000) wide += ",1";
  std::string commas = "a: [1";
  commas.append(4'000'000, ',');
  for (const auto& [text, want] :
       std::vector<std::pair<std::string, std::string>>{
           {deep, "p.yaml:1:67: error E210: nested deeper than 64 levels\n"},
           {wide,
            "p.yaml: error E210: more than 500000 values in one file\n"
            "  hint: split the file\n"},
       }) {
    Diagnostics diagnostics;
    EXPECT_EQ(YamlFile::Read("p.yaml", text, diagnostics), nullptr);
    EXPECT_THAT(diagnostics.ToString(), testing::HasSubstr(want));
  }
  Diagnostics diagnostics;
  EXPECT_EQ(YamlFile::Read("p.yaml", commas, diagnostics), nullptr);
  EXPECT_EQ(diagnostics.error_count(), 1u);
}

}  // namespace
}  // namespace stratagem::pack
