// tests/conformance/type_text.h
//
// ReadType: CEL's notation of types ("map(string, list(int))") to Type, for
// the declarations and expectations of conformance cases.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TYPE_TEXT_H_
#define STRATAGEM_TESTS_CONFORMANCE_TYPE_TEXT_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "engine/expr/type.h"

namespace stratagem::expr {

// Returns the type that `text` writes, or nullopt when it is none. Well-known
// messages are the types that CEL gives them ("google.protobuf.Int64Value" is
// wrapper(int)); one capital letter is a type parameter; every other name is
// an opaque type.
std::optional<Type> ReadType(absl::string_view text);

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_CONFORMANCE_TYPE_TEXT_H_
