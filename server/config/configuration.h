// server/config/configuration.h
//
// Configuration: the options in effect and where each comes from. A flag wins
// over a variable, that over the file, that over the default. Read by main and
// again by ConfigReloader.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_CONFIGURATION_H_
#define STRATAGEM_SERVER_CONFIG_CONFIGURATION_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "server/config/command_line.h"
#include "server/options.h"

namespace stratagem::server {

struct Configuration {
  Options options;
  // Where what is not the default was set, by key.
  std::map<std::string, SourceLocation> origins;
};

// Reads the file that `--config` or else STRATAGEM_CONFIG names, and
// `environment`, and puts `command_line` over them. A list that a source sets
// replaces that of the others. Returns nothing if and only if there is an
// error; all are told, also in what another source replaces:
//   E2xx, E601, E603 to E605  of the file (ReadConfigFile)
//   E604  a value that is not what its option takes
//   E607  options that exclude each other
//   W606  a variable that is no option's (ReadVariables)
std::optional<Configuration> ReadConfiguration(
    const CommandLine& command_line,
    const std::vector<std::string>& environment, Diagnostics& diagnostics);

// The configuration as a file that says the same, with where each value comes
// from behind it.
std::string ToYaml(const Configuration& configuration);

// The keys of options that differ, in the order of OptionList().
std::vector<std::string> ChangedKeys(const Options& before,
                                     const Options& after);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_CONFIGURATION_H_
