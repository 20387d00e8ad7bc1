// server/reload/watched_folder.h
//
// WatchedFolder: a folder whose packs come to serve as they appear in it
// (`--packs`). PackWatcher looks at it from time to time.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_WATCHED_FOLDER_H_
#define STRATAGEM_SERVER_RELOAD_WATCHED_FOLDER_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "server/reload/pack_registry.h"

namespace stratagem::server {

// Each folder in it that has a `pack.yaml` is a pack; those that begin with a
// dot are passed over. Nothing stops serving because its folder is gone.
// Thread compatible.
class WatchedFolder {
 public:
  // `registry` must outlive this.
  WatchedFolder(std::string directory, PackRegistry& registry);

  // Takes over what has changed and was the same at two looks in a row: a
  // folder that is being written is left alone until it rests. What cannot be
  // taken over is refused, once, and what serves stays; while the store is not
  // open it is tried again at each look.
  // Time: O(files) when nothing has changed, without reading them.
  void Look();

 private:
  struct Seen {
    std::string looked;  // State of the files at the last look.
    std::string handled;
  };

  void LookAt(const std::string& folder);

  const std::string directory_;
  PackRegistry& registry_;
  std::map<std::string, Seen> seen_;  // By folder.
};

// Looks twice at once, so that what is there serves from the start, then again
// and again on a thread of its own.
class PackWatcher {
 public:
  PackWatcher(std::string directory, PackRegistry& registry,
              absl::Duration look_every = absl::Seconds(1));
  ~PackWatcher();
  PackWatcher(const PackWatcher&) = delete;
  PackWatcher& operator=(const PackWatcher&) = delete;

  // Looks twice soon, on its own thread. Thread safe.
  void LookNow();

 private:
  void Run();

  const absl::Duration look_every_;
  WatchedFolder folder_;  // Of the thread, once it runs.
  std::mutex mutex_;      // Guards what follows but the thread.
  std::condition_variable wakes_;
  bool ending_ = false;
  bool looks_now_ = false;
  std::thread thread_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_WATCHED_FOLDER_H_
