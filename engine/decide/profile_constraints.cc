#include "engine/decide/profile_constraints.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "engine/decide/decision_state.h"

namespace stratagem::decide {
namespace {

// What a constraint reads of a profile; nothing when calls decide about it.
std::optional<std::vector<absl::string_view>> StoredOf(
    const plan::Plan& plan, const expr::Program& constraint,
    const DecisionState& state) {
  const plan::PlanCode& code = plan.code();
  std::vector<bool> is_read(static_cast<size_t>(code.slots.count), false);
  MarkRead(code, constraint, is_read);
  for (size_t i = 0; i < state.request.size(); ++i) {
    if (is_read[static_cast<size_t>(code.slots.request) + i]) {
      return std::nullopt;
    }
  }
  std::vector<absl::string_view> stored;
  const std::vector<Field>& fields = plan.summary().attributes.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!is_read[static_cast<size_t>(code.slots.attributes) + i]) continue;
    const FactSource source = state.attributes[i].source;
    if (source == FactSource::kProfile) stored.push_back(fields[i].name);
    if (source == FactSource::kAbsent && !fields[i].optional) {
      return std::nullopt;
    }
  }
  return stored;
}

}  // namespace

ProfileConstraints::ProfileConstraints()
    : state_(std::make_unique<DecisionState>()) {}

ProfileConstraints::~ProfileConstraints() = default;

bool ProfileConstraints::Has(const plan::Plan& plan) {
  return !plan.code().constraints.empty();
}

std::vector<BrokenConstraint> ProfileConstraints::Broken(
    const plan::Plan& plan, std::span<const NamedValue> profile,
    absl::Time now) {
  std::vector<BrokenConstraint> broken;
  if (!Has(plan)) return broken;
  Call call;
  call.customer_id = "profile";  // Which constraints cannot read.
  call.decided_at = now;
  call.profile = profile;
  ResolveCall(plan, call, *state_);
  for (const plan::ConstraintCode& constraint : plan.code().constraints) {
    std::optional<std::vector<absl::string_view>> stored =
        StoredOf(plan, constraint.program, *state_);
    if (!stored.has_value() || stored->empty()) continue;
    ErrorCode error = ErrorCode::kNone;
    if (Holds(constraint.program, *state_, error)) continue;
    broken.push_back({constraint.program.source().text(), *std::move(stored)});
  }
  return broken;
}

}  // namespace stratagem::decide
