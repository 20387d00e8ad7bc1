// engine/expr/unknown_name.h
//
// What to tell an author about a name, function, message or field that does not
// exist. Used by the checker.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_UNKNOWN_NAME_H_
#define STRATAGEM_ENGINE_EXPR_UNKNOWN_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/expr/function_table.h"
#include "engine/expr/mismatch.h"
#include "engine/expr/name_lookup.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"

namespace stratagem::expr {

// `spelled` is a dotted name of which no part is declared; `variables` are the
// names that macros around it give. E111 when it is hidden, else E110.
Mismatch DescribeUnknownName(const Scope& scope, absl::string_view spelled,
                             const std::vector<std::string>& variables);

// `kind` is "function" or "method". E112.
Mismatch DescribeUnknownFunction(const FunctionTable& functions,
                                 absl::string_view kind,
                                 absl::string_view name);

// True when the name of some function or macro starts with `prefix`.
bool StartsAFunction(const FunctionTable& functions, absl::string_view prefix);

// The type of a literal, as written. E112.
Mismatch DescribeUnknownMessage(const NameLookup& names,
                                absl::string_view spelled);

// E112.
Mismatch DescribeUnknownField(const MessageType& message,
                              absl::string_view field);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_UNKNOWN_NAME_H_
