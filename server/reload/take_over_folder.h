// server/reload/take_over_folder.h
//
// TakeOverFolder: the pack in one folder comes to serve while the server runs,
// or stands refused. Used by WatchedFolder and ConfigReloader.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_TAKE_OVER_FOLDER_H_
#define STRATAGEM_SERVER_RELOAD_TAKE_OVER_FOLDER_H_

#include <string>

#include "server/reload/pack_registry.h"

namespace stratagem::server {

enum class TakenOver {
  kYes,
  kRefused,  // The registry says why; what served before serves.
  kNotYet,   // The store takes no writes now; worth another try.
};

// Reads, compiles and tests the pack in `folder` and lets it serve, as
// PackRegistry::TakeOver() does. Thread safe. Time: that of the pack's tests.
TakenOver TakeOverFolder(const std::string& folder, PackRegistry& registry);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_TAKE_OVER_FOLDER_H_
