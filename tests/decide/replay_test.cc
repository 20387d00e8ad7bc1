// What must hold for Replayer: whatever was recorded, of every kind of
// decision, comes out the same, bit for bit, from its record alone; another
// pack's differences are told, each once and with nothing else beside them.

#include "engine/decide/replay.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/plan/plan_code.h"
#include "engine/store/record_codec.h"
#include "engine/value/csv.h"
#include "engine/value/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/plan/plan_fixture.h"
#include "tests/store/sample_records.h"
#include "tests/support/golden.h"
#include "tests/support/shared_data.h"

namespace stratagem::decide {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::unique_ptr<const store::DecodedRecord> ThroughTheLog(
    const trace::DecisionRecord& record) {
  auto decoded = store::Decode(store::Encode(record, store::NewIdentity()));
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  return *std::move(decoded);
}

std::string ToText(const std::vector<Difference>& differences) {
  std::string text;
  for (const Difference& difference : differences) {
    absl::StrAppend(&text, difference.place, ": ", difference.recorded, " -> ",
                    difference.replayed, "\n");
  }
  return text;
}

// Replays what `workspace` has decided, by way of its bytes.
void ExpectReplays(const plan::Plan& plan, const Workspace& workspace,
                   Replayer& replayer) {
  const auto recorded = ThroughTheLog(workspace.record());
  const Replayed& replayed = replayer.Replay(recorded->decision());
  EXPECT_EQ(ToText(replayed.differences), "");
  EXPECT_THAT(replayed.not_recorded, IsEmpty());
  // Nothing that comparing overlooks: all fields, numbers as bits.
  const auto again = ThroughTheLog(replayer.record());
  trace::DecisionRecord expected = recorded->decision();
  // Stored values that did not fit are not in the record.
  std::erase_if(expected.degradations, [](const trace::Degradation& survived) {
    return survived.reason == trace::Reason::kProfileValue;
  });
  EXPECT_EQ(store::Dump(again->decision()), store::Dump(expected))
      << plan.summary().name;
}

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           SourcePath("tests/golden/decisions"))) {
    names.push_back(entry.path().filename());
  }
  return names;
}

class ReplayerGoldenTest : public testing::TestWithParam<std::string> {};

// Caps and budgets, gates, errors, held tiers, rules, tables, fallbacks, levers
// left out, stored facts, simulated times: what the golden decisions hold.
TEST_P(ReplayerGoldenTest, EveryReviewedDecisionComesOutTheSame) {
  const std::string folder =
      absl::StrCat("tests/golden/decisions/", GetParam());
  const plan::LoadedPlan loaded = plan::LoadPlan(SourcePath(folder));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  std::ifstream calls(SourcePath(folder + "/calls.ndjson"));
  Workspace workspace;
  Replayer replayer(*loaded.plan);
  std::string call;
  int decided = 0;
  while (std::getline(calls, call)) {
    // Only tests of packs turn exploration off, and they record nothing.
    if (absl::StrContains(call, "\"explore\"")) continue;
    SCOPED_TRACE(call);
    const std::string text = DecideJson(*loaded.plan, call, workspace);
    if (absl::StartsWith(text, "refused")) continue;
    ++decided;
    ExpectReplays(*loaded.plan, workspace, replayer);
  }
  EXPECT_GT(decided, 0);
}

INSTANTIATE_TEST_SUITE_P(Cases, ReplayerGoldenTest,
                         testing::ValuesIn(CaseNames()),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

constexpr char kPack[] = R"yaml(
attributes:
  spend: {type: double, default: 15}
  city: {type: string, optional: true, pii: true}
  level: {type: int, optional: true}
request:
  channel: {type: string, optional: true}
parameters:
  rebate: {type: double, value: 5}
value:
  dimensions:
    money: {weight: 1, indicators: [{name: spend, expression: "spend", bins: [10, 20]}]}
  tiers:
    - {tier: gold, score_min: 60}
    - {tier: basic}
treatments:
  price:
    fields: {discount: {type: double}, note: {type: string}}
    default: {discount: 0, note: none}
    rule:
      match:
        - output: "{'discount': parameters.rebate, 'note': city.orValue('nowhere')}"
offers:
  - {id: card, value: 9, propensity: "spend / 100.0"}
  - {id: loan, value: 5, propensity: "0.5", eligibility: "spend > 1.0"}
  - {id: gift, value: 3, propensity: "0.5"}
  - {id: tip, value: 1}
placements:
  web: {channel: web, max_offers: 2}
  desk: {channel: call, direction: inbound, max_offers: 1}
)yaml";

constexpr char kCall[] =
    R"({"placements": ["web", "desk"], "attributes": {"spend": 80.0}})";

using Edits =
    std::vector<std::pair<const absl::string_view, absl::string_view>>;

// The pack with edits.
std::shared_ptr<const plan::Plan> ShopPlan(const Edits& edits) {
  plan::LoadedPlan loaded =
      plan::PlanFromYaml(absl::StrReplaceAll(kPack, edits));
  EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  return loaded.plan;
}

struct Changed {
  std::vector<Difference> differences;
  std::vector<std::string> not_recorded;
};

// Decides `call` by the pack and replays it with the edited one.
Changed ReplayEdited(const std::string& call, const Edits& before,
                     const Edits& after) {
  const std::shared_ptr<const plan::Plan> first = ShopPlan(before);
  const std::shared_ptr<const plan::Plan> second = ShopPlan(after);
  if (first == nullptr || second == nullptr) return {};
  Workspace workspace;
  const std::string text = DecideJson(*first, call, workspace);
  EXPECT_FALSE(absl::StartsWith(text, "refused")) << text;
  const auto recorded = ThroughTheLog(workspace.record());
  Replayer replayer(*second);
  const Replayed& replayed = replayer.Replay(recorded->decision());
  return {replayed.differences, replayed.not_recorded};
}

TEST(ReplayerTest, DrawsComeOutTheSameForEverySeed) {
  for (const absl::string_view explore :
       {"{method: uniform, share: 0.5}",
        "{method: softmax, temperature: 0.5, share: 0.9}"}) {
    const std::string arbitration =
        absl::StrCat("arbitration:\n  explore: ", explore, "\nplacements:\n");
    const auto plan = ShopPlan({{"placements:\n", arbitration}});
    ASSERT_NE(plan, nullptr);
    Workspace workspace;
    Replayer replayer(*plan);
    std::set<std::string> texts;
    for (int seed = 0; seed < 50; ++seed) {
      texts.insert(
          DecideJson(*plan,
                     absl::StrCat(R"({"placements": ["desk", "web"], "seed": )",
                                  seed, "}"),
                     workspace));
      ExpectReplays(*plan, workspace, replayer);
    }
    EXPECT_GT(texts.size(), 5u) << explore;
  }
}

struct FactsCase {
  std::string name;
  std::string call;
};

class ReplayerFactsTest : public testing::TestWithParam<FactsCase> {};

TEST_P(ReplayerFactsTest, ComeFromWhereTheyCame) {
  const auto plan = ShopPlan({});
  ASSERT_NE(plan, nullptr);
  Workspace workspace;
  Replayer replayer(*plan);
  const std::string text = DecideJson(*plan, GetParam().call, workspace);
  ASSERT_FALSE(absl::StartsWith(text, "refused")) << text;
  ExpectReplays(*plan, workspace, replayer);
}

INSTANTIATE_TEST_SUITE_P(
    Sources, ReplayerFactsTest,
    testing::ValuesIn(std::vector<FactsCase>{
        {"Nothing", "{}"},
        {"Sent", kCall},
        {"Stored", R"({"profile": {"spend": 80.0, "city": "Rome"}})"},
        {"SentOverStored",
         R"({"attributes": {"city": "Bern"}, "profile": {"city": "Rome"}})"},
        {"NullHidesWhatIsStored",
         R"({"attributes": {"city": null}, "profile": {"city": "Rome"}})"},
        {"StoredThatDoesNotFitIsMissing", R"({"profile": {"level": "high"}})"},
        {"OfTheRequest", R"({"request": {"channel": "app"}})"},
        {"AnotherUnitAndLocale", R"({"unit": "household-7", "locale": "zh"})"},
        {"AtAnotherTime", R"({"as_of": "2020-01-01T00:00:00Z"})"},
        {"WithoutLevers", R"({"ignore_levers": true, "placements": ["web"]})"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReplayerTest, AnUnchangedPackUnderAnotherDigestChangesNothing) {
  const Changed changed =
      ReplayEdited(kCall, {}, {{"offers:\n", "# a comment\noffers:\n"}});
  EXPECT_EQ(ToText(changed.differences), "");
  EXPECT_THAT(changed.not_recorded, IsEmpty());
}

struct ChangeCase {
  std::string name;
  absl::string_view from;
  absl::string_view to;
  std::string want;
};

void PrintTo(const ChangeCase& change, std::ostream* out) {
  *out << change.name;
}

class ReplayerChangeTest : public testing::TestWithParam<ChangeCase> {};

TEST_P(ReplayerChangeTest, TellsExactlyWhatItChanges) {
  const ChangeCase& change = GetParam();
  const Changed changed = ReplayEdited(kCall, {}, {{change.from, change.to}});
  EXPECT_EQ(ToText(changed.differences), change.want);
  EXPECT_THAT(changed.not_recorded, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Changes, ReplayerChangeTest,
    testing::ValuesIn(std::vector<ChangeCase>{
        {"Tier", "bins: [10, 20]", "bins: [100, 200]",
         "score: 100.0 -> 0.0\n"
         "tier: gold -> basic\n"},
        {"Parameter", "value: 5}", "value: 7}",
         "parameters.rebate: 5.0 -> 7.0\n"
         "treatments.price.discount: 5.0 -> 7.0\n"},
        {"Lever", "value: 3, prop", "value: 3, lever_percent: 200, prop",

         "placements.web.slots[1].offer: loan -> gift\n"
         "placements.web.slots[1].score: 2.5 -> 4.5\n"
         "placements.web.offers[loan]: ranked -> outranked\n"
         "placements.web.offers[gift]: outranked -> ranked\n"
         "placements.web.offers[gift].lever: 1.0 -> 3.0\n"
         "placements.web.offers[gift].score: 1.5 -> 4.5\n"
         "placements.desk.slots[0].offer: gift -> loan\n"
         "placements.desk.slots[0].score: 1.5 -> 2.5\n"
         "placements.desk.offers[loan]: already_shown -> ranked\n"
         "placements.desk.offers[gift]: ranked -> already_shown\n"
         "placements.desk.offers[gift].lever: 1.0 -> 3.0\n"
         "placements.desk.offers[gift].score: 1.5 -> 4.5\n"},
        {"Gate", "spend > 1.0", "spend > 90.0",
         "placements.web.slots[1].offer: loan -> gift\n"
         "placements.web.slots[1].score: 2.5 -> 1.5\n"
         "placements.web.offers[loan]: ranked -> eligibility\n"
         "placements.web.offers[gift]: outranked -> ranked\n"
         "placements.desk.slots[0].offer: gift -> tip\n"
         "placements.desk.slots[0].score: 1.5 -> 1.0\n"
         "placements.desk.offers[loan]: already_shown -> eligibility\n"
         "placements.desk.offers[gift]: ranked -> already_shown\n"
         "placements.desk.offers[tip]: outranked -> ranked\n"},
        {"Rank", "value: 1}", "value: 99}",
         "placements.web.slots[0].offer: card -> tip\n"
         "placements.web.slots[0].score: 7.2 -> 99.0\n"
         "placements.web.slots[1].offer: loan -> card\n"
         "placements.web.slots[1].score: 2.5 -> 7.2\n"
         "placements.web.offers[loan]: ranked -> outranked\n"
         "placements.web.offers[tip]: outranked -> ranked\n"
         "placements.web.offers[tip].value: 1.0 -> 99.0\n"
         "placements.web.offers[tip].score: 1.0 -> 99.0\n"
         "placements.desk.slots[0].offer: gift -> loan\n"
         "placements.desk.slots[0].score: 1.5 -> 2.5\n"
         "placements.desk.offers[loan]: already_shown -> ranked\n"
         "placements.desk.offers[gift]: ranked -> outranked\n"
         "placements.desk.offers[tip]: outranked -> already_shown\n"
         "placements.desk.offers[tip].value: 1.0 -> 99.0\n"
         "placements.desk.offers[tip].score: 1.0 -> 99.0\n"},
        {"OfferGone", "  - {id: tip, value: 1}\n", "",
         "placements.web.offers[tip]: outranked -> \n"
         "placements.desk.offers[tip]: outranked -> \n"},
        {"OfferNew", "placements:", "  - {id: new, value: 0}\nplacements:",
         "placements.web.offers[new]:  -> outranked\n"
         "placements.desk.offers[new]:  -> outranked\n"},
        {"PlacementGone",
         "  desk: {channel: call, direction: inbound, max_offers: 1}\n", "",
         "placements.desk: filled -> \n"},
        {"MoreSlots", "max_offers: 2", "max_offers: 3",
         "placements.web.slots[2].offer:  -> gift\n"
         "placements.web.offers[gift]: outranked -> ranked\n"
         "placements.desk.slots[0].offer: gift -> tip\n"
         "placements.desk.slots[0].score: 1.5 -> 1.0\n"
         "placements.desk.offers[gift]: ranked -> already_shown\n"
         "placements.desk.offers[tip]: outranked -> ranked\n"},
        {"TreatmentNew", "\noffers:",
         "\n  call: {fields: {lines: {type: int}}, default: {lines: "
         "3}}\noffers:",
         "treatments.call:  -> given\n"},
        {"Default", "default: 15", "default: 16", ""},
        {"Failure", "spend / 100.0", "[spend / 100.0][level.orValue(3)]",
         "placements.web.slots[0].offer: card -> loan\n"
         "placements.web.slots[0].score: 7.2 -> 2.5\n"
         "placements.web.slots[1].offer: loan -> gift\n"
         "placements.web.slots[1].score: 2.5 -> 1.5\n"
         "placements.web.offers[card]: ranked -> propensity_error\n"
         "placements.web.offers[gift]: outranked -> ranked\n"
         "placements.desk.slots[0].offer: gift -> tip\n"
         "placements.desk.slots[0].score: 1.5 -> 1.0\n"
         "placements.desk.offers[card]: already_shown -> propensity_error\n"
         "placements.desk.offers[gift]: ranked -> already_shown\n"
         "placements.desk.offers[tip]: outranked -> ranked\n"
         "degradations.propensity_error[card]:  -> index out of range\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReplayerTest, APersonalValueIsNotTold) {
  const Changed changed = ReplayEdited(
      R"({"attributes": {"city": "Rome"}})", {},
      {{"city: {type: string, optional: true, pii: true}",
        "city: {type: string, values: [Bern], optional: true, pii: true}"}});
  EXPECT_THAT(changed.differences,
              ElementsAre(Difference{"refused", "attributes.city", "decided",
                                     "(personal)"}));
}

TEST(ReplayerTest, WhatTheRecordDoesNotHoldIsNamed) {
  const Changed changed = ReplayEdited(
      kCall,
      {{"  level: {type: int, optional: true}\n", ""},
       {"  channel: {type: string, optional: true}\n", ""},
       {"request:\n", ""}},
      {{"offers:\n",
        "contact_policy:\n"
        "  - {name: fatigue, count: 2, within: 7d, direction: any}\n"
        "budgets:\n"
        "  - {name: pot, amount: 9, unit: EUR, period: total}\n"
        "offers:\n"},
       {"    - {tier: basic}\n",
        "    - {tier: basic}\n  hold: {downgrade_after: 90d}\n"},
       {"value: 9,", "value: 9, cost: 1,"}});
  EXPECT_THAT(
      changed.not_recorded,
      ElementsAre("attributes.level", "request.channel", "hold_read",
                  "events_read", testing::StartsWith("counters_read.")));
}

TEST(ReplayerTest, DamagedInputsAreToldAndTakeNothingDown) {
  const auto plan = ShopPlan({});
  ASSERT_NE(plan, nullptr);
  Workspace workspace;
  DecideJson(*plan, kCall, workspace);
  trace::DecisionRecord damaged = workspace.record();
  damaged.parameters[0].value = Value::String("five");
  damaged.attributes[0].value = Value::String("much");
  damaged.placements.push_back(damaged.placements[0]);
  Replayer replayer(*plan);
  const Replayed& replayed = replayer.Replay(damaged);
  EXPECT_THAT(
      replayed.differences,
      ElementsAre(testing::Field(&Difference::place, "attributes.spend"),
                  testing::Field(&Difference::place, "placements[2]")));
  damaged.attributes[0].value = Value::Double(80);
  damaged.placements.pop_back();
  EXPECT_EQ(ToText(replayer.Replay(damaged).differences),
            "parameters.rebate: 'five' -> 5.0\n");
}

// Each of these changes one field of what was recorded.
TEST(ReplayerTest, EveryFieldIsCompared) {
  const plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("tests/golden/decisions/caps"));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  DecideJson(*loaded.plan, R"({"placements": ["app", "sms", "desk"]})",
             workspace);
  const trace::DecisionRecord& record = workspace.record();
  ASSERT_FALSE(record.effects.empty());
  ASSERT_FALSE(record.counters_read.empty());
  struct Edit {
    std::string place;
    std::function<void(trace::DecisionRecord&)> apply;
  };
  const std::string counter(record.counters_read[0].counter);
  const std::string effect =
      absl::StrCat("effects.", record.effects[0].counter.text, "[",
                   record.effects[0].offer.text, "]");
  const std::vector<Edit> edits = {
      {"score", [](auto& r) { r.score = -0.0; }},
      {"scored", [](auto& r) { r.scored = true; }},
      {"coverage", [](auto& r) { r.coverage = 1; }},
      {"tier", [](auto& r) { r.tier = "gold"; }},
      {"tier_reason", [](auto& r) { r.tier_reason = trace::Reason::kScored; }},
      {"stage", [](auto& r) { r.stage = "new"; }},
      {"hold_written",
       [](auto& r) {
         r.hold_written = {"gold", {}};
       }},
      {"events_keep_until",
       [](auto& r) { r.events_keep_until = absl::InfinitePast(); }},
      {"attributes.price.source",
       [](auto& r) { r.attributes[1].source = FactSource::kAbsent; }},
      {"placements.app.inbound",
       [](auto& r) { r.placements[0].inbound = true; }},
      {"placements.app.channel",
       [](auto& r) { r.placements[0].channel = "x"; }},
      {"placements.app.slots[0].score", [](auto& r) { r.slots[0].score += 1; }},
      {"placements.app.slots[0].reason",
       [](auto& r) { r.slots[0].reason = trace::Reason::kFallback; }},
      {"placements.app.slots[0].selection_probability",
       [](auto& r) { r.slots[0].selection_probability = 0.5; }},
      {absl::StrCat("counters_read.", counter, ".same_to"),
       [](auto& r) { r.counters_read[0].same_to -= 1; }},
      {absl::StrCat(effect, ".amount"), [](auto& r) { ++r.effects[0].amount; }},
      {absl::StrCat(effect, ".reserved_until"),
       [](auto& r) { r.effects[0].reserved_until += absl::Seconds(1); }},
      {absl::StrCat("degradations.",
                    trace::ReasonName(trace::Reason::kTimeZoneError), "[zone]"),
       [](auto& r) {
         r.degradations.push_back(
             {trace::Reason::kTimeZoneError, "zone", ErrorCode::kNone});
       }},
  };
  for (const Edit& edit : edits) {
    trace::DecisionRecord edited = record;
    edit.apply(edited);
    std::vector<Difference> differences;
    CompareDecisions(edited, record, /*same_pack=*/true, differences);
    EXPECT_THAT(differences,
                ElementsAre(testing::Field(&Difference::place, edit.place)))
        << edit.place;
  }
}

// One public data set through the shipped pack that is made for it.
struct DataCase {
  std::string pack;
  std::string folder;
  std::string file;
  char delimiter;
  // Attribute and column, where the names differ.
  std::vector<std::pair<std::string, std::string>> columns;
};

class ReplayerDataTest : public testing::TestWithParam<DataCase> {};

// LIMIT: rows of one file; more would show nothing new.
constexpr int kRowsMax = 1'500;

TEST_P(ReplayerDataTest, RealCustomersComeOutTheSame) {
  const DataCase& data = GetParam();
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, data.folder);
  const plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("rules/" + data.pack));
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  const plan::PlanSummary& summary = loaded.plan->summary();
  const std::vector<absl::string_view> placements(summary.placements.begin(),
                                                  summary.placements.end());
  std::ifstream input(folder + "/" + data.file);
  CsvOptions options;
  options.delimiter = data.delimiter;
  CsvReader reader(input, options);
  std::vector<std::string> header;
  Workspace workspace;
  Replayer replayer(*loaded.plan);
  int decided = 0;
  while (decided < kRowsMax && reader.Next() == CsvRead::kRow) {
    if (header.empty()) {
      for (const CsvCell& cell : reader.row()) header.emplace_back(cell.text);
      continue;
    }
    Arena arena;
    std::vector<NamedValue> attributes;
    for (const Field& field : summary.attributes.fields()) {
      std::string column = field.name;
      for (const auto& [attribute, name] : data.columns) {
        if (attribute == field.name) column = name;
      }
      const auto at = std::find(header.begin(), header.end(), column);
      if (at == header.end()) continue;
      const absl::string_view text =
          reader.row()[static_cast<size_t>(at - header.begin())].text;
      const absl::StatusOr<Value> value = ReadText(text, field.type, arena);
      if (value.ok()) attributes.push_back({field.name, *value});
    }
    Call call;
    const std::string id = absl::StrCat("c-", decided);
    call.customer_id = id;
    call.decided_at = absl::FromUnixSeconds(1'795'000'000 + decided);
    call.seed = static_cast<uint64_t>(decided);
    // Every other one as if its attributes were stored.
    (decided % 2 == 0 ? call.attributes : call.profile) = attributes;
    call.placements = placements;
    const auto violations = Decide(*loaded.plan, call, workspace);
    ASSERT_TRUE(violations.empty())
        << violations[0].field << ": " << violations[0].description;
    ++decided;
    ExpectReplays(*loaded.plan, workspace, replayer);
    if (HasFailure()) return;
  }
  EXPECT_EQ(decided, kRowsMax);
}

INSTANTIATE_TEST_SUITE_P(
    Packs, ReplayerDataTest,
    testing::ValuesIn(std::vector<DataCase>{
        {"retail",
         "online_retail",
         "online_retail_rfm_2011-12-10.csv",
         ',',
         {{"orders_total", "frequency"}, {"monetary_36m", "monetary"}}},
        {"bank",
         "bank_marketing",
         "bank.csv",
         ';',
         {{"in_default", "default"}}},
        {"telecom",
         "telco_churn",
         "Telco-Customer-Churn.csv",
         ',',
         {{"tenure_months", "tenure"},
          {"contract", "Contract"},
          {"monthly_charges", "MonthlyCharges"},
          {"total_charges", "TotalCharges"},
          {"internet_service", "InternetService"},
          {"online_security", "OnlineSecurity"},
          {"tech_support", "TechSupport"},
          {"streaming_tv", "StreamingTV"},
          {"phone_service", "PhoneService"},
          {"payment_method", "PaymentMethod"},
          {"paperless_billing", "PaperlessBilling"},
          {"senior_citizen", "SeniorCitizen"}}}}),
    [](const auto& param_info) { return param_info.param.pack; });

}  // namespace
}  // namespace stratagem::decide
