// clients/cli/decide_file.h
//
// DecideFile: `decide --csv`, every customer of a file in constant memory.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DECIDE_FILE_H_
#define STRATAGEM_CLIENTS_CLI_DECIDE_FILE_H_

#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/decide_flags.h"
#include "clients/cli/decider.h"
#include "clients/cli/exit_code.h"

namespace stratagem::cli {

// Decides for every row of `flags.csv`. Bad rows are reported and counted, and
// the rest goes on. Answers come in the order of the file.
ExitCode DecideFile(const DecideFlags& flags, const QuestionFrame& frame,
                    std::vector<NamedValue> constants, Decider& decider,
                    const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DECIDE_FILE_H_
