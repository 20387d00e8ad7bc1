// tests/conformance/conformance_run.h
//
// ConformanceRun: what a run of conformance cases found, counted by suite and
// compared with the list of known failures. Used by the conformance programs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_CONFORMANCE_RUN_H_
#define STRATAGEM_TESTS_CONFORMANCE_CONFORMANCE_RUN_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stratagem {

// Names of cases that fail, each with the reason.
using KnownFailures = std::map<std::string, std::string>;

// Reads lines of the form "suite/section/name # reason"; empty lines and those
// that start with # are comments.
// Errors: INVALID_ARGUMENT for a line without a reason or a name that stands
// twice.
absl::StatusOr<KnownFailures> ReadKnownFailures(absl::string_view text);

// Not thread safe.
class ConformanceRun {
 public:
  explicit ConformanceRun(KnownFailures known) : known_(std::move(known)) {}

  void AddPassed(const std::string& suite, const std::string& path);
  // `report` is printed unless the failure is known.
  void AddFailed(const std::string& suite, const std::string& path,
                 const std::string& report);
  void AddSkipped(const std::string& suite, const std::string& path);

  // "suite  passed failed skipped" a line.
  std::string Table() const;
  // The reports of failures that nobody expected.
  const std::string& failures() const { return failures_; }
  // What is wrong with the list of known failures: entries that pass, and
  // entries of suites that ran that no case has. Empty when it is right.
  std::string ListFaults() const;
  // "N passed, M failed, K skipped".
  std::string Summary() const;
  // True when nothing failed but what is known, and the list is right.
  bool ok() const { return failures_.empty() && ListFaults().empty(); }

 private:
  struct Counts {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
  };
  KnownFailures known_;
  std::map<std::string, Counts> suites_;
  std::set<std::string> seen_;
  std::set<std::string> passed_known_;
  std::string failures_;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_CONFORMANCE_RUN_H_
