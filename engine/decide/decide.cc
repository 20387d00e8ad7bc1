#include "engine/decide/decide.h"

#include "engine/decide/decision_state.h"

namespace stratagem::decide {

Workspace::Workspace() : state_(std::make_unique<DecisionState>()) {}

Workspace::~Workspace() = default;

const trace::DecisionRecord& Workspace::record() const {
  return state_->record;
}

const expr::Frame& Workspace::frame() const { return state_->frame; }

Arena& Workspace::input_arena() { return state_->input_arena; }

bool Holds(const expr::Program& condition, DecisionState& state,
           ErrorCode& error) {
  const Value result = condition.Evaluate(state.frame);
  if (result.is(ValueKind::kBool)) return result.bool_value();
  error =
      result.is_error() ? result.error_code() : ErrorCode::kNoMatchingOverload;
  return false;
}

std::span<const Violation> Decide(const plan::Plan& plan, const Call& call,
                                  Workspace& workspace) {
  DecisionState& state = *workspace.state_;
  const plan::PlanCode& code = plan.code();
  ResolveCall(plan, call, state);
  if (state.violations.empty()) CheckConstraints(plan, state);
  if (!state.violations.empty()) return state.violations;
  Score(code, call, state);
  FindStage(code, state);
  Treat(code, state);
  FillPlacements(code, call, state);
  return {};
}

}  // namespace stratagem::decide
