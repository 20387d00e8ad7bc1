// engine/author/junit.h
//
// JunitXml: a test report in the XML that CI systems read. For `stratagem pack
// test --junit`.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_JUNIT_H_
#define STRATAGEM_ENGINE_AUTHOR_JUNIT_H_

#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/author/run_tests.h"
#include "engine/base/diagnostics.h"

namespace stratagem::author {

// A suite for each file, a case for each test with its section as class name,
// and for a failed one all differences in one `failure`. The same report gives
// the same bytes: there are no times in it. `suites` names the whole ("retail
// 2026.11.0"). Characters that XML cannot hold become U+FFFD.
std::string JunitXml(const TestReport& report, absl::string_view suites);

// The same for tests that could not be run: a suite for each file, and in it a
// case with an `error` for each of `errors`, which is typed by its code.
// Requires: sorted by file, as Diagnostics::Sorted() does.
std::string JunitErrorsXml(std::span<const Diagnostic> errors,
                           absl::string_view suites);

// One difference as lines of text: the name and its place, what was expected
// after `- `, what was found after `+ `; each line after `indent`.
std::string DifferenceText(const Difference& difference,
                           absl::string_view indent);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_JUNIT_H_
