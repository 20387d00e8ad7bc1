// engine/base/suggestion.h
//
// 'Did you mean': the nearest of the known names, for hints of diagnostics.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_SUGGESTION_H_
#define STRATAGEM_ENGINE_BASE_SUGGESTION_H_

#include <span>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Returns the candidate nearest to `name` by edit distance (a swap of two
// neighbours counts one), or "" when none is within a third of the longer
// length. Of equally near ones the first wins. Only the first thousand
// candidates are looked at.
// Time: O(candidates · length²); for error paths only.
std::string Nearest(absl::string_view name,
                    std::span<const std::string> candidates);

// Returns "did you mean `X`?", or else "expected one of `A`, `B`, …" with at
// most `listed_max` candidates, or "" when there are no candidates.
std::string SuggestionHint(absl::string_view name,
                           std::span<const std::string> candidates,
                           size_t listed_max = 12);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_SUGGESTION_H_
