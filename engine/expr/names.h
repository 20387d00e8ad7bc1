// engine/expr/names.h
//
// NamesIn: the names that an expression mentions, before anything is declared.
// plan orders variables by it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_NAMES_H_
#define STRATAGEM_ENGINE_EXPR_NAMES_H_

#include <string>
#include <vector>

#include "engine/base/source_text.h"

namespace stratagem::expr {

// Returns the dotted names that `source` spells, with all their prefixes
// ("variables", "variables.margin"), each once, in alphabetical order. Macros'
// own variables are among them. Empty when the text does not parse; Compile()
// says why.
std::vector<std::string> NamesIn(const SourceText& source);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_NAMES_H_
