// engine/decide/explain_context.h
//
// ExplainContext: a copy of a decision's facts on which the parts of Explain()
// try things once more, and what they share: the inputs that might have been
// different, and answers found before. Only explain*.cc use it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_EXPLAIN_CONTEXT_H_
#define STRATAGEM_ENGINE_DECIDE_EXPLAIN_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/decide/decision_state.h"
#include "engine/expr/why_not.h"
#include "engine/plan/plan.h"
#include "engine/plan/plan_code.h"
#include "engine/trace/explanation.h"

namespace stratagem::decide {

// LIMIT: instructions that the 'why not' of one explanation takes, and what
// else it does counted as such; conditions beyond are named without the values
// that would do. Some tenths of a second.
inline constexpr int64_t kExplainStepsMax = 4'000'000;
// LIMIT: exclusions of one explanation that come with their gates, shared by
// its placements; the rest have their reason.
inline constexpr size_t kExclusionsExplainedMax = 100;
// LIMIT: rows of one table that are named; a last one says how many more match.
inline constexpr size_t kRowsExplainedMax = 20;

class ExplainContext {
 public:
  // Both outlive the context.
  ExplainContext(const plan::Plan& plan, const Workspace& workspace);
  ExplainContext(const ExplainContext&) = delete;
  ExplainContext& operator=(const ExplainContext&) = delete;

  const plan::Plan& plan() const { return plan_; }
  const plan::PlanCode& code() const { return plan_.code(); }
  const trace::DecisionRecord& record() const { return record_; }
  // A copy: what is evaluated on it leaves the decision as it is.
  DecisionState& state() { return state_; }

  // What comes next is about something else: forgets what was computed when
  // that has grown large, so that nothing fails for want of memory that others
  // took. Values that Evaluate() returned are gone.
  void BeginSubject();

  // Evaluates with steps of its own, so that nothing depends on what came
  // before.
  Value Evaluate(const expr::Program& program);
  // As above with what is left of kExplainStepsMax, and at its cost.
  Value EvaluateAtCost(const expr::Program& program);

  // What became of `condition`, which is named `name`; with the reasons when it
  // fails.
  trace::ConditionTried Try(std::string name, const expr::Program& condition);
  // As above of a condition that is known to have failed.
  trace::ConditionTried Failed(std::string name,
                               const expr::Program& condition);

  // Numbers without separators, times in RFC 3339 or as a date at midnight, in
  // the pack's zone; "" for a missing value.
  std::string TextOf(const Value& value) const;
  std::string TextOf(absl::Time time) const;

 private:
  void AddInputs(const Schema& schema, absl::string_view prefix, int slot);
  void AddComputedInputs();
  trace::Nearest NearestOf(const expr::InputChange& change) const;
  const std::vector<trace::WhyNot>& WhyNotOf(const expr::Program& condition);

  const plan::Plan& plan_;
  const trace::DecisionRecord& record_;
  const std::span<const Value> decided_;  // The slots of the decision.
  absl::TimeZone zone_;
  DecisionState state_;
  std::vector<expr::Input> inputs_;
  Arena keep_;
  int64_t steps_left_ = kExplainStepsMax;
  // Gates of groups close many offers.
  std::map<const expr::Program*, std::vector<trace::WhyNot>> why_nots_;
};

// Every placement of the record, with what became of each of its offers.
std::vector<trace::PlacementExplained> ExplainPlacements(
    ExplainContext& context);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_EXPLAIN_CONTEXT_H_
