// What must hold for CompilePlan: every mistake that needs the whole pack is
// reported at its own line, all of them at once, and what is right compiles.

#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::plan {
namespace {

struct PlanCase {
  std::string name;
  std::string yaml;
  std::string want;  // All diagnostics; empty when it compiles cleanly.
};

class CompilePlanTest : public testing::TestWithParam<PlanCase> {};

TEST_P(CompilePlanTest, ReportsExactly) {
  const LoadedPlan loaded = PlanFromYaml(GetParam().yaml);
  EXPECT_EQ(loaded.diagnostics, GetParam().want);
  const bool has_error = GetParam().want.find("error") != std::string::npos;
  EXPECT_EQ(loaded.plan == nullptr, has_error);
}

constexpr char kTiersAndStages[] = R"(
attributes:
  spend: {type: double, min: 0}
value:
  dimensions:
    economic:
      weight: 1
      indicators:
        - {name: spend, expression: "spend", bins: [100, 200]}
  tiers:
    - {tier: gold, score_min: 60}
    - {tier: base}
lifecycle:
  stages: [new, old]
  match:
    - {condition: "spend == 0.0", stage: new}
    - {stage: old}
)";

std::string WithTiers(const std::string& yaml) {
  return std::string(kTiersAndStages).substr(1) + yaml;
}

INSTANTIATE_TEST_SUITE_P(
    Packs, CompilePlanTest,
    testing::ValuesIn(std::vector<PlanCase>{
        {"TiersAndStagesAlone", WithTiers(""), ""},
        {"VariablesInAnyOrder",
         "attributes:\n"
         "  spend: {type: double}\n"
         "variables:\n"
         "  - {name: twice, expression: \"variables.margin * 2.0\"}\n"
         "  - {name: margin, expression: \"spend * 0.1\"}\n",
         ""},
        {"VariablesInACycleAreOneMistakeOfTheFirst",
         "variables:\n"
         "  - {name: user, expression: \"variables.c + 1\"}\n"
         "  - {name: b, expression: \"variables.c\"}\n"
         "  - {name: c, expression: \"variables.b\"}\n"
         "  - {name: user_of_user, expression: \"variables.user\"}\n",
         "pack.yaml:3:12: error E301: variable `b` needs itself: b -> c -> b\n"
         "  hint: break the circle: write one of them without the others\n"},
        {"EveryCycleIsReportedAlsoBehindAnother",
         "variables:\n"
         "  - {name: c, expression: \"variables.a + variables.d\"}\n"
         "  - {name: d, expression: \"variables.c\"}\n"
         "  - {name: a, expression: \"variables.b\"}\n"
         "  - {name: b, expression: \"variables.a\"}\n",
         "pack.yaml:2:12: error E301: variable `c` needs itself: c -> d -> c\n"
         "  hint: break the circle: write one of them without the others\n"
         "pack.yaml:4:12: error E301: variable `a` needs itself: a -> b -> a\n"
         "  hint: break the circle: write one of them without the others\n"},
        {"AUserOfACycleIsCheckedItself",
         "variables:\n"
         "  - {name: a, expression: \"variables.a\"}\n"
         "  - {name: user, expression: \"variables.a + nope\"}\n",
         "pack.yaml:2:12: error E301: variable `a` needs itself: a -> a\n"
         "  hint: break the circle: write one of them without the others\n"
         "pack.yaml:3:45: error E110: undeclared reference to 'nope'\n"
         "  hint: expected one of `now`, `variables.a`\n"},
        {"MatrixWithoutTiers",
         "treatments:\n"
         "  price:\n"
         "    fields: {pct: {type: double}}\n"
         "    default: list\n"
         "    matrix:\n"
         "      columns: [new]\n"
         "      gold: [list]\n"
         "    cells:\n"
         "      list: {pct: 0}\n",
         "pack.yaml:6:7: error E304: a matrix needs tiers and stages, which "
         "this pack does not define\n"
         "  hint: add the sections `value:` and `lifecycle:`\n"},
        {"MatrixOfWrongNames",
         WithTiers("treatments:\n"
                   "  price:\n"
                   "    fields: {pct: {type: double}}\n"
                   "    default: list\n"
                   "    matrix:\n"
                   "      columns: [new, odl]\n"
                   "      glod: [list, list]\n"
                   "      base: [lst, list]\n"
                   "    cells:\n"
                   "      list: {pct: 0}\n"
                   "      never: {pct: 1}\n"),
         "pack.yaml:22:7: warning W320: the matrix of `price` has no row for "
         "`gold`; these customers get the default\n"
         "pack.yaml:22:7: warning W320: the matrix of `price` has no column "
         "for `old`; these customers get the default\n"
         "pack.yaml:22:22: error E305: `odl` is not a stage\n"
         "  hint: did you mean `old`?\n"
         "pack.yaml:23:7: error E305: `glod` is not a tier\n"
         "  hint: did you mean `gold`?\n"
         "pack.yaml:24:14: error E306: `lst` is not one of the `cells`\n"
         "  hint: did you mean `list`?\n"
         "pack.yaml:27:7: warning W321: cell `never` is not used by the "
         "matrix\n"},
        {"ComputedDefault",
         "treatments:\n"
         "  price:\n"
         "    fields: {pct: {type: double}}\n"
         "    default: {pct: {cel: \"1.0 + 1.0\"}}\n",
         "pack.yaml:4:20: error E307: the default of `price` is computed; it "
         "must hold even when an expression fails\n"
         "  hint: write a literal\n"},
        {"GroupsThatAreWrong",
         "groups:\n"
         "  a: {parent: b}\n"
         "  b: {parent: a}\n"
         "  c: {parent: d}\n"
         "offers:\n"
         "  - {id: o, group: e, value: 1}\n",
         "pack.yaml:2:15: error E309: group `a` is among its own parents\n"
         "pack.yaml:4:15: error E308: unknown group `d`\n"
         "  hint: expected one of `a`, `b`, `c`\n"
         "pack.yaml:6:20: error E308: unknown group `e`\n"
         "  hint: expected one of `a`, `b`, `c`\n"},
        {"FallbacksThatAreNotAlwaysThere",
         "attributes: {spend: {type: double}}\n"
         "offers:\n"
         "  - {id: gated, eligibility: \"spend > 1.0\", value: 1}\n"
         "  - {id: called, channels: [call], value: 1}\n"
         "placements:\n"
         "  one: {channel: app, max_offers: 1, fallback: gated}\n"
         "  two: {channel: app, max_offers: 1, fallback: called}\n"
         "  three: {channel: app, max_offers: 1, fallback: caled}\n",
         "pack.yaml:4:29: warning W325: no placement has channel `call`\n"
         "  hint: expected one of `app`\n"
         "pack.yaml:6:48: error E310: the fallback `gated` has gates or a "
         "validity of its own; a fallback must always be there\n"
         "  hint: define an offer without them for this\n"
         "pack.yaml:7:48: error E310: the fallback `called` is not an offer of "
         "channel `app`\n"
         "pack.yaml:8:50: error E310: unknown offer `caled`\n"
         "  hint: did you mean `called`?\n"},
        {"AChannelThatNoCallCanName",
         "request:\n"
         "  channel: {type: string, values: [app, call], default: app}\n"
         "offers:\n"
         "  - {id: o, channels: [ap], value: 1}\n",
         "pack.yaml:4:24: warning W322: channel `ap` is not a value of "
         "`request.channel`\n"
         "  hint: did you mean `app`?\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(CompilePlanNamesTest, TreatmentsDoNotSeeTreatments) {
  const LoadedPlan loaded = PlanFromYaml(
      "treatments:\n"
      "  a:\n"
      "    fields: {x: {type: double}}\n"
      "    default: {x: 1}\n"
      "    cells:\n"
      "      c: {x: {cel: \"treatments.a.x\"}}\n");
  EXPECT_EQ(loaded.plan, nullptr);
  EXPECT_THAT(
      loaded.diagnostics,
      testing::HasSubstr("hint: it is known once all treatments are "
                         "decided, and treatments do not see each other"));
}

TEST(CompilePlanNamesTest, ALaterNameIsRefusedWithTheReason) {
  const LoadedPlan loaded =
      PlanFromYaml(WithTiers("constraints: [\"tier == 'gold'\"]\n"));
  EXPECT_EQ(loaded.plan, nullptr);
  EXPECT_THAT(loaded.diagnostics, testing::HasSubstr("pack.yaml:17:16: error"));
  EXPECT_THAT(loaded.diagnostics,
              testing::HasSubstr("is known once the score is computed"));
}

TEST(CompilePlanNamesTest, AtLeastKnowsTheDeclaredTiers) {
  const LoadedPlan loaded = PlanFromYaml(WithTiers(
      "offers:\n"
      "  - {id: o, eligibility: \"tier.atLeast('glod')\", value: 1}\n"));
  EXPECT_EQ(loaded.plan, nullptr);
  EXPECT_THAT(loaded.diagnostics, testing::HasSubstr("E116"));
}

TEST(CompilePlanSummaryTest, ListsWhatThePackDefines) {
  const LoadedPlan loaded = PlanFromYaml(
      WithTiers("offers: [{id: o, value: 1}]\n"
                "placements: {home: {channel: app, max_offers: 1}}\n"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  const PlanSummary& summary = loaded.plan->summary();
  EXPECT_EQ(summary.name, "test");
  EXPECT_EQ(summary.version, "v1");
  EXPECT_EQ(summary.digest.size(), 64u);
  EXPECT_THAT(summary.tiers, testing::ElementsAre("gold", "base"));
  EXPECT_THAT(summary.stages, testing::ElementsAre("new", "old"));
  EXPECT_THAT(summary.offers, testing::ElementsAre("o"));
  EXPECT_THAT(summary.placements, testing::ElementsAre("home"));
}

TEST(CompilePlanLimitTest, TooManyNamesEndWithAnError) {
  std::string yaml = "attributes:\n";
  for (int i = 0; i < 65'000; ++i) {
    yaml += "  a" + std::to_string(i) + ": {type: int}\n";
  }
  EXPECT_THAT(PlanFromYaml(yaml).diagnostics,
              testing::HasSubstr("error E312: the pack declares 65000 "));
}

// variables v0 … v<count - 1>, each of the one before, and v0 of `first`.
std::string Chain(int count, const std::string& first) {
  std::string yaml =
      "variables:\n  - {name: v0, expression: \"" + first + "\"}\n";
  for (int i = 1; i < count; ++i) {
    yaml += "  - {name: v" + std::to_string(i) + ", expression: \"variables.v" +
            std::to_string(i - 1) + "\"}\n";
  }
  return yaml;
}

TEST(CompilePlanLimitTest, ALongCycleIsOneShortMessage) {
  EXPECT_EQ(PlanFromYaml(Chain(6'000, "variables.v5999")).diagnostics,
            "pack.yaml:2:12: error E301: variable `v0` needs itself: v0 -> "
            "v5999 -> v5998 -> v5997 -> v5996 -> v5995 -> v5994 -> v5993 -> "
            "…\n"
            "  hint: break the circle: write one of them without the others\n");
}

TEST(CompilePlanLimitTest, ACycleOfEightIsListedInFull) {
  EXPECT_THAT(PlanFromYaml(Chain(8, "variables.v7")).diagnostics,
              testing::HasSubstr("`v0` needs itself: v0 -> v7 -> v6 -> v5 -> "
                                 "v4 -> v3 -> v2 -> v1 -> v0\n"));
}

TEST(CompilePlanLimitTest, ATooLongChainIsReportedOnce) {
  EXPECT_EQ(PlanFromYaml(Chain(64, "1")).diagnostics, "");
  EXPECT_EQ(PlanFromYaml(Chain(300, "1")).diagnostics,
            "pack.yaml:66:12: error E311: variable `v64` needs a chain of more "
            "than 64 variables\n"
            "  hint: join some of them into one expression\n");
}

// Every placement takes every offer.
std::string FullPlacements(int placements, int offers) {
  std::string yaml = "placements:\n";
  for (int i = 0; i < placements; ++i) {
    yaml += "  p" + std::to_string(i) + ": {channel: app, max_offers: 1}\n";
  }
  yaml += "offers:\n";
  for (int i = 0; i < offers; ++i) {
    yaml += "  - {id: o" + std::to_string(i) + ", value: 1}\n";
  }
  return yaml;
}

TEST(CompilePlanLimitTest, TooManyOffersOfPlacementsEndWithOneError) {
  EXPECT_EQ(PlanFromYaml(FullPlacements(2'500, 4'000)).diagnostics, "");
  EXPECT_EQ(PlanFromYaml(FullPlacements(2'600, 4'000)).diagnostics,
            "pack.yaml:2502:3: error E314: with placement `p2500` the "
            "placements of the pack hold more than 10000000 offers in all\n"
            "  hint: narrow placements by `channel` and `groups`\n");
}

// A table with one cell.
std::string TableOf(const std::string& cell) {
  return "attributes:\n"
         "  n: {type: int, min: 0, max: 1000000000}\n"
         "treatments:\n"
         "  t:\n"
         "    fields: {x: {type: int}}\n"
         "    default: {x: 0}\n"
         "    table:\n"
         "      inputs: [n]\n"
         "      rows:\n"
         "        - {when: ['" +
         cell + "'], out: {x: 1}}\n";
}

// Each value below `count` once, 7 after 0, so that none is in its place.
std::string Alternatives(int64_t count) {
  std::string cell = "0";
  for (int64_t i = 1; i < count; ++i) {
    cell += "|" + std::to_string(i * 7 % count);
  }
  return cell;
}

TEST(CompilePlanLimitTest, ManyAlternativesOfACellTakeLittleTime) {
  EXPECT_EQ(PlanFromYaml(TableOf(Alternatives(100'000))).diagnostics, "");
  EXPECT_THAT(
      PlanFromYaml(TableOf(Alternatives(100'000) + "|77")).diagnostics,
      testing::HasSubstr(
          "error E318: this alternative overlaps another one of the cell"));
}

TEST(CompilePlanLimitTest, AlternativesCountAsCells) {
  std::string cell = "0";
  for (int i = 0; i < 1'000'000; ++i) cell += "|0";
  EXPECT_EQ(PlanFromYaml(TableOf(cell)).diagnostics,
            "pack.yaml:10:11: error E225: more than 1000000 cells in one "
            "table, each alternative counted\n");
}

TEST(CompilePlanTableTest, ARangeThatReachesFurtherOverlapsLaterOnes) {
  EXPECT_THAT(PlanFromYaml(TableOf("[1..9] | [2..3] | [5..6]")).diagnostics,
              testing::AllOf(testing::HasSubstr(":10:29: error E318"),
                             testing::HasSubstr(":10:38: error E318")));
  EXPECT_EQ(PlanFromYaml(TableOf("[5..6] | [1..3] | 4 | > 7")).diagnostics, "");
}

TEST(CompilePlanLimitTest, ErrorsThatNobodyReadsCostNoSearchForHints) {
  std::string yaml = "groups:\n";
  for (int i = 0; i < 10'000; ++i) yaml += "  g" + std::to_string(i) + ": {}\n";
  yaml += "offers:\n";
  for (int i = 0; i < 10'000; ++i) {
    const std::string number = std::to_string(i);
    yaml += "  - {id: o" + number + ", group: x" + number + ", value: 1}\n";
  }
  EXPECT_THAT(PlanFromYaml(yaml).diagnostics,
              testing::EndsWith("and 9000 more\n"));
}

}  // namespace
}  // namespace stratagem::plan
