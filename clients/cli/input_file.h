// clients/cli/input_file.h
//
// Files that a user names on the command line.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_INPUT_FILE_H_
#define STRATAGEM_CLIENTS_CLI_INPUT_FILE_H_

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/console.h"

namespace stratagem::cli {

// LIMIT: bytes of a file that is read whole (`--facts`).
inline constexpr size_t kInputBytesMax = 16u << 20;

// Opens the file at `path`. Errors: NOT_FOUND, naming the path and why, for
// what cannot be read or is not a file.
absl::Status OpenInput(const std::string& path, std::ifstream& stream);

// Returns all of the file at `path`, or of the console's input for "-".
// Errors: as OpenInput(); OUT_OF_RANGE above kInputBytesMax.
absl::StatusOr<std::string> ReadInput(const std::string& path,
                                      const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_INPUT_FILE_H_
