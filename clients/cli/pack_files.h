// clients/cli/pack_files.h
//
// A pack's folder, from the command line to a plan, with what is to be said
// about it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PACK_FILES_H_
#define STRATAGEM_CLIENTS_CLI_PACK_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/model.h"
#include "engine/plan/plan.h"

namespace stratagem::cli {

// A pack that was read. `plan` is null when it has errors.
struct LoadedPack {
  Diagnostics diagnostics;
  std::unique_ptr<const pack::Model> model;
  std::unique_ptr<const plan::Plan> plan;
};

// Loads and compiles the pack in `directory`.
// Errors: NOT_FOUND, PERMISSION_DENIED when the folder cannot be read at all;
// what is wrong inside it is in the diagnostics.
absl::StatusOr<LoadedPack> ReadPack(const std::string& directory);

// As above for commands that need a pack without errors: prints what is wrong
// to `console.err`. Returns kOk with `pack` filled, or what to exit with.
ExitCode RequirePack(const std::string& directory, const Console& console,
                     LoadedPack& pack);

// The path under which a user finds a diagnostic's file: `file` inside
// `directory`.
std::string PackFilePath(const std::string& directory, const std::string& file);

// Diagnostics of a pack in order, their places and those that hints name
// ("the first is at pack.yaml:9:30") with paths as PackFilePath() gives them.
std::vector<Diagnostic> DiagnosticsOf(const Diagnostics& found,
                                      const std::string& directory);

// Prints them as text, each with its line of the file, to `out` or `err` of the
// console.
void PrintDiagnostics(const Diagnostics& found, const std::string& directory,
                      const Console& console, bool to_out);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PACK_FILES_H_
