// What must hold for `decide --csv` beyond one row: chance differs from
// customer to customer, nothing that went wrong is hidden, and files as
// spreadsheets write them are understood or explained.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/decider.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kChancePack[] = R"yaml(language: 1
name: chance
version: 1.0.0
timezone: Asia/Shanghai
attributes:
  recency_days: {type: int, optional: true}
  courses:      {type: {list: string}, optional: true}
  visits_90d:   {type: int, default: 1}
request:
  channel: {type: string, values: [app, sms], default: app}
groups:
  all: {}
offers:
  - {id: one, group: all, value: 1}
  - {id: two, group: all, value: "1.0 / double(visits_90d)"}
placements:
  home: {max_offers: 1, groups: [all]}
arbitration:
  score: "offer.value"
  explore: {method: uniform, share: 1}
)yaml";

class DecideFileTest : public testing::Test {
 protected:
  DecideFileTest() { folder_.Write("chance/pack.yaml", kChancePack); }

  Ran Decide(std::vector<std::string> arguments,
             const std::string& input = "") {
    arguments.insert(
        arguments.begin(),
        {"decide", "--pack", folder_.Join("chance"), "--as-of", "2026-11-15"});
    return RunHere(arguments, input);
  }

  Ran DecideCsv(const std::string& csv, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--csv", "-", "--summary", "-o", "json"});
    return Decide(more, csv);
  }

  TempDir folder_;
};

// How often each offer is shown.
std::map<std::string, int> Shown(const Ran& ran) {
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::map<std::string, int> shown;
  const json summary = json::parse(ran.out, nullptr, false);
  for (const json& offer : summary.at("offers")) {
    shown[offer.at("offer_id")] = offer.at("count");
  }
  return shown;
}

std::string Customers(int count) {
  std::string csv = "customer_id,visits_90d\n";
  for (int i = 0; i < count; ++i) absl::StrAppend(&csv, "c-", i, ",1\n");
  return csv;
}

TEST_F(DecideFileTest, EachCustomerHasADrawOfTheirOwn) {
  const std::map<std::string, int> shown = Shown(DecideCsv(Customers(500)));
  EXPECT_GT(shown.at("one"), 200);
  EXPECT_GT(shown.at("two"), 200);
  EXPECT_EQ(shown, Shown(DecideCsv(Customers(500))));
  EXPECT_NE(shown, Shown(DecideCsv(Customers(500), {"--seed", "7"})));
}

TEST_F(DecideFileTest, TheSeedOfARowMakesItsDrawAgain) {
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat("c-", i);
    const Ran row = Decide(
        {"--csv", "-", "-o", "ndjson", "--explain", "reasons", "--seed", "7"},
        absl::StrCat("customer_id\n", id, "\n"));
    const std::string seed = json::parse(row.out)["explanation"]["seed"];
    EXPECT_EQ(seed, absl::StrCat(SeedOf(7, id)));
    EXPECT_EQ(Decide({"-c", id, "-o", "ndjson", "--explain", "reasons",
                      "--seed", seed})
                  .out,
              row.out);
  }
  // Written down: the same tomorrow, and on another machine.
  EXPECT_EQ(SeedOf(0, "c-1"), 120'939'176'382'480'380u);
}

TEST_F(DecideFileTest, DegradedDecisionsAreCountedWithTheirCauses) {
  const std::string csv =
      "customer_id,visits_90d\na,1\nb,0\nc,0\n";  // 1 / 0 is no value.
  const Ran ran = DecideCsv(csv);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "3 decided, 0 failed, 2 degraded\n");
  const json summary = json::parse(ran.out);
  EXPECT_EQ(summary.at("degraded"), 2);
  EXPECT_EQ(summary.at("degradations").dump(),
            R"([{"count":2,"reason":"value_error","subject":"two"}])");
  const Ran table = Decide({"--csv", "-", "--summary"}, csv);
  EXPECT_THAT(table.out, HasSubstr("2 degraded\n"));
  EXPECT_EQ(DecideCsv("customer_id,visits_90d\na,1\n").err,
            "1 decided, 0 failed\n");
}

TEST_F(DecideFileTest, RowsOfBlankCellsAreSkippedAndCounted) {
  const Ran ran = DecideCsv("customer_id,visits_90d\na,1\n,\n , \n\nb,1\n,\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "2 decided, 0 failed, 3 blank rows skipped\n");
}

TEST_F(DecideFileTest, ACustomerWhoStandsInTheFileTwiceIsNoted) {
  const Ran ran = DecideCsv("customer_id\na\nb\na\nb\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err,
            "note: 2 rows of customers met before, first `a` in line 4; each "
            "row is decided\n"
            "4 decided, 0 failed\n");
  EXPECT_EQ(DecideCsv("customer_id\na\na\n", {"-q"}).err, "");
}

TEST_F(DecideFileTest, AColumnThatIsNearlyAnAttributeIsNoted) {
  EXPECT_EQ(DecideCsv("customer_id,Recency Days,zzz\na,1,2\n").err,
            "note: 2 columns not used: Recency Days, zzz\n"
            "note: column `Recency Days`: did you mean `recency_days`? add "
            "`--map recency_days='Recency Days'`\n"
            "1 decided, 0 failed\n");
}

TEST_F(DecideFileTest, AnotherDelimiterIsRecognised) {
  const Ran ran = DecideCsv("customer_id;visits_90d\na;1\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: standard input has one column, `customer_id;visits_90d`; "
            "add `--delimiter ';'`\n");
  EXPECT_EQ(
      DecideCsv("customer_id;visits_90d\na;1\n", {"--delimiter", ";"}).err,
      "1 decided, 0 failed\n");
  EXPECT_THAT(DecideCsv("customer_id\tx\na\t1\n").err,
              HasSubstr("add `--delimiter tab`"));
}

TEST_F(DecideFileTest, AWorkbookIsNoCsv) {
  const std::string path = folder_.Write("customers.xlsx", "PK\x03\x04\x14 x");
  const Ran ran = Decide({"--csv", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, absl::StrCat("error: ", path,
                                  " is a workbook or an archive, not CSV\n"
                                  "  hint: save it as CSV (UTF-8) first\n"));
}

TEST_F(DecideFileTest, AListWithoutBracketsIsShownWithThem) {
  const Ran ran = Decide({"-c", "c-1", "--set", "courses=yoga, it's"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: `courses`: not valid JSON at byte 1\n"
            "  hint: a list is JSON: `--set "
            "'courses=[\"yoga\",\"it'\\''s\"]'`\n");
}

TEST_F(DecideFileTest, AValueOfTheCallIsNoAttribute) {
  const Ran ran = Decide({"-c", "c-1", "--set", "request.channel=app"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: `request.channel` is a value of the call, not of the "
            "customer\n"
            "  hint: write `--request channel=app`\n");
}

}  // namespace
}  // namespace stratagem::cli
