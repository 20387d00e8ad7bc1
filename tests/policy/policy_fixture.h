// tests/policy/policy_fixture.h
//
// Policies from YAML text, and inputs to run them on, for the tests of policy.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_POLICY_POLICY_FIXTURE_H_
#define STRATAGEM_TESTS_POLICY_POLICY_FIXTURE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/expr/program.h"
#include "engine/policy/policy.h"

namespace stratagem::policy {

// What the policies of the tests see: bools `a`, `b`, `c`, ints `x` and `zero`,
// a dyn `any`, an int `shop.prices.base`, and the function `tick(int)`, which
// gives back its argument and counts its calls.
struct Input {
  bool a = false;
  bool b = false;
  bool c = false;
  int64_t x = 0;
  Value any = Value::Null();
};

// Slots of the names above.
inline constexpr int kInputSlots = 7;

// How often `tick` was called since the last call of this.
int TakeTicks();

struct LoadedPolicy {
  std::optional<Policy> policy;
  std::string diagnostics;
};

// Reads and compiles a policy file. `name: test` is appended to `yaml`, so that
// its own lines count from 1. Its variables stand behind the names above, or
// from `first_slot` on.
LoadedPolicy Load(absl::string_view yaml, int first_slot = kInputSlots);

// A frame for one policy; it may be used again.
class PolicyFrame {
 public:
  // `arena_bytes_max` bounds what the evaluation may build.
  explicit PolicyFrame(const Policy& policy, size_t arena_bytes_max = 1u << 20);

  // Evaluates the policy from scratch.
  Outcome Evaluate(const Input& input, int64_t steps_max = kEvaluationStepsMax);
  expr::Frame& frame() { return frame_; }

 private:
  const Policy& policy_;
  Arena arena_;
  std::vector<Value> slots_;
  std::vector<const expr::Program*> lazy_;
  expr::Frame frame_;
};

// The text of the policy's result, or of what is wrong with it.
std::string ResultOf(absl::string_view yaml, const Input& input);

}  // namespace stratagem::policy

#endif  // STRATAGEM_TESTS_POLICY_POLICY_FIXTURE_H_
