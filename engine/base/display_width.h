// engine/base/display_width.h
//
// How many columns of a terminal a text takes, so that tables line up whatever
// the language of names and labels.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_DISPLAY_WIDTH_H_
#define STRATAGEM_ENGINE_BASE_DISPLAY_WIDTH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem {

// Returns the columns that `text` takes: 2 for East Asian wide characters and
// emoji, 0 for combining marks and joiners, else 1. Bytes that are not UTF-8
// take 1 each. Requires: one line without control characters (Printable()).
// Time: O(n).
size_t DisplayWidth(absl::string_view text);

// Returns `text`, or as much of it as fits `width` columns together with an
// ellipsis. Requires: `width` > 0.
std::string Truncate(absl::string_view text, size_t width);

// Returns `text` in lines of at most `width` columns, at least one line: broken
// at spaces, which are dropped there, and inside of a word only where it is
// wider than a line. Requires: `width` > 1. Time: O(n).
std::vector<std::string> Wrap(absl::string_view text, size_t width);

// Returns `text` with control characters, which could move the cursor or hide
// what is printed, and bytes that are not UTF-8 replaced by U+FFFD.
std::string Printable(absl::string_view text);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_DISPLAY_WIDTH_H_
