// Every code that an author can be told: the sources, the golden files and
// docs/diagnostics.md know the same ones.

#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"

namespace stratagem {
namespace {

namespace fs = std::filesystem;

using testing::IsEmpty;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// All "E311", "W120" … in `text` that stand between `before` and `after`.
void CollectCodes(const std::string& text, const std::string& before,
                  const std::string& after, std::set<std::string>& codes) {
  constexpr size_t kCodeBytes = 4;
  for (size_t at = text.find(before); at != std::string::npos;
       at = text.find(before, at + 1)) {
    const std::string code = text.substr(at + before.size(), kCodeBytes);
    if (code.size() < kCodeBytes || (code[0] != 'E' && code[0] != 'W') ||
        code.find_first_not_of("0123456789", 1) != std::string::npos ||
        text.compare(at + before.size() + kCodeBytes, after.size(), after) !=
            0) {
      continue;
    }
    codes.insert(code);
  }
}

std::set<std::string> CodesOfTheSources() {
  std::set<std::string> codes;
  for (const char* folder : {"engine", "server/config"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(SourcePath(folder))) {
      if (entry.path().extension() != ".cc") continue;
      CollectCodes(ReadFile(entry.path()), "\"", "\"", codes);
    }
  }
  return codes;
}

std::set<std::string> CodesOfTheGoldenFiles() {
  std::set<std::string> codes;
  for (const auto& entry :
       fs::recursive_directory_iterator(SourcePath("tests/golden"))) {
    if (entry.path().extension() != ".txt") continue;
    const std::string text = ReadFile(entry.path());
    CollectCodes(text, ": error ", ":", codes);
    CollectCodes(text, ": warning ", ":", codes);
  }
  return codes;
}

std::set<std::string> Without(const std::set<std::string>& codes,
                              const std::set<std::string>& others) {
  std::set<std::string> rest;
  for (const std::string& code : codes) {
    if (!others.contains(code)) rest.insert(code);
  }
  return rest;
}

// Codes that make no readable golden case, and the test that holds each.
const std::map<std::string, std::string>& TestedElsewhere() {
  static const auto* const tests = new std::map<std::string, std::string>{
      {"E312", "tests/plan/compile_plan_test.cc"},
      {"E314", "tests/plan/compile_plan_test.cc"},
      {"E335", "tests/plan/compile_caps_test.cc"},
      {"E406", "tests/policy/compile_test.cc"},
      {"E408", "tests/policy/compile_test.cc"},
      {"E513", "tests/author/state_test.cc"},
      {"E514", "tests/author/state_test.cc"},
      {"E515", "tests/author/state_test.cc"},
      {"E516", "tests/author/state_test.cc"},
      {"E517", "tests/author/state_test.cc"},
      {"E518", "tests/author/state_test.cc"},
      {"E520", "tests/author/format_test.cc"},
      {"E602", "tests/config/command_line_test.cc"},
      {"E603", "tests/config/config_file_test.cc"},
      {"E605", "tests/config/config_file_test.cc"},
      {"E607", "tests/config/configuration_test.cc"},
      {"E608", "tests/config/check_config_test.cc"},
      {"W421", "tests/policy/compile_test.cc"},
      {"W606", "tests/config/variables_test.cc"},
  };
  return *tests;
}

TEST(DiagnosticCodesTest, EachStandsInAGoldenFile) {
  const std::set<std::string> sources = CodesOfTheSources();
  EXPECT_GE(sources.size(), 100u);
  std::set<std::string> tested = CodesOfTheGoldenFiles();
  for (const auto& [code, test] : TestedElsewhere()) {
    EXPECT_TRUE(absl::StrContains(ReadFile(SourcePath(test)), code))
        << code << " is not in " << test;
    EXPECT_FALSE(tested.contains(code)) << code << " has a golden case now";
    tested.insert(code);
  }
  EXPECT_THAT(Without(sources, tested), IsEmpty());
  EXPECT_THAT(Without(tested, sources), IsEmpty()) << "codes that are gone";
}

TEST(DiagnosticCodesTest, ThePageListsNoCodeTwice) {
  std::istringstream page(ReadFile(SourcePath("docs/diagnostics.md")));
  std::set<std::string> listed;
  for (std::string line; std::getline(page, line);) {
    std::set<std::string> codes;
    CollectCodes("\n" + line, "\n| ", " |", codes);
    for (const std::string& code : codes) {
      EXPECT_TRUE(listed.insert(code).second) << code;
    }
  }
}

TEST(DiagnosticCodesTest, ThePageListsExactlyThoseOfTheSources) {
  std::set<std::string> listed;
  CollectCodes(ReadFile(SourcePath("docs/diagnostics.md")), "\n| ", " |",
               listed);
  const std::set<std::string> sources = CodesOfTheSources();
  EXPECT_THAT(Without(sources, listed), IsEmpty()) << "codes without a line";
  EXPECT_THAT(Without(listed, sources), IsEmpty()) << "codes that are gone";
}

}  // namespace
}  // namespace stratagem
