// engine/expr/well_known.h
//
// The protobuf messages that CEL itself gives a meaning, such as
// google.protobuf.Int64Value: their fields, for the checker. Their literals are
// ordinary CEL values, computed by the constructors in functions_message.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_WELL_KNOWN_H_
#define STRATAGEM_ENGINE_EXPR_WELL_KNOWN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Returns the message called `name` in full, or null; it lives for ever.
const MessageType* WellKnownMessage(absl::string_view name);

// The names of all of them, for suggestions.
std::vector<std::string> WellKnownMessageNames();

// Returns the value of an enumeration's constant, by its name in full.
std::optional<Value> WellKnownConstant(absl::string_view name);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_WELL_KNOWN_H_
