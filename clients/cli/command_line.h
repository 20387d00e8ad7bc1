// clients/cli/command_line.h
//
// RunCommandLine: all of `stratagem` but main().
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_COMMAND_LINE_H_
#define STRATAGEM_CLIENTS_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"

namespace stratagem::cli {

// Runs one command. `arguments` are those after the program's name. Returns
// kEnvironment when the answer could not be written out (disk full).
ExitCode RunCommandLine(std::vector<std::string> arguments,
                        const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_COMMAND_LINE_H_
