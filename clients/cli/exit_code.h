// clients/cli/exit_code.h
//
// What `stratagem` tells the shell. Scripts rely on the numbers, `--help` and
// clients/cli/README.md print them; they never change.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXIT_CODE_H_
#define STRATAGEM_CLIENTS_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace stratagem::cli {

enum class ExitCode : int {
  kOk = 0,
  // The question was understood and the answer is no: the pack has errors, the
  // call was refused, some customers of a file could not be decided, or a
  // server is not ready.
  kRefused = 1,
  // The command line makes no sense: unknown flag, missing argument, a column
  // that the file does not have.
  kUsage = 2,
  // The world is in the way: a file cannot be read, no server answers, a time
  // limit passed. The same command may work later.
  kEnvironment = 3,
  // Ctrl-C, of commands that say what was done until then; as the shell says of
  // those that do not.
  kInterrupted = 130,
};

inline constexpr char kExitCodeHelp[] =
    "exit codes:\n"
    "  0  done\n"
    "  1  the answer is no: the pack or the expression has errors, a call was\n"
    "     refused, or some lines of a file could not be decided\n"
    "  2  the command line is wrong\n"
    "  3  a file cannot be read, no server answers, or a time limit passed\n";

// Who is at fault for a call that failed with `status`.
ExitCode ExitCodeFor(const absl::Status& status);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXIT_CODE_H_
