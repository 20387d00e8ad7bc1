// engine/author/yaml_layout.h
//
// LayOut: a YAML tree with its comments in the one form that packs are kept in.
// Used by format, which proves that the meaning stayed.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_YAML_LAYOUT_H_
#define STRATAGEM_ENGINE_AUTHOR_YAML_LAYOUT_H_

#include <string>

#include "engine/author/yaml_tokens.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::author {

// Columns that `{…}` or `[…]` may end in; a longer one is written as a block.
inline constexpr size_t kFormatWidthMax = 140;

// Returns the text of `file` laid out (format.h says how).
// Requires: `tokens` are those of `file`. Time: O(bytes x nesting).
std::string LayOut(const pack::YamlFile& file, const YamlTokens& tokens);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_YAML_LAYOUT_H_
