// Any bytes as a policy file: it compiles or says why, and what compiles yields
// the same twice, within its limits.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/check.h"
#include "engine/policy/compile.h"

namespace stratagem::policy {
namespace {

constexpr int kSlots = 3;

expr::Scope MakeScope() {
  expr::Scope scope;
  int slot = 0;
  for (const auto& [name, type] : {std::pair("b", expr::TypeKind::kBool),
                                   std::pair("i", expr::TypeKind::kInt),
                                   std::pair("x", expr::TypeKind::kDyn)}) {
    expr::Declaration declaration;
    declaration.name = name;
    declaration.type = expr::Type(type);
    declaration.slot = slot++;
    STRATAGEM_CHECK(scope.Declare(std::move(declaration)));
  }
  return scope;
}

// The text of what `policy` yields.
std::string Run(const Policy& policy) {
  const size_t size = kSlots + policy.variables().size();
  std::vector<Value> slots(size);
  slots[0] = Value::Bool(true);
  slots[1] = Value::Int(-7);
  slots[2] = Value::String("x");
  std::vector<const expr::Program*> lazy(kSlots, nullptr);
  for (const expr::Program& variable : policy.variables()) {
    lazy.push_back(&variable);
  }
  Arena arena(1u << 20);
  expr::Frame frame;
  frame.slots = slots;
  frame.lazy = lazy;
  frame.arena = &arena;
  frame.steps_left = 100'000;
  const Outcome outcome = policy.Evaluate(frame);
  std::string text = ToString(policy.Result(outcome));
  for (const OutputItem* const item : outcome.matched) {
    text += item->path;
    if (item->explanation.has_value()) {
      text += ToString(item->explanation->Evaluate(frame));
    }
  }
  return text;
}

}  // namespace
}  // namespace stratagem::policy

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  static const expr::Scope* const scope = new expr::Scope(policy::MakeScope());
  Diagnostics diagnostics;
  const std::unique_ptr<const pack::PolicyFile> file = pack::ReadPolicy(
      "fuzz.yaml", absl::string_view(reinterpret_cast<const char*>(data), size),
      diagnostics);
  STRATAGEM_CHECK((file == nullptr) == diagnostics.has_errors());
  if (file == nullptr) return 0;
  const std::optional<policy::Policy> policy =
      policy::CompilePolicy(*file, *scope, policy::kSlots, diagnostics);
  STRATAGEM_CHECK(policy.has_value() != diagnostics.has_errors());
  if (!policy.has_value()) return 0;
  STRATAGEM_CHECK(policy::Run(*policy) == policy::Run(*policy));
  return 0;
}
