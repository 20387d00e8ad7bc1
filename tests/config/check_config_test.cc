// What must hold for --check-config: it finds what a start would meet, and
// leaves everything as it was.

#include "server/config/check_config.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/ops/log.h"
#include "tests/config/reading.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CheckConfigTest : public testing::Test {
 protected:
  ~CheckConfigTest() override { SetLogLevel(LogLevel::kInfo); }

  std::string Check(const std::vector<const char*>& arguments) {
    const Reading reading = Read(arguments);
    EXPECT_EQ(reading.said, "");
    warnings_.clear();
    return CheckConfig(*reading.configuration, warnings_);
  }
  std::string CheckStore(const std::string& path) {
    return Check({"--store", path.c_str()});
  }

  const TempDir dir_;
  std::string warnings_;
};

constexpr char kPack[] = R"(language: 1
name: kiosk
version: 1.0.0
offers: [{id: hello, value: 1}]
placements: {web: {direction: inbound, fallback: hello}}
)";

TEST_F(CheckConfigTest, AStoreThatIsThereOrCanBeMadeIsWell) {
  EXPECT_EQ(CheckStore("memory"), "");
  EXPECT_EQ(CheckStore(dir_.path()), "");
  EXPECT_EQ(CheckStore(dir_.Join("new")), "");
  EXPECT_EQ(CheckStore(dir_.Join("new/below/it")), "");
  EXPECT_FALSE(fs::exists(dir_.Join("new")));
}

TEST_F(CheckConfigTest, AStoreThatIsNoFolderIsTold) {
  const std::string file = dir_.Write("file", "");
  EXPECT_EQ(CheckStore(file),
            "--store: error E608: the store cannot be in `" + file +
                "`: it is not a folder\n"
                "  hint: name a folder with `store` that this user may write, "
                "on a local disk\n");
  EXPECT_THAT(CheckStore(file + "/below"), HasSubstr("E608"));
}

TEST_F(CheckConfigTest, AStoreThatMayNotBeWrittenIsTold) {
  // Root may write everywhere else.
  const std::string folder = geteuid() == 0 ? "/proc/sys" : dir_.path();
  fs::permissions(dir_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THAT(CheckStore(folder), HasSubstr("it may not be written"));
  EXPECT_THAT(
      CheckStore(folder + "/new/below"),
      HasSubstr("it is not there, and `" + folder + "` may not be written"));
  fs::permissions(dir_.path(), fs::perms::owner_all);
}

TEST_F(CheckConfigTest, PacksWithMistakesAreToldAllAtOnce) {
  dir_.Write("one/pack.yaml", "language: 1\nname: one\n");
  dir_.Write("two/pack.yaml", "language: 7\n");
  const std::string one = dir_.Join("one");
  const std::string two = dir_.Join("two");
  const std::string store = dir_.Write("file", "");
  const std::string said = Check(
      {"--pack", one.c_str(), "--pack", two.c_str(), "--store", store.c_str()});
  EXPECT_THAT(said, HasSubstr("pack `" + one + "` has errors:\n"));
  EXPECT_THAT(said, HasSubstr("pack `" + two + "` has errors:\n"));
  EXPECT_THAT(said, HasSubstr("E608"));
}

TEST_F(CheckConfigTest, APackWhoseTestsFailIsTold) {
  dir_.Write("kiosk/pack.yaml", kPack);
  const std::string kiosk = dir_.Join("kiosk");
  EXPECT_EQ(Check({"--pack", kiosk.c_str()}), "");
  dir_.Write("kiosk/kiosk_test.yaml",
             "now: 2026-11-15\nsection:\n  - name: web\n    placements: "
             "[web]\n    tests:\n"
             "      - {name: none, output: {placements.web: []}}\n");
  const std::string said = Check({"--pack", kiosk.c_str()});
  EXPECT_THAT(said, HasSubstr("pack `" + kiosk + "`: "));
  EXPECT_THAT(said, HasSubstr("a start refuses it"));
}

TEST_F(CheckConfigTest, WarningsOfPacksAreToldOnceAndAreNoFault) {
  dir_.Write("kiosk/pack.yaml", kPack);
  dir_.Write("kiosk/forgotten.yaml", "offers: []\n");
  const std::string kiosk = dir_.Join("kiosk");
  testing::internal::CaptureStderr();
  EXPECT_EQ(Check({"--pack", kiosk.c_str()}), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(warnings_, HasSubstr("forgotten.yaml: warning W264: "));
}

}  // namespace
}  // namespace stratagem::server
