// engine/policy/compile.h
//
// Compile: a rule block of CEL Policy, or a whole policy file, to a Policy.
// Used by plan for the `rule:` of treatments, by the conformance runner and by
// tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_POLICY_COMPILE_H_
#define STRATAGEM_ENGINE_POLICY_COMPILE_H_

#include <functional>
#include <optional>

#include "engine/base/diagnostics.h"
#include "engine/expr/scope.h"
#include "engine/pack/model.h"
#include "engine/pack/policy_file.h"
#include "engine/policy/policy.h"

namespace stratagem::policy {

// Looks at one `output` that compiles to `type`, with the names that it sees,
// and may add errors of its own. Returns false, after an error, when no rule
// may yield such a type here; others are then not compared with it.
using OutputCheck =
    std::function<bool(const SourceText& output, const expr::Type& type,
                       const expr::Scope& scope)>;

// Compiles `rule` against `scope`. Its variables, those of nested rules too,
// become lazy slots from `first_slot` on; an inner block's variable hides one
// of the same name around it. Returns nullopt if and only if it added an error
// (or `check_output`, which may be null, did):
//   E1xx  of an expression (expr/compile.h); a condition yields bool, an
//         explanation a string
//   E401  a variable declared twice in one block
//   E402  outputs of different types
//   E403  an item that always applies before others
//   E404  a condition that is the literal `false`
//   E405  an aggregate inside an aggregate
//   E407  rules nested deeper than kPolicyRuleDepthMax
//   E408  more variables than slots are left (kSlotsMax)
// and warnings:
//   W420  a condition that is the same for every input
// Of a rule that its reader found faults with (pack::ReadPackResult::draft) it
// reports only what else is wrong, and returns nullopt.
// Time: O(text), and a copy of `scope` for each block with variables. Thread
// safe.
std::optional<Policy> Compile(const pack::RuleBlock& rule,
                              const expr::Scope& scope, int first_slot,
                              Diagnostics& diagnostics,
                              const OutputCheck& check_output = nullptr);

// The same for a policy file, whose imports let the last segment of each name
// stand for the whole. Further
//   E406  an import that is no qualified name, or two with one last segment
//   W421  `verification:`, which is not proved
std::optional<Policy> CompilePolicy(const pack::PolicyFile& file,
                                    const expr::Scope& scope, int first_slot,
                                    Diagnostics& diagnostics);

}  // namespace stratagem::policy

#endif  // STRATAGEM_ENGINE_POLICY_COMPILE_H_
