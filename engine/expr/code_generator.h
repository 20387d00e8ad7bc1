// engine/expr/code_generator.h
//
// Generate: a checked expression to ProgramCode, equal parts shared and
// constants folded. Last step of Compile().
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_CODE_GENERATOR_H_
#define STRATAGEM_ENGINE_EXPR_CODE_GENERATOR_H_

#include <memory>

#include "engine/base/diagnostics.h"
#include "engine/expr/ast.h"
#include "engine/expr/checker.h"
#include "engine/expr/program_code.h"

namespace stratagem::expr {

// Returns the code of `ast`, whose arena it takes over; source and type are
// filled in too. Returns null if and only if it added an error: E102 for more
// than kProgramInstructionsMax instructions or kExpressionPatternsMax constant
// patterns, E118 for a constant pattern of `matches` that is no regular
// expression.
// Requires: `checked` is what Check() found for `ast` with `functions`.
std::unique_ptr<ProgramCode> Generate(
    Ast ast, CheckedAst checked, const SourceText& source,
    std::shared_ptr<const FunctionTable> functions, Diagnostics& diagnostics);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_CODE_GENERATOR_H_
