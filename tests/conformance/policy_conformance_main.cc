// policy_conformance DIR: runs a case folder of CEL Policy's conformance suite,
// or all of them below DIR, and prints a line a case. Ends with 0 when none
// fails, 1 when one does, 2 when there is none.

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tests/conformance/policy_case.h"

namespace {

using stratagem::policy::CaseResult;
using stratagem::policy::CaseVerdict;

constexpr char kUsage[] =
    "usage: policy_conformance DIR\n\n"
    "Runs the case of CEL Policy's conformance suite in the folder DIR, or "
    "all\n"
    "of them below it, and prints a line for each. Ends with 1 when one "
    "fails,\n"
    "with 2 when there is none.\n";

// The path of a case below `root`.
std::string NameOf(const std::string& folder, absl::string_view root) {
  absl::string_view name = folder;
  if (folder != root) absl::ConsumePrefix(&name, root);
  while (absl::ConsumePrefix(&name, "/")) {
  }
  return std::string(name);
}

void Print(const std::string& name, const CaseResult& result) {
  switch (result.verdict) {
    case CaseVerdict::kPassed:
      std::cout << "passed   " << name << " (" << result.tests << " tests)\n";
      return;
    case CaseVerdict::kFailed:
      std::cout << "FAILED   " << name << "\n";
      break;
    case CaseVerdict::kSkipped:
      std::cout << "skipped  " << name << "\n";
      break;
  }
  for (const std::string& reason : result.reasons) {
    std::cout << "         " << reason << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool asks_for_help =
      argc == 2 && (argv[1] == absl::string_view("--help") ||
                    argv[1] == absl::string_view("-h"));
  if (argc != 2 || asks_for_help) {
    (asks_for_help ? std::cout : std::cerr) << kUsage;
    return asks_for_help ? 0 : 2;
  }
  const std::string root = argv[1];
  const std::vector<std::string> folders =
      stratagem::policy::FindPolicyCases(root);
  if (folders.empty()) {
    std::cerr << "policy_conformance: no policy.yaml in `" << root
              << "` or below it\n";
    return 2;
  }
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  for (const std::string& folder : folders) {
    const CaseResult result = stratagem::policy::RunPolicyCase(folder);
    Print(NameOf(folder, root), result);
    passed += result.verdict == CaseVerdict::kPassed;
    failed += result.verdict == CaseVerdict::kFailed;
    skipped += result.verdict == CaseVerdict::kSkipped;
  }
  std::cout << passed << " passed, " << failed << " failed, " << skipped
            << " skipped\n";
  return failed == 0 ? 0 : 1;
}
