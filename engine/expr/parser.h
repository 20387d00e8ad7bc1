// engine/expr/parser.h
//
// Parse: CEL text to Ast, by recursive descent. First step of Compile();
// tests call it alone.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_PARSER_H_
#define STRATAGEM_ENGINE_EXPR_PARSER_H_

#include <optional>

#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/ast.h"

namespace stratagem::expr {

struct ParseOptions {
  // False: the names of macros are names of functions like others.
  bool macros = true;
};

// Parses `source` and expands macros. Returns nullopt if and only if it added
// an error, at the byte where the text went wrong:
//   E101  syntax, a macro used wrongly, a bad string; the first one only, as
//         what follows a syntax error is guesswork
//   E102  longer than kExpressionBytesMax or deeper than kExpressionDepthMax
//   E117  a number that does not fit its type; all of them
// Thread safe. Time: O(text).
std::optional<Ast> Parse(const SourceText& source, Diagnostics& diagnostics,
                         ParseOptions options = {});

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_PARSER_H_
