// server/reload/folder_packs.h
//
// The packs that `--pack` names: loaded before the server opens anything, all
// of them or none. main hands them to PackRegistry.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_FOLDER_PACKS_H_
#define STRATAGEM_SERVER_RELOAD_FOLDER_PACKS_H_

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "engine/state/operations.h"
#include "server/reload/compiled_pack.h"

namespace stratagem::server {

// A valid pack and where it was read.
struct FolderPack {
  std::string folder;
  CompiledPack pack;
};

// What is wrong with packs, ready to print: diagnostics by folder.
struct PackErrors {
  std::string text;
};

// Loads and compiles the packs in `directories`, with their tests, in that
// order. Refuses all of them when one has an error, and says everything that is
// wrong with any; also when two have the same name and version, and when one
// reserves for longer than outcomes count (CheckPromises()).
// Logs the warnings of packs without errors, one event "pack_warning" each.
std::variant<std::vector<FolderPack>, PackErrors> LoadPacks(
    std::span<const std::string> directories, absl::Duration outcome_window);

// Logs the warnings of the pack in `folder`, one event "pack_warning" each.
void LogWarnings(const std::string& folder, const Diagnostics& diagnostics);

// Logs where operators have decided otherwise than `folders` ask for, one event
// "pack_not_activated" each. Requires: `operations` knows all of them.
void LogNotActivated(const std::vector<FolderPack>& folders,
                     const state::Operations& operations);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_FOLDER_PACKS_H_
