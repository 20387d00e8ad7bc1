// engine/state/outcome_words.h
//
// What people call outcomes who do not know our words for them, for messages of
// packs and of the command line.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_OUTCOME_WORDS_H_
#define STRATAGEM_ENGINE_STATE_OUTCOME_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::state {

// What to write in place of `word`, which names no outcome: the one that it
// means or is a slip of, or else all of them.
std::string OutcomeHint(absl::string_view word);

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_OUTCOME_WORDS_H_
