// tests/conformance/tagged_value.h
//
// The values of conformance cases: JSON objects of one member whose name is
// the kind, {"int": "-1"} or {"list": [{"bool": true}]}.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TAGGED_VALUE_H_
#define STRATAGEM_TESTS_CONFORMANCE_TAGGED_VALUE_H_

#include "absl/status/statusor.h"
#include "engine/base/arena.h"
#include "engine/value/value.h"
#include "nlohmann/json.hpp"

namespace stratagem {

// Returns the value that `json` writes, with its text in `arena`.
// Errors: INVALID_ARGUMENT for any other form; UNIMPLEMENTED for enums and
// messages, which the engine has no values of.
// Requires: an arena without a bound.
absl::StatusOr<Value> ReadTaggedValue(const nlohmann::json& json, Arena& arena);

// True when a result is what a case expects: of the same kind at every depth
// (int 1 is not double 1.0), entries of maps in any order, NaN the same as
// NaN.
bool IsSame(const Value& a, const Value& b);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TAGGED_VALUE_H_
