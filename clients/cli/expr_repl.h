// clients/cli/expr_repl.h
//
// The interactive `stratagem expr repl`: a line is an expression, or a command
// that starts with a colon.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXPR_REPL_H_
#define STRATAGEM_CLIENTS_CLI_EXPR_REPL_H_

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/expr_session.h"
#include "clients/cli/line_editor.h"

namespace stratagem::cli {

// Reads lines until `:quit` or the end of the input. Returns kRefused when a
// line failed and the input is no terminal, where nobody saw it, else kOk.
ExitCode RunRepl(ExprSession& session, const Console& console);

// Names, functions, macros and commands that the end of `line` may become.
Completions CompleteExpr(const ExprSession& session, absl::string_view line);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXPR_REPL_H_
