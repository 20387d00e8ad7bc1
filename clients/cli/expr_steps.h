// clients/cli/expr_steps.h
//
// What can be done with one expression's text: the commands of `stratagem expr`
// and of its repl. Each prints its answer, or what is wrong with the text.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXPR_STEPS_H_
#define STRATAGEM_CLIENTS_CLI_EXPR_STEPS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/expr_printer.h"
#include "clients/cli/expr_session.h"
#include "engine/expr/program.h"

namespace stratagem::cli {

// Gives the members of the JSON object in the file at `path` ("-": the
// console's input) as names. Errors, naming the file: UNAVAILABLE when it
// cannot be read, INVALID_ARGUMENT for what Set() refuses.
absl::Status SetFromFile(const std::string& path, ExprSession& session,
                         const Console& console);

// Returns nullopt after printing what is wrong; prints warnings, too.
std::optional<expr::Program> CompileExpr(const std::string& text,
                                         const ExprSession& session,
                                         const Console& console);

// Each returns kRefused when the text does not compile or comes to an error.
ExitCode EvaluateExpr(const std::string& text, ExprSession& session,
                      ExprOutput output, const Console& console);
ExitCode CheckExpr(const std::string& text, const ExprSession& session,
                   ExprOutput output, const Console& console);
ExitCode ExplainExpr(const std::string& text, ExprSession& session,
                     ExprOutput output, const Console& console);
ExitCode ParseExpr(const std::string& text, ExprOutput output,
                   const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXPR_STEPS_H_
