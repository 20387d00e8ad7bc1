// tests/conformance/policy_case.h
//
// RunPolicyCase: one folder of CEL Policy's conformance suite. Used by the
// program policy_conformance and its tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_POLICY_CASE_H_
#define STRATAGEM_TESTS_CONFORMANCE_POLICY_CASE_H_

#include <string>
#include <vector>

namespace stratagem::policy {

enum class CaseVerdict { kPassed, kFailed, kSkipped };

struct CaseResult {
  CaseVerdict verdict = CaseVerdict::kPassed;
  int tests = 0;
  // Why it failed or was skipped, one line each.
  std::vector<std::string> reasons;
};

// Runs the case in `folder`: compiles its policy.yaml with the names of
// config.yaml and compares what it yields with tests.yaml. A test that expects
// errors passes when a diagnostic, or else the error of the evaluation, holds
// each text of its `error_set`. A case without tests passes when its policy is
// refused. Only cases whose config needs protobuf messages are skipped.
CaseResult RunPolicyCase(const std::string& folder);

// The folders that have a policy.yaml: `root` itself or any folder below it, in
// alphabetical order.
std::vector<std::string> FindPolicyCases(const std::string& root);

}  // namespace stratagem::policy

#endif  // STRATAGEM_TESTS_CONFORMANCE_POLICY_CASE_H_
