// engine/policy/policy_code.h
//
// PolicyCode: the inside of a Policy. Filled by compile.cc, walked by
// policy.cc; nobody outside engine/policy reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_POLICY_POLICY_CODE_H_
#define STRATAGEM_ENGINE_POLICY_POLICY_CODE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/expr/program.h"
#include "engine/expr/type.h"
#include "engine/policy/policy.h"

namespace stratagem::policy {

struct ItemCode {
  std::optional<expr::Program> condition;  // Absent: applies always.
  bool is_rule = false;
  size_t target = 0;  // Index into `rules`, or else into `outputs`.
};

struct RuleCode {
  bool is_aggregate = false;
  std::vector<ItemCode> items;
};

// Plain data. INVARIANT: rules nest at most kPolicyRuleDepthMax deep, and no
// aggregate stands inside another.
struct PolicyCode {
  std::vector<RuleCode> rules;  // The outermost last.
  std::vector<OutputItem> outputs;
  // outputs[i] at i, so that an outcome can point at one without allocating.
  std::vector<const OutputItem*> output_pointers;
  std::vector<expr::Program> variables;
  int first_slot = 0;
  expr::Type type;
  bool is_optional = false;
};

}  // namespace stratagem::policy

#endif  // STRATAGEM_ENGINE_POLICY_POLICY_CODE_H_
