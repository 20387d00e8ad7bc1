// What must hold for Diff: every change of meaning is seen once and at its
// place; what only looks different is no change.

#include "engine/author/diff.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/loader.h"
#include "engine/plan/plan.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::author {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kPack[] = R"yaml(language: 1
name: shop
version: 1.0.0
description: a shop
timezone: UTC
effective: {from: 2026-01-01}
attributes:
  spend: {type: double, min: 0, unit: EUR}
  city: {type: string, default: here}
  nps: {type: int, optional: true}
request:
  channel: {type: string, values: [web, call], default: web}
constraints:
  - "spend >= 0.0"
parameters:
  depth: {type: double, value: 12, min: 0, max: 25}
variables:
  - {name: margin, expression: "spend * 0.1"}
value:
  dimensions:
    money:
      weight: 0.6
      indicators:
        - {name: spent, expression: "spend", bins: [100, 1000]}
        - {name: rated, expression: "nps", curve: [[0, 0], [10, 100]]}
    talk: {weight: 0.4, indicators: [{name: nps, expression: "nps", bins: [8]}]}
  tiers: [{tier: gold, score_min: 60}, {tier: silver, score_min: 30}, {tier: basic}]
  hold: {downgrade_after: 90d, min_coverage: 0.5}
lifecycle:
  stages: [fresh, loyal, gone]
  match:
    - {condition: "spend == 0.0", stage: fresh}
    - {condition: "spend > 500.0", stage: loyal}
    - {stage: gone}
treatments:
  pricing:
    fields: {pct: {type: double, min: 0, max: 30}}
    default: list
    matrix:
      columns: [fresh, loyal, gone]
      gold:    [list,  nice,  back]
      silver:  [list,  list,  back]
      basic:   [list,  list,  list]
    cells: {list: {pct: 0}, nice: {pct: 5}, back: {pct: {cel: "parameters.depth"}}}
  service:
    fields: {queue: {type: string}, seconds: {type: int}}
    default: {queue: all, seconds: 120}
    table:
      hit: first
      inputs: [tier, request.channel]
      rows:
        - {when: [gold, _], out: {queue: best, seconds: 10}}
        - {when: [silver | basic, call], out: {queue: phone, seconds: 30}}
        - {when: [_, web], out: {queue: chat, seconds: 60}}
  contact:
    fields: {by: {type: string}}
    default: {by: none}
    rule:
      variables:
        - {name: rich, expression: "variables.margin > 10.0"}
      match:
        - {condition: "city == 'here'", output: "{'by': 'visit'}"}
        - condition: "variables.rich"
          rule:
            match:
              - {condition: "stage == 'gone'", output: "{'by': 'call'}"}
              - {output: "{'by': 'mail'}"}
groups:
  all: {eligibility: "spend > 0.0"}
  back: {parent: all, lever_percent: 20}
  loud: {limits: [{count: 9, per: all, period: day}]}
offers:
  - id: coupon
    group: back
    channels: [web, call]
    labels: {accept: {en: "Yes", zh: 好}}
    content: {web: {en: Come back}}
    action_ref: shop://1
    valid: {from: 2026-02-01, until: 2026-03-01}
    applicability: "stage == 'gone'"
    propensity: 0.1
    value: "variables.margin"
    cost: 2
    limits:
      - {count: 1, within: 30d}
      - {count: 4, per: channel, period: total, outcome: accepted, reserve_for: 2h}
  - {id: hello, group: all}
context_weights:
  - {when: "request.channel == 'call'", group: back, weight: 1.5}
placements:
  home: {channel: web, max_offers: 2, distinct: group, groups: [all, back]}
arbitration:
  score: "offer.propensity * offer.value - offer.cost"
  min_score: 0
  explore: {method: softmax, temperature: 0.2, share: 0.1}
contact_policy:
  - {name: fatigue, channels: [web], count: 2, within: 7d}
  - {name: quiet, group: back, between: ["21:00", "09:30"]}
budgets:
  - {name: coupons, groups: [back], amount: 99.50, unit: GBP, period: day}
  - {name: house, amount: 1000000, period: month, charge: presented}
texts:
  eligibility: {en: not for you}
)yaml";

struct TestPack {
  explicit TestPack(const std::string& yaml) {
    folder.Write("pack.yaml", yaml);
    Diagnostics diagnostics;
    model = pack::LoadPack(folder.path(), diagnostics);
    STRATAGEM_CHECK(model != nullptr &&
                    plan::CompilePlan(*model, diagnostics) != nullptr);
  }
  TempDir folder;
  std::unique_ptr<const pack::Model> model;
};

// "changed tiers/gold/score_min: 60 -> 65".
std::string LineOf(const Change& change) {
  const char* const words[] = {"added", "removed", "changed", "moved"};
  return absl::StrCat(words[static_cast<size_t>(change.kind)], " ",
                      absl::StrJoin(change.path, "/"), ": ", change.before,
                      " -> ", change.after);
}

std::vector<std::string> LinesOf(const std::string& before,
                                 const std::string& after) {
  std::vector<std::string> lines;
  const TestPack a(before);
  const TestPack b(after);
  for (const Change& change : Diff(*a.model, *b.model)) {
    lines.push_back(LineOf(change));
  }
  return lines;
}

// kPack with every `from` replaced, of which there is at least one.
std::string Edited(const std::string& from, const std::string& to) {
  std::string text = kPack;
  STRATAGEM_CHECK(absl::StrReplaceAll({{from, to}}, &text) > 0);
  return text;
}

struct ChangeCase {
  std::string name;
  std::string from;
  std::string to;
  std::vector<std::string> want;
};

class ChangeTest : public testing::TestWithParam<ChangeCase> {};

TEST_P(ChangeTest, IsSeenAtItsPlace) {
  EXPECT_EQ(LinesOf(kPack, Edited(GetParam().from, GetParam().to)),
            GetParam().want);
}

// Backwards it is the same, with the sides changed.
TEST_P(ChangeTest, IsSeenBackwards) {
  EXPECT_EQ(LinesOf(Edited(GetParam().from, GetParam().to), kPack).size(),
            GetParam().want.size());
}

INSTANTIATE_TEST_SUITE_P(
    Meaning, ChangeTest,
    testing::ValuesIn(std::vector<ChangeCase>{
        {"Timezone",
         "timezone: UTC",
         "timezone: Asia/Tokyo",
         {"changed pack/timezone: UTC -> Asia/Tokyo"}},
        {"Effective",
         "{from: 2026-01-01}",
         "{until: 2027-01-01}",
         {"added pack/effective until:  -> 2027-01-01",
          "removed pack/effective from: 2026-01-01 -> "}},
        {"AttributeBound",
         "min: 0, unit: EUR",
         "min: 1, unit: EUR",
         {"changed attributes/spend/min: 0 -> 1"}},
        {"AttributeUnit",
         "unit: EUR",
         "unit: USD",
         {"changed attributes/spend/unit: EUR -> USD"}},
        {"AttributeDefault",
         "default: here",
         "default: there",
         {"changed attributes/city/default: here -> there"}},
        {"AttributeAdded",
         "attributes:\n",
         "attributes:\n  age: {type: int, optional: true, protected: true}\n",
         {"added attributes/age:  -> type: int, optional: true, protected: "
          "true"}},
        {"TreatmentAdded",
         "treatments:\n",
         "treatments:\n  mail:\n    fields: {by: {type: string, values: [post, "
         "web]}}\n    default: {by: post}\n",
         {"added treatments/mail:  -> fields (by (type: string, values: post, "
          "web)), decided by: the default, default (by: post)"}},
        {"RequestValues",
         "values: [web, call]",
         "values: [web, call, shop]",
         {"changed request/channel/values: web, call -> web, call, shop"}},
        {"Constraint",
         "  - \"spend >= 0.0\"",
         "  - \"spend >= 1.0\"",
         {"added constraints/spend >= 1.0:  -> ",
          "removed constraints/spend >= 0.0:  -> "}},
        {"Parameter",
         "value: 12",
         "value: 18",
         {"changed parameters/depth/value: 12 -> 18"}},
        {"Variable",
         "spend * 0.1",
         "spend * 0.2",
         {"changed variables/margin: spend * 0.1 -> spend * 0.2"}},
        {"Weight",
         "weight: 0.6",
         "weight: 0.7",
         {"changed dimensions/money/weight: 0.6 -> 0.7"}},
        {"Bins",
         "bins: [100, 1000]",
         "bins: [100, 1500]",
         {"changed dimensions/money/spent/bins: 100, 1000 -> 100, 1500"}},
        {"Curve",
         "[10, 100]",
         "[9, 100]",
         {"changed dimensions/money/rated/curve: [0, 0], [10, 100] -> [0, 0], "
          "[9, 100]"}},
        {"Threshold",
         "score_min: 60",
         "score_min: 65",
         {"changed tiers/gold/score_min: 60 -> 65"}},
        {"Hold",
         "downgrade_after: 90d",
         "downgrade_after: 60d",
         {"changed hold/downgrade_after: 90d -> 60d"}},
        {"Stage",
         "{condition: \"spend > 500.0\", stage: loyal}",
         "{condition: \"spend > 500.0\", stage: gone}",
         {"changed lifecycle/spend > 500.0: loyal -> gone"}},
        {"LimitCount",
         "{count: 1, within: 30d}",
         "{count: 2, within: 30d}",
         {"changed offers/coupon/limits/presented per customer, within "
          "30d/count: 1 -> 2"}},
        {"LimitWindow",
         "{count: 9, per: all, period: day}",
         "{count: 9, per: all, within: 1d}",
         {"changed groups/loud/limits/count: 9: presented per all, day -> "
          "presented per all, within 1d"}},
        {"LimitReservation",
         "reserve_for: 2h",
         "reserve_for: 3h",
         {"changed offers/coupon/limits/accepted per channel, "
          "total/reserve_for: 2h -> 3h"}},
        {"LimitAdded",
         "- {id: hello,",
         "- {id: hello, limits: [{count: 3, period: hour}],",
         {"added offers/hello/limits:  -> presented per customer, hour (count: "
          "3)"}},
        {"LineCount",
         "count: 2, within: 7d",
         "count: 3, within: 7d, counting: contacts",
         {"changed contact_policy/fatigue/count: 2 -> 3",
          "changed contact_policy/fatigue/counting: offers -> contacts"}},
        {"LineOffers",
         "group: back, between: [\"21:00\"",
         "offers: [coupon], direction: any, between: [\"22:00\"",
         {"added contact_policy/quiet/offers:  -> coupon",
          "changed contact_policy/quiet/direction: outbound -> any",
          "changed contact_policy/quiet/between: 21:00 to 09:30 -> 22:00 to "
          "09:30",
          "removed contact_policy/quiet/groups: back -> "}},
        {"LineAdded",
         "  - {name: quiet,",
         "  - {name: no, count: 1, period: week, outcome: declined}\n"
         "  - {name: quiet,",
         {"added contact_policy/no:  -> direction: outbound, count: 1, window: "
          "week, outcome: declined, counting: offers"}},
        {"BudgetAmount",
         "amount: 99.50",
         "amount: 99.500001",
         {"changed budgets/coupons/amount: 99.5 -> 99.500001"}},
        {"BudgetCharge",
         "period: month, charge: presented",
         "period: month, unit: GBP, reserve_for: 3d",
         {"added budgets/house/unit:  -> GBP",
          "changed budgets/house/charge: presented -> accepted",
          "changed budgets/house/reserve_for: 1d -> 3d"}},
        {"TimezoneAttribute",
         "timezone: UTC",
         "timezone: UTC\ntimezone_attribute: city",
         {"added pack/timezone_attribute:  -> city"}},
        {"OrderOfStageRules",
         "    - {condition: \"spend == 0.0\", stage: fresh}\n    - {condition: "
         "\"spend > 500.0\", stage: loyal}\n",
         "    - {condition: \"spend > 500.0\", stage: loyal}\n    - "
         "{condition: "
         "\"spend == 0.0\", stage: fresh}\n",
         {"moved lifecycle/spend > 500.0: 2 -> 1"}},
        {"OnePairOfTheMatrix",
         "silver:  [list,  list,  back]",
         "silver:  [list,  nice,  back]",
         {"changed treatments/pricing/silver x loyal/pct: 0 -> 5"}},
        {"ACellOfTwoPairs",
         "back: {pct: {cel: \"parameters.depth\"}}",
         "back: {pct: 12}",
         {"changed treatments/pricing/gold x gone/pct: {cel: "
          "parameters.depth} -> 12",
          "changed treatments/pricing/silver x gone/pct: {cel: "
          "parameters.depth} -> 12"}},
        {"BoundOfAField",
         "max: 30",
         "max: 40",
         {"changed treatments/pricing/fields/pct/max: 30 -> 40"}},
        {"ATreatmentsDefault",
         "{queue: all, seconds: 120}",
         "{queue: all, seconds: 90}",
         {"changed treatments/service/default/seconds: 120 -> 90"}},
        {"ARowsOutput",
         "{queue: phone, seconds: 30}",
         "{queue: phone, seconds: 20}",
         {"changed treatments/service/row/(request.channel: call, tier: basic "
          "| silver)/seconds: 30 -> 20"}},
        {"ARowsCondition",
         "[_, web]",
         "[basic, web]",
         {"changed treatments/service/row/queue: chat, seconds: 60: "
          "(request.channel: web) -> (request.channel: web, tier: basic)"}},
        {"AStagesCondition",
         "spend > 500.0",
         "spend > 600.0",
         {"changed lifecycle/loyal: spend > 500.0 -> spend > 600.0"}},
        {"AStagesConditionAndStage",
         "{condition: \"spend > 500.0\", stage: loyal}",
         "{condition: \"spend > 600.0\", stage: gone}",
         {"added lifecycle/spend > 600.0:  -> gone",
          "removed lifecycle/spend > 500.0: loyal -> "}},
        {"OrderOfRows",
         "        - {when: [silver | basic, call], out: {queue: phone, "
         "seconds: "
         "30}}\n        - {when: [_, web], out: {queue: chat, seconds: 60}}\n",
         "        - {when: [_, web], out: {queue: chat, seconds: 60}}\n        "
         "- "
         "{when: [silver | basic, call], out: {queue: phone, seconds: 30}}\n",
         {"moved treatments/service/row/(request.channel: web): 3 -> 2"}},
        {"HitPolicy",
         "hit: first",
         "hit: any",
         {"changed treatments/service/hit: first -> any"}},
        {"AnItemsOutput",
         "{'by': 'visit'}",
         "{'by': 'call'}",
         {"changed treatments/contact/match/city == 'here'/output: {'by': "
          "'visit'} -> {'by': 'call'}"}},
        {"AnItemInside",
         "stage == 'gone'\", output",
         "stage == 'fresh'\", output",
         {"changed treatments/contact/match/variables.rich/match/output: "
          "{'by': 'call'}: stage == 'gone' -> stage == 'fresh'"}},
        {"AVariableOfARule",
         "variables.margin > 10.0",
         "variables.margin > 9.0",
         {"changed treatments/contact/variable rich: variables.margin > 10.0 "
          "-> variables.margin > 9.0"}},
        {"AGroupsGate",
         "all: {eligibility: \"spend > 0.0\"}",
         "all: {}",
         {"removed groups/all/eligibility: spend > 0.0 -> "}},
        {"AGroupsLever",
         "lever_percent: 20",
         "lever_percent: -20",
         {"changed groups/back/lever_percent: 20 -> -20"}},
        {"AnOffersGate",
         "applicability: \"stage == 'gone'\"",
         "applicability: \"stage == 'loyal'\"",
         {"changed offers/coupon/applicability: stage == 'gone' -> stage == "
          "'loyal'"}},
        {"AnOffersValue",
         "value: \"variables.margin\"",
         "value: 3",
         {"changed offers/coupon/value: {cel: variables.margin} -> 3"}},
        {"AnOffersChannels",
         "channels: [web, call]",
         "channels: [web]",
         {"changed offers/coupon/channels: call, web -> web"}},
        {"AnOffersLabel",
         "zh: 好",
         "zh: 要",
         {"changed offers/coupon/label accept zh: 好 -> 要"}},
        {"AnOffersContent",
         "Come back",
         "Come again",
         {"changed offers/coupon/content web en: Come back -> Come again"}},
        {"AnOffersAction",
         "shop://1",
         "shop://2",
         {"changed offers/coupon/action_ref: shop://1 -> shop://2"}},
        {"AnOffersInterval",
         "until: 2026-03-01",
         "until: 2026-04-01",
         {"changed offers/coupon/valid until: 2026-03-01 -> 2026-04-01"}},
        {"AMandatoryOffer",
         "{id: hello, group: all}",
         "{id: hello, group: all, mandatory: true}",
         {"changed offers/hello/mandatory: false -> true"}},
        {"AnOfferGone",
         "  - {id: hello, group: all}\n",
         "",
         {"removed offers/hello: group: all -> "}},
        {"AContextWeight",
         "weight: 1.5",
         "weight: 2",
         {"changed context_weights/back when request.channel == "
          "'call'/weight: 1.5 -> 2"}},
        {"APlacement",
         "max_offers: 2",
         "max_offers: 3",
         {"changed placements/home/max_offers: 2 -> 3"}},
        {"Score",
         "offer.value - offer.cost",
         "offer.value",
         {"changed arbitration/score: offer.propensity * offer.value - "
          "offer.cost -> offer.propensity * offer.value"}},
        {"Explore",
         "temperature: 0.2",
         "temperature: 0.3",
         {"changed arbitration/explore temperature: 0.2 -> 0.3"}},
        {"AText",
         "not for you",
         "not yet",
         {"changed texts/eligibility en: not for you -> not yet"}},
    }),
    [](const auto& param_info) { return param_info.param.name; });

class SameMeaningTest : public testing::TestWithParam<ChangeCase> {};

TEST_P(SameMeaningTest, IsNoChange) {
  EXPECT_THAT(LinesOf(kPack, Edited(GetParam().from, GetParam().to)),
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
  const TestPack one(kPack);
  std::string rest = kPack;
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
  EXPECT_THAT(LinesOf(kPack, Edited("tiers: [",
                                    "tiers: [{tier: top, score_min: 90}, ")),
              ElementsAre("added tiers/top:  -> score_min: 90",
                          "added treatments/pricing/top x fresh:  -> pct: 0",
                          "added treatments/pricing/top x loyal:  -> pct: 0",
                          "added treatments/pricing/top x gone:  -> pct: 0"));
}

TEST(DiffTest, ANewItemOfARuleIsOneChange) {
  const std::vector<std::string> lines = LinesOf(
      kPack, Edited("    rule:\n      variables:\n        - {name: rich, "
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
