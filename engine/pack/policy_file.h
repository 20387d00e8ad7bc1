// engine/pack/policy_file.h
//
// ReadPolicy: a policy file of CEL Policy (`name`, `imports`, `rule`) as its
// author wrote it. Compiled by engine/policy.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_POLICY_FILE_H_
#define STRATAGEM_ENGINE_PACK_POLICY_FILE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/model.h"

namespace stratagem::pack {

// Plain data; expressions are still text.
struct PolicyFile {
  Name name;
  std::string description;
  std::vector<Name> imports;  // As written; not yet checked.
  RuleBlock rule;
  // Where `verification:` stands, whose content is not read yet.
  std::optional<SourceLocation> verification;
};

// Reads `bytes`, the content of `path`. Expressions may be plain YAML text,
// unlike those of packs. Returns null if and only if it added an error: codes
// E2xx, as for packs. Bounded by base/limits.h. Thread safe.
std::unique_ptr<const PolicyFile> ReadPolicy(const std::string& path,
                                             absl::string_view bytes,
                                             Diagnostics& diagnostics);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_POLICY_FILE_H_
