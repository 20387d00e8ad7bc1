// clients/cli/assignment.h
//
// `NAME=VALUE`, as `--set` and `--request` take it, read by the type that a
// pack declares. SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_ASSIGNMENT_H_
#define STRATAGEM_CLIENTS_CLI_ASSIGNMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/value/facts.h"
#include "engine/value/schema.h"

namespace stratagem::cli {

// Reads `name=value`, given with `flag`, by the type that `schema` declares. An
// unknown name keeps its text: the decider refuses it, and knows what may have
// been meant. The value lives in `arena`.
// Errors: INVALID_ARGUMENT, often a UsageError().
absl::StatusOr<NamedValue> ReadAssignment(absl::string_view flag,
                                          const std::string& text,
                                          const Schema& schema,
                                          const absl::TimeZone& zone,
                                          Arena& arena);

// Later values of a name replace earlier ones.
void Put(const NamedValue& named, std::vector<NamedValue>& values);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_ASSIGNMENT_H_
