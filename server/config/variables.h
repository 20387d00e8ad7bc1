// server/config/variables.h
//
// ReadVariables: options from the environment, STRATAGEM_LISTEN and so on.
// Configuration is made of them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_VARIABLES_H_
#define STRATAGEM_SERVER_CONFIG_VARIABLES_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "server/config/setting.h"

namespace stratagem::server {

struct Variables {
  std::optional<GivenValue> config_file;  // Of STRATAGEM_CONFIG.
  std::vector<Setting> settings;          // In the order of OptionList().
};

// Reads `environment`, each "NAME=VALUE". A variable that is set counts, also
// when it is empty. Items of lists stand between commas. Warns (W606) of
// variables that begin as these do and are none, since somebody else may have
// set them; but for those that Kubernetes makes of a service `stratagem`.
Variables ReadVariables(const std::vector<std::string>& environment,
                        Diagnostics& diagnostics);

// The environment of this process.
std::vector<std::string> OwnEnvironment();

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_VARIABLES_H_
