// engine/base/excerpt.h
//
// Excerpt: one line of a source with a caret under a place, for whoever shows
// a diagnostic or an error to a person.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_EXCERPT_H_
#define STRATAGEM_ENGINE_BASE_EXCERPT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Columns that the source's line may take; what is longer is cut around the
// caret.
inline constexpr size_t kExcerptWidthMax = 100;

// Returns two lines, each with its line break:
//
//   12 | condition: tier.atLeast('glod')
//      |                         ^
//
// `line` and `column` are 1-based, columns count bytes, as in SourceLocation.
// Columns line up on a terminal whatever stands before: tabs become spaces,
// wide characters take two columns, control characters are replaced. A column
// after the end of the line is the end. Returns "" when `text` has no such
// line. Requires: `width` > 10.
// Time: O(text up to the end of the line).
std::string Excerpt(absl::string_view text, int line, int column,
                    size_t width = kExcerptWidthMax);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_EXCERPT_H_
