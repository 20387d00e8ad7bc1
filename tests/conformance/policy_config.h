// tests/conformance/policy_config.h
//
// PolicyConfig: the `config.yaml` of a conformance case of CEL Policy: which
// names, types and functions its policy and its tests see.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_POLICY_CONFIG_H_
#define STRATAGEM_TESTS_CONFORMANCE_POLICY_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/arena.h"
#include "engine/expr/scope.h"
#include "engine/pack/yaml_reader.h"
#include "engine/value/value.h"

namespace stratagem::policy {

struct PolicyVariable {
  std::string name;
  expr::Type type;
};

struct PolicyConfig {
  expr::Scope functions;                  // Container, imports and functions.
  std::vector<PolicyVariable> variables;  // Number i has slot i.
  // Names protobuf messages, of which the engine has no values.
  bool needs_messages = false;

  // `functions` and the variables.
  expr::Scope scope() const;
};

// Reads `root`. Keys that only choose among extensions and macros are passed
// over, since all of them are always there.
// Errors: INVALID_ARGUMENT for types and shapes it does not know.
absl::StatusOr<PolicyConfig> ReadPolicyConfig(const pack::YamlNode& root);

// The entry of a mapping with that key, or null.
const pack::YamlNode* FindEntry(const pack::YamlNode& mapping,
                                absl::string_view key);

// The value that YAML's core schema reads `node` as, in `arena`.
Value ReadYamlValue(const pack::YamlNode& node, Arena& arena);

// `value` as a variable of `type` has it: YAML writes 1 for an int, a uint and
// a double. Anything else stays as it is.
Value ConvertTo(const expr::Type& type, const Value& value, Arena& arena);

}  // namespace stratagem::policy

#endif  // STRATAGEM_TESTS_CONFORMANCE_POLICY_CONFIG_H_
