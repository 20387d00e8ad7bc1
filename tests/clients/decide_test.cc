// What must hold for `decide` without a server: facts from flags, JSON and CSV
// give the same decision; bad lines are named and the rest goes on.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class DecideTest : public testing::Test {
 protected:
  DecideTest() { folder_.Write("shop/pack.yaml", kShopPack); }

  // `decide` by the shop at a fixed time.
  Ran Decide(std::vector<std::string> arguments,
             const std::string& input = "") {
    arguments.insert(arguments.begin(),
                     {"decide", "--pack", folder_.Join("shop"), "--as-of",
                      "2026-11-15T10:00:00+08:00"});
    return RunHere(arguments, input);
  }

  Ran DecideCsv(const std::string& csv, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--csv", "-", "--id", "id"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Decide(arguments, csv);
  }

  // The tier of each decision of an ndjson answer, as "id=tier".
  static std::vector<std::string> Tiers(const std::string& ndjson) {
    std::vector<std::string> tiers;
    for (absl::string_view line :
         absl::StrSplit(ndjson, '\n', absl::SkipEmpty())) {
      const json decision = json::parse(line.begin(), line.end());
      tiers.push_back(
          absl::StrCat(decision.at("customer_id").get<std::string>(), "=",
                       decision.at("tier").get<std::string>()));
    }
    return tiers;
  }

  TempDir folder_;
};

const std::vector<std::string> kLoyal = {
    "-c", "c-1", "--set", "orders=3", "--set", "spend=1200", "--set", "last=4"};

TEST_F(DecideTest, ACardTellsAPersonEverything) {
  const Ran ran = Decide(kLoyal);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/decide_card.txt");
}

TEST_F(DecideTest, JsonHoldsEveryMember) {
  std::vector<std::string> arguments = kLoyal;
  arguments.insert(arguments.end(), {"--output", "json", "--request-id", "r-1",
                                     "--unit", "house-7"});
  const Ran ran = Decide(arguments);
  EXPECT_EQ(ran.code, 0);
  json decision = json::parse(ran.out);
  EXPECT_EQ(decision.at("pack").at("digest").get<std::string>().size(), 64u);
  EXPECT_EQ(decision.at("request_id"), "r-1");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/decide.json");
}

TEST_F(DecideTest, NdjsonIsTheSameObjectOnOneLine) {
  std::vector<std::string> one = kLoyal;
  one.insert(one.end(), {"--output", "ndjson"});
  std::vector<std::string> pretty = kLoyal;
  pretty.insert(pretty.end(), {"--output", "json"});
  const std::string line = Decide(one).out;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(json::parse(line), json::parse(Decide(pretty).out));
}

TEST_F(DecideTest, FactsComeFromJsonAndSetGoesOver) {
  const std::string facts = R"({"orders": 3, "spend": 10, "last": 4})";
  const std::string file = folder_.Write("facts.json", facts);
  EXPECT_THAT(Tiers(Decide({"-c", "a", "--facts", file, "-o", "ndjson"}).out),
              ElementsAre("a=low"));
  EXPECT_THAT(
      Tiers(Decide({"-c", "a", "--facts", "-", "-o", "ndjson"}, facts).out),
      ElementsAre("a=low"));
  EXPECT_THAT(Tiers(Decide({"-c", "a", "--facts", file, "--set", "spend=5000",
                            "-o", "ndjson"})
                        .out),
              ElementsAre("a=high"));
}

TEST_F(DecideTest, PlacementsAreThoseAskedForInThatOrder) {
  std::vector<std::string> arguments = kLoyal;
  arguments.insert(arguments.end(), {"--placement", "desk", "--placement",
                                     "web", "-o", "json", "--explain", "none"});
  const json decision = json::parse(Decide(arguments).out);
  ASSERT_EQ(decision.at("placements").size(), 2u);
  EXPECT_EQ(decision.at("placements")[0].at("name"), "desk");
  EXPECT_EQ(decision.at("placements")[1].at("name"), "web");
  EXPECT_TRUE(decision.at("explanation").is_null());
}

TEST_F(DecideTest, ADateIsMidnightInThePacksZone) {
  const Ran ran = RunHere({"decide", "--pack", folder_.Join("shop"), "-c", "a",
                           "--set", "orders=0", "--set", "spend=0", "--as-of",
                           "2026-11-15", "-o", "json"});
  const json decision = json::parse(ran.out);
  EXPECT_EQ(decision.at("as_of"), "2026-11-15T00:00:00Z");
  EXPECT_EQ(decision.at("role"), "as_of");
}

TEST_F(DecideTest, ATimeThatIsNoneIsRefused) {
  for (const std::string text :
       {"noon", "infinite-future", "infinite-past", "0000-12-31", "10000-01-01",
        "9223372036854775807-01-01", "10000-01-01T00:00:00Z", "2026-11"}) {
    const Ran ran =
        RunHere({"decide", "--pack", folder_.Join("shop"), "-c", "a", "--set",
                 "orders=0", "--set", "spend=0", "--as-of", text});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err,
              "error: `--as-of`: `" + text +
                  "` is not a time of the years 0001 to 9999; expected such as "
                  "2026-11-15T10:00:00+08:00 or 2026-11-15\n");
  }
}

TEST_F(DecideTest, TextThatIsNotUtf8IsRefusedByItsFlag) {
  const std::vector<std::pair<std::string, std::string>> bad_flags = {
      {"--customer", "\xFF"},        {"--unit", "\xFF"},
      {"--locale", "\xFF"},          {"--request-id", "\xFF"},
      {"--as-of", "\xFF"},           {"--set", "spend=\xFF"},
      {"--request", "channel=\xFF"}, {"--placement", "\xFF"}};
  for (const auto& [flag, text] : bad_flags) {
    std::vector<std::string> arguments = {"decide", "--pack",
                                          folder_.Join("shop"), flag, text};
    if (flag != "--customer") arguments.insert(arguments.end(), {"-c", "c-1"});
    const Ran ran = RunHere(arguments);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.err,
              "error: the text of `" + flag + "` is not valid UTF-8\n");
  }
}

TEST_F(DecideTest, APackBeforeItsTimeIsTriedButNotUnawares) {
  std::string pack = kShopPack;
  pack.insert(pack.find("attributes:"), "effective: {from: 2027-01-01}\n");
  folder_.Write("shop/pack.yaml", pack);
  const Ran ran = Decide(kLoyal);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err,
            "note: shop 1.0.0 is not in effect at 2026-11-15T02:00:00Z; a "
            "server would refuse\n");
}

// The shop as version 1.0.0 until 2026 and 2.0.0 in 2026.
class VersionsTest : public DecideTest {
 protected:
  VersionsTest() {
    std::string first = kShopPack;
    first.insert(first.find("attributes:"), "effective: {until: 2026-01-01}\n");
    folder_.Write("first/pack.yaml", first);
    std::string second = kShopPack;
    second.replace(second.find("version: 1.0.0"), 14, "version: 2.0.0");
    second.insert(second.find("attributes:"),
                  "effective: {from: 2026-01-01, until: 2027-01-01}\n");
    folder_.Write("second/pack.yaml", second);
  }

  Ran DecideBy(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"decide", "--pack", folder_.Join("first"), "--pack",
                      folder_.Join("second"), "-c", "c-1", "--set", "orders=3",
                      "--set", "spend=1200", "--set", "last=4"});
    return RunHere(arguments);
  }
};

TEST_F(VersionsTest, TheOneInEffectDecides) {
  for (const auto& [as_of, version] :
       std::vector<std::pair<std::string, std::string>>{
           {"2001-01-01", "1.0.0"},
           {"2025-12-31T23:59:59Z", "1.0.0"},
           {"2026-01-01", "2.0.0"},
           {"2026-12-31T23:59:59.999Z", "2.0.0"}}) {
    const Ran ran = DecideBy({"--as-of", as_of, "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(json::parse(ran.out).at("pack").at("version"), version) << as_of;
  }
}

TEST_F(VersionsTest, NoneInEffectIsRefusedAsAServerWould) {
  const Ran ran = DecideBy({"--as-of", "2027-01-01"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "error: no active version of pack `shop` is in effect at "
            "2027-01-01T00:00:00+00:00: `2.0.0` from "
            "2026-01-01T00:00:00+00:00 until 2027-01-01T00:00:00+00:00, "
            "`1.0.0` until 2026-01-01T00:00:00+00:00\n"
            "  hint: a version alone is tried also out of its time\n");
}

TEST_F(VersionsTest, TwoPacksOrTheSameVersionTwiceCannotStandSideBySide) {
  std::string other = kShopPack;
  other.replace(other.find("name: shop"), 10, "name: bank");
  folder_.Write("bank/pack.yaml", other);
  const Ran two = DecideBy({"--pack", folder_.Join("bank")});
  EXPECT_EQ(two.code, 2);
  EXPECT_EQ(two.err,
            "error: `--pack` names two packs, `shop` and `bank`; it is "
            "repeated for versions of one\n");
  const Ran twice = DecideBy({"--pack", folder_.Join("first")});
  EXPECT_EQ(twice.code, 2);
  EXPECT_EQ(twice.err,
            "error: `--pack` names version `1.0.0` of `shop` twice\n");
}

// The pack that shows everything: tests/golden/packs/screen.
Ran DecideScreen(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"decide", "--pack", SourcePath("tests/golden/packs/screen"),
                    "-c", "c-1", "--as-of", "2026-11-15"});
  return RunHere(arguments);
}

TEST(DecideScreenTest, ACardShowsWhatAScreenShows) {
  const Ran ran = DecideScreen({"--set", "spend=3200", "--locale", "zh-CN",
                                "--request", "channel=call", "--seed", "3"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ExpectMatchesGolden(ran.out, "tests/golden/clients/screen_card.txt");
}

TEST(DecideScreenTest, InFullEverythingThatWasTriedIsInTables) {
  const Ran ran = DecideScreen({"--set", "spend=320", "--explain", "full"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ExpectMatchesGolden(ran.out, "tests/golden/clients/screen_full.txt");
}

TEST(DecideScreenTest, JsonInFullHoldsEveryMember) {
  const Ran ran =
      DecideScreen({"--set", "spend=320", "--explain", "full", "-o", "json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const json full = json::parse(ran.out).at("explanation").at("full");
  EXPECT_EQ(full.at("placements").size(), 2u);
  EXPECT_FALSE(full.at("text").get<std::string>().empty());
}

TEST(DecideScreenTest, SentencesAreInTheLocaleAskedFor) {
  const Ran english = DecideScreen({"--set", "spend=320", "--explain", "text"});
  EXPECT_EQ(english.code, 0) << english.err;
  ExpectMatchesGolden(english.out, "tests/golden/clients/screen_text_en.txt");
  const Ran chinese = DecideScreen(
      {"--set", "spend=320", "--explain", "text", "--locale", "zh-Hans"});
  ExpectMatchesGolden(chinese.out, "tests/golden/clients/screen_text_zh.txt");
}

TEST(DecideScreenTest, SentencesAreOfOneCustomer) {
  const Ran ran =
      RunHere({"decide", "--pack", SourcePath("tests/golden/packs/screen"),
               "--csv", "-", "--explain", "text"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: `--explain text` explains one customer; give `--customer "
            "ID`\n  hint: see `stratagem decide --help`\n");
}

TEST(DecideScreenTest, WithoutLeversScoresAreThoseOfTheOffersAlone) {
  const auto score_of_event = [](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"--set", "spend=3200", "-o", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const json decision = json::parse(DecideScreen(arguments).out);
    for (const json& candidate :
         decision.at("explanation").at("placements")[0].at("candidates")) {
      if (candidate.at("offer_id") == "event") {
        return candidate.at("score").get<double>();
      }
    }
    return 0.0;
  };
  EXPECT_EQ(score_of_event({}), 65);
  EXPECT_EQ(score_of_event({"--no-levers"}), 40);
}

// The shop with tiers that are kept, in a zone of its own.
class HeldTierTest : public testing::Test {
 protected:
  HeldTierTest() {
    const std::string pack = absl::StrReplaceAll(
        kShopPack,
        {{"\ntimezone: UTC\n", "\ntimezone: Asia/Shanghai\n"},
         {"\nvalue:\n", "\nvalue:\n  hold: {downgrade_after: 90d}\n"}});
    folder_.Write("pack.yaml", pack);
  }

  // The decision for a customer whose score gives `low`.
  Ran Decide(const std::string& hold, const std::string& output) {
    return RunHere({"decide", "--pack", folder_.path(), "-c", "c-1", "--set",
                    "orders=3", "--set", "spend=1", "--set", "last=4",
                    "--as-of", "2026-11-15", "--hold", hold, "-o", output});
  }

  TempDir folder_;
};

TEST_F(HeldTierTest, IsKeptUntilItsTimeIsOver) {
  const auto tier_and_reason = [this](const std::string& hold) {
    const json decision = json::parse(Decide(hold, "json").out);
    return absl::StrCat(decision.at("tier").get<std::string>(), " ",
                        decision.at("tier_reason").get<std::string>());
  };
  EXPECT_EQ(tier_and_reason("tier=high"), "high held_tier");
  EXPECT_EQ(tier_and_reason("tier=high,since=2026-10-01"), "high held_tier");
  EXPECT_EQ(tier_and_reason("since=2026-10-01,tier=high"), "high held_tier");
  EXPECT_EQ(tier_and_reason("tier=high,since=2026-08-17"), "low scored");
  EXPECT_EQ(tier_and_reason("tier=low"), "low scored");
}

TEST_F(HeldTierTest, TimesAreOfThePacksZone) {
  const Ran ran = Decide("tier=high,since=2026-10-01", "table");
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.out, HasSubstr("below it since 2026-10-01T00:00:00+08:00\n"));
  EXPECT_THAT(ran.out,
              HasSubstr("\ndecided   2026-11-15T00:00:00+08:00  as_of\n"));
  const json decision =
      json::parse(Decide("tier=high,since=2026-10-01", "json").out);
  EXPECT_EQ(decision.at("as_of"), "2026-11-14T16:00:00Z");
}

TEST_F(HeldTierTest, WhatIsNoHoldIsRefused) {
  const std::pair<std::string, std::string> cases[] = {
      {"tier=higj",
       "error: `--hold`: the pack `shop` has no tier `higj`\n"
       "  hint: did you mean `high`?\n"},
      {"tier=high,since=noon",
       "error: `--hold`: `noon` is not a time of the years 0001 to 9999; "
       "expected such as 2026-11-15T10:00:00+08:00 or 2026-11-15\n"},
  };
  for (const auto& [hold, err] : cases) {
    const Ran ran = Decide(hold, "table");
    EXPECT_EQ(ran.code, 2) << hold;
    EXPECT_EQ(ran.err, err);
  }
  for (const std::string hold :
       {"high", "since=2026-10-01", "tier=", "tier=high,tier=high",
        "tier=high,", "tier=high,until=2026-10-01"}) {
    const Ran ran = Decide(hold, "table");
    EXPECT_EQ(ran.code, 2) << hold;
    EXPECT_THAT(ran.err, HasSubstr("`" + hold +
                                   "` is not of the form `tier=NAME` or "
                                   "`tier=NAME,since=TIME`\n"));
  }
}

TEST_F(DecideTest, AHeldTierTakesAPackThatKeepsTiers) {
  std::vector<std::string> arguments = kLoyal;
  arguments.insert(arguments.end(), {"--hold", "tier=high"});
  const Ran ran = Decide(arguments);
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: `--hold`: the pack `shop` has no `hold`, so no tier is "
            "kept\n"
            "  hint: add `hold: {downgrade_after: 90d}` to its `value`\n");
}

struct RefusedCase {
  std::string name;
  std::vector<std::string> arguments;
  int code;
  std::string err;
};

class DecideRefusedTest : public DecideTest,
                          public testing::WithParamInterface<RefusedCase> {};

TEST_P(DecideRefusedTest, NamesWhatIsWrong) {
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.insert(arguments.begin(), {"-c", "c-1"});
  const Ran ran = Decide(arguments);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, GetParam().err);
  EXPECT_EQ(ran.code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Facts, DecideRefusedTest,
    testing::ValuesIn(std::vector<RefusedCase>{
        {"MissingAttributes",
         {},
         1,
         "error: attributes.orders: required int, and neither sent nor "
         "stored\n"
         "  hint: add `--set orders=VALUE`\n"
         "error: attributes.spend: required double, and neither sent nor "
         "stored\n"
         "  hint: add `--set spend=VALUE`\n"},
        {"BrokenConstraint",
         {"--set", "orders=0", "--set", "spend=0", "--set", "last=1"},
         1,
         "error: constraints[0]: `last.hasValue() == (orders > 0)` does not "
         "hold\n"},
        {"WrongType",
         {"--set", "orders=many"},
         2,
         "error: `orders`: `many` is not int\n"},
        {"HexadecimalNumber",
         {"--set", "orders=0x3"},
         2,
         "error: `orders`: `0x3` is not int\n"},
        {"NumberAfterASpace",
         {"--set", "orders= 3"},
         2,
         "error: `orders`: ` 3` is not int\n"},
        {"NumberAboveEveryInt",
         {"--set", "orders=99999999999999999999"},
         2,
         "error: `orders`: `99999999999999999999` does not fit into an int; "
         "expected -9223372036854775808 to 9223372036854775807\n"},
        {"NotAnAssignment",
         {"--set", "orders"},
         2,
         "error: `orders` is not of the form `name=value`\n"},
        {"FactsThatAreNotThere",
         {"--facts", "no/such/file"},
         3,
         "error: `no/such/file` cannot be read: No such file or directory\n"},
        {"LocaleOfAnotherSpelling",
         {"--locale", "zh_CN"},
         2,
         "error: `--locale zh_CN` is not a language tag\n"
         "  hint: write `zh-CN`\n"},
        {"LocaleThatIsNone",
         {"--locale", "a tongue"},
         2,
         "error: `--locale a tongue` is not a language tag\n"
         "  hint: write a tag of BCP 47 such as `en`, `pt-BR` or `zh-Hant`\n"},
        {"NegativeSeed",
         {"--seed", "-1"},
         2,
         "error: `--seed`: expected 0 or more\n"
         "  hint: see `stratagem decide --help`\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(DecideTest, AFileDecidesEveryRowInOrder) {
  const Ran ran = DecideCsv(
      "id,orders,spend,last\n"
      "a,0,0,\n"
      "b,2,1500,10\n"
      "\n"
      "c,1,99.5,3\n",
      {"--output", "ndjson"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(Tiers(ran.out), ElementsAre("a=low", "b=high", "c=low"));
  EXPECT_EQ(ran.err, "3 decided, 0 failed\n");
}

TEST_F(DecideTest, AFileIsATableForAPerson) {
  const Ran ran = DecideCsv(
      "id,orders,spend,last\n"
      "老客户,2,1500,10\n"
      "b,0,0,\n"
      "c,1,99.5,3\n");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/decide_table.txt");
}

TEST_F(DecideTest, ASummaryCountsTiersStagesAndOffers) {
  const std::string csv =
      "id,orders,spend,last\na,0,0,\nb,2,1500,10\nc,1,99.5,3\n";
  ExpectMatchesGolden(DecideCsv(csv, {"--summary"}).out,
                      "tests/golden/clients/decide_summary.txt");
  const json summary =
      json::parse(DecideCsv(csv, {"--summary", "-o", "json"}).out);
  EXPECT_EQ(summary.at("decided"), 3);
  EXPECT_EQ(summary.at("tiers").at("high"), 1);
  EXPECT_EQ(summary.at("stages").at("fresh"), 1);
}

TEST_F(DecideTest, ColumnsAreMappedAndMayServeTwice) {
  const Ran ran = DecideCsv(
      "id,frequency,monetary,unused\n"
      "a,3,1500,x\n",
      {"--map", "orders=frequency,last=frequency", "--map", "spend=monetary",
       "--output", "ndjson"});
  EXPECT_THAT(Tiers(ran.out), ElementsAre("a=high"));
  EXPECT_EQ(ran.err, "note: 1 column not used: unused\n1 decided, 0 failed\n");
}

TEST_F(DecideTest, SetHoldsForEveryRowAndOverAColumnOfThatName) {
  const Ran ran = DecideCsv("id,orders,spend\na,0,5\nb,0,7\n",
                            {"--set", "spend=5000", "-o", "ndjson", "-q"});
  EXPECT_THAT(Tiers(ran.out), ElementsAre("a=high", "b=high"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(DecideTest, BadLinesAreNamedAndTheRestGoesOn) {
  const Ran ran = DecideCsv(
      "id,orders,spend,last\r\n"
      "a,zero,0,\r\n"     // A wrong type.
      "b,2\r\n"           // Cells are missing.
      ",0,0,\r\n"         // No id.
      "c,0,-1,\r\n"       // Out of range.
      "d,0,0,4\r\n"       // A broken constraint.
      "e,0,,\r\n"         // A required cell is blank.
      "f,0,\"0\"x,\r\n"   // Not CSV.
      "g, 0 , 0 , \r\n",  // Spaces do not matter.
      {"--output", "ndjson"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(Tiers(ran.out), ElementsAre("g=low"));
  ExpectMatchesGolden(ran.err, "tests/golden/clients/decide_bad_lines.txt");
}

TEST_F(DecideTest, AFileOfOnlyAHeaderDecidesNobody) {
  const Ran ran = DecideCsv("id,orders,spend,last\n", {"-o", "json"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "[]\n");
  EXPECT_EQ(ran.err, "0 decided, 0 failed\n");
}

struct HeaderCase {
  std::string name;
  std::string csv;
  std::vector<std::string> arguments;
  std::string err;
};

class DecideHeaderTest : public DecideTest,
                         public testing::WithParamInterface<HeaderCase> {};

TEST_P(DecideHeaderTest, AMistakeStopsBeforeTheFirstRow) {
  const Ran ran = DecideCsv(GetParam().csv, GetParam().arguments);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, GetParam().err);
  EXPECT_EQ(ran.code, 2);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, DecideHeaderTest,
    testing::ValuesIn(std::vector<HeaderCase>{
        {"EmptyFile",
         "",
         {},
         "error: standard input: the file is empty; expected a header line\n"},
        {"NoIdColumn",
         "idd,orders,spend\n",
         {},
         "error: standard input has no column `id` for the customers' ids; "
         "did you mean `idd`?\n"},
        {"SameColumnTwice",
         "id,orders,orders\n",
         {},
         "error: standard input:1:11: two columns are called `orders`\n"},
        {"RequiredAttributeWithoutColumn",
         "id,orders\n",
         {},
         "error: standard input has no column for attribute `spend`, which "
         "the pack requires; add `--map spend=COLUMN` or `--set "
         "spend=VALUE`\n"},
        {"UnknownAttribute",
         "id,orders,spend\n",
         {"--map", "ordrs=orders"},
         "error: the pack has no attribute `ordrs`; did you mean `orders`?\n"},
        {"UnknownColumn",
         "id,orders,spend\n",
         {"--map", "last=lst"},
         "error: standard input has no column `lst` for attribute `last`; "
         "expected one of `id`, `orders`, `spend`\n"},
        {"MappedTwice",
         "id,orders,spend\n",
         {"--map", "last=orders,last=spend"},
         "error: attribute `last` is mapped twice\n"},
        {"MappedAndSet",
         "id,orders,spend\n",
         {"--map", "last=orders", "--set", "last=1"},
         "error: attribute `last` is both mapped to a column and set for "
         "all\n"},
        {"NotAMapping",
         "id,orders,spend\n",
         {"--map", "last"},
         "error: `--map last` is not of the form `attribute=column`\n"},
        {"NotADelimiter",
         "id,orders,spend\n",
         {"--delimiter", "--"},
         "error: `--` is not a delimiter; expected one character or `tab`\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::cli
