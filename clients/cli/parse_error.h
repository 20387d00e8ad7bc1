// clients/cli/parse_error.h
//
// What CLI11 says of a command line that it cannot read, in the words of our
// errors. command_line.cc prints it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PARSE_ERROR_H_
#define STRATAGEM_CLIENTS_CLI_PARSE_ERROR_H_

#include <string>

#include "CLI/CLI.hpp"

namespace stratagem::cli {

struct ParseErrorText {
  std::string message;
  std::string hint;  // "" when the message says all.
};

// Rewords `error`, which `command`, called `name` in full, met. What CLI11 says
// otherwise than expected is returned as it is.
ParseErrorText Reword(const CLI::ParseError& error, const CLI::App& command,
                      const std::string& name);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PARSE_ERROR_H_
