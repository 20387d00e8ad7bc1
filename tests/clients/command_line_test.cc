// What must hold for the command line as a whole: a mistake is named, what was
// meant is suggested, and the exit code says whose fault it is.

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "clients/cli/command.h"
#include "engine/base/display_width.h"
#include "engine/base/versions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct MistakeCase {
  std::string name;
  std::vector<std::string> arguments;
  int code;
  std::string err;
};

class MistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(MistakeTest, IsNamedAndNothingIsAnswered) {
  const Ran ran = RunHere(GetParam().arguments);
  EXPECT_EQ(ran.code, GetParam().code);
  EXPECT_EQ(ran.err, GetParam().err);
  EXPECT_EQ(ran.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Usage, MistakeTest,
    testing::ValuesIn(std::vector<MistakeCase>{
        {"UnknownCommand",
         {"pcak"},
         2,
         "error: `stratagem` has no command `pcak`\n"
         "  hint: did you mean `pack`?\n"},
        {"UnknownCommandNearNone",
         {"frobnicate"},
         2,
         "error: `stratagem` has no command `frobnicate`\n"
         "  hint: expected one of `pack`, `decide`, `customer`, `expr`, `log`, "
         "`offer`, `outcome`, `placement`, `replay`, `sample`, `status`, "
         "`store`, …\n"},
        {"UnknownSubcommand",
         {"pack", "chek", "x"},
         2,
         "error: `stratagem pack` has no command `chek`\n"
         "  hint: did you mean `check`?\n"},
        {"UnknownFlag",
         {"decide", "--pakc", "x"},
         2,
         "error: `stratagem decide` has no flag `--pakc`\n"
         "  hint: did you mean `--pack`?\n"},
        {"UnknownFlagWithAValue",
         {"decide", "--zzzzzzzzzzz=1"},
         2,
         "error: `stratagem decide` has no flag `--zzzzzzzzzzz`\n"
         "  hint: see `stratagem decide --help`\n"},
        {"MissingArgument",
         {"pack", "check"},
         2,
         "error: `stratagem pack check` needs `DIR`\n"
         "  hint: see `stratagem pack check --help`\n"},
        {"TooManyArguments",
         {"pack", "check", "a", "b"},
         2,
         "error: `stratagem pack check` takes no argument `b`\n"
         "  hint: see `stratagem pack check --help`\n"},
        {"UnknownFormat",
         {"pack", "check", "a", "--output", "xml"},
         2,
         "error: `--output` cannot be `xml`\n"
         "  hint: expected one of `table`, `json`, `ndjson`\n"},
        {"MisspeltFormat",
         {"pack", "check", "a", "-o", "jsno"},
         2,
         "error: `--output` cannot be `jsno`\n"
         "  hint: did you mean `json`?\n"},
        {"MissingFlag",
         {"log", "tail"},
         2,
         "error: `stratagem log tail` needs `--server ADDR`\n"
         "  hint: see `stratagem log tail --help`\n"},
        {"FlagWithoutAnother",
         {"decide", "--map", "a=b"},
         2,
         "error: `--map` goes with `--csv FILE`\n"
         "  hint: see `stratagem decide --help`\n"},
        {"FlagWithoutItsValue",
         {"decide", "--pack"},
         2,
         "error: `--pack` has no value\n"
         "  hint: write `--pack DIR`\n"},
        {"TextForANumber",
         {"decide", "--pack", "p", "--seed", "abc"},
         2,
         "error: `--seed`: `abc` is not a number\n"
         "  hint: see `stratagem decide --help`\n"},
        {"NumberOutOfRange",
         {"log", "tail", "--server", "s", "-n", "0"},
         2,
         "error: `-n`: `0` is not a number from 1 to 1000\n"
         "  hint: see `stratagem log tail --help`\n"},
        {"NobodyDecides",
         {"decide", "-c", "c-1"},
         2,
         "error: who decides? give either `--pack DIR` or `--server ADDR`\n"
         "  hint: see `stratagem decide --help`\n"},
        {"TwoDecide",
         {"decide", "-c", "c-1", "--pack", "p", "--server", "s"},
         2,
         "error: either `--pack DIR` or `--server ADDR` decides, not both\n"
         "  hint: see `stratagem decide --help`\n"},
        {"NoCustomer",
         {"decide", "--pack", "p"},
         2,
         "error: who is decided for? give either `--customer ID` or "
         "`--csv FILE`\n"
         "  hint: see `stratagem decide --help`\n"},
        {"FolderThatIsNotThere",
         {"pack", "check", "no/such/folder"},
         3,
         "error: there is no folder `no/such/folder`\n"},
        {"PackThatIsNotThere",
         {"decide", "--pack", "no/such/folder", "-c", "c-1"},
         3,
         "error: there is no folder `no/such/folder`\n"},
        {"SampleOfNone",
         {"sample", "customers", "--pack", "p", "--count", "0"},
         2,
         "error: `--count`: `0` is not a number from 1 to 100000000\n"
         "  hint: see `stratagem sample customers --help`\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(CommandLineTest, SaysItsVersion) {
  const Ran ran = RunHere({"--version"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, std::string("stratagem ") + kEngineVersion + "\n");
}

TEST(CommandLineTest, WithoutACommandItExplainsItself) {
  const Ran ran = RunHere({});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("exit codes:"));
}

TEST(CommandLineTest, HelpIsAnAnswer) {
  const Ran ran = RunHere({"decide", "--help"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/decide_help.txt");
}

TEST(CommandLineTest, EveryPageOfHelpFitsATerminal) {
  const std::vector<std::vector<std::string>> commands = {
      {},
      {"pack"},
      {"pack", "check"},
      {"pack", "diff"},
      {"pack", "fmt"},
      {"pack", "new"},
      {"pack", "schema"},
      {"pack", "show"},
      {"pack", "test"},
      {"decide"},
      {"expr"},
      {"expr", "eval"},
      {"expr", "check"},
      {"expr", "explain"},
      {"expr", "ast"},
      {"expr", "repl"},
      {"log"},
      {"log", "tail"},
      {"log", "stats"},
      {"sample", "customers"},
      {"completion"},
  };
  for (std::vector<std::string> command : commands) {
    const std::string name = absl::StrJoin(command, " ");
    command.push_back("--help");
    const Ran ran = RunHere(command);
    EXPECT_EQ(ran.code, 0) << name;
    EXPECT_THAT(ran.out, HasSubstr("print this page")) << name;
    for (const absl::string_view line : absl::StrSplit(ran.out, '\n')) {
      EXPECT_LE(DisplayWidth(line), 80) << name << ": " << line;
    }
  }
}

TEST(CommandLineTest, AServerThatIsNotThereIsTheEnvironmentsFault) {
  // Port 1 of loopback: nothing listens there without privileges.
  const Ran ran = RunHere({"log", "stats", "--server", "127.0.0.1:1"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, StartsWith("error: 127.0.0.1:1: "));
  EXPECT_THAT(ran.err, HasSubstr("hint: is `stratagemd` running there?"));
}

TEST(CommandLineTest, TheProgramRunsAsBuilt) {
  const Ran ran = RunProgram({"--version"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, std::string("stratagem ") + kEngineVersion + "\n");
}

struct AddressCase {
  std::string name;
  std::string given;
  std::string want;
};

class ServerAddressTest : public testing::TestWithParam<AddressCase> {};

TEST_P(ServerAddressTest, HasStratagemdsPortUnlessItSaysOtherwise) {
  EXPECT_EQ(OptionsOf({.address = GetParam().given}).address, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, ServerAddressTest,
    testing::ValuesIn(std::vector<AddressCase>{
        {"Host", "localhost", "localhost:50051"},
        {"HostAndPort", "localhost:7", "localhost:7"},
        {"V4", "127.0.0.1", "127.0.0.1:50051"},
        {"V6InBrackets", "[::1]", "[::1]:50051"},
        {"V6AndPort", "[::1]:7", "[::1]:7"},
        {"V6Bare", "::1", "[::1]:50051"},
        {"UnixSocket", "unix:/run/s", "unix:/run/s"},
        {"UnixSocketOfAUri", "unix:///run/s", "unix:///run/s"},
        {"Resolver", "dns:///host", "dns:///host"},
        {"ResolverWithoutSlashes", "dns:host:7", "dns:host:7"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::cli
