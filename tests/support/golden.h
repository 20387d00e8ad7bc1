// tests/support/golden.h
//
// Golden files: expected texts under tests/golden/, compared whole. Used by
// tests whose result is a page that a person reviews.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_GOLDEN_H_
#define STRATAGEM_TESTS_SUPPORT_GOLDEN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Fails the test unless the file at `path`, relative to the source tree
// ("tests/golden/pack/errors.txt"), holds exactly `text`; the failure shows
// the first line that differs. With UPDATE_GOLDEN=1 in the environment it
// writes the file into the source tree instead, and the test passes.
void ExpectMatchesGolden(absl::string_view text, const std::string& path);

// Returns the absolute path of `path` inside the source tree.
std::string SourcePath(absl::string_view path);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_SUPPORT_GOLDEN_H_
