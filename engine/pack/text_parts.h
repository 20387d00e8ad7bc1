// engine/pack/text_parts.h
//
// The smallest parts of a Model: names, CEL text and operands, each with its
// place. Used by model.h and table.h.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TEXT_PARTS_H_
#define STRATAGEM_ENGINE_PACK_TEXT_PARTS_H_

#include <optional>
#include <string>

#include "engine/base/source_text.h"
#include "engine/value/value.h"

namespace stratagem::pack {

// A name or literal text and where it stands.
struct Name {
  std::string text;
  SourceLocation location;
};

// CEL text of the pack; its own start is source.Locate(0).
struct Expression {
  SourceText source;
};

// A literal or `{cel: "…"}`; exactly one is set. `literal` lives in
// Model::arena and already conforms to its field where there is one.
struct Operand {
  std::optional<Value> literal;
  std::optional<Expression> expression;
  SourceLocation location;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TEXT_PARTS_H_
