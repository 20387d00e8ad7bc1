// What must hold for Diff where order and places are concerned: what only looks
// different is no change, and what moved is told as moved.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/author/diff.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/author/diff_fixture.h"
#include "tests/support/temp_dir.h"

namespace stratagem::author {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SameMeaningTest : public testing::TestWithParam<ChangeCase> {};

TEST_P(SameMeaningTest, IsNoChange) {
  EXPECT_THAT(LinesOf(kDiffPack, Edited(GetParam().from, GetParam().to)),
              IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Looks, SameMeaningTest,
    testing::ValuesIn(std::vector<ChangeCase>{
        {"Version", "version: 1.0.0", "version: 2.0.0", {}},
        {"Description", "description: a shop", "description: another", {}},
        {"DescriptionOfAnAttribute",
         "unit: EUR}",
         "unit: EUR, description: money}",
         {}},
        {"Comment", "attributes:\n", "# what is known\nattributes:\n", {}},
        {"SpacesInAnExpression", "spend * 0.1", " spend*0.1 ", {}},
        {"BracketsInAnExpression", "spend * 0.1", "((spend) * (0.1))", {}},
        {"QuotesInAnExpression",
         "\"city == 'here'\"",
         "'city == \"here\"'",
         {}},
        {"ABlockScalar",
         "expression: \"spend * 0.1\"}",
         "expression: \"spend\\n  * 0.1\"}",
         {}},
        {"DigitsOfANumber", "score_min: 60", "score_min: 60.0", {}},
        {"DigitsOfAValue", "nice: {pct: 5}", "nice: {pct: 5.0}", {}},
        {"NamesOfCells", "nice", "kind", {}},
        {"OrderOfRowsOfTheMatrix",
         "      gold:    [list,  nice,  back]\n      silver:  [list,  list,  "
         "back]\n",
         "      silver:  [list,  list,  back]\n      gold:    [list,  nice,  "
         "back]\n",
         {}},
        {"ARowOfTheMatrixThatIsTheDefault",
         "      basic:   [list,  list,  list]\n",
         "",
         {}},
        {"OrderOfAlternatives", "silver | basic", "basic | silver", {}},
        {"OrderOfInputs",
         "inputs: [tier, request.channel]\n      rows:\n        - {when: "
         "[gold, _], out: {queue: best, seconds: 10}}\n        - {when: "
         "[silver | basic, call], out: {queue: phone, seconds: 30}}\n        - "
         "{when: [_, web],",
         "inputs: [request.channel, tier]\n      rows:\n        - {when: [_, "
         "gold], out: {queue: best, seconds: 10}}\n        - {when: [call, "
         "silver | basic], out: {queue: phone, seconds: 30}}\n        - "
         "{when: [web, _],",
         {}},
        {"OrderOfChannels",
         "channels: [web, call]",
         "channels: [call, web]",
         {}},
        {"WhatIsAbsentAnyway",
         "{id: hello, group: all}",
         "{id: hello, group: all, propensity: 1, value: 0, cost: 0}",
         {}},
        {"HoursForDays", "downgrade_after: 90d", "downgrade_after: 2160h", {}},
        {"ATimeForADate",
         "from: 2026-02-01",
         "from: \"2026-02-01T00:00:00Z\"",
         {}},
        {"TheOtherOrderOfSections",
         "groups:\n  all: {eligibility: \"spend > 0.0\"}\n  back: {parent: "
         "all, lever_percent: 20}\n",
         "groups:\n  back: {parent: all, lever_percent: 20}\n  all: "
         "{eligibility: \"spend > 0.0\"}\n",
         {}},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(DiffTest, FilesMakeNoDifference) {
  const TestPack one(kDiffPack);
  std::string rest = kDiffPack;
  const size_t cut = rest.find("offers:\n");
  const size_t end = rest.find("context_weights:");
  TempDir folder;
  folder.Write("more.yaml", rest.substr(cut, end - cut));
  rest.erase(cut, end - cut);
  folder.Write("pack.yaml", absl::StrCat(rest, "include: [more.yaml]\n"));
  Diagnostics diagnostics;
  const auto two = pack::LoadPack(folder.path(), diagnostics);
  ASSERT_NE(two, nullptr) << diagnostics.ToString();
  EXPECT_THAT(Diff(*one.model, *two), IsEmpty());
}

TEST(DiffTest, ANewTierSaysWhatItsCustomersGet) {
  EXPECT_THAT(
      LinesOf(kDiffPack,
              Edited("tiers: [", "tiers: [{tier: top, score_min: 90}, ")),
      ElementsAre("added tiers/top:  -> score_min: 90",
                  "added treatments/pricing/top x fresh:  -> pct: 0",
                  "added treatments/pricing/top x loyal:  -> pct: 0",
                  "added treatments/pricing/top x gone:  -> pct: 0"));
}

TEST(DiffTest, ANewItemOfARuleIsOneChange) {
  const std::vector<std::string> lines =
      LinesOf(kDiffPack,
              Edited("    rule:\n      variables:\n        - {name: rich, "
                     "expression: \"variables.margin > 10.0\"}\n      match:\n",
                     "    rule:\n      variables:\n        - {name: rich, "
                     "expression: \"variables.margin > 10.0\"}\n      match:\n"
                     "        - {condition: \"spend > 9.0\", output: \"{'by': "
                     "'a'}\"}\n"));
  EXPECT_THAT(lines, ElementsAre("added treatments/contact/match/spend > 9.0:  "
                                 "-> output: {'by': 'a'}"));
}

constexpr char kRankedTable[] = R"yaml(language: 1
name: shop
version: 1.0.0
attributes: {spend: {type: double}}
treatments:
  care:
    fields: {level: {type: LEVEL}, note: {type: NOTE}}
    default: {level: DEFAULT, note: DEFAULT}
    table:
      hit: HIT
      inputs: [spend]
      order: {level: [high, low]}
      rows:
        - {when: ["> FIRST"], out: {level: high, note: a}}
        - {when: ["> SECOND"], out: {level: high, note: a}}
)yaml";

// Rows of equal rank go by their order.
TEST(DiffTest, TheOrderOfRowsMeansSomethingWhereTheyAreRanked) {
  for (const std::string hit : {"priority", "output_order"}) {
    const bool is_list = hit == "output_order";
    const auto pack = [&](const char* first, const char* second) {
      return absl::StrReplaceAll(
          kRankedTable, {{"HIT", hit},
                         {"LEVEL", is_list ? "{list: string}"
                                           : "string, values: [low, high]"},
                         {"NOTE", is_list ? "{list: string}" : "string"},
                         {"DEFAULT", is_list ? "[]" : "low"},
                         {"FIRST", first},
                         {"SECOND", second}});
    };
    EXPECT_THAT(LinesOf(pack("1", "2"), pack("2", "1")),
                ElementsAre("moved treatments/care/row/(spend: > 2): 2 -> 1"))
        << hit;
  }
}

// Outlines by hand: what order means, and what does not.
Outline Lines(const std::vector<std::string>& names, bool is_ordered) {
  Outline root;
  Outline& section = root.Add("section");
  section.is_ordered = is_ordered;
  for (const std::string& name : names) section.Add(name);
  return root;
}

TEST(DiffOfOutlinesTest, MovesAreTheFewest) {
  const auto changes = Diff(Lines({"a", "b", "c", "d"}, true),
                            Lines({"d", "a", "b", "c"}, true));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(LineOf(changes[0]), "moved section/d: 4 -> 1");
}

TEST(DiffOfOutlinesTest, NoMovesWhereOrderMeansNothing) {
  EXPECT_THAT(
      Diff(Lines({"a", "b", "c"}, false), Lines({"c", "b", "a"}, false)),
      IsEmpty());
}

// What order does not name is another thing under another name: an offer that
// gives way to one like it is two changes.
TEST(DiffOfOutlinesTest, AnotherNameIsAnotherThingWhereOrderMeansNothing) {
  std::vector<std::string> lines;
  for (const Change& change :
       Diff(Lines({"a", "w", "b"}, false), Lines({"a", "y", "b"}, false))) {
    lines.push_back(LineOf(change));
  }
  EXPECT_THAT(lines,
              ElementsAre("added section/y:  -> ", "removed section/w:  -> "));
}

TEST(DiffOfOutlinesTest, WhatCameAndWentMovesNothing) {
  const auto changes =
      Diff(Lines({"x", "a", "b"}, true), Lines({"a", "y", "b"}, true));
  std::vector<std::string> lines;
  for (const Change& change : changes) lines.push_back(LineOf(change));
  EXPECT_THAT(lines,
              ElementsAre("added section/y:  -> ", "removed section/x:  -> "));
}

// Lines that give the same pair in their order, as many as both sides have, and
// only between the same lines that stay.
TEST(DiffOfOutlinesTest, AChangedConditionIsOneChangeAtItsPlace) {
  const auto lines_of = [](const std::vector<std::string>& before,
                           const std::vector<std::string>& after) {
    std::vector<std::string> lines;
    for (const Change& change : Diff(Lines(before, true), Lines(after, true))) {
      lines.push_back(LineOf(change));
    }
    return lines;
  };
  EXPECT_THAT(
      lines_of({"a", "w", "x", "b"}, {"a", "y", "z", "b"}),
      ElementsAre("changed section/: w -> y", "changed section/: x -> z"));
  EXPECT_THAT(lines_of({"a", "w", "b"}, {"a", "y", "z", "b"}),
              ElementsAre("changed section/: w -> y", "added section/z:  -> "));
  EXPECT_THAT(
      lines_of({"a", "w", "x", "b"}, {"a", "y", "b"}),
      ElementsAre("changed section/: w -> y", "removed section/x:  -> "));
  EXPECT_THAT(lines_of({"a", "w", "b"}, {"a", "b", "y"}),
              ElementsAre("added section/y:  -> ", "removed section/w:  -> "));
}

}  // namespace
}  // namespace stratagem::author
