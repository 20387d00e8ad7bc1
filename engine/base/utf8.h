// engine/base/utf8.h
//
// UTF-8 as CEL and the wire need it: validity, and code points one by one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_UTF8_H_
#define STRATAGEM_ENGINE_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Returns the length in bytes of the code point that starts `text` and stores
// it in `code_point`, or 0 when the bytes are not valid UTF-8 (overlong forms,
// surrogates and values over U+10FFFF included). Requires: `text` not empty.
size_t DecodeUtf8(absl::string_view text, uint32_t& code_point);

// True for the second and later bytes of a code point.
inline bool IsUtf8Continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

// True when all of `text` is valid UTF-8. Time: O(n).
bool IsValidUtf8(absl::string_view text);

// Number of code points. Requires: valid UTF-8.
int64_t CountCodePoints(absl::string_view text);

// Returns the byte at which code point number `position` starts, counted from
// 0; text.size() for the position after the last; nullopt when there is no such
// position. Requires: valid UTF-8. Time: O(n).
std::optional<size_t> FindCodePoint(absl::string_view text, int64_t position);

// Appends `code_point`. Requires: a Unicode scalar value.
void AppendUtf8(uint32_t code_point, std::string& text);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_UTF8_H_
