// server/config/config_file.h
//
// ReadConfigFile: the YAML file of options, read and told about as packs are.
// Configuration is made of it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_CONFIG_FILE_H_
#define STRATAGEM_SERVER_CONFIG_CONFIG_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "server/config/setting.h"

namespace stratagem::server {

// LIMIT: bytes of the file. One with every option explained has 5 kB.
inline constexpr size_t kConfigFileBytesMax = 1u << 20;

// Returns what the file at `path` sets, in the order of the file; what is
// wrong is left out and told, all of it:
//   E2xx  what YAML has against it (YamlFile::Read)
//   E601  a key that is no option
//   E603  the file is missing, is not a file, or cannot be read; it is told at
//         `named_at`, which names the file
//   E604  a list or mapping where a value belongs, and the other way round
//   E605  it is larger than kConfigFileBytesMax
std::vector<Setting> ReadConfigFile(const std::string& path,
                                    const SourceLocation& named_at,
                                    Diagnostics& diagnostics);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_CONFIG_FILE_H_
