// What must hold between `decide --server` and the real server: what the
// command reads by the types that the server tells, the server takes.

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/store/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/server/running_server.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;

constexpr char kTimesPack[] = R"yaml(language: 1
name: times
version: 1.0.0
timezone: Asia/Shanghai
attributes:
  contract_end: {type: timestamp, optional: true}
  wait:         {type: duration, optional: true}
  visits:       {type: {list: timestamp}, optional: true}
  waits:        {type: {map: duration}, optional: true}
request:
  opened: {type: timestamp, optional: true}
)yaml";

class RealServerTest : public testing::Test {
 protected:
  RealServerTest() {
    folder_.Write("times/pack.yaml", kTimesPack);
    server_ = std::make_unique<server::RunningServer>(
        server::Options{}, store::NewMemoryStore(),
        std::vector<std::string>{folder_.Join("times")});
  }

  Ran ByServer(std::vector<std::string> arguments,
               const std::string& input = "") {
    arguments.insert(arguments.begin(),
                     {"decide", "--server",
                      absl::StrCat("127.0.0.1:", server_->server().port()),
                      "--explain", "reasons", "-o", "ndjson"});
    return RunHere(arguments, input);
  }

  Ran ByPack(std::vector<std::string> arguments,
             const std::string& input = "") {
    arguments.insert(arguments.begin(),
                     {"decide", "--pack", folder_.Join("times"), "--explain",
                      "reasons", "-o", "ndjson"});
    return RunHere(arguments, input);
  }

  TempDir folder_;
  std::unique_ptr<server::RunningServer> server_;
};

// The values that the decision was made with.
json ValuesOf(const Ran& ran) {
  EXPECT_EQ(ran.code, 0) << ran.err;
  const json decision =
      json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  if (!decision.is_object()) return json();
  return {decision.at("explanation").at("attributes"),
          decision.at("explanation").at("request")};
}

TEST_F(RealServerTest, TimesOfFlagsReachTheDecision) {
  const std::vector<std::string> arguments = {
      "-c",        "c-1",
      "--set",     "contract_end=2027-01-05T00:00:00+08:00",
      "--set",     "wait=1h30m",
      "--set",     "visits=[\"2026-01-01T00:00:00Z\", \"2026-02-01\"]",
      "--set",     "waits={\"phone\": \"90s\"}",
      "--request", "opened=2026-12-20"};
  const json values = ValuesOf(ByServer(arguments));
  EXPECT_EQ(values, ValuesOf(ByPack(arguments)));
  EXPECT_THAT(values.dump(), testing::HasSubstr("2027-01-04T16:00:00Z"));
  EXPECT_THAT(values.dump(), testing::HasSubstr("2026-01-31T16:00:00Z"));
  EXPECT_THAT(values.dump(), testing::HasSubstr("2026-12-19T16:00:00Z"));
}

TEST_F(RealServerTest, TimesOfFactsReachTheDecision) {
  const std::vector<std::string> arguments = {"-c", "c-1", "--facts", "-"};
  const std::string facts =
      R"({"contract_end": "2027-01-05", "wait": "90s",
          "visits": ["2026-01-01T00:00:00Z"], "waits": {"web": "1s"}})";
  const json values = ValuesOf(ByServer(arguments, facts));
  EXPECT_EQ(values, ValuesOf(ByPack(arguments, facts)));
  EXPECT_THAT(values.dump(), testing::HasSubstr("2027-01-04T16:00:00Z"));
}

TEST_F(RealServerTest, TimesOfAFileReachTheDecision) {
  const std::vector<std::string> arguments = {"--csv", "-"};
  const std::string csv =
      "customer_id,contract_end,wait,visits\n"
      "c-1, 2027-01-05 ,90s,\"[\"\"2026-01-01\"\"]\"\n";
  const json values = ValuesOf(ByServer(arguments, csv));
  EXPECT_EQ(values, ValuesOf(ByPack(arguments, csv)));
  EXPECT_THAT(values.dump(), testing::HasSubstr("2027-01-04T16:00:00Z"));
}

TEST_F(RealServerTest, ATimeThatIsNoneIsRefusedBeforeItIsSent) {
  const Ran ran = ByServer({"-c", "c-1", "--set", "contract_end=2027-01-32"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: `contract_end`: `2027-01-32` is not a timestamp; expected "
            "RFC 3339 such as 2026-11-15T10:00:00+08:00, or 2026-11-15\n");
}

}  // namespace
}  // namespace stratagem::cli
