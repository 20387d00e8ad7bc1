// What must hold for a configuration: a flag over a variable over the file over
// the default, lists as a whole; every mistake at once, wherever it is; and
// what is printed is a file that says the same.

#include "server/config/configuration.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/config/reading.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigurationTest : public testing::Test {
 protected:
  // With `yaml` as the file.
  Reading ReadWith(const std::string& yaml,
                   std::vector<const char*> arguments = {},
                   const std::vector<std::string>& environment = {}) {
    path_ = dir_.Write("stratagemd.yaml", yaml);
    arguments.insert(arguments.end(), {"--config", path_.c_str()});
    return server::Read(arguments, environment);
  }
  // `text` without the folder of this test.
  std::string Shown(const std::string& text) {
    return absl::StrReplaceAll(text, {{dir_.path() + "/", ""}});
  }

  const TempDir dir_;
  std::string path_;
};

TEST_F(ConfigurationTest, AFlagWinsOverAVariableOverTheFileOverTheDefault) {
  const std::string yaml = "drain_timeout: 1s\n";
  const std::vector<std::string> environment = {"STRATAGEM_DRAIN_TIMEOUT=2s"};
  EXPECT_EQ(ReadWith("").options().drain_timeout, absl::Seconds(10));
  EXPECT_EQ(ReadWith(yaml).options().drain_timeout, absl::Seconds(1));
  EXPECT_EQ(ReadWith(yaml, {}, environment).options().drain_timeout,
            absl::Seconds(2));
  EXPECT_EQ(ReadWith(yaml, {"--drain-timeout=3s"}, environment)
                .options()
                .drain_timeout,
            absl::Seconds(3));
  EXPECT_EQ(ReadWith(yaml, {"--drain-timeout=3s"}).options().drain_timeout,
            absl::Seconds(3));
}

TEST_F(ConfigurationTest, AHigherSourceMaySetTheDefaultAgain) {
  const std::string yaml =
      "retain_for: 30d\nretain_bytes: 1GB\nunlogged_quotes: true\n"
      "cors_origin: ['*']\n";
  const Options options =
      ReadWith(yaml,
               {"--retain-for=forever", "--retain-bytes=unlimited",
                "--unlogged-quotes=false"},
               {"STRATAGEM_CORS_ORIGIN="})
          .options();
  EXPECT_THAT(ChangedKeys(Options(), options), IsEmpty());
}

TEST_F(ConfigurationTest, AListReplacesThatOfALowerSourceAsAWhole) {
  const std::string yaml = "pack: [a, b]\n";
  EXPECT_THAT(ReadWith(yaml).options().packs, ElementsAre("a", "b"));
  EXPECT_THAT(ReadWith(yaml, {}, {"STRATAGEM_PACK=c"}).options().packs,
              ElementsAre("c"));
  EXPECT_THAT(
      ReadWith(yaml, {"--pack", "d", "--pack", "e"}, {"STRATAGEM_PACK=c"})
          .options()
          .packs,
      ElementsAre("d", "e"));
}

TEST_F(ConfigurationTest, TheFileOfTheFlagWinsOverThatOfTheVariable) {
  const std::string named = dir_.Write("named.yaml", "drain_timeout: 7s\n");
  const std::vector<std::string> environment = {"STRATAGEM_CONFIG=" + named};
  EXPECT_EQ(Read({}, environment).options().drain_timeout, absl::Seconds(7));
  EXPECT_EQ(
      ReadWith("drain_timeout: 1s\n", {}, environment).options().drain_timeout,
      absl::Seconds(1));
  EXPECT_EQ(Read({}, {"STRATAGEM_CONFIG="}).said, "");
}

TEST_F(ConfigurationTest, TellsEveryMistakeOfEverySourceAtOnce) {
  const Reading reading =
      ReadWith("listen_adress: here\nbatch_items_max: 0\npii: shown\n",
               {"--pii=none", "--stroe=x"}, {"STRATAGEM_LOG_LEVEL=loud"});
  EXPECT_EQ(
      Shown(reading.said),
      "--pii: error E604: found `none`, expected masked or shown\n"
      "--stroe: error E601: unknown flag `--stroe`\n"
      "  hint: did you mean `--store`?\n"
      "stratagemd.yaml:1:1: error E601: unknown key `listen_adress`\n"
      "  hint: did you mean `listen`?\n"
      "stratagemd.yaml:2:18: error E604: found `0`, expected a number of "
      "requests from 1 to 100000\n"
      "STRATAGEM_LOG_LEVEL: error E604: found `loud`, expected info, warning "
      "or error\n");
}

TEST_F(ConfigurationTest, AMistakeIsToldAlsoWhereAnotherSourceReplacesIt) {
  const Reading reading = ReadWith("pii: none\n", {"--pii=shown"});
  EXPECT_FALSE(reading.configuration.has_value());
  EXPECT_THAT(reading.said, HasSubstr("stratagemd.yaml:1:6: error E604: "));
}

TEST_F(ConfigurationTest, OnlyAFaultOfAFlagIsOneOfUsage) {
  EXPECT_FALSE(ReadWith("pii: none\n").is_usage_at_fault);
  EXPECT_FALSE(Read({}, {"STRATAGEM_PII=none"}).is_usage_at_fault);
  EXPECT_TRUE(Read({"--pii=none"}).is_usage_at_fault);
}

TEST_F(ConfigurationTest, TwoAddressesAndTwoFilesOfPortsMustDiffer) {
  EXPECT_EQ(Shown(ReadWith("http: 127.0.0.1:50051\n").said),
            "stratagemd.yaml:1:1: error E607: `http` and `listen` are the "
            "same, expected two addresses\n  hint: change one of them\n");
  EXPECT_EQ(Read({}, {"STRATAGEM_LISTEN=127.0.0.1:8080"}).said,
            "STRATAGEM_LISTEN: error E607: `http` and `listen` are the same, "
            "expected two addresses\n  hint: change one of them\n");
  EXPECT_EQ(Read({"--listen=[::1]:0", "--http=[::1]:0"}).said, "");
  EXPECT_EQ(Read({"--port-file=p", "--http-port-file=p"}).said,
            "--http-port-file: error E607: `http_port_file` and `port_file` "
            "are the same, expected two files\n  hint: change one of them\n");
}

TEST_F(ConfigurationTest, IsPrintedWithWhereEachValueComesFrom) {
  const Reading reading = ReadWith(
      "# A comment.\nlisten: 0.0.0.0:50051\npack:\n  - rules/retail\n"
      "  - \"with space\"\nretain_bytes: 50GB\n",
      {"--unlogged-quotes", "--http="}, {"STRATAGEM_DRAIN_DELAY=5s"});
  ASSERT_EQ(reading.said, "");
  ExpectMatchesGolden(Shown(ToYaml(*reading.configuration)),
                      "tests/golden/config/effective.txt");
}

TEST_F(ConfigurationTest, WhatIsPrintedIsAFileThatSaysTheSame) {
  const Reading first = Read(
      {"--store", "a # b: \"c\" \\ d\ne", "--port-file=null", "--pack=-x",
       "--pack", "- y", "--pack=*z", "--pack=true", "--pack=7", "--pack=é",
       "--http=[::1]:8080", "--cors-origin=*", "--retain-for=36h",
       "--retain-bytes=1234567", "--drain-delay=1500ms", "--requests-max=7",
       "--unlogged-quotes", "--pii=shown", "--log-level=warning"});
  ASSERT_EQ(first.said, "");
  const Reading second = ReadWith(ToYaml(*first.configuration));
  ASSERT_EQ(second.said, "");
  EXPECT_THAT(ChangedKeys(first.options(), second.options()), IsEmpty());
}

TEST_F(ConfigurationTest, ChangedKeysNamesWhatDiffers) {
  Options options;
  EXPECT_THAT(ChangedKeys(Options(), options), IsEmpty());
  options.packs = {"a"};
  options.listen = "[::1]:1";
  EXPECT_THAT(ChangedKeys(Options(), options), ElementsAre("listen", "pack"));
}

}  // namespace
}  // namespace stratagem::server
