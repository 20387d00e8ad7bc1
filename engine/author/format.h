// engine/author/format.h
//
// FormatYaml: the text of a pack's YAML file in its one canonical form. Used by
// `stratagem pack fmt`; pure, so that editors could use it too.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_FORMAT_H_
#define STRATAGEM_ENGINE_AUTHOR_FORMAT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"

namespace stratagem::author {

// Returns `bytes`, the content of `path`, formatted:
//   - two spaces of indentation, also for lists under a key; one space after
//     `:` and `,`; no spaces at line ends; '\n' line breaks, one at the end
//   - at most one empty line in a row, none at either end
//   - `{…}` and `[…]` stay on one line if they fit and have no comments
//     inside, else they become blocks; blocks stay blocks
//   - entries of a table line up: rows of a matrix in columns, one-line
//     mappings that begin with the same key after their names. Other one-line
//     values stay lined up where the author had begun it with extra spaces
//   - comments stay where they are, those at line ends two spaces after the
//     longest of their lines
//   - 'text' becomes "text" where nothing has to be escaped; block scalars
//   (`|`,
//     `>`) are moved as a whole and not touched
// Keys keep their order. FormatYaml(FormatYaml(x)) is FormatYaml(x).
//
// Returns nullopt if and only if it added an error: what YamlFile::Read()
// reports, so whatever the pack language refuses is not formatted, and
//   E520  the result does not mean what the text meant; the formatter reads its
//         own output and compares
// Time: O(bytes x nesting).
std::optional<std::string> FormatYaml(const std::string& path,
                                      absl::string_view bytes,
                                      Diagnostics& diagnostics);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_FORMAT_H_
