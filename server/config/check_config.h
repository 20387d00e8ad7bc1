// server/config/check_config.h
//
// CheckConfig: what `stratagemd --check-config` finds beyond what reading the
// configuration does: what a start would meet. Used by main.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_CHECK_CONFIG_H_
#define STRATAGEM_SERVER_CONFIG_CHECK_CONFIG_H_

#include <string>

#include "server/config/configuration.h"

namespace stratagem::server {

// Returns what is wrong, a line each, ready to print; "" when nothing is:
//   E608  the folder of the store is not there and cannot be made, is not a
//         folder, or may not be written
//   packs with mistakes, and with tests that fail
// Appends warnings of packs, the same way, to `warnings`. Opens no port and
// makes or changes no file. Time: that of the tests of the packs.
std::string CheckConfig(const Configuration& configuration,
                        std::string& warnings);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_CHECK_CONFIG_H_
