// clients/cli/output_file.h
//
// Files that commands write: whole or not at all.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_OUTPUT_FILE_H_
#define STRATAGEM_CLIENTS_CLI_OUTPUT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace stratagem::cli {

// Replaces the content of the file at `path`, which exists, keeping its
// permissions; a link keeps leading to it. Whoever reads it meanwhile, or after
// a crash, finds the old text or the new one.
// Errors: PERMISSION_DENIED, UNKNOWN; then the file is as it was.
absl::Status ReplaceFile(const std::string& path, absl::string_view text);

// Creates the file at `path`, which does not exist, in a folder that does.
// Errors: as above, ALREADY_EXISTS.
absl::Status CreateFile(const std::string& path, absl::string_view text);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_OUTPUT_FILE_H_
