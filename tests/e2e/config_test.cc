// What must hold for the real `stratagemd` and its configuration: what is wrong
// stops a start and is told; --check-config changes nothing; SIGHUP takes over
// what can change, at once or not at all; SIGTERM says that it stops before it
// does, and a second one ends the process.

#include <signal.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/fault_fixture.h"
#include "tests/e2e/raw_call.h"

namespace stratagem {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The pack that FaultTest serves, in another version.
constexpr char kKiosk[] = R"yaml(language: 1
name: kiosk
version: VERSION
timezone: UTC
attributes:
  letter: {type: string, default: ""}
offers:
  - {id: gift, value: 1, cost: 0}
placements:
  desk: {direction: inbound, max_offers: 2}
)yaml";

struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

template <typename Base>
class WithConfig : public Base {
 protected:
  void WriteConfig(const std::string& yaml) {
    this->dir_.Write("stratagemd.yaml", yaml);
  }
  void WritePack(const std::string& version) {
    this->dir_.Write("kiosk/pack.yaml",
                     absl::StrReplaceAll(kKiosk, {{"VERSION", version}}));
  }
  std::string config() const { return this->dir_.Join("stratagemd.yaml"); }
  void StartWithConfig(const ChildOptions& options = {},
                       std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--config", config()});
    this->Start(options, more);
  }
  // Sends SIGHUP and waits for a line of the log with `text`.
  std::string ReloadUntil(const std::string& text) {
    this->server_->Signal(SIGHUP);
    return this->server_->WaitForError(text);
  }
  int CountInLog(const std::string& text) {
    const std::string log = this->server_->log();
    int count = 0;
    for (size_t at = log.find(text); at != std::string::npos;
         at = log.find(text, at + 1)) {
      ++count;
    }
    return count;
  }
  std::string VersionThatDecides() {
    EXPECT_TRUE(this->Decide().ok());
    return this->acknowledged_.back().pack().version();
  }
};

class ConfigTest : public WithConfig<FaultTest> {
 protected:
  // Runs stratagemd to its end.
  static Ended Run(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment = {}) {
    ChildProcess program("stratagemd", arguments, {.environment = environment});
    const int code = program.WaitForExit();
    return {code, program.output(), program.errors()};
  }
};
class ConfigFaultyWorldTest : public WithConfig<FaultyWorldTest> {};

TEST_F(ConfigTest, AFlagThatIsWrongIsToldToAPersonAndEndsWithTwo) {
  const Ended ended = Run({"--stroe", "memory", "--pii", "no"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err,
            "--pii: error E604: found `no`, expected masked or shown\n"
            "--stroe: error E601: unknown flag `--stroe`\n"
            "  hint: did you mean `--store`?\n");
}

TEST_F(ConfigTest, AFileThatIsWrongStopsTheStartAsOneEvent) {
  WriteConfig("listen_adress: x\n");
  const Ended ended = Run({"--config", config()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("\"event\":\"config_refused\""));
  EXPECT_THAT(ended.err,
              HasSubstr("stratagemd.yaml:1:1: error E601: unknown key "
                        "`listen_adress`\\n  hint: did you mean `listen`?"));
  EXPECT_FALSE(fs::exists("stratagem-data"));
}

TEST_F(ConfigTest, AVariableNamesTheFileAndAnotherOneWinsOverIt) {
  WriteConfig("pii: shown\nlog_level: error\n");
  const Ended ended = Run({"--check-config"}, {"STRATAGEM_CONFIG=" + config(),
                                               "STRATAGEM_LOG_LEVEL=warning"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, testing::ContainsRegex("pii: shown +# .*yaml:1\n"));
  EXPECT_THAT(ended.out, testing::ContainsRegex(
                             "log_level: warning +# STRATAGEM_LOG_LEVEL\n"));
}

TEST_F(ConfigTest, AnUnknownVariableIsAWarningOfTheLog) {
  const Ended ended = Run({"--listen", "127.0.0.1:0", "--store", "/dev/null"},
                          {"STRATAGEM_STROE=x"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err,
              HasSubstr("\"level\":\"warning\",\"event\":\"config_warning\","
                        "\"message\":\"STRATAGEM_STROE: warning W606: "));
}

TEST_F(ConfigTest, AnAddressThatIsTakenIsNamedWithWhatToDo) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const std::string taken = absl::StrCat("127.0.0.1:", port_);
  const Ended ended =
      Run({"--listen", taken, "--http", "", "--store", "memory"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("\"event\":\"listen_failed\""));
  EXPECT_THAT(ended.err, HasSubstr("cannot listen on `" + taken + "`"));
  EXPECT_THAT(ended.err, HasSubstr("choose another with --listen"));
  Stop();
}

TEST_F(ConfigTest, ACheckTakesNoPortAndTouchesNoStoreOfARunningServer) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const Ended ended =
      Run({"--check-config", "--listen", absl::StrCat("127.0.0.1:", port_),
           "--pack", dir_.Join("kiosk"), "--store", store_});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("\npack:"));
  EXPECT_TRUE(Decide().ok());
  Stop();
}

TEST_F(ConfigTest, ACheckMakesNoStoreAndEndsWithOneWhenAStartWouldFail) {
  const std::vector<std::string> arguments = {
      "--check-config", "--pack", dir_.Join("kiosk"), "--store", store_};
  EXPECT_EQ(Run(arguments).code, 0);
  EXPECT_FALSE(fs::exists(store_));
  dir_.Write("kiosk/pack.yaml", "language: 7\n");
  const Ended ended = Run(arguments);
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("kiosk` has errors:\npack.yaml:1:"));
  EXPECT_FALSE(fs::exists(store_));
}

TEST_F(ConfigTest, AReloadTakesOverWhatItCanAndNamesWhatNeedsAStart) {
  WriteConfig("drain_timeout: 10s\n");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig());
  WriteConfig("drain_timeout: 11s\nbatch_items_max: 7\nrequests_max: 5\n");
  EXPECT_THAT(ReloadUntil("config_reloaded"),
              HasSubstr("\"changed\":\"drain_timeout\",\"packs_refused\":0"));
  EXPECT_THAT(server_->WaitForError("config_needs_restart"),
              HasSubstr("\"options\":\"batch_items_max, requests_max\""));
  // They still do; what was taken over is no change any more.
  WriteConfig("drain_timeout: 11s\nbatch_items_max: 7\n");
  EXPECT_NE(ReloadUntil("\"options\":\"batch_items_max\""), "");
  EXPECT_NE(server_->WaitForError("\"changed\":\"\""), "");
  Stop();
  EXPECT_EQ(CountInLog("config_reloaded"), 2);
}

TEST_F(ConfigTest, AFileWithAMistakeChangesNothingAndTheNextOneDoes) {
  WriteConfig("");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig());
  WriteConfig("drain_timeout: 11s\npii: no\n");
  EXPECT_THAT(ReloadUntil("config_refused"),
              HasSubstr("stratagemd.yaml:2:6: error E604: found `no`"));
  fs::remove(config());
  EXPECT_THAT(ReloadUntil("does not exist"), HasSubstr("config_refused"));
  EXPECT_TRUE(Decide().ok());
  WriteConfig("drain_timeout: 11s\n");
  EXPECT_NE(ReloadUntil("\"changed\":\"drain_timeout\""), "");
  Stop();
}

TEST_F(ConfigTest, AFlagWinsAtAReloadAsItDidAtTheStart) {
  WriteConfig("drain_delay: 0\n");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig({}, {"--drain-timeout=9s"}));
  WriteConfig("drain_timeout: 11s\n");
  EXPECT_THAT(ReloadUntil("config_reloaded"), HasSubstr("\"changed\":\"\""));
  Stop();
}

TEST_F(ConfigTest, AReloadSwitchesQuotesWithoutARecord) {
  WriteConfig("unlogged_quotes: false\n");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig());
  const auto quote = [this] {
    v1::DecideRequest request;
    request.set_customer_id("c-1");
    request.set_unlogged(true);
    v1::DecideResponse response;
    return stub_->Decide(NewContext().get(), request, &response).error_code();
  };
  EXPECT_EQ(quote(), grpc::StatusCode::FAILED_PRECONDITION);
  WriteConfig("unlogged_quotes: true\n");
  EXPECT_NE(ReloadUntil("\"changed\":\"unlogged_quotes\""), "");
  EXPECT_EQ(quote(), grpc::StatusCode::OK);
  Stop();
}

TEST_F(ConfigTest, AReloadChangesTheLevelOfTheLog) {
  WriteConfig("log_level: warning\n");
  server_ = std::make_unique<ServerProcess>(
      Arguments({"--config", config(), "--port-file", dir_.Join("port")}));
  while (!fs::exists(dir_.Join("port"))) std::this_thread::yield();
  WriteConfig("log_level: info\n");
  EXPECT_NE(ReloadUntil("\"changed\":\"log_level\""), "");
  EXPECT_THAT(server_->log(), Not(HasSubstr("\"event\":\"ready\"")));
  Stop();
  EXPECT_THAT(server_->log(), HasSubstr("\"event\":\"stopped\""));
}

TEST_F(ConfigTest, AReloadServesTheNewVersionOfAPackAndANewPack) {
  WriteConfig("");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig());
  EXPECT_EQ(VersionThatDecides(), "1.0.0");
  WritePack("1.1.0");
  EXPECT_THAT(ReloadUntil("config_reloaded"), HasSubstr("\"packs_refused\":0"));
  EXPECT_EQ(VersionThatDecides(), "1.1.0");
  Stop();
}

TEST_F(ConfigTest, AReloadRefusesABadPackAndTheOldOneDecides) {
  WriteConfig("");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig());
  dir_.Write("kiosk/pack.yaml", "language: 7\n");
  EXPECT_THAT(ReloadUntil("config_reloaded"), HasSubstr("\"packs_refused\":1"));
  EXPECT_THAT(server_->log(), HasSubstr("\"event\":\"pack_refused\""));
  EXPECT_EQ(VersionThatDecides(), "1.0.0");
  // Other content under a version that was published.
  WritePack("1.0.0");
  EXPECT_NE(ReloadUntil("other content"), "");
  EXPECT_EQ(VersionThatDecides(), "1.0.0");
  WritePack("1.2.0");
  server_->Signal(SIGHUP);
  std::string version;
  for (int i = 0; i < kLooksMax && version != "1.2.0"; ++i) {
    version = VersionThatDecides();
  }
  EXPECT_EQ(version, "1.2.0");
  Stop();
}

TEST_F(ConfigTest, AStormOfReloadsLosesNeitherTheLastFileNorTheStop) {
  WriteConfig("");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig());
  for (int i = 1; i <= 200; ++i) {
    WriteConfig(absl::StrCat("drain_timeout: ", i, "s\n"));
    server_->Signal(SIGHUP);
  }
  WriteConfig("drain_timeout: 1s\npii: last\n");
  EXPECT_NE(ReloadUntil("found `last`"), "");
  for (int i = 0; i < 50; ++i) server_->Signal(SIGHUP);
  Stop();
}

TEST_F(ConfigFaultyWorldTest, AReloadWhileTheStoreRefusesIsMadeUpFor) {
  WriteConfig("drain_timeout: 10s\n");
  ASSERT_NO_FATAL_FAILURE(StartWithConfig(Faulty()));
  world_->fails_syncs = true;
  EXPECT_FALSE(Decide().ok());
  EXPECT_NE(server_->WaitForError("store_failed"), "");
  WritePack("1.1.0");
  WriteConfig("drain_timeout: 11s\n");
  EXPECT_THAT(ReloadUntil("config_waits"), HasSubstr("kiosk"));
  world_->fails_syncs = false;
  EXPECT_THAT(server_->WaitForError("config_reloaded"),
              HasSubstr("\"changed\":\"drain_timeout\",\"packs_refused\":0"));
  EXPECT_EQ(VersionThatDecides(), "1.1.0");
  Stop();
}

TEST_F(ConfigTest, AStopSaysSoWhileItStillTakesCallsAndASecondOneEndsIt) {
  ASSERT_NO_FATAL_FAILURE(Start({}, {"--drain-delay", "1h"}));
  ASSERT_TRUE(IsServing(port_));
  server_->Signal(SIGTERM);
  bool serves = true;
  for (int i = 0; i < kLooksMax && serves; ++i) serves = IsServing(port_);
  EXPECT_FALSE(serves);
  // A balancer that has not looked yet sends on.
  EXPECT_TRUE(Decide().ok());
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->WaitForExit(), -SIGTERM);
  ASSERT_NO_FATAL_FAILURE(Start());
  ExpectWhole();
  Stop();
}

TEST_F(ConfigFaultyWorldTest, AStopSaysSoBeforeTheCallThatItWaitsForEnds) {
  ASSERT_NO_FATAL_FAILURE(
      Start(Faulty(), {"--drain-delay", "1h", "--drain-timeout", "1h"}));
  world_->holds_syncs = true;
  grpc::Status status;
  std::thread caller([&] { status = Decide(); });
  while (world_->syncs_waiting == 0) std::this_thread::yield();
  server_->Signal(SIGINT);
  bool serves = true;
  for (int i = 0; i < kLooksMax && serves; ++i) serves = IsServing(port_);
  EXPECT_FALSE(serves);
  world_->holds_syncs = false;
  caller.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  server_->Signal(SIGINT);
  EXPECT_EQ(server_->WaitForExit(), -SIGINT);
}

}  // namespace
}  // namespace stratagem
