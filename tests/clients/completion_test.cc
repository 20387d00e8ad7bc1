// What must hold for `completion`: a shell that has read the script completes
// what the command line takes - commands, flags, choices, files and folders.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/clients/run_command.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

bool HasShell(const std::string& shell) {
  const std::string command =
      absl::StrCat("command -v ", shell, " >/dev/null 2>&1");
  return std::system(command.c_str()) == 0;  // NOLINT: fixed words.
}

// What `command` prints, and its exit code in `code`.
std::string Printed(const std::string& command, int& code) {
  FILE* const pipe = popen(command.c_str(), "r");
  std::string text;
  char buffer[4'096];
  size_t size = 0;
  while ((size = fread(buffer, 1, sizeof(buffer), pipe)) > 0) {
    text.append(buffer, size);
  }
  code = pclose(pipe);
  return text;
}

// What bash offers for `words` (as the shell splits them, the last one being
// completed), joined with spaces.
std::string Offered(const std::string& words) {
  const TempDir folder;
  folder.Write("script", RunHere({"completion", "bash"}).out);
  folder.Write("packs/shop/pack.yaml", "");
  folder.Write("packs.csv", "");
  folder.Write("try",
               absl::StrCat("source ./script\nCOMP_WORDS=(", words,
                            ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                            "_stratagem\necho -n \"${COMPREPLY[*]}\"\n"));
  int code = 0;
  const std::string offered =
      Printed(absl::StrCat("cd ", folder.path(), " && bash try 2>&1"), code);
  EXPECT_EQ(code, 0) << offered;
  return offered;
}

struct OfferCase {
  std::string name;
  std::string words;
  std::string want;
};

class BashCompletionTest : public testing::TestWithParam<OfferCase> {};

TEST_P(BashCompletionTest, OffersWhatTheCommandLineTakes) {
  if (!HasShell("bash")) GTEST_SKIP() << "no bash here";
  EXPECT_EQ(Offered(GetParam().words), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, BashCompletionTest,
    testing::ValuesIn(std::vector<OfferCase>{
        {"ACommand", "stratagem pa", "pack"},
        {"ASubcommand", "stratagem pack ch", "check"},
        {"AFlag", "stratagem decide --ex", "--explain"},
        {"TheProgramsFlags", "stratagem --v", "--version"},
        {"TheChoicesOfAFlag", "stratagem pack check --output ''",
         "table json ndjson"},
        {"TheChoicesOfAShortFlag", "stratagem pack check -o nd", "ndjson"},
        {"TheChoicesBehindAnEqualsSign", "stratagem pack check --output = js",
         "json"},
        {"AllChoicesBehindAnEqualsSign",
         "stratagem pack check --output =", "table json ndjson"},
        {"WhatStatusPrints", "stratagem status --output ''", "text json"},
        {"WhatTopPrints", "stratagem top -o ''", "text ndjson"},
        {"TheChoicesOfAnArgument", "stratagem completion z", "zsh"},
        {"AFolder", "stratagem pack check pa", "packs"},
        {"AFolderForAFlag", "stratagem decide --pack pa", "packs"},
        {"AFile", "stratagem decide --csv packs.", "packs.csv"},
        {"NothingForAValueThatNobodyCanGuess", "stratagem decide --seed ''",
         ""},
        {"NothingForAnUnknownCommand", "stratagem nonsense --f", ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

class CompletionScriptTest : public testing::TestWithParam<std::string> {};

TEST_P(CompletionScriptTest, NamesEveryCommandAndItsShellCanReadIt) {
  const std::string& shell = GetParam();
  const Ran ran = RunHere({"completion", shell});
  EXPECT_EQ(ran.code, 0);
  for (const std::string command :
       {"stratagem pack check", "stratagem pack fmt", "stratagem expr eval",
        "stratagem decide", "stratagem completion"}) {
    EXPECT_THAT(ran.out, testing::HasSubstr(command));
  }
  if (!HasShell(shell)) GTEST_SKIP() << "no " << shell << " here";
  const TempDir folder;
  const std::string file = folder.Write("script", ran.out);
  int code = 0;
  EXPECT_EQ(Printed(absl::StrCat(shell, " -n ", file, " 2>&1"), code), "");
  EXPECT_EQ(code, 0);
}

INSTANTIATE_TEST_SUITE_P(All, CompletionScriptTest,
                         testing::Values("bash", "zsh", "fish"),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

TEST(CompletionTest, AnotherShellIsRefused) {
  const Ran ran = RunHere({"completion", "tcsh"});
  EXPECT_EQ(ran.code, 2);
}

}  // namespace
}  // namespace stratagem::cli
