// What must hold for `stratagem log` and `stratagem store` with a real server
// and its folder: what was decided is found, shown and exported, personal
// inputs masked; a folder that a server has open is left alone.

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/check.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/server/running_server.h"
#include "tests/support/ndjson.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kPack[] = R"yaml(language: 1
name: shop
version: 1.0.0
timezone: Asia/Shanghai
attributes:
  visits: {type: int, default: 0}
  gender: {type: string, optional: true, pii: true}
lifecycle:
  stages: [new, regular]
  match:
    - {condition: "visits > 5", stage: regular}
    - {stage: new}
)yaml";

class LogTest : public testing::Test {
 protected:
  LogTest() {
    folder_.Write("shop/pack.yaml", kPack);
    auto store = store::OpenSqliteStore({.directory = directory_});
    STRATAGEM_CHECK(store.ok());
    server_ = std::make_unique<server::RunningServer>(
        server::Options{}, *std::move(store),
        std::vector<std::string>{folder_.Join("shop")});
    Decide("c-1", 3);
    Decide("c-2", 9);
    Decide("c-1", 7);
  }
  void Stop() { server_ = nullptr; }

  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(
        arguments.end(),
        {"--server", absl::StrCat("127.0.0.1:", server_->server().port())});
    return RunHere(arguments);
  }
  void Decide(const std::string& customer, int visits) {
    const Ran ran =
        Run({"decide", "-c", customer, "--set", absl::StrCat("visits=", visits),
             "--set", "gender=f", "-o", "ndjson"});
    EXPECT_EQ(ran.code, 0) << ran.err;
  }
  // The lines of ndjson.
  static std::vector<json> Lines(const Ran& ran) {
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ParseNdjson(ran.out);
  }

  TempDir folder_;
  const std::string directory_ = folder_.Join("store");
  std::unique_ptr<server::RunningServer> server_;
};

TEST_F(LogTest, ListsWhatTheFlagsAskFor) {
  const auto regular = Lines(Run(
      {"log", "list", "--stage", "regular", "--since", "1h", "-o", "ndjson"}));
  ASSERT_THAT(regular, SizeIs(2));
  EXPECT_EQ(regular[0]["customer_id"], "c-1");  // The newest.
  EXPECT_EQ(regular[1]["customer_id"], "c-2");
  EXPECT_THAT(Lines(Run({"log", "list", "-c", "c-1", "--oldest-first", "-n",
                         "1", "-o", "ndjson"})),
              SizeIs(1));
  EXPECT_EQ(Run({"log", "list", "--stage", "reglar"}).err,
            "note: the log has no such decision\n"
            "note: no decision has stage `reglar`; did you mean `regular`?\n");
  EXPECT_EQ(Run({"log", "export", "--pack", "shop@2", "--stage", "new"}).err,
            "note: the log has no such decision\n"
            "note: no decision has pack `shop@2`; expected one of "
            "`shop@1.0.0`\n");
  EXPECT_EQ(Run({"log", "tail", "--pack", "shop", "--until", "2020-01-01"}).err,
            "note: the log has no such decision\n");
  EXPECT_THAT(Run({"log", "tail", "-n", "2"}).out, HasSubstr("c-2"));
}

TEST_F(LogTest, PersonalInputsAreMaskedAndNamed) {
  const auto listed = Lines(
      Run({"log", "tail", "-n", "1", "--explain", "reasons", "-o", "ndjson"}));
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0]["masked"], json({"attributes.gender"}));
  EXPECT_EQ(listed[0]["explanation"]["attributes"][0]["value"], 7);
  EXPECT_EQ(listed[0]["explanation"]["attributes"][1]["value"], nullptr);
  const std::string id = listed[0]["decision_id"];
  const Ran shown = Run({"log", "show", id});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("masked: attributes.gender"));
  const auto document = Lines(Run({"log", "show", id, "-o", "ndjson"}));
  ASSERT_THAT(document, SizeIs(1));
  EXPECT_EQ(document[0]["decision"]["stage"], "regular");
  EXPECT_THAT(document[0]["outcomes"], SizeIs(0));
}

TEST_F(LogTest, PeopleReadTheIdThatOutcomesAndLookUpsAskFor) {
  const std::string id =
      Lines(Run({"log", "tail", "-n", "1", "-o", "ndjson"}))[0]["decision_id"];
  for (const char* command : {"tail", "list"}) {
    EXPECT_THAT(Run({"log", command}).out,
                HasSubstr(absl::StrCat(" ", id, " ")))
        << command;
  }
  EXPECT_THAT(Run({"log", "show", id}).out,
              HasSubstr(absl::StrCat("\ndecision  ", id, "\n")));
  EXPECT_THAT(Run({"decide", "-c", "c-9"}).out,
              testing::ContainsRegex("\ndecision  [0-9a-f]{16}\\.1\\.5\n"));
}

TEST_F(LogTest, AnErasedCustomerIsCalledSo) {
  EXPECT_EQ(Run({"customer", "delete", "c-2", "--yes"}).code, 0);
  const std::string id =
      Lines(Run({"log", "list", "--stage", "regular", "--oldest-first", "-o",
                 "ndjson"}))[0]["decision_id"];
  EXPECT_THAT(Run({"log", "show", id}).out, HasSubstr("customer  (erased)\n"));
  EXPECT_THAT(Run({"log", "list"}).out, HasSubstr("  (erased)  "));
}

TEST_F(LogTest, ADecisionThatIsNotThereIsRefused) {
  const Ran ran = Run({"log", "show", "00112233445566ff.1.1"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no decision `00112233445566ff.1.1`"));
}

TEST_F(LogTest, ExportsOldestFirst) {
  const auto lines = Lines(Run({"log", "export"}));
  ASSERT_THAT(lines, SizeIs(3));
  // The first record is the pack's activation.
  EXPECT_EQ(lines[0]["position"]["sequence"], 2);
  EXPECT_EQ(lines[2]["position"]["sequence"], 4);
  EXPECT_FALSE(lines[0]["explanation"].is_null());
  const Ran csv = Run({"log", "export", "--format", "csv", "-c", "c-2"});
  EXPECT_EQ(csv.code, 0) << csv.err;
  EXPECT_THAT(csv.out,
              HasSubstr(",live,c-2,shop,1.0.0,,0,,,regular,,,,false,"));
  EXPECT_THAT(csv.out, testing::EndsWith(",,\n"));  // No as_of, no outcomes.
  EXPECT_EQ(lines[0]["outcomes"], json::array());
}

TEST_F(LogTest, RangesThatAreEmptyAreRefused) {
  Ran ran = Run({"log", "list", "--from", "2026-11-02", "--to", "2026-11-02"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: `--until`: `2026-11-02` is not after `--from`, "
            "`2026-11-02`\n");
  ran = Run({"log", "list", "--since", "1h", "--until", "2020-01-01"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("is not after `--since`, `1h` ago"));
}

TEST_F(LogTest, AFolderThatAServerHasOpenIsNotMadeAnew) {
  const Ran ran = RunHere({"store", "rebuild", directory_});
  EXPECT_NE(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("open"));
  Stop();
  std::filesystem::remove(directory_ + "/views.db");
  EXPECT_EQ(RunHere({"store", "rebuild", directory_}).out,
            "rebuilt 4 records\n");
}

// The same as the server tells, while it runs and after it.
TEST_F(LogTest, StatisticsOfAFolderChangeNothingInIt) {
  const json served = json::parse(Run({"log", "stats", "-o", "json"}).out);
  for (const bool running : {true, false}) {
    if (!running) Stop();
    const Ran ran = RunHere({"store", "stats", directory_, "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    const json read = json::parse(ran.out);
    for (const char* field : {"node_id", "epoch", "records", "first_sequence",
                              "last_sequence", "counts"}) {
      EXPECT_EQ(read.at(field), served.at(field)) << field;
    }
  }
  EXPECT_THAT(RunHere({"store", "stats", directory_}).out,
              testing::ContainsRegex("stage +regular +2\n"));
  std::filesystem::remove(directory_ + "/views.db");
  const Ran without = RunHere({"store", "stats", directory_});
  EXPECT_EQ(without.code, 0);
  EXPECT_THAT(without.out, HasSubstr("4 records behind"));
  EXPECT_THAT(without.err, HasSubstr("`stratagem store rebuild`"));
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/views.db"));
}

TEST_F(LogTest, AFolderWithoutALogIsNoStore) {
  const Ran ran = RunHere({"store", "stats", folder_.Join("shop")});
  EXPECT_NE(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("there is no store"));
  EXPECT_FALSE(std::filesystem::exists(folder_.Join("shop/log.db")));
}

}  // namespace
}  // namespace stratagem::cli
