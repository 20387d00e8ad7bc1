// What must hold for LoadPack: the model says what the author wrote, exactly;
// files of one pack add up; the digest names what was read; and no text, broken
// in whatever way, brings the process down.

#include "engine/pack/loader.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/base/diagnostics.h"
#include "engine/base/sha256.h"
#include "engine/pack/pack_folder.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::pack {
namespace {

constexpr char kHeader[] = "language: 1\nname: sample\nversion: 1.10\n";

std::unique_ptr<const Model> Load(const TempDir& pack) {
  Diagnostics diagnostics;
  std::unique_ptr<const Model> model = LoadPack(pack.path(), diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  return model;
}

std::unique_ptr<const Model> LoadText(absl::string_view text) {
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, text));
  return Load(pack);
}

class ShippedPackTest : public testing::TestWithParam<std::string> {};

TEST_P(ShippedPackTest, LoadsWithoutADiagnostic) {
  Diagnostics diagnostics;
  const std::unique_ptr<const Model> model =
      LoadPack(SourcePath("rules/" + GetParam()), diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->name.text, GetParam());
  EXPECT_TRUE(model->customer_value.has_value());
  EXPECT_TRUE(model->lifecycle.has_value());
  EXPECT_GE(model->offers.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedPackTest,
                         testing::Values("bank", "retail", "starter",
                                         "telecom"),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

TEST(LoadPackTest, ThreeLinesAreAPack) {
  const auto model = LoadText("");
  EXPECT_EQ(model->name.text, "sample");
  EXPECT_EQ(ToString(model->name.location), "pack.yaml:2:7");
  // A plain scalar is text where text is wanted: not the number 1.1.
  EXPECT_EQ(model->version.text, "1.10");
  EXPECT_EQ(model->timezone_name, "UTC");
  EXPECT_EQ(model->effective.from, absl::InfinitePast());
  EXPECT_EQ(model->effective.until, absl::InfiniteFuture());
  EXPECT_FALSE(model->customer_value.has_value());
  EXPECT_FALSE(model->arbitration.has_value());
}

TEST(LoadPackTest, DatesAreMidnightInThePacksZone) {
  const auto model = LoadText(
      "effective: {from: 2026-11-01, until: 2027-02-01T00:00:00Z}\n"
      "timezone: Asia/Shanghai\n");
  EXPECT_EQ(model->effective.from,
            absl::FromCivil(absl::CivilSecond(2026, 10, 31, 16, 0, 0),
                            absl::UTCTimeZone()));
  EXPECT_EQ(model->effective.until,
            absl::FromCivil(absl::CivilDay(2027, 2, 1), absl::UTCTimeZone()));
}

struct DefaultCase {
  std::string declaration;
  std::string want;  // As CEL writes it.
};

TEST(LoadPackTest, LiteralsFollowTheDeclaredType) {
  const std::vector<DefaultCase> cases = {
      {"{type: string, default: 15}", "'15'"},
      {"{type: string, default: true}", "'true'"},
      {"{type: string, default: No}", "'No'"},
      {"{type: string, default: 2026-11-01}", "'2026-11-01'"},
      {"{type: string, default: \"a\\tb\"}", "'a\\tb'"},
      {"{type: int, default: -3}", "-3"},
      {"{type: int, default: 3.0}", "3"},
      {"{type: double, default: 3}", "3.0"},
      {"{type: double, default: .5}", "0.5"},
      {"{type: double, default: -2.5e3}", "-2500.0"},
      {"{type: bool, default: true}", "true"},
      {"{type: bool, default: False}", "false"},
      {"{type: timestamp, default: 2026-11-01}",
       "timestamp('2026-11-01T00:00:00Z')"},
      {"{type: timestamp, default: \"2026-11-01T10:00:00+08:00\"}",
       "timestamp('2026-11-01T02:00:00Z')"},
      {"{type: {list: double}, default: [1, 2.5]}", "[1.0, 2.5]"},
      {"{type: {map: {list: int}}, default: {b: [2], a: []}}",
       "{'a': [], 'b': [2]}"},
  };
  for (const DefaultCase& test_case : cases) {
    const auto model =
        LoadText(absl::StrCat("attributes: {x: ", test_case.declaration, "}"));
    ASSERT_NE(model, nullptr) << test_case.declaration;
    EXPECT_EQ(ToString(*model->attributes.fields()[0].default_value),
              test_case.want);
  }
}

TEST(LoadPackTest, DurationsHaveDays) {
  const auto model =
      LoadText("attributes: {a: {type: duration, min: 30d, max: 2160h30m}}\n");
  const Field& field = model->attributes.fields()[0];
  EXPECT_EQ(field.value_min->duration(), absl::Hours(24 * 30));
  EXPECT_EQ(field.value_max->duration(), absl::Hours(2160) + absl::Minutes(30));
}

TEST(LoadPackTest, FieldsKeepEverythingThatIsDeclared) {
  const auto model = LoadText(R"(
attributes:
  gender: {type: string, optional: true, protected: true, pii: true, values: [f, m]}
  nps: {type: int, min: 0, max: 10, default: 5, unit: points, description: last answer}
request:
  channel: {type: string, default: app}
parameters:
  depth: {type: double, value: 12, max: 25}
)");
  const Field& gender = model->attributes.fields()[0];
  EXPECT_TRUE(gender.optional && gender.is_protected && gender.pii);
  EXPECT_EQ(gender.values, (std::vector<std::string>{"f", "m"}));
  const Field& nps = model->attributes.fields()[1];
  EXPECT_EQ(nps.value_min->int_value(), 0);
  EXPECT_EQ(nps.value_max->int_value(), 10);
  EXPECT_EQ(nps.unit, "points");
  EXPECT_EQ(nps.description, "last answer");
  EXPECT_EQ(ToString(model->attribute_locations[1]), "pack.yaml:7:3");
  EXPECT_EQ(model->request.names(), std::vector<std::string>{"channel"});
  EXPECT_EQ(model->parameters.fields()[0].default_value->double_value(), 12.0);
}

TEST(LoadPackTest, DecimalsAreExact) {
  const auto model = LoadText(R"(
groups:
  a: {lever_percent: 0.1}
  b: {lever_percent: -12.3456}
  c: {lever_percent: 999999999}
  d: {lever_percent: -0.5}
  e: {lever_percent: .25}
)");
  std::vector<int64_t> found;
  for (const Group& group : model->groups) {
    found.push_back(group.lever_percent.ten_thousandths);
  }
  EXPECT_EQ(found, (std::vector<int64_t>{1'000, -123'456, 9'999'999'990'000,
                                         -5'000, 2'500}));
}

TEST(LoadPackTest, ReadsTheScorecardAndTheLifecycle) {
  const auto model = LoadText(R"(
value:
  dimensions:
    economic:
      weight: 0.45
      indicators:
        - {name: monetary, expression: "m", bins: [500, 3000.5]}
        - {name: recency, expression: 'r', bins: [14], lower_is_better: true}
    social: {weight: 1, indicators: [{name: s, expression: "x", curve: [[0, 10], [5, 0.5]]}]}
  tiers: [{tier: 白金, score_min: 79.9999}, {tier: bronze}]
lifecycle:
  stages: [new, old]
  match: [{condition: "a > 1", stage: old}, {stage: new}]
)");
  const CustomerValue& value = *model->customer_value;
  ASSERT_EQ(value.dimensions.size(), 2u);
  EXPECT_EQ(value.dimensions[0].weight.ten_thousandths, 4'500);
  const Indicator& monetary = value.dimensions[0].indicators[0];
  EXPECT_EQ(monetary.bins, (std::vector<double>{500, 3000.5}));
  EXPECT_EQ(ToString(monetary.expression.source.Locate(0)), "pack.yaml:10:41");
  EXPECT_FALSE(monetary.lower_is_better);
  EXPECT_TRUE(value.dimensions[0].indicators[1].lower_is_better);
  EXPECT_EQ(value.dimensions[1].indicators[0].curve,
            (std::vector<std::pair<double, double>>{{0, 10}, {5, 0.5}}));
  EXPECT_EQ(value.tiers[0].name.text, "白金");
  EXPECT_EQ(value.tiers[0].score_min->ten_thousandths, 799'999);
  EXPECT_FALSE(value.tiers[1].score_min.has_value());
  ASSERT_EQ(model->lifecycle->match.size(), 2u);
  EXPECT_EQ(model->lifecycle->match[0].condition->source.text(), "a > 1");
  EXPECT_EQ(model->lifecycle->match[1].stage.text, "new");
}

TEST(LoadPackTest, ReadsTreatmentsCellByCell) {
  const auto model = LoadText(R"(
treatments:
  pricing:
    cells:
      list: {note: none, discount: 0}
      save: {discount: {cel: "p + 1.0"}, note: "x"}
    default: list
    matrix: {columns: [new, old], gold: [list, save]}
    fields: {discount: {type: double}, note: {type: string}}
  service:
    fields: {seconds: {type: int}}
    default: {seconds: 30}
)");
  const Treatment& pricing = model->treatments[0];
  EXPECT_EQ(pricing.fields.names(),
            (std::vector<std::string>{"discount", "note"}));
  // Operands stand in the order of the fields, not of the cell.
  EXPECT_EQ(ToString(*pricing.cells[0].operands[0].literal), "0.0");
  EXPECT_EQ(ToString(*pricing.cells[0].operands[1].literal), "'none'");
  EXPECT_FALSE(pricing.cells[1].operands[0].literal.has_value());
  EXPECT_EQ(pricing.cells[1].operands[0].expression->source.text(), "p + 1.0");
  EXPECT_EQ(pricing.default_cell.name.text, "list");
  EXPECT_EQ(pricing.default_cell.operands.size(), 2u);
  EXPECT_EQ(pricing.matrix->columns[1].text, "old");
  EXPECT_EQ(pricing.matrix->rows[0].tier.text, "gold");
  EXPECT_EQ(pricing.matrix->rows[0].cells[1].text, "save");
  const Treatment& service = model->treatments[1];
  EXPECT_EQ(service.default_cell.name.text, "");
  EXPECT_EQ(ToString(*service.default_cell.operands[0].literal), "30");
  EXPECT_FALSE(service.matrix.has_value());
}

TEST(LoadPackTest, ReadsOffersAndPlacements) {
  const auto model = LoadText(R"(
groups:
  all: {}
  retention: {parent: all, eligibility: "g", lever_percent: 20}
offers:
  - id: event
    group: retention
    channels: [app, call]
    valid: {from: 2026-11-10}
    eligibility: "e"
    applicability: |
      a
    suitability: 's'
    propensity: 1
    value: "0.1 * v"
    cost: 30
  - {id: thanks}
placements:
  desk: {channel: call, direction: inbound, max_offers: 3, distinct: group, groups: [all], fallback: thanks}
  home: {}
arbitration: {score: "offer.value"}
)");
  EXPECT_EQ(model->groups[1].parent->text, "all");
  EXPECT_EQ(model->groups[1].eligibility->source.text(), "g");
  const Offer& event = model->offers[0];
  EXPECT_EQ(event.group->text, "retention");
  EXPECT_EQ(event.channels[1].text, "call");
  EXPECT_EQ(event.valid.from,
            absl::FromCivil(absl::CivilDay(2026, 11, 10), absl::UTCTimeZone()));
  EXPECT_EQ(event.applicability->source.text(), "a\n");
  // Numbers of offers are doubles, however they are written.
  EXPECT_EQ(ToString(*event.propensity->literal), "1.0");
  EXPECT_EQ(ToString(*event.cost->literal), "30.0");
  EXPECT_EQ(event.value->expression->source.text(), "0.1 * v");
  EXPECT_FALSE(model->offers[1].propensity.has_value());
  EXPECT_TRUE(model->offers[1].channels.empty());
  const Placement& desk = model->placements[0];
  EXPECT_EQ(desk.direction, Direction::kInbound);
  EXPECT_EQ(desk.offers_max, 3);
  EXPECT_EQ(desk.distinct, Distinct::kGroup);
  EXPECT_EQ(desk.fallback->text, "thanks");
  EXPECT_EQ(desk.groups[0].text, "all");
  EXPECT_EQ(model->placements[1].direction, Direction::kOutbound);
  EXPECT_EQ(model->placements[1].offers_max, 1);
  EXPECT_EQ(model->arbitration->score->source.text(), "offer.value");
}

TEST(IncludeTest, ListsAppendAndMapsUniteInTheOrderOfTheIncludes) {
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, R"(
include: [offers/b.yaml, a.yaml]
groups: {all: {}}
offers: [{id: first}]
)"));
  pack.Write("offers/b.yaml",
             "offers: [{id: second}]\ngroups: {b: {}}\n"
             "arbitration: {score: \"1.0\"}\n");
  pack.Write("a.yaml",
             "offers: [{id: third}]\nattributes: {nps: {type: int}}\n");
  const auto model = Load(pack);
  ASSERT_NE(model, nullptr);
  std::vector<std::string> ids;
  for (const Offer& offer : model->offers) ids.push_back(offer.id.text);
  EXPECT_EQ(ids, (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ(ToString(model->offers[1].id.location), "offers/b.yaml:1:15");
  EXPECT_EQ(model->groups.size(), 2u);
  EXPECT_EQ(model->attributes.names(), std::vector<std::string>{"nps"});
  EXPECT_TRUE(model->arbitration.has_value());
}

TEST(DigestTest, IsWhatTheDocumentationSays) {
  const std::string main = absl::StrCat(kHeader, "include: [a.yaml]\n");
  TempDir pack;
  pack.Write("pack.yaml", main);
  pack.Write("a.yaml", "groups: {}\n");
  Sha256 sha;
  sha.Update(
      absl::StrCat("stratagem-pack-1\n6:a.yaml11:groups: {}\n9:pack.yaml",
                   main.size(), ":", main));
  EXPECT_EQ(Load(pack)->digest, sha.FinishHex());
}

TEST(DigestTest, ChangesWithAnyByteOfTheFilesThatAreReadAndNoOther) {
  TempDir pack;
  const std::string main = absl::StrCat(kHeader, "include: [a.yaml]\n");
  pack.Write("pack.yaml", main);
  pack.Write("a.yaml", "groups: {}\n");
  const std::string digest = Load(pack)->digest;
  pack.Write("README.md", "about this pack\n");
  pack.Write("sample_test.yaml", "description: tests\n");
  const std::string stray = pack.Write("not_included.yaml", "groups: {b: {}}");
  Diagnostics ignored;
  EXPECT_EQ(LoadPack(pack.path(), ignored)->digest, digest);
  std::filesystem::remove(stray);
  pack.Write("a.yaml", "groups: {} # a comment\n");
  EXPECT_NE(Load(pack)->digest, digest);
  pack.Write("a.yaml", "groups: {}\r\n");
  EXPECT_NE(Load(pack)->digest, digest);
}

TEST(LoadPackTest, TheFoldersOwnPathIsNoPartOfTheDigest) {
  TempDir one;
  TempDir two;
  one.Write("pack.yaml", kHeader);
  two.Write("pack.yaml", kHeader);
  EXPECT_EQ(Load(one)->digest, Load(two)->digest);
}

class UnreadFilesTest : public testing::Test {
 protected:
  // What the author of the pack is told.
  std::string Told() const {
    Diagnostics diagnostics;
    ReadPack(pack_.path(), diagnostics);
    return diagnostics.ToString();
  }

  TempDir pack_;
};

constexpr char kPackWithTable[] =
    "attributes: {region: {type: string}}\n"
    "treatments:\n"
    "  rate:\n"
    "    fields: {percent: {type: double}}\n"
    "    default: {percent: 0}\n"
    "    table: {hit: first, inputs: [region], rows_from: used.csv}\n";

TEST_F(UnreadFilesTest, ACsvFileThatNoTableReadsIsTold) {
  pack_.Write("pack.yaml", absl::StrCat(kHeader, kPackWithTable));
  pack_.Write("used.csv", "region,percent\nnorth,1\n");
  EXPECT_EQ(Told(), "");
  pack_.Write("rates.csv", "region,percent\nnorth,2\n");
  EXPECT_EQ(Told(),
            "rates.csv: warning W264: no table reads this file\n"
            "  hint: name it with `rows_from:` in a table, or move it out of "
            "the pack's folder\n");
}

// As Excel saves a table that once was larger.
TEST(TableCsvTest, EmptyCellsBesideAndBelowTheTableAreNoPartOfIt) {
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, kPackWithTable));
  pack.Write(
      "used.csv",
      "region,percent,, \nnorth,1,,\n,,,\n\nsouth,2, ,\n\"\",,\n,,,,,\n");
  const auto model = Load(pack);
  ASSERT_NE(model, nullptr);
  const std::vector<TableRow>& rows = model->treatments[0].table->rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].label, "used.csv:2");
  EXPECT_EQ(rows[1].label, "used.csv:5");
  EXPECT_EQ(rows[1].when.size(), 1u);
}

struct ExpressionCase {
  std::string name;
  std::string cell;
  std::string hint;
};

class ExpressionHintTest : public testing::TestWithParam<ExpressionCase> {};

TEST_P(ExpressionHintTest, IsForWhatLooksComputed) {
  TempDir pack;
  pack.Write("pack.yaml", absl::StrCat(kHeader, kPackWithTable));
  pack.Write("used.csv",
             absl::StrCat("region,percent\nnorth,\"", GetParam().cell, "\"\n"));
  Diagnostics diagnostics;
  ReadPack(pack.path(), diagnostics);
  ASSERT_EQ(diagnostics.error_count(), 1u) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.Sorted()[0].code, "E240");
  EXPECT_EQ(diagnostics.Sorted()[0].hint, GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    Cells, ExpressionHintTest,
    testing::ValuesIn(std::vector<ExpressionCase>{
        {"Product", "spend*2.0",
         "to compute the value write `{cel: \"spend*2.0\"}`"},
        {"Sum", "a + 1", "to compute the value write `{cel: \"a + 1\"}`"},
        {"Difference", "a - 1",
         "to compute the value write `{cel: \"a - 1\"}`"},
        {"Quotient", "a / 2", "to compute the value write `{cel: \"a / 2\"}`"},
        {"Call", "double(nps)",
         "to compute the value write `{cel: \"double(nps)\"}`"},
        {"Choice", "vip ? 1 : 2",
         "to compute the value write `{cel: \"vip ? 1 : 2\"}`"},
        {"Quoted", "{\"\"a\"\": 1}.a*2",
         "to compute the value write `{cel: \"…\"}`"},
        {"Word", "none", ""},
        {"NotAvailable", "n/a", ""},
        {"Date", "2026-11-01", ""},
        {"Remark", "gross (5)", ""},
        {"Numbers", "2*3", ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// With an error, a table that reads it may be what could not be read.
TEST_F(UnreadFilesTest, OfABrokenPackNothingIsSaidAboutCsvFiles) {
  pack_.Write("pack.yaml", absl::StrCat(kHeader, "treatments: [used.csv]\n"));
  pack_.Write("used.csv", "region,percent\n");
  EXPECT_EQ(Told().find("W264"), std::string::npos) << Told();
}

// Of `include: a.yaml` and of a misspelt name only the mistake is told.
TEST_F(UnreadFilesTest, AnIncludeWithAMistakeIsToldOnce) {
  pack_.Write("offers.yaml", "groups: {}\n");
  for (const std::string include :
       {"offers.yaml", "[]\ninclude: []", "[offer.yaml]", "[../offers.yaml]",
        "[offers.yml]", "['']"}) {
    pack_.Write("pack.yaml", absl::StrCat(kHeader, "include: ", include));
    EXPECT_EQ(Told().find("W264") != std::string::npos, include[1] == ']')
        << include << "\n"
        << Told();
  }
}

TEST_F(UnreadFilesTest, LinksToFoldersAreNotFollowed) {
  TempDir outside;
  outside.Write("other.yaml", "groups: {}\n");
  pack_.Write("pack.yaml", kHeader);
  std::filesystem::create_directory_symlink(outside.path(), pack_.Join("link"));
  std::filesystem::create_directory_symlink(pack_.path(), pack_.Join("self"));
  EXPECT_EQ(Told(), "");
}

TEST_F(UnreadFilesTest, NamesThatAreNoTextAreNotRepeated) {
  pack_.Write("pack.yaml", kHeader);
  pack_.Write("caf\xE9.yaml", "groups: {}\n");
  EXPECT_EQ(Told(), "");
}

// A pack in a folder of thousands of files is read without a look at them.
TEST_F(UnreadFilesTest, NothingIsSaidOfAFolderWithMoreThanTheLimit) {
  pack_.Write("pack.yaml", kHeader);
  pack_.Write("offers.yaml", "groups: {}\n");
  EXPECT_NE(Told(), "");
  const std::string first = pack_.Write("data/0", "");
  for (size_t i = 1; i + 4 <= kFolderEntriesMax; ++i) {
    std::filesystem::create_hard_link(first,
                                      pack_.Join(absl::StrCat("data/", i)));
  }
  EXPECT_NE(Told(), "") << "exactly as many as the limit";
  pack_.Write("data/more", "");
  EXPECT_EQ(Told(), "");
}

// Dates are read in the zone wherever `timezone` stands; a broken zone is one
// error, not one for each date.
TEST(LoadPackTest, ABrokenZoneDoesNotHideOtherErrors) {
  for (const std::string zone :
       {"localtime", "/etc/localtime", "../UTC", ":UTC", "Nowhere"}) {
    TempDir pack;
    pack.Write("pack.yaml",
               absl::StrCat(kHeader, "effective: {from: 2026-11-01}\n",
                            "timezone: '", zone, "'\ncolour: red\n"));
    Diagnostics diagnostics;
    EXPECT_EQ(LoadPack(pack.path(), diagnostics), nullptr);
    EXPECT_EQ(diagnostics.error_count(), 2u) << diagnostics.ToString();
  }
}

}  // namespace
}  // namespace stratagem::pack
