// clients/cli/expr_printer.h
//
// What `stratagem expr` says about expressions: values, errors at their place,
// explanations and trees, for people and as JSON.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXPR_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_EXPR_PRINTER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/expr_session.h"
#include "engine/base/diagnostics.h"
#include "engine/expr/ast.h"
#include "engine/expr/explain.h"
#include "engine/expr/program.h"
#include "engine/value/value.h"

namespace stratagem::cli {

enum class ExprOutput { kText, kJson };

// Each prints to `console.out`; diagnostics and errors of evaluation as text go
// to `console.err`, with their line and a caret.

// Each diagnostic of `source`.
void PrintExprDiagnostics(const std::vector<Diagnostic>& diagnostics,
                          const SourceText& source, const Console& console);

// Why `program` came to `error`, with its place.
void PrintExprError(const expr::Program& program, const Value& error,
                    const ExprSession& session, const Console& console);

// "712.5 : double", or the error.
void PrintValue(const expr::Program& program, const Value& value,
                const ExprSession& session, ExprOutput output,
                const Console& console);

// The type, or with kJson an object of it and the diagnostics. `program` is
// null when there are errors.
void PrintCheck(const expr::Program* program,
                const std::vector<Diagnostic>& diagnostics,
                const SourceText& source, ExprOutput output,
                const Console& console);

// A line for each part, indented, with its type and value.
void PrintExplanation(const expr::Explanation& explanation,
                      absl::string_view missing_name, ExprOutput output,
                      const Console& console);

// Prefix form, or with kJson objects of nodes.
void PrintAst(const expr::Ast& ast, const SourceText& source, ExprOutput output,
              const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXPR_PRINTER_H_
