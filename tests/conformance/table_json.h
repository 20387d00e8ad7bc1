// tests/conformance/table_json.h
//
// The JSON of table cases, and which values of the engine it means. Used by
// table_case.cc and what it is made of.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_JSON_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_JSON_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"
#include "nlohmann/json.hpp"

namespace stratagem {

using Json = nlohmann::json;

// The member of that name; null without one. Valid while `json` lives.
const Json& Member(const Json& json, const char* name);

// The text of `json`; "" unless it is text.
std::string TextOf(const Json& json);

bool IsScalar(const Json& json);

// The kind that holds all of `items`, which are scalars: of whole and other
// numbers, and of numbers that no int holds, double. Nothing when they differ.
std::optional<ValueKind> KindOf(const std::vector<Json>& items);

// The type of an attribute that holds `json`: of a scalar, or of a list of
// scalars of one kind. Nothing for all else.
std::optional<FieldType> TypeOf(const Json& json);

// Requires: `type` is TypeOf(json), or a double for a whole number.
Value ToValue(const Json& json, const FieldType& type, Arena& arena);

// Of a scalar; null for all else.
Json ToJson(const Value& value);

// `json` as CEL writes it, its members of any types.
std::string CelOf(const Json& json);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_JSON_H_
