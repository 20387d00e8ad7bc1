// engine/author/test_values.h
//
// Values of test files - literals and expressions - brought to the type that
// their place asks for. Used by compile_tests and compile_expectations.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_TEST_VALUES_H_
#define STRATAGEM_ENGINE_AUTHOR_TEST_VALUES_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "engine/expr/type.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/test_file.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::author {

// The value of `given` for `field`: a literal of its type, or what its
// expression comes to, which sees `now` and nothing else. Bounds are not
// looked at, so that tests may break them. A null for an optional field is
// Null. Lives in the context's arena.
// Returns nullopt after an error: E240, E243, E1xx, E510; and for a value that
// a draft lacks.
std::optional<Value> InputValue(const pack::TestValue& given,
                                const Field& field, absl::Time now,
                                pack::ReadContext& context);

// The type that a literal must have to be compared with an expression of
// `type`; nullopt when a literal cannot say it.
std::optional<FieldType> LiteralTypeFor(const expr::Type& type);

// How a test file writes the value: "3000", "[1, 2]", "now - duration('1h')".
std::string TextOf(const pack::TestValue& given);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_TEST_VALUES_H_
