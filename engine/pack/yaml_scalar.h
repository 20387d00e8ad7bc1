// engine/pack/yaml_scalar.h
//
// TraceScalar: from the decoded text of a YAML scalar back to the bytes of the
// file it came from, so that an error inside an expression is reported where
// the author wrote it. Used by yaml_reader.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_YAML_SCALAR_H_
#define STRATAGEM_ENGINE_PACK_YAML_SCALAR_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/source_text.h"

namespace stratagem::pack {

enum class ScalarStyle {
  kPlain,
  kSingleQuoted,
  kDoubleQuoted,
  kLiteral,  // |
  kFolded,   // >
};

// Where a scalar stands in its file.
struct ScalarPlace {
  absl::string_view file_text;  // Line breaks as '\n'.
  size_t offset = 0;            // Of its first byte: the quote, `|` or `>`.
  int line = 1;
  int column = 1;
};

// The anchors of SourceText for the scalar at `place` that a YAML parser has
// decoded to `text`. Returns nullopt when the bytes there do not decode to it.
// Time: O(length of the scalar).
std::optional<std::vector<SourceText::Anchor>> TraceScalar(
    const ScalarPlace& place, ScalarStyle style, absl::string_view text);

// True when the quoted scalar at `place` has its closing quote, which yaml-cpp
// does not insist on.
bool IsClosed(const ScalarPlace& place, ScalarStyle style);

// The bytes of the null that is written at the beginning of `rest`: `~` or
// `null`. Returns 0 when there is none; text such as `nullable` is none.
size_t WrittenNullSize(absl::string_view rest);

// Whether `bytes` begin with a byte order mark of UTF-16, as some editors and
// spreadsheets write it.
bool IsMarkedUtf16(absl::string_view bytes);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_YAML_SCALAR_H_
