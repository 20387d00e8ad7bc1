// engine/author/run_tests.h
//
// RunTests: the tests of a pack, decided one by one with a frozen clock and
// compared with what they expect. For the command line, and for whoever
// publishes packs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_RUN_TESTS_H_
#define STRATAGEM_ENGINE_AUTHOR_RUN_TESTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/author/coverage.h"
#include "engine/author/test_suite.h"
#include "engine/plan/plan.h"

namespace stratagem::author {

// One expectation that did not come true. Texts are values as CEL writes them.
struct Difference {
  std::string name;  // "tier", "offers", "excluded.vip_event".
  std::string expected;
  std::string found;
  SourceLocation location;  // Of the expectation.
};

struct TestResult {
  std::string file;  // Relative to the pack.
  std::string section;
  std::string name;
  SourceLocation location;
  std::vector<Difference> differences;

  bool passed() const { return differences.empty(); }
};

struct TestReport {
  std::vector<TestResult> results;  // In the order of files and their tests.
  size_t passed = 0;
  size_t failed = 0;
};

// Runs the tests of `suite` whose "file section / name" contains `filter`, all
// for "". What the decisions reached is added to `coverage`; calls that are
// refused reach nothing.
// Time: that of the decisions.
TestReport RunTests(const TestSuite& suite, const plan::Plan& plan,
                    absl::string_view filter, Coverage& coverage);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_RUN_TESTS_H_
