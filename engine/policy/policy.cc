#include "engine/policy/policy.h"

#include <utility>

#include "engine/policy/policy_code.h"

namespace stratagem::policy {
namespace {

// One evaluation. Its recursion is that of the rules: kPolicyRuleDepthMax.
class Walk {
 public:
  Walk(const PolicyCode& code, expr::Frame& frame)
      : code_(code), frame_(frame) {}

  Outcome Run() {
    const RuleCode& root = code_.rules.back();
    Outcome outcome;
    if (root.is_aggregate) {
      Aggregate(root, outcome);
    } else {
      Match(root, outcome);
    }
    return outcome;
  }

 private:
  enum class Condition { kTrue, kFalse, kError };

  // On kError the error stands in `outcome`.
  Condition Test(const ItemCode& item, Outcome& outcome) {
    if (--frame_.steps_left < 0) {
      outcome = {Value::Error(ErrorCode::kStepLimit), {}};
      return Condition::kError;
    }
    if (!item.condition.has_value()) return Condition::kTrue;
    const Value value = item.condition->Evaluate(frame_);
    if (value.is(ValueKind::kBool)) {
      return value.bool_value() ? Condition::kTrue : Condition::kFalse;
    }
    const Value error =
        value.is_error() ? value : Value::Error(ErrorCode::kNoMatchingOverload);
    outcome = {error, {}};
    return Condition::kError;
  }

  // Returns true when the rule yields something or fails; `outcome` says what.
  bool Match(const RuleCode& rule, Outcome& outcome) {
    for (const ItemCode& item : rule.items) {
      switch (Test(item, outcome)) {
        case Condition::kError:
          return true;
        case Condition::kFalse:
          continue;
        case Condition::kTrue:
          break;
      }
      if (Yield(item, outcome)) return true;
      // What a true condition leads to is final, also when it is nothing.
      if (item.condition.has_value()) return false;
    }
    return false;
  }

  // As Match(), of an item whose condition is true.
  bool Yield(const ItemCode& item, Outcome& outcome) {
    if (item.is_rule) {
      const RuleCode& rule = code_.rules[item.target];
      return rule.is_aggregate ? Aggregate(rule, outcome)
                               : Match(rule, outcome);
    }
    outcome = {code_.outputs[item.target].output.Evaluate(frame_),
               {&code_.output_pointers[item.target], 1}};
    return true;
  }

  // Always true: an aggregate of nothing is the empty list.
  bool Aggregate(const RuleCode& rule, Outcome& outcome) {
    const size_t size = rule.items.size();
    Value* const values = Allocate<Value>(size);
    const OutputItem** const matched = Allocate<const OutputItem*>(size);
    if (values == nullptr || matched == nullptr) {
      outcome = {Value::Error(ErrorCode::kMemoryLimit), {}};
      return true;
    }
    size_t count = 0;
    for (const ItemCode& item : rule.items) {
      const Condition condition = Test(item, outcome);
      if (condition == Condition::kError) return true;
      if (condition == Condition::kFalse || !Yield(item, outcome)) continue;
      if (outcome.value.is_error()) return true;
      values[count] = outcome.value;
      // No aggregate stands inside this one: each item yields one output.
      matched[count] = outcome.matched.front();
      ++count;
    }
    outcome = {Value::List({values, count}), {matched, count}};
    return true;
  }

  template <typename T>
  T* Allocate(size_t count) {
    return frame_.arena == nullptr ? nullptr
                                   : frame_.arena->AllocateArray<T>(count);
  }

  const PolicyCode& code_;
  expr::Frame& frame_;
};

}  // namespace

Policy::Policy(std::unique_ptr<const PolicyCode> code)
    : code_(std::move(code)) {}
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;
Policy::~Policy() = default;

Outcome Policy::Evaluate(expr::Frame& frame) const {
  return Walk(*code_, frame).Run();
}

Value Policy::Result(const Outcome& outcome) const {
  if (!code_->is_optional || outcome.value.is_error()) return outcome.value;
  return Value::Optional(&outcome.value);
}

const expr::Type& Policy::type() const { return code_->type; }

bool Policy::is_optional() const { return code_->is_optional; }

std::vector<const expr::Program*> Policy::programs() const {
  std::vector<const expr::Program*> programs;
  for (const expr::Program& variable : code_->variables) {
    programs.push_back(&variable);
  }
  for (const RuleCode& rule : code_->rules) {
    for (const ItemCode& item : rule.items) {
      if (item.condition.has_value()) programs.push_back(&*item.condition);
    }
  }
  for (const OutputItem& output : code_->outputs) {
    programs.push_back(&output.output);
  }
  return programs;
}

std::span<const expr::Program> Policy::variables() const {
  return code_->variables;
}

}  // namespace stratagem::policy
