#include "tests/policy/policy_fixture.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/expr/function_table.h"
#include "engine/expr/scope.h"
#include "engine/policy/compile.h"

namespace stratagem::policy {
namespace {

using expr::Type;
using expr::TypeKind;

int ticks = 0;

Value Tick(expr::Evaluation&, const Value* arguments) {
  ++ticks;
  return arguments[0];
}

// Slot i holds name i.
constexpr std::pair<const char*, TypeKind> kNames[] = {
    {"a", TypeKind::kBool},
    {"b", TypeKind::kBool},
    {"c", TypeKind::kBool},
    {"x", TypeKind::kInt},
    {"zero", TypeKind::kInt},
    {"any", TypeKind::kDyn},
    {"shop.prices.base", TypeKind::kInt}};

static_assert(std::size(kNames) == kInputSlots);

expr::Scope MakeScope() {
  expr::Scope scope;
  int slot = 0;
  for (const auto& [name, type] : kNames) {
    expr::Declaration declaration;
    declaration.name = name;
    declaration.type = Type(type);
    declaration.slot = slot++;
    scope.Declare(std::move(declaration));
  }
  scope.SetFunctions(expr::FunctionTable::StandardAnd({expr::Function(
      "tick", {Type(TypeKind::kInt)}, Type(TypeKind::kInt), Tick)}));
  return scope;
}

}  // namespace

int TakeTicks() { return std::exchange(ticks, 0); }

LoadedPolicy Load(absl::string_view yaml, int first_slot) {
  Diagnostics diagnostics;
  LoadedPolicy loaded;
  const std::unique_ptr<const pack::PolicyFile> file = pack::ReadPolicy(
      "policy.yaml", absl::StrCat(yaml, "\nname: test\n"), diagnostics);
  if (file != nullptr) {
    loaded.policy = CompilePolicy(*file, MakeScope(), first_slot, diagnostics);
  }
  loaded.diagnostics = diagnostics.ToString();
  return loaded;
}

PolicyFrame::PolicyFrame(const Policy& policy, size_t arena_bytes_max)
    : policy_(policy),
      arena_(arena_bytes_max),
      slots_(kInputSlots + policy.variables().size()),
      lazy_(kInputSlots, nullptr) {
  for (const expr::Program& variable : policy.variables()) {
    lazy_.push_back(&variable);
  }
  frame_.slots = slots_;
  frame_.lazy = lazy_;
  frame_.arena = &arena_;
}

Outcome PolicyFrame::Evaluate(const Input& input, int64_t steps_max) {
  arena_.Reset();
  std::fill(slots_.begin(), slots_.end(), Value());
  const Value values[] = {Value::Bool(input.a), Value::Bool(input.b),
                          Value::Bool(input.c), Value::Int(input.x),
                          Value::Int(0),        input.any,
                          Value::Int(7)};
  std::copy(std::begin(values), std::end(values), slots_.begin());
  frame_.steps_left = steps_max;
  return policy_.Evaluate(frame_);
}

std::string ResultOf(absl::string_view yaml, const Input& input) {
  const LoadedPolicy loaded = Load(yaml);
  if (!loaded.policy.has_value()) return loaded.diagnostics;
  PolicyFrame frame(*loaded.policy);
  const Outcome outcome = frame.Evaluate(input);
  return ToString(loaded.policy->Result(outcome));
}

}  // namespace stratagem::policy
