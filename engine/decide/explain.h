// engine/decide/explain.h
//
// Explain: the decision that a workspace has just made, once more and in full:
// every indicator, condition and gate with what it came to, and for offers that
// were left out what would have to change. Off the path of decisions.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_EXPLAIN_H_
#define STRATAGEM_ENGINE_DECIDE_EXPLAIN_H_

#include "engine/decide/decide.h"
#include "engine/plan/plan.h"
#include "engine/trace/explanation.h"

namespace stratagem::decide {

// Requires: the last Decide() of `workspace` was with `plan` and made a
// decision. Leaves the workspace as it is. Conditions are tried on steps of
// their own: what ended a decision by kStepLimit need not fail again.
// Exclusions and rows beyond kExclusionsExplainedMax and kRowsExplainedMax are
// named or counted only.
// Time: some hundred times that of the decision, kExplainStepsMax steps at most
// for what would have to change; allocates.
trace::Explanation Explain(const plan::Plan& plan, const Workspace& workspace);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_EXPLAIN_H_
