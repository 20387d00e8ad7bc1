// server/config/config_reloader.h
//
// ConfigReloader: reads the configuration again while the server runs and takes
// over what can change then. main asks it to at SIGHUP.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_CONFIG_RELOADER_H_
#define STRATAGEM_SERVER_CONFIG_CONFIG_RELOADER_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/diagnostics.h"
#include "server/config/configuration.h"
#include "server/options.h"
#include "server/reload/pack_registry.h"
#include "server/reload/watched_folder.h"
#include "server/server.h"

namespace stratagem::server {

// Thread safe. A reload takes as long as the tests of the packs, on a thread of
// its own.
class ConfigReloader {
 public:
  // As ReadConfiguration().
  using ReadFunction =
      std::function<std::optional<Configuration>(Diagnostics&)>;

  // What a reload changes. All must outlive the reloader. `watcher` is null
  // when no folder is watched.
  struct Parts {
    Server& server;
    PackRegistry& packs;
    PackWatcher* watcher = nullptr;
  };

  // `running` is what the server was started with.
  ConfigReloader(ReadFunction read, Options running, Parts parts);
  // Waits for a reload that is under way; what it has not taken over then, the
  // next start does.
  ~ConfigReloader();
  ConfigReloader(const ConfigReloader&) = delete;
  ConfigReloader& operator=(const ConfigReloader&) = delete;

  // Asks for a reload, and returns at once. It begins after the last request:
  // what was written before that is read. Each is counted in
  // Server::config_reloads() when it ends:
  //   a configuration with mistakes changes nothing: event "config_refused";
  //   of packs, one with mistakes stands refused and leaves what serves; while
  //   the store takes no writes, packs wait and are tried again
  //   ("config_waits") then the event is "config_reloaded"; what has changed
  //   and needs another start is named in "config_needs_restart".
  void Request();

  // What is in effect now: after a reload, with what it has taken over.
  Options options() const;

 private:
  void Run();
  void Reload();
  void TakeSettings(const Options& wanted);
  // Tries the packs that are left; ends the reload with the last of them.
  void TakePacks();
  void End(bool succeeded);

  const ReadFunction read_;
  const Parts parts_;
  // Of the thread.
  std::vector<std::string> packs_left_;
  size_t packs_refused_ = 0;
  std::string changed_;  // Keys, for the event.

  mutable std::mutex mutex_;  // Guards what follows but the thread.
  std::condition_variable wakes_;
  bool ending_ = false;
  bool requested_ = false;
  Options running_;
  std::thread thread_;
};

// Logs the warnings of a configuration, one event "config_warning" each.
void LogConfigWarnings(const Diagnostics& diagnostics);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_CONFIG_RELOADER_H_
