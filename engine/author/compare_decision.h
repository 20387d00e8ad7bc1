// engine/author/compare_decision.h
//
// What a test expects, held against what was decided. A part of run_tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_COMPARE_DECISION_H_
#define STRATAGEM_ENGINE_AUTHOR_COMPARE_DECISION_H_

#include <span>
#include <vector>

#include "engine/author/run_tests.h"
#include "engine/author/test_suite.h"
#include "engine/expr/program.h"
#include "engine/plan/plan.h"
#include "engine/trace/decision_record.h"
#include "engine/value/facts.h"

namespace stratagem::author {

// Appends what of `expected` did not come true in the decision `record`, made
// by `plan`. `frame` is that of the decision.
void CompareDecision(const Expectations& expected, const plan::Plan& plan,
                     const trace::DecisionRecord& record, expr::Frame& frame,
                     std::vector<Difference>& differences);

// The same for a call that was refused because of `violations`. A test that
// expects no refusal gets a difference for each of them, at `run`.
void CompareRefusal(const TestRun& run, std::span<const Violation> violations,
                    std::vector<Difference>& differences);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_COMPARE_DECISION_H_
