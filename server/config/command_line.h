// server/config/command_line.h
//
// CommandLine: what stratagemd's arguments ask for, not yet what their values
// mean. Read by main; Configuration is made of it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_COMMAND_LINE_H_
#define STRATAGEM_SERVER_CONFIG_COMMAND_LINE_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "server/config/setting.h"

namespace stratagem::server {

// Of several the last of these.
enum class Command { kServe, kCheckConfig, kVersion, kHelp };

struct CommandLine {
  Command command = Command::kServe;
  std::optional<GivenValue> config_file;  // Of `--config`.
  std::vector<Setting> settings;          // In the order of OptionList().
};

// Reads `arguments`, without the program's name: `--flag VALUE`,
// `--flag=VALUE`, and of a bool `--flag`. What asks for help or the version
// asks for nothing else. Adds E601 for an unknown flag and E602 for what is no
// flag, one without a value, and one that stands there twice; goes on with the
// rest.
CommandLine ReadCommandLine(std::span<const char* const> arguments,
                            Diagnostics& diagnostics);

// Whether an error of `diagnostics` is in the command line.
bool IsUsageAtFault(const Diagnostics& diagnostics);

// The page of `--help`, at most 80 columns wide.
std::string HelpPage();

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_COMMAND_LINE_H_
