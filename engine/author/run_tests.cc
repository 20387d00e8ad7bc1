#include "engine/author/run_tests.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/author/compare_decision.h"
#include "engine/base/limits.h"
#include "engine/decide/decide.h"

namespace stratagem::author {
namespace {

// The frame of a decision that was made, on which more expressions run without
// taking memory or steps from it.
class Afterwards {
 public:
  expr::Frame& Of(const decide::Workspace& workspace) {
    const expr::Frame& decided = workspace.frame();
    arena_.Reset();
    slots_.assign(decided.slots.begin(), decided.slots.end());
    frame_.slots = slots_;
    frame_.lazy = decided.lazy;
    frame_.arena = &arena_;
    frame_.steps_left = kEvaluationStepsMax;
    return frame_;
  }

 private:
  Arena arena_{kDecisionArenaBytesMax};
  std::vector<Value> slots_;
  expr::Frame frame_;
};

decide::Call CallOf(const TestRun& run) {
  decide::Call call;
  call.request_id = run.name;
  call.customer_id = run.customer;
  call.locale = run.locale;
  call.role = run.as_of.has_value() ? trace::Role::kAsOf : trace::Role::kDryRun;
  call.decided_at = run.now;
  call.as_of = run.as_of;
  call.seed = run.seed.value_or(0);
  call.explore = run.seed.has_value();
  call.ignore_levers = run.ignore_levers;
  call.attributes = run.attributes;
  call.request = run.request;
  call.parameters = run.parameters;
  call.placements = run.placements;
  return call;
}

bool Matches(const TestRun& run, absl::string_view filter) {
  return absl::StrContains(
      absl::StrCat(run.file, " ", run.section, " / ", run.name), filter);
}

}  // namespace

TestReport RunTests(const TestSuite& suite, const plan::Plan& plan,
                    absl::string_view filter, Coverage& coverage) {
  TestReport report;
  decide::Workspace workspace;
  Afterwards afterwards;
  for (const TestRun& run : suite.runs) {
    if (!Matches(run, filter)) continue;
    decide::Call call = CallOf(run);
    call.state = run.state.get();
    TestResult result{run.file, run.section, run.name, run.location, {}};
    const std::span<const Violation> violations =
        decide::Decide(plan, call, workspace);
    if (!violations.empty()) {
      CompareRefusal(run, violations, result.differences);
    } else {
      expr::Frame& frame = afterwards.Of(workspace);
      for (const auto& expected : run.expected) {
        CompareDecision(*expected, plan, workspace.record(), frame,
                        result.differences);
      }
      coverage.Add(workspace.record(), frame);
    }
    ++(result.passed() ? report.passed : report.failed);
    report.results.push_back(std::move(result));
  }
  return report;
}

}  // namespace stratagem::author
