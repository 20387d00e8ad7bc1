// engine/expr/foreign_syntax.h
//
// Hints for what people type who come from SQL, spreadsheets and other
// languages, or who paste from documents. Used by lexer, parser and
// unknown_name.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_FOREIGN_SYNTAX_H_
#define STRATAGEM_ENGINE_EXPR_FOREIGN_SYNTAX_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::expr {

// What to write in CEL for `word`, an operator or literal of another language
// in any case ("AND", "then", "None"); "" for all others.
std::string ForeignWordHint(absl::string_view word);

// What to write in CEL for a character outside ASCII that looks like one of its
// signs ("≥", "“", full-width signs); "" for all others.
std::string ForeignSignHint(uint32_t code_point);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_FOREIGN_SYNTAX_H_
