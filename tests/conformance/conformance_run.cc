#include "tests/conformance/conformance_run.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace stratagem {

absl::StatusOr<KnownFailures> ReadKnownFailures(absl::string_view text) {
  KnownFailures known;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('#', 1));
    const absl::string_view path = absl::StripAsciiWhitespace(parts.first);
    const absl::string_view reason = absl::StripAsciiWhitespace(parts.second);
    if (reason.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": `", path,
                       "` has no reason, expected `name # reason`"));
    }
    if (!known.emplace(path, reason).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": `", path, "` stands twice"));
    }
  }
  return known;
}

void ConformanceRun::AddPassed(const std::string& suite,
                               const std::string& path) {
  ++suites_[suite].passed;
  seen_.insert(path);
  if (known_.contains(path)) passed_known_.insert(path);
}

void ConformanceRun::AddFailed(const std::string& suite,
                               const std::string& path,
                               const std::string& report) {
  ++suites_[suite].failed;
  seen_.insert(path);
  if (!known_.contains(path)) absl::StrAppend(&failures_, report);
}

void ConformanceRun::AddSkipped(const std::string& suite,
                                const std::string& path) {
  ++suites_[suite].skipped;
  seen_.insert(path);
}

std::string ConformanceRun::Table() const {
  std::string table = absl::StrFormat("%-20s %6s %6s %7s\n", "suite", "passed",
                                      "failed", "skipped");
  for (const auto& [suite, counts] : suites_) {
    absl::StrAppendFormat(&table, "%-20s %6d %6d %7d\n", suite, counts.passed,
                          counts.failed, counts.skipped);
  }
  return table;
}

std::string ConformanceRun::ListFaults() const {
  std::string faults;
  for (const auto& [path, reason] : known_) {
    if (passed_known_.contains(path)) {
      absl::StrAppend(&faults, "known failure `", path,
                      "` passes: remove it from the list\n");
    } else if (!seen_.contains(path) &&
               suites_.contains(path.substr(0, path.find('/')))) {
      absl::StrAppend(&faults, "known failure `", path,
                      "` is no case of its suite: remove it from the list\n");
    }
  }
  return faults;
}

std::string ConformanceRun::Summary() const {
  Counts sum;
  for (const auto& [suite, counts] : suites_) {
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  return absl::StrCat(sum.passed, " passed, ", sum.failed, " failed, ",
                      sum.skipped, " skipped");
}

}  // namespace stratagem
