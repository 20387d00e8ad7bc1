// What must hold for `state:` of tests: events and counters hold offers back as
// they would in a server, and mistakes in them are told before anything runs.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/author/coverage.h"
#include "engine/author/run_tests.h"
#include "engine/author/test_suite.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace stratagem::author {
namespace {

constexpr char kPack[] = R"(
language: 1
name: shop
version: v1
timezone: Asia/Shanghai
groups: {all: {}}
offers:
  - {id: gala, group: all, value: 3, limits: [{count: 2, per: all, period: day}]}
  - {id: card, group: all, value: 4, cost: 1.5, limits: [{count: 1, per: customer, within: 30d}]}
  - {id: tip, value: 1}
placements:
  home: {channel: app, max_offers: 3}
  text: {channel: sms}
contact_policy:
  - {name: fatigue, channels: [app, sms], count: 2, counting: contacts, within: 7d}
  - {name: took_no, group: all, count: 1, outcome: declined, counting: same_offer, within: 3d}
budgets:
  - {name: pot, offers: [card], amount: 10, unit: CNY, period: month}
)";

// One test of that pack, as the lines of its mapping.
std::string OneTest(const std::string& lines) {
  return absl::StrCat(
      "now: 2026-11-15T10:00:00+08:00\nsection:\n- name: s\n  tests:\n"
      "  - name: t\n    placements: [home]\n",
      lines);
}

// What is wrong with the test or its decision; "" when it passes.
std::string ResultOf(const std::string& pack, const std::string& test) {
  TempDir folder;
  folder.Write("pack.yaml", pack);
  Diagnostics diagnostics;
  const auto model = pack::LoadPack(folder.path(), diagnostics);
  if (model == nullptr) return diagnostics.ToString();
  const auto plan = plan::CompilePlan(*model, diagnostics);
  if (plan == nullptr) return diagnostics.ToString();
  std::vector<pack::TestFile> files;
  auto file =
      pack::ReadTestFile("t_test.yaml", test, model->timezone, diagnostics);
  if (file != nullptr) files.push_back(std::move(*file));
  const std::optional<TestSuite> suite =
      CompileTests(files, *model, *plan, diagnostics);
  if (diagnostics.has_errors() || !suite.has_value()) {
    return diagnostics.ToString();
  }
  Coverage coverage(*model, *plan);
  std::string text;
  for (const TestResult& result :
       RunTests(*suite, *plan, "", coverage).results) {
    for (const Difference& difference : result.differences) {
      absl::StrAppend(&text, difference.name, ": ", difference.found, "\n");
    }
  }
  return text;
}

struct StateCase {
  std::string name;
  std::string state;
  std::string output;
};

class TestStateTest : public testing::TestWithParam<StateCase> {};

TEST_P(TestStateTest, HoldsOffersBack) {
  EXPECT_EQ(ResultOf(kPack, OneTest(absl::StrCat(
                                "    state: ", GetParam().state,
                                "\n    output: ", GetParam().output, "\n"))),
            "");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TestStateTest,
    testing::ValuesIn(std::vector<StateCase>{
        {"Nothing", "{}", "{offers: [gala, card, tip]}"},
        {"NothingInLists", "{events: [], counters: {}}",
         "{offers: [gala, card, tip]}"},
        {"JustLongEnoughAgo", "{events: [{offer: card, ago: 30d}]}",
         "{offers: [gala, card, tip]}"},
        {"NotLongEnoughAgo", "{events: [{offer: card, ago: 29d}]}",
         "{offers: [gala, tip], excluded: {card: limit}}"},
        {"ByItsTime",
         "{events: [{offer: card, at: 2026-10-16T10:00:01+08:00}]}",
         "{offers: [gala, tip], excluded: {card: limit}}"},
        {"AnAnswer", "{events: [{offer: gala, outcome: declined, ago: 1d}]}",
         "{offers: [card, tip], excluded: {gala: contact_policy}}"},
        {"WhatIsShownAtOnceIsOneContact",
         "{events: [{offer: gala, ago: 1d, channel: app}, {offer: tip, ago: "
         "1d, channel: app}]}",
         "{offers: [gala, card, tip]}"},
        {"ContactsOfTwoTimesAreTwo",
         "{events: [{offer: gala, ago: 2d, channel: app}, {offer: tip, ago: "
         "1d, channel: sms}]}",
         "{offers: [], excluded: {tip: contact_policy}}"},
        {"InboundIsNoContactOfOurs",
         "{events: [{offer: gala, ago: 2d, channel: app, inbound: true}, "
         "{offer: tip, ago: 1d, channel: sms}]}",
         "{offers: [gala, card, tip]}"},
        {"WhatWasNotShownDoesNotCount",
         "{events: [{offer: card, ago: 2d}, {offer: card, outcome: "
         "not_presented, ago: 47h}]}",
         "{offers: [gala, card, tip]}"},
        {"WhatWasNotShownIsOfTheSameOffer",
         "{events: [{offer: card, ago: 2d}, {offer: gala, outcome: "
         "not_presented, ago: 47h}]}",
         "{excluded: {card: limit}}"},
        {"SharedLimit", "{counters: {\"offers.gala.limits[0]\": 2}}",
         "{offers: [card, tip], excluded: {gala: limit}}"},
        {"SharedLimitWithRoom", "{counters: {\"offers.gala.limits[0]\": 1}}",
         "{offers: [gala, card, tip]}"},
        {"Budget", "{counters: {budgets.pot: 8.500001}}",
         "{offers: [gala, tip], excluded: {card: budget}}"},
        {"BudgetToTheMicroUnit", "{counters: {budgets.pot: 8.5}}",
         "{offers: [gala, card, tip]}"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

struct BadState {
  std::string name;
  std::string state;
  std::string want;  // Part of what its author is told.
};

class BadTestStateTest : public testing::TestWithParam<BadState> {};

TEST_P(BadTestStateTest, IsToldAtItsPlace) {
  EXPECT_THAT(
      ResultOf(kPack, OneTest(absl::StrCat("    state: ", GetParam().state,
                                           "\n    output: {offers: []}\n"))),
      testing::HasSubstr(absl::StrCat("t_test.yaml:7:", GetParam().want)));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadTestStateTest,
    testing::ValuesIn(std::vector<BadState>{
        {"NoTime", "{events: [{offer: card}]}",
         "22: error E513: expected either `ago` or `at`"},
        {"TwoTimes", "{events: [{offer: card, ago: 1d, at: 2026-11-01}]}",
         "22: error E513: expected either `ago` or `at`"},
        {"Ahead", "{events: [{offer: card, ago: -24h}]}",
         "22: error E513: the event is after the decision, expected before it"},
        {"AheadByItsTime", "{events: [{offer: card, at: 2026-11-16}]}",
         "22: error E516: the event is at 2026-11-16T00:00:00+08:00, after "
         "the test decides"},
        {"UnknownOffer", "{events: [{offer: crad, ago: 1d}]}",
         "30: error E505: `crad` is not an offer of the pack\n  hint: did you "
         "mean `card`?"},
        {"UnknownChannel", "{events: [{offer: card, ago: 1d, channel: ap}]}",
         "54: error E505: `ap` is not a channel of a placement or a line"},
        {"UnknownOutcome", "{events: [{offer: card, ago: 1d, outcome: no}]}",
         "54: error E249:"},
        {"NoHold", "{holds: {tier: gold}}", "27: error E504:"},
        {"UnknownCounter", "{counters: {budgets.pto: 1}}",
         "24: error E517: `budgets.pto` is no limit or budget that customers "
         "share\n  hint: did you mean `budgets.pot`?"},
        {"CounterOfEachCustomer", "{counters: {\"offers.card.limits[0]\": 1}}",
         "24: error E517: `offers.card.limits[0]` counts for each customer"},
        {"Fraction", "{counters: {\"offers.gala.limits[0]\": 0.5}}",
         "49: error E518: `offers.gala.limits[0]` counts, expected a whole "
         "number"},
        {"Negative", "{counters: {budgets.pot: -1}}",
         "37: error E514: `budgets.pot` is -1, expected 0 or more"},
        {"UnknownKey", "{evnts: []}", "13: error E220:"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(TestStateWithoutCapsTest, EventsThatNothingLooksAtAreAMistake) {
  EXPECT_THAT(
      ResultOf("language: 1\nname: shop\nversion: v1\noffers: [{id: a}]\n"
               "placements: {home: {}}\n",
               OneTest("    state: {events: [{offer: a, ago: 1d}]}\n"
                       "    output: {offers: [a]}\n")),
      testing::HasSubstr("t_test.yaml:7:22: error E515: the test sets events, "
                         "and no cap of the pack looks at them"));
}

}  // namespace
}  // namespace stratagem::author
