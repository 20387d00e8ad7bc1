// What must hold for the two programs together, as a person uses them: the
// flags of `stratagem log` find what they ask for, readers that follow the log
// hold nobody up, what is personal is masked, what was told outlives a restart,
// and who was erased is in no file any more.

#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/profile_service.grpc.pb.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/server_process.h"
#include "tests/support/ndjson.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Without visits `ratio` fails, which is survived.
constexpr char kPack[] = R"yaml(language: 1
name: kiosk
version: 1.0.0
timezone: UTC
attributes:
  visits: {type: int, min: 0, max: 1000, default: 0}
  gender: {type: string, optional: true, pii: true}
  letter: {type: string, optional: true}
value:
  dimensions:
    use:
      weight: 1
      indicators:
        - {name: visits, expression: "visits", bins: [5]}
        - {name: ratio, expression: "100 / visits", bins: [1]}
  tiers:
    - {tier: high, score_min: 80}
    - {tier: low}
lifecycle:
  stages: [new, regular]
  match:
    - {condition: "visits > 5", stage: regular}
    - {stage: new}
treatments:
  price:
    fields: {discount_pct: {type: double, min: 0, max: 50}}
    default: list
    matrix:
      columns: [new, regular]
      high:    [list, loyal]
      low:     [list, list]
    cells:
      list:  {discount_pct: 0}
      loyal: {discount_pct: 5}
groups:
  all: {}
offers:
  - {id: coupon, group: all, value: 9, cost: 0, limits: [{count: 1, within: 30d}]}
  - {id: hello, group: all, value: 1, cost: 0}
placements:
  web: {direction: inbound, max_offers: 1, fallback: hello}
arbitration:
  score: "offer.value - offer.cost"
)yaml";

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

class ProgramTest : public testing::Test {
 protected:
  ProgramTest() { dir_.Write("kiosk/pack.yaml", kPack); }

  void Start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"--listen", "127.0.0.1:0",
                                          "--pack",   dir_.Join("kiosk"),
                                          "--store",  dir_.Join("store")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    server_ = std::make_unique<ServerProcess>(arguments);
    port_ = server_->WaitUntilReady();
    ASSERT_NE(port_, 0) << server_->log();
  }
  void Stop() {
    server_->Signal(SIGTERM);
    EXPECT_EQ(server_->WaitForExit(), 0) << server_->log();
  }

  std::vector<std::string> ToServer(std::vector<std::string> arguments) const {
    arguments.push_back("--server");
    arguments.push_back(absl::StrCat("127.0.0.1:", port_));
    return arguments;
  }
  Ran Run(std::vector<std::string> arguments) const {
    ChildProcess program("stratagem", ToServer(std::move(arguments)));
    const int code = program.WaitForExit();
    return {code, program.output(), program.errors()};
  }
  // The lines of ndjson.
  static std::vector<json> Lines(const Ran& ran) {
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ParseNdjson(ran.out);
  }
  // Decides and returns the decision's id.
  std::string Decide(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"decide", "--placement", "web", "-o", "ndjson"});
    const std::vector<json> lines = Lines(Run(std::move(arguments)));
    return lines.empty() ? "" : lines[0].value("decision_id", "");
  }

  const TempDir dir_;
  std::unique_ptr<ServerProcess> server_;
  int port_ = 0;
};

TEST_F(ProgramTest, EveryFilterOfTheLogFindsItsDecisions) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Decide({"-c", "c-1"});                       // 1: new, degraded
  Decide({"-c", "c-1", "--set", "visits=9"});  // 2: no second coupon
  Decide({"-c", "c-2", "--set", "visits=9"});  // 3
  Decide({"-c", "c-3", "--set", "visits=3", "--dry-run"});              // 4
  Decide({"-c", "c-2", "--set", "visits=3", "--as-of", "2026-01-01"});  // 5
  const struct {
    std::vector<std::string> flags;
    std::vector<int> sequences;
  } cases[] = {
      {{}, {1, 2, 3, 4, 5}},
      {{"-c", "c-1"}, {1, 2}},
      {{"--since", "1h"}, {1, 2, 3, 4, 5}},
      {{"--until", "2026-01-01"}, {}},
      {{"--from", "2026-01-01", "--until", "2100-01-01"}, {1, 2, 3, 4, 5}},
      {{"--role", "live"}, {1, 2, 3}},
      {{"--role", "dry_run"}, {4}},
      {{"--role", "as_of"}, {5}},
      {{"--tier", "high"}, {2, 3}},
      {{"--stage", "new"}, {1, 4, 5}},
      {{"--treatment", "price=loyal"}, {2, 3}},
      {{"--offer", "coupon"}, {1, 3, 4}},
      {{"--excluded", "coupon"}, {2, 5}},
      {{"--excluded", "coupon=limit"}, {2, 5}},
      {{"--excluded", "=limit"}, {2, 5}},
      {{"--excluded", "=budget"}, {}},
      {{"--pack", "kiosk"}, {1, 2, 3, 4, 5}},
      {{"--pack", "kiosk@1.0.0"}, {1, 2, 3, 4, 5}},
      {{"--pack", "kiosk@2.0.0"}, {}},
      {{"--degraded"}, {1}},
      {{"--no-degraded"}, {2, 3, 4, 5}},
      {{"-c", "c-2", "--tier", "high", "--offer", "coupon"}, {3}},
      {{"-c", "c-2", "--tier", "low", "--offer", "coupon"}, {}},
  };
  for (const auto& test_case : cases) {
    std::vector<std::string> arguments = {"log", "list", "--oldest-first", "-o",
                                          "ndjson"};
    arguments.insert(arguments.end(), test_case.flags.begin(),
                     test_case.flags.end());
    std::vector<int> found;
    for (const json& line : Lines(Run(arguments))) {
      // The first record is the pack's activation.
      found.push_back(line.at("position").at("sequence").get<int>() - 1);
    }
    EXPECT_EQ(found, test_case.sequences)
        << testing::PrintToString(test_case.flags);
  }
}

TEST_F(ProgramTest, AFollowerSeesWhatComesUntilItIsInterrupted) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Decide({"-c", "before"});
  ChildProcess all("stratagem",
                   ToServer({"log", "tail", "-f", "-o", "ndjson"}));
  ChildProcess some("stratagem", ToServer({"log", "tail", "-f", "-o", "ndjson",
                                           "--stage", "regular"}));
  EXPECT_NE(all.WaitForOutput("\"before\""), "") << all.errors();
  Decide({"-c", "later"});
  Decide({"-c", "regular", "--set", "visits=9"});
  EXPECT_NE(all.WaitForOutput("\"later\""), "") << all.errors();
  EXPECT_NE(all.WaitForOutput("\"regular\""), "") << all.errors();
  EXPECT_NE(some.WaitForOutput("\"regular\""), "") << some.errors();
  EXPECT_THAT(some.output(), Not(HasSubstr("later")));
  // As any program that follows: the shell says 130.
  all.Signal(SIGINT);
  EXPECT_EQ(all.WaitForExit(), -SIGINT);
  // Who still follows when the server stops is told so.
  Stop();
  EXPECT_EQ(some.WaitForExit(), 3);
  EXPECT_THAT(some.errors(), HasSubstr("error: "));
}

// Memory of a process now.
int64_t ResidentKilobytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  std::string line;
  while (std::getline(status, line)) {
    int64_t kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmRSS: %ld", &kilobytes) == 1) {
      return kilobytes;
    }
  }
  return 0;
}

TEST_F(ProgramTest, FollowersThatDoNotReadHoldUpNeitherDecisionsNorMemory) {
  constexpr int kFollowers = 6;
  constexpr int kDecisions = 600;
  constexpr size_t kLetterBytes = 40'000;
  // Together they would wait for 140 MB.
#ifdef __SANITIZE_ADDRESS__  // Which keeps 256 MB of what was freed.
  constexpr int64_t kGrowthKilobytesMax = 350'000;
#else
  constexpr int64_t kGrowthKilobytesMax = 60'000;
#endif
  ASSERT_NO_FATAL_FAILURE(Start());
  auto stub = v1::DecisionService::NewStub(ChannelTo(port_));
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  v1::NamedValue& letter = *request.add_attributes();
  letter.set_name("letter");
  letter.mutable_value()->set_string_value(std::string(kLetterBytes, 'x'));
  const auto decide = [&] {
    v1::DecideResponse response;
    const grpc::Status status =
        stub->Decide(NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  };
  for (int i = 0; i < 50; ++i) decide();
  std::vector<std::unique_ptr<ChildProcess>> followers;
  for (int i = 0; i < kFollowers; ++i) {
    followers.push_back(std::make_unique<ChildProcess>(
        "stratagem",
        ToServer({"log", "tail", "-f", "-n", "10", "--explain", "reasons", "-o",
                  "ndjson"}),
        ChildOptions{.reads_output = false}));
  }
  const int64_t before = ResidentKilobytes(server_->pid());
  for (int i = 0; i < kDecisions; ++i) decide();
  EXPECT_LT(ResidentKilobytes(server_->pid()) - before, kGrowthKilobytesMax);
  followers.clear();
  stub = nullptr;
  Stop();
}

TEST_F(ProgramTest, PersonalInputsAreMaskedUnlessTheServerShowsThem) {
  const std::vector<std::string> list = {"log",     "list", "--explain",
                                         "reasons", "-o",   "ndjson"};
  ASSERT_NO_FATAL_FAILURE(Start());
  const std::string id =
      Decide({"-c", "c-1", "--set", "gender=undisclosed", "--set", "visits=4"});
  for (const char* const pii : {"masked", "shown"}) {
    Stop();
    ASSERT_NO_FATAL_FAILURE(Start({"--pii", pii}));
    const Ran listed = Run(list);
    const Ran shown = Run({"log", "show", id, "-o", "json"});
    const Ran exported = Run({"log", "export"});
    const bool is_shown = std::string(pii) == "shown";
    for (const Ran* const ran : {&listed, &shown, &exported}) {
      EXPECT_EQ(ran->code, 0) << ran->err;
      EXPECT_EQ(absl::StrContains(ran->out, "undisclosed"), is_shown)
          << ran->out;
      EXPECT_EQ(absl::StrContains(ran->out, "attributes.gender"), !is_shown)
          << ran->out;
    }
  }
}

TEST_F(ProgramTest, WhatWasToldIsThereAfterARestart) {
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_EQ(Run({"customer", "set", "c-1", "visits=9"}).code, 0);
  const std::string id = Decide({"-c", "c-1"});
  const Ran told = Run({"outcome", "record", "--decision", id, "--offer",
                        "coupon", "--outcome", "clicked"});
  EXPECT_EQ(told.code, 0) << told.err;
  Stop();
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_THAT(Run({"log", "show", id}).out, HasSubstr("clicked"));
  EXPECT_THAT(Run({"customer", "get", "c-1", "-o", "ndjson"}).out,
              HasSubstr("\"visits\":9"));
  const std::vector<json> decided =
      Lines(Run({"decide", "-c", "c-1", "--placement", "web", "-o", "ndjson"}));
  ASSERT_EQ(decided.size(), 1u);
  EXPECT_EQ(decided[0].at("stage"), "regular");  // By the profile.
  EXPECT_THAT(decided[0].at("placements").dump(),
              Not(HasSubstr("coupon")));  // Shown before.
}

TEST_F(ProgramTest, AnImportNamesItsBadLinesAndKeepsTheOthers) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const std::string file = dir_.Write("customers.csv",
                                      "customer_id,visits,gender\n"
                                      "c-1,1,x\n"
                                      "c-2,often,x\n"
                                      ",3,x\n"
                                      "c-4,4000,x\n"
                                      "c-5,5\n"
                                      "c-6,6,x\n");
  const Ran ran = Run({"customer", "import", file});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "3 stored (1 with warnings), 3 refused\n");
  EXPECT_THAT(ran.err, HasSubstr("customers.csv:3:5: column `visits`: `often` "
                                 "is not int"));
  EXPECT_THAT(ran.err, HasSubstr("customers.csv:4:1: column `customer_id`: "));
  EXPECT_THAT(ran.err, HasSubstr("customers.csv:5: warning: "));
  EXPECT_THAT(ran.err, HasSubstr("customers.csv:6:1: the row has 2 cells"));
  EXPECT_THAT(ran.err, Not(HasSubstr("\r")));  // No terminal, no bar.
  EXPECT_THAT(Run({"customer", "get", "c-6", "-o", "ndjson"}).out,
              HasSubstr("\"visits\":6"));
}

TEST_F(ProgramTest, AnImportThatIsInterruptedSaysWhatItHasStored) {
  constexpr int kFirst = 20'000;
  constexpr int kAll = 30'000;
  const auto rows = [](int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) absl::StrAppend(&text, "c-", i, ",7\n");
    return text;
  };
  const std::string header = "customer_id,visits\n";
  ASSERT_NO_FATAL_FAILURE(Start());
  auto profiles = v1::ProfileService::NewStub(ChannelTo(port_));
  const auto is_stored = [&](int number) {
    v1::GetProfileRequest request;
    request.set_customer_id(absl::StrCat("c-", number));
    v1::GetProfileResponse response;
    return profiles->GetProfile(NewContext().get(), request, &response).ok();
  };
  signal(SIGPIPE, SIG_IGN);  // It may end before it has read all.
  // A file whose end is not there yet.
  const std::string pipe = dir_.Join("customers.csv");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ChildProcess import("stratagem", ToServer({"customer", "import", pipe}));
  {
    std::ofstream file(pipe);
    file << header << rows(0, kFirst) << std::flush;
    while (!is_stored(999)) std::this_thread::yield();
    import.Signal(SIGINT);
    EXPECT_NE(import.WaitForError("interrupted: "), "");
    file << rows(kFirst, kAll);
  }
  EXPECT_EQ(import.WaitForExit(), 130) << import.errors();
  int thousands = 0;
  int rest = 0;
  ASSERT_EQ(std::sscanf(import.output().c_str(), "%d,%d stored, 0 refused",
                        &thousands, &rest),
            2)
      << import.output();
  const int stored = 1'000 * thousands + rest;
  EXPECT_LT(stored, kAll);
  EXPECT_TRUE(is_stored(stored - 1));
  EXPECT_FALSE(is_stored(stored));
  EXPECT_THAT(import.errors(),
              HasSubstr(absl::StrCat("read up to line ", stored + 1, ";")));

  const std::string whole = dir_.Write("whole.csv", header + rows(0, kAll));
  EXPECT_EQ(Run({"customer", "import", whole}).out,
            "30,000 stored, 0 refused\n");
  EXPECT_THAT(Run({"customer", "get", "c-0", "-o", "ndjson"}).out,
              HasSubstr("\"version\":1,"));
  profiles = nullptr;
  Stop();
}

// The files of the folder that hold `text`.
std::vector<std::string> FilesWith(const std::string& folder,
                                   absl::string_view text) {
  std::vector<std::string> found;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    std::ostringstream bytes;
    bytes << std::ifstream(file.path(), std::ios::binary).rdbuf();
    if (absl::StrContains(bytes.str(), text)) {
      found.push_back(file.path().filename());
    }
  }
  return found;
}

TEST_F(ProgramTest, WhoWasErasedIsInNoFileNeitherBeforeNorAfterARestart) {
  const std::string store = dir_.Join("store");
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_EQ(Run({"customer", "set", "zebedee-7731", "gender=okapi"}).code, 0);
  for (int i = 0; i < 3; ++i) {
    Decide({"-c", "zebedee-7731", "--request-id", "by-zebedee-7731"});
    Decide({"-c", "zebedee-7731", "--set", "letter=okapi"});
  }
  EXPECT_THAT(FilesWith(store, "zebedee-7731"), Not(IsEmpty()));
  EXPECT_THAT(FilesWith(store, "okapi"), Not(IsEmpty()));
  const Ran erased = Run({"customer", "delete", "zebedee-7731", "--yes"});
  EXPECT_EQ(erased.code, 0) << erased.err;
  EXPECT_THAT(FilesWith(store, "zebedee-7731"), IsEmpty());
  EXPECT_THAT(FilesWith(store, "okapi"), IsEmpty());
  Stop();
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_THAT(Run({"log", "list", "-c", "zebedee-7731"}).err,
              HasSubstr("the log has no such decision"));
  Stop();
  EXPECT_THAT(FilesWith(store, "zebedee-7731"), IsEmpty());
  EXPECT_THAT(FilesWith(store, "okapi"), IsEmpty());
}

}  // namespace
}  // namespace stratagem
