// engine/expr/literal.h
//
// What literals mean: the value of a number, string or bytes token. Used by
// the parser.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_LITERAL_H_
#define STRATAGEM_ENGINE_EXPR_LITERAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::expr {

// Reads decimal or 0x digits. `negative` allows one more and gives the negative
// value. Returns nullopt when the value does not fit.
std::optional<int64_t> ReadInt(absl::string_view digits, bool negative);

// Reads decimal or 0x digits with or without a final u. Returns nullopt when
// the value does not fit.
std::optional<uint64_t> ReadUint(absl::string_view digits);

// Reads a double; too large a literal is an infinity, as in CEL.
double ReadDouble(absl::string_view digits);

// Where a string literal is wrong.
struct LiteralFault {
  size_t offset = 0;  // Inside the token.
  std::string message;
};

// Decodes the string or bytes token `token` (prefix and quotes included) and
// appends the result to `text`. In bytes \x and octal escapes are bytes, in
// strings code points; strings come out as valid UTF-8.
std::optional<LiteralFault> ReadText(absl::string_view token,
                                     std::string& text);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_LITERAL_H_
