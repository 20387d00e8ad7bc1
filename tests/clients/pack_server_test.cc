// What must hold for the commands that change and show the packs of a running
// server: each says what serves then, a refusal says what to do, and files come
// back as they were sent, never over others.

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/server/running_server.h"
#include "tests/server/shop_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using server::ShopFiles;
using server::WriteShop;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class PackServerTest : public testing::Test {
 protected:
  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(
        arguments.end(),
        {"--server", absl::StrCat("127.0.0.1:", server_.server().port())});
    return RunHere(arguments);
  }
  json RunJson(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  }
  // Publishes a version of the shop, whose test passes, or fails.
  Ran Publish(const std::string& version, bool passes = true) {
    return Run({"pack", "publish",
                WriteShop(folder_, absl::StrCat("v", version),
                          {.version = version,
                           .expected_discount = passes ? "1" : "7"})});
  }
  // "2 live *": how the versions of the shop serve; the one that decides.
  std::vector<std::string> Versions() {
    std::vector<std::string> versions;
    const json listed = RunJson({"pack", "list", "shop"});
    for (const json& one : listed["versions"]) {
      versions.push_back(absl::StrCat(one["version"].get<std::string>(), " ",
                                      one["serving"].get<std::string>(),
                                      one["decides"] ? " *" : ""));
    }
    return versions;
  }

  TempDir folder_;
  server::RunningServer server_{
      {}, store::NewMemoryStore(), {WriteShop(folder_, "v1")}};
};

TEST_F(PackServerTest, AVersionIsPublishedActivatedAndRolledBack) {
  const Ran published = Publish("2");
  EXPECT_EQ(published.code, 0) << published.err;
  EXPECT_THAT(published.out,
              MatchesRegex("published shop@2, digest [0-9a-f]{12}\n"));
  EXPECT_THAT(published.err, HasSubstr("`stratagem pack activate shop@2 "));
  EXPECT_THAT(Versions(), ElementsAre("1 live *", "2 published"));
  EXPECT_THAT(Publish("2").out, StartsWith("known already: shop@2"));

  const Ran activated = Run({"pack", "activate", "shop@2"});
  EXPECT_EQ(activated.code, 0) << activated.err;
  EXPECT_EQ(activated.out, "shop@2 is live and decides; 1 test passed\n");
  EXPECT_EQ(Run({"pack", "activate", "shop@2"}).out,
            "shop@2 is live and decides, as before\n");
  EXPECT_THAT(Versions(), ElementsAre("1 live", "2 live *"));

  const Ran back = Run({"pack", "rollback", "shop@2"});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(back.out, "shop@2 is withdrawn, shop@1 decides\n");
  EXPECT_THAT(Versions(), ElementsAre("1 live *", "2 withdrawn"));
  EXPECT_EQ(Run({"pack", "rollback", "shop@2"}).code, 1);
  EXPECT_EQ(Run({"pack", "rollback", "shop"}).code, 1);
}

TEST_F(PackServerTest, PublishingCanActivateAtOnce) {
  const json answer =
      RunJson({"pack", "publish", WriteShop(folder_, "v2", {.version = "2"}),
               "--activate", "--actor", "ann", "--reason", "spring"});
  EXPECT_EQ(answer["version"], "2");
  EXPECT_EQ(answer["known"], false);
  EXPECT_EQ(answer["activated"]["version"]["serving"], "live");
  EXPECT_EQ(answer["activated"]["tests"]["passed"], 0);
  EXPECT_THAT(Versions(), ElementsAre("1 live", "2 live *"));
}

TEST_F(PackServerTest, TestsThatFailRefuseUnlessForced) {
  ASSERT_EQ(Publish("2", /*passes=*/false).code, 0);
  const Ran refused = Run({"pack", "activate", "shop@2"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err,
              AllOf(StartsWith("error: shop@2: 1 of its 1 tests fail"),
                    HasSubstr("hint: `--force` does it all the same")));
  EXPECT_THAT(Versions(), ElementsAre("1 live *", "2 published"));
  const Ran forced = Run({"pack", "activate", "shop@2", "--force"});
  EXPECT_EQ(forced.code, 0) << forced.err;
  EXPECT_THAT(forced.out,
              AllOf(StartsWith("shop@2 is live and decides; 1 of 1 test failed"
                               "\n  pricing/list of shop_test.yaml\n"),
                    HasSubstr("is 1, not 7")));
}

TEST_F(PackServerTest, AVersionIsTakenOnce) {
  const Ran ran =
      Run({"pack", "publish", WriteShop(folder_, "other", {.discount = 9})});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("another `version` in pack.yaml"));
}

TEST_F(PackServerTest, MistakesAreShownBeforeAnythingIsSent) {
  folder_.Write("bad/pack.yaml",
                "language: 1\nname: shop\nversion: 3\nofers:\n");
  const Ran bad = Run({"pack", "publish", folder_.Join("bad")});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, AllOf(HasSubstr("bad/pack.yaml:4:1: error E"),
                             HasSubstr("\n  4 | ofers:\n")));
  const std::string tests = WriteShop(
      folder_, "tests", {.version = "3", .expected_discount = "'many'"});
  const Ran wrong = Run({"pack", "publish", tests});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("tests/shop_test.yaml:"));
  EXPECT_THAT(Versions(), ElementsAre("1 live *"));
  EXPECT_EQ(Run({"pack", "publish", folder_.Join("nowhere")}).code, 3);
}

TEST_F(PackServerTest, FilesComeBackAndNeverOverOthers) {
  ASSERT_EQ(Publish("2").code, 0);
  const std::string out = folder_.Join("out/deep");
  const Ran got = Run({"pack", "get", "shop@2", out});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_EQ(got.out, absl::StrCat("shop@2 is in ", out, ", 2 files\n"));
  for (const auto& [path, bytes] :
       ShopFiles({.version = "2", .expected_discount = "1"})) {
    EXPECT_EQ(Contents(absl::StrCat(out, "/", path)), bytes) << path;
  }
  folder_.Write("mine/shop_test.yaml", "mine");
  const std::string mine = folder_.Join("mine");
  const Ran refused = Run({"pack", "get", "shop@2", mine});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("shop_test.yaml` is there already"),
                                 HasSubstr("`--force`")));
  EXPECT_EQ(Contents(mine + "/shop_test.yaml"), "mine");
  EXPECT_FALSE(std::filesystem::exists(mine + "/pack.yaml"));
  const json forced = RunJson({"pack", "get", "shop@2", mine, "--force"});
  EXPECT_EQ(forced["files"], json({"pack.yaml", "shop_test.yaml"}));
  EXPECT_THAT(Contents(mine + "/shop_test.yaml"), Not("mine"));
  // Without a version: what decides.
  EXPECT_THAT(Run({"pack", "get", "shop", folder_.Join("now")}).out,
              StartsWith("shop@1 is in "));
}

TEST_F(PackServerTest, OffersAndPlacementsArePausedAndResumed) {
  const Ran paused = Run({"offer", "pause", "coupon", "--reason", "recall"});
  EXPECT_EQ(paused.code, 0) << paused.err;
  EXPECT_EQ(paused.out,
            "paused: offer coupon\n\npaused  of pack  name\n"
            "offer   shop     coupon\n");
  EXPECT_EQ(
      RunJson({"placement", "pause", "home", "--pack", "shop"})["paused"],
      json::parse(R"([{"pack": "shop", "offer_id": "coupon", "placement": null},
                      {"pack": "shop", "offer_id": null, "placement": "home"}])"));
  EXPECT_THAT(Run({"pack", "list"}).out,
              AllOf(HasSubstr("\noffer      shop     coupon\n"),
                    HasSubstr("\nplacement  shop     home\n")));
  EXPECT_EQ(Run({"placement", "resume", "home"}).code, 0);
  EXPECT_EQ(Run({"offer", "resume", "coupon"}).out,
            "resumed: offer coupon\nnothing of the pack is paused now\n");
  const Ran unknown = Run({"offer", "pause", "coupn"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean `coupon`?"));
}

TEST_F(PackServerTest, ACanaryAndAShadowSayWhatTheyDo) {
  ASSERT_EQ(Publish("2").code, 0);
  ASSERT_EQ(Publish("3").code, 0);
  EXPECT_EQ(Run({"pack", "canary", "shop@2", "5%"}).out,
            "shop@2 decides for 5 % of customers; 1 test passed\n");
  EXPECT_EQ(
      RunJson({"pack", "canary", "shop@2", "0.25"})["version"]["canary_share"],
      0.25);
  EXPECT_EQ(Run({"pack", "shadow", "shop@3"}).out,
            "shop@3 decides beside the live version and answers nothing; "
            "1 test passed\n");
  const Ran listed = Run({"pack", "list"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("  canary for 25 %  "),
                                HasSubstr("\nshadow shop@3, 0 decisions\n")));
  EXPECT_EQ(Run({"pack", "shadow", "shop@3", "--off"}).code, 0);
  EXPECT_EQ(Run({"pack", "canary", "shop@2", "0"}).code, 0);
  EXPECT_THAT(Run({"pack", "list"}).out,
              AllOf(Not(HasSubstr("canary")), Not(HasSubstr("shadow"))));
  // What is live cannot decide for some.
  EXPECT_EQ(Run({"pack", "canary", "shop@1", "0.1"}).code, 1);
}

TEST_F(PackServerTest, ADraftIsSimulatedForOneCustomerBesideWhatDecides) {
  const std::string draft =
      WriteShop(folder_, "draft", {.version = "2", .discount = 7});
  const uint64_t records = server_.records();
  const Ran ran = Run(
      {"pack", "simulate", draft, "--customer", "c-1", "--set", "orders=3"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "shop@2 beside shop@1, which decides now\n\n"
            "                  now           simulated\n"
            "pricing.discount  1             7\n"
            "home              coupon, gift  coupon, gift\n");
  const json both = RunJson({"pack", "simulate", draft, "--customer", "c-1"});
  EXPECT_EQ(both["now"]["pack"]["version"], "1");
  EXPECT_EQ(both["simulated"]["pack"]["version"], "2");
  EXPECT_EQ(both["simulated"]["role"], "dry_run");
  // Nothing came of it.
  EXPECT_EQ(server_.records(), records);
  EXPECT_THAT(Versions(), ElementsAre("1 live *"));
}

// What only the draft declares, the version that decides is not asked.
TEST_F(PackServerTest, ADraftMayDeclareMoreThanWhatDecides) {
  auto files = ShopFiles({.version = "2"});
  std::string& text = files["pack.yaml"];
  const std::string orders = "orders: {type: int, default: 0}";
  text.replace(text.find(orders), orders.size(),
               orders + "\n  visits: {type: int, default: 0}");
  text.insert(text.find("home: {"), "shelf: {max_offers: 1}, ");
  folder_.Write("draft/pack.yaml", text);
  const Ran ran = Run({"pack", "simulate", folder_.Join("draft"), "--customer",
                       "c-1", "--set", "visits=2"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\nshelf             -             coupon\n"));
  const Ran unknown = Run({"pack", "simulate", folder_.Join("draft"),
                           "--customer", "c-1", "--set", "visit=2"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("visit"));
}

TEST_F(PackServerTest, AVersionIsSimulatedForStoredCustomers) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(Run({"customer", "set", absl::StrCat("p-", i),
                   absl::StrCat("orders=", i)})
                  .code,
              0);
  }
  auto files = ShopFiles({.version = "2"});
  std::string& text = files["pack.yaml"];
  text.replace(text.find("{id: gift"), 9,
               "{id: gift, eligibility: \"orders < 3\"");
  folder_.Write("v2/pack.yaml", text);
  const Ran draft = Run({"pack", "simulate", folder_.Join("v2")});
  EXPECT_EQ(draft.code, 0) << draft.err;
  EXPECT_EQ(draft.err, "");
  EXPECT_EQ(draft.out,
            "shop@2 for 5 stored customers: 2 (40 %) would get something else\n"
            "\n"
            "                   value   now  simulated\n"
            "treatment.pricing  list      5          5\n"
            "offer              coupon    5          5\n"
            "                   gift      5          3  -2\n"
            "\n"
            "something else for p-3, p-4\n");
  ASSERT_EQ(Run({"pack", "publish", folder_.Join("v2")}).code, 0);
  const json some = RunJson({"pack", "simulate", "shop@2", "--population", "4",
                             "--prefix", "p-", "--placement", "home"});
  EXPECT_EQ(some["version"], "2");
  EXPECT_EQ(some["customers"], 4);
  EXPECT_EQ(some["different"], 1);
  EXPECT_EQ(some["truncated"], true);
  EXPECT_EQ(some["examples"], json({"p-3"}));
  EXPECT_EQ(some["counts"][1], json::parse(R"({"dimension": "offer",
      "value": "gift", "now": 4, "simulated": 3})"));
  const Ran more = Run({"pack", "simulate", "shop@2", "--population", "4"});
  EXPECT_EQ(more.err,
            "note: more customers are stored; `--population N` takes more\n");
}

TEST_F(PackServerTest, APackThatNeverServedIsSimulatedForACustomerAlone) {
  const std::string other =
      WriteShop(folder_, "other", {.version = "1", .name = "other"});
  const Ran ran = Run({"pack", "simulate", other, "--customer", "c-1"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(StartsWith("other@1; no version of it decides now\n"),
                    HasSubstr("\npricing.discount  -    1\n")));
  EXPECT_EQ(RunJson({"pack", "simulate", other, "--customer", "c-1"})["now"],
            nullptr);
  EXPECT_EQ(Run({"pack", "simulate", other}).code, 1);
}

TEST_F(PackServerTest, WhatCannotBeSimulatedSaysWhy) {
  EXPECT_EQ(Run({"pack", "simulate", "shop@9"}).code, 1);
  EXPECT_EQ(Run({"pack", "simulate", folder_.Join("nowhere")}).code, 3);
  const Ran unknown =
      Run({"pack", "simulate", "shop@1", "--placement", "hone"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean `home`?"));
}

TEST_F(PackServerTest, AListOfNothingSaysSo) {
  const Ran ran = Run({"pack", "list", "bank"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "note: no version of `bank` was published there\n");
}

struct UsageCase {
  std::string name;
  std::vector<std::string> arguments;
  std::string want;
};

class PackServerUsageTest : public testing::TestWithParam<UsageCase> {};

TEST_P(PackServerUsageTest, IsToldBeforeAServerIsAsked) {
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.insert(arguments.end(), {"--server", "127.0.0.1:1"});
  const Ran ran = RunHere(arguments);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    All, PackServerUsageTest,
    testing::ValuesIn(std::vector<UsageCase>{
        {"NoVersion", {"pack", "activate", "shop"}, "`shop` names no version"},
        {"AnEmptyVersion",
         {"pack", "rollback", "shop@"},
         "`shop@` names no version"},
        {"NoPack", {"pack", "activate", "@2"}, "`@2` names no pack"},
        {"NoFolder", {"pack", "get", "shop", ""}, "the folder has no name"},
        {"AShareOverAll",
         {"pack", "canary", "shop@2", "5"},
         "`5` is not a share of customers"},
        {"NoShare", {"pack", "canary", "shop@2", "some"}, "or as 5%"},
        {"NoShareAtAll", {"pack", "canary", "shop@2", "nan"}, "not a share"},
        {"ValuesOfNobody",
         {"pack", "simulate", "shop@2", "--set", "orders=1"},
         "name them with `--customer ID`"},
        {"BothOneAndMany",
         {"pack", "simulate", "shop@2", "--customer", "c", "--population", "9"},
         "excludes"},
        {"ForceWithoutActivate",
         {"pack", "publish", ".", "--force"},
         "`--force` goes with `--activate`"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::cli
