// table_conformance FILE: runs the decision tables of a file of DMN cases
// (simple_tables_cel.json) and prints a line a test. Ends with 0 when none
// fails, 1 when one does, 2 when there is none.

#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/conformance/table_case.h"

namespace {

constexpr char kUsage[] =
    "usage: table_conformance FILE\n\n"
    "Runs the tests of the decision tables in FILE, JSON in the form of\n"
    "dmn_tck/simple_tables_cel.json, and prints a line for each. Ends with 1\n"
    "when one fails, with 2 when there is none.\n";

}  // namespace

int main(int argc, char** argv) {
  const bool asks_for_help =
      argc == 2 && (argv[1] == absl::string_view("--help") ||
                    argv[1] == absl::string_view("-h"));
  if (argc != 2 || asks_for_help) {
    (asks_for_help ? std::cout : std::cerr) << kUsage;
    return asks_for_help ? 0 : 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    std::cerr << "table_conformance: `" << argv[1] << "` cannot be read\n";
    return 2;
  }
  const absl::StatusOr<std::vector<stratagem::TableTest>> tests =
      stratagem::RunTableCases(text.str());
  if (!tests.ok() || tests->empty()) {
    std::cerr << "table_conformance: `" << argv[1] << "`: "
              << (tests.ok() ? "found no tests" : tests.status().message())
              << "\n";
    return 2;
  }
  int failed = 0;
  for (const stratagem::TableTest& test : *tests) {
    if (test.failure.empty()) {
      std::cout << "passed   " << test.name << "\n";
    } else {
      ++failed;
      std::cout << "FAILED   " << test.name << "\n         " << test.failure
                << "\n";
    }
  }
  std::cout << tests->size() - static_cast<size_t>(failed) << " passed, "
            << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
