// clients/cli/pack_upload.h
//
// A pack's folder as a server takes it, and what the server says is wrong with
// it. Used by `pack publish` and `pack simulate`.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PACK_UPLOAD_H_
#define STRATAGEM_CLIENTS_CLI_PACK_UPLOAD_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"
#include "engine/base/diagnostics.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::cli {

// Fills `files` with the pack in `directory`: what it consists of, and its
// tests. A pack with errors, in its tests too, is not worth a call: they are
// printed to `err`. Returns kOk or what to exit with.
ExitCode ReadUpload(const std::string& directory, const Console& console,
                    v1::PackFiles& files);

// What a server found in a pack.
Diagnostics DiagnosticsFrom(
    const google::protobuf::RepeatedPtrField<v1::Diagnostic>& wire);

// Prints why a call with the pack in `directory` failed: the server's
// diagnostics with the lines of the folder's files, or else the message.
// Returns what to exit with.
ExitCode ReportUploadFailure(const absl::Status& status,
                             const std::string& directory,
                             const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PACK_UPLOAD_H_
