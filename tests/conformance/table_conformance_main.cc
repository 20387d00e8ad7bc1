// table_conformance FILE: runs the decision tables of a file of DMN cases
// (simple_tables_cel.json), by conditions and by cells, and prints a line a
// test. Ends with 0 when none fails, 1 when one does, 2 when there is none.

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
    "dmn_tck/simple_tables_cel.json: once with the conditions of the rules in\n"
    "CEL, and once more with their FEEL tests as cells of the pack language.\n"
    "Prints a line for each. Ends with 1 when one fails, with 2 when there is\n"
    "none.\n";

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
  size_t failed = 0;
  size_t by_cells = 0;
  for (const stratagem::TableTest& test : *tests) {
    const bool has_cells = test.rows == stratagem::TableRows::kCells;
    by_cells += has_cells ? 1 : 0;
    failed += test.failure.empty() ? 0 : 1;
    std::cout << (test.failure.empty() ? "passed   " : "FAILED   ") << test.name
              << (has_cells ? " by cells\n" : "\n");
    if (!test.failure.empty()) std::cout << "         " << test.failure << "\n";
  }
  std::cout << tests->size() - by_cells << " by conditions, " << by_cells
            << " by cells\n"
            << tests->size() - failed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
