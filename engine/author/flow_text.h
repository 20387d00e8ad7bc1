// engine/author/flow_text.h
//
// FlowText: a scalar, `[…]` or `{…}` of YAML on one line, in pieces that can be
// lined up with those of the lines above and below. Used by yaml_layout.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_FLOW_TEXT_H_
#define STRATAGEM_ENGINE_AUTHOR_FLOW_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/author/yaml_tokens.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::author {

struct FlowText {
  struct Piece {
    std::string text;   // "{tier: gold, "; all but the last end in ", ".
    std::string shape;  // "{tier: _": without the scalars and what closes.
    bool was_padded = false;  // Had more than one space after its comma.
  };
  // INVARIANT: not empty.
  std::vector<Piece> pieces;

  std::string ToString() const;
  size_t Width() const;  // In columns.
};

// Returns `node` on one line: one space after `:` and `,`, none inside
// brackets, single quotes as double ones where nothing has to be escaped.
// Returns nullopt for what does not fit on one line or must not be joined:
// comments inside, block scalars, plain text with line breaks in it.
std::optional<FlowText> RenderFlow(const YamlTokens& tokens,
                                   const pack::YamlNode& node);

// Pads the pieces of `rows` so that they begin in the same columns. Returns
// false, having changed nothing, for rows of different shapes.
bool AlignPieces(std::vector<FlowText*>& rows);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_FLOW_TEXT_H_
