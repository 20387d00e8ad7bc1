// What must hold for the command line: every flag sets its option, all that is
// wrong is told at once with the flag and what would do, and the page of help
// fits a terminal.

#include "server/config/command_line.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/config/reading.h"
#include "tests/support/golden.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ReadCommandLineTest, SetsOptionsInBothForms) {
  const Reading reading = Read({"--listen=0.0.0.0:1",
                                "--pack",
                                "a",
                                "--pack=b",
                                "--store",
                                "memory",
                                "--port-file=p",
                                "--message-bytes-max=2048",
                                "--batch-items-max",
                                "7",
                                "--store-queue-records-max=9",
                                "--store-queue-bytes-max=65536",
                                "--request-window=90s",
                                "--requests-max=11",
                                "--outcome-window=14d",
                                "--retain-for=400d",
                                "--retain-bytes=50GB",
                                "--pii=shown",
                                "--http",
                                "[::1]:0",
                                "--http-port-file",
                                "q",
                                "--http-body-bytes-max",
                                "4KiB",
                                "--http-connections-max=3",
                                "--http-idle-timeout=1s",
                                "--http-header-timeout=2s",
                                "--http-body-timeout=3s",
                                "--http-write-timeout=4s",
                                "--cors-origin",
                                "https://a.example",
                                "--cors-origin",
                                "http://localhost:3000",
                                "--unlogged-quotes",
                                "--log-level",
                                "error",
                                "--drain-delay=5s",
                                "--drain-timeout=1500ms",
                                "--packs",
                                "/"});
  ASSERT_EQ(reading.said, "");
  const Options& options = reading.options();
  EXPECT_EQ(options.listen, "0.0.0.0:1");
  EXPECT_THAT(options.packs, ElementsAre("a", "b"));
  EXPECT_EQ(options.packs_folder, "/");
  EXPECT_EQ(options.store, "memory");
  EXPECT_EQ(options.port_file, "p");
  EXPECT_EQ(options.message_bytes_max, 2'048u);
  EXPECT_EQ(options.batch_items_max, 7u);
  EXPECT_EQ(options.store_queue_records_max, 9u);
  EXPECT_EQ(options.store_queue_bytes_max, 65'536u);
  EXPECT_EQ(options.request_window, absl::Seconds(90));
  EXPECT_EQ(options.requests_max, 11u);
  EXPECT_EQ(options.outcome_window, absl::Hours(14 * 24));
  EXPECT_EQ(options.retain_for, absl::Hours(400 * 24));
  EXPECT_EQ(options.retain_bytes, 50'000'000'000u);
  EXPECT_EQ(options.pii, Pii::kShown);
  EXPECT_EQ(options.http_listen, "[::1]:0");
  EXPECT_EQ(options.http_port_file, "q");
  EXPECT_EQ(options.http_body_bytes_max, 4'096u);
  EXPECT_EQ(options.http_connections_max, 3u);
  EXPECT_EQ(options.http_idle_timeout, absl::Seconds(1));
  EXPECT_EQ(options.http_header_timeout, absl::Seconds(2));
  EXPECT_EQ(options.http_body_timeout, absl::Seconds(3));
  EXPECT_EQ(options.http_write_timeout, absl::Seconds(4));
  EXPECT_THAT(options.cors_origins,
              ElementsAre("https://a.example", "http://localhost:3000"));
  EXPECT_TRUE(options.unlogged_quotes);
  EXPECT_EQ(options.log_level, LogLevel::kError);
  EXPECT_EQ(options.drain_delay, absl::Seconds(5));
  EXPECT_EQ(options.drain_timeout, absl::Milliseconds(1500));
  // Whoever adds an option adds it above.
  EXPECT_EQ(ChangedKeys(Options(), options).size(), OptionList().size());
}

TEST(ReadCommandLineTest, ABoolTakesAValueOnlyBehindItsEqualsSign) {
  EXPECT_FALSE(Read({"--unlogged-quotes=false"}).options().unlogged_quotes);
  EXPECT_TRUE(Read({"--unlogged-quotes=true"}).options().unlogged_quotes);
  EXPECT_EQ(Read({"--unlogged-quotes", "false"}).said,
            "command line: error E602: found the argument `false`, expected "
            "only flags\n  hint: see `stratagemd --help`\n");
}

TEST(ReadCommandLineTest, AnEmptyTextIsAValue) {
  EXPECT_EQ(Read({"--http", ""}).options().http_listen, "");
  EXPECT_EQ(Read({"--http="}).options().http_listen, "");
}

struct MistakeCase {
  std::string name;
  std::vector<const char*> arguments;
  std::string said;
};

class ReadCommandLineMistakeTest : public testing::TestWithParam<MistakeCase> {
};

TEST_P(ReadCommandLineMistakeTest, IsToldWithWhatWouldDo) {
  const Reading reading = Read(GetParam().arguments);
  EXPECT_EQ(reading.said, GetParam().said);
  EXPECT_TRUE(reading.is_usage_at_fault);
  EXPECT_FALSE(reading.configuration.has_value());
}

constexpr char kSeeHelp[] = "\n  hint: see `stratagemd --help`\n";

INSTANTIATE_TEST_SUITE_P(
    Flags, ReadCommandLineMistakeTest,
    testing::ValuesIn(std::vector<MistakeCase>{
        {"UnknownFlag",
         {"--stroe", "memory"},
         "--stroe: error E601: unknown flag `--stroe`\n"
         "  hint: did you mean `--store`?\n"},
        {"UnknownFlagWithItsValue",
         {"--pakc=a"},
         "--pakc: error E601: unknown flag `--pakc`\n"
         "  hint: did you mean `--pack`?\n"},
        {"UnknownFlagWithAWordTooMany",
         {"--drain-timeout-ms", "5"},
         "--drain-timeout-ms: error E601: unknown flag `--drain-timeout-ms`\n"
         "  hint: did you mean `--drain-timeout`?\n"},
        {"UnknownCommand",
         {"--chek-config"},
         "--chek-config: error E601: unknown flag `--chek-config`\n"
         "  hint: did you mean `--check-config`?\n"},
        {"LikeNoFlag",
         {"--zzz"},
         std::string("--zzz: error E601: unknown flag `--zzz`") + kSeeHelp},
        {"ShortFlag",
         {"-x"},
         std::string("-x: error E601: unknown flag `-x`") + kSeeHelp},
        {"Argument",
         {"--store", "memory", "retail"},
         std::string("command line: error E602: found the argument `retail`, "
                     "expected only flags") +
             kSeeHelp},
        {"NoValue",
         {"--store"},
         std::string("--store: error E602: found no value, expected a path, "
                     "or `memory`") +
             kSeeHelp},
        {"NoValueBeforeAnotherFlag",
         {"--store", "--pii", "shown"},
         std::string("--store: error E602: found no value, expected a path, "
                     "or `memory`") +
             kSeeHelp},
        {"NoFile",
         {"--config"},
         std::string("--config: error E602: found no value, expected a file") +
             kSeeHelp},
        {"CommandWithAValue",
         {"--check-config=yes"},
         "--check-config: error E602: found a value, expected none\n"},
        {"Twice",
         {"--store", "a", "--store", "b"},
         "--store: error E602: the flag stands there more than once\n"
         "  hint: keep one of them\n"},
        {"FileTwice",
         {"--config=/dev/null", "--config=b"},
         "--config: error E602: the flag stands there more than once\n"
         "  hint: keep one of them\n"
         "--config: error E603: the file `/dev/null` is not a file\n"
         "  hint: write the options into a file\n"},
        {"Value",
         {"--batch-items-max", "many"},
         "--batch-items-max: error E604: found `many`, expected a number of "
         "requests from 1 to 100000\n"},
        {"NegativeValue",
         {"--drain-timeout", "-1s"},
         "--drain-timeout: error E604: found `-1s`, expected a duration from "
         "0 to 1h, such as 45s, 10m or 30d\n"},
        {"Address",
         {"--listen", "nonsense"},
         "--listen: error E604: found `nonsense`, expected HOST:PORT or "
         "[IPV6]:PORT with a port from 0 to 65535, such as 127.0.0.1:50051\n"},
        {"ValueThatIsNoText",
         {"--pii", "a\nb\xFF\x01"},
         "--pii: error E604: found `a?b??`, expected masked or shown\n"},
        {"AllAtOnce",
         {"--pakc", "a", "--pii=no", "--retain-for", "1h", "--store"},
         "--pakc: error E601: unknown flag `--pakc`\n"
         "  hint: did you mean `--pack`?\n"
         "--pii: error E604: found `no`, expected masked or shown\n"
         "--retain-for: error E604: found `1h`, expected a duration from 1d "
         "on, such as 400d, or `forever`\n"
         "--store: error E602: found no value, expected a path, or `memory`"
         "\n  hint: see `stratagemd --help`\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReadCommandLineTest, AMessageRepeatsOnlyTheBeginningOfALongValue) {
  const std::string value(1'000'000, 'x');
  EXPECT_LT(Read({"--pii", value.c_str()}).said.size(), 200u);
}

TEST(ReadCommandLineTest, HelpWinsOverTheVersionAndThatOverTheCheck) {
  const auto command_of = [](const std::vector<const char*>& arguments) {
    Diagnostics diagnostics;
    return ReadCommandLine(arguments, diagnostics).command;
  };
  EXPECT_EQ(command_of({}), Command::kServe);
  EXPECT_EQ(command_of({"--check-config"}), Command::kCheckConfig);
  EXPECT_EQ(command_of({"--version", "--check-config"}), Command::kVersion);
  EXPECT_EQ(command_of({"-h", "--version"}), Command::kHelp);
  EXPECT_EQ(command_of({"--help", "--stroe"}), Command::kHelp);
}

TEST(HelpPageTest, NamesEveryOptionWithinEightyColumns) {
  const std::string page = HelpPage();
  for (const OptionSpec& spec : OptionList()) {
    EXPECT_THAT(page, HasSubstr("  " + spec.flag()));
  }
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    EXPECT_LE(line.size(), 80u) << line;
  }
  ExpectMatchesGolden(page, "tests/golden/config/help.txt");
}

}  // namespace
}  // namespace stratagem::server
