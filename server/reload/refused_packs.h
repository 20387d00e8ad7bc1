// server/reload/refused_packs.h
//
// RefusedPacks: packs that should serve and do not, as ListVersions and health
// show them, and how many ever were refused. Part of PackRegistry.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_REFUSED_PACKS_H_
#define STRATAGEM_SERVER_RELOAD_REFUSED_PACKS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::server {

// A pack or folder that could not be taken over.
struct RefusedPack {
  std::string folder;
  std::string message;  // Ready to print.
  absl::Time at;

  friend bool operator==(const RefusedPack&, const RefusedPack&) = default;
};

// Thread safe; never waits for a change that is under way.
class RefusedPacks {
 public:
  // `now` tells when a pack was refused.
  explicit RefusedPacks(std::function<absl::Time()> now)
      : now_(std::move(now)) {}

  // The folder stands refused until it is forgiven. Logged and counted when the
  // message is another one.
  void Refuse(const std::string& folder, const std::string& message);
  void Forgive(const std::string& folder);

  // A call was refused for what is wrong with its pack: logged and counted. Its
  // caller is told, so that it stands nowhere. `pack` is "shop@2", or "" of a
  // pack that does not tell its name.
  void RefuseCall(absl::string_view pack, absl::string_view message);

  // These versions should serve and cannot be read; no others do.
  void SetVersions(std::vector<RefusedPack> versions);

  // What stands refused: versions, then folders by name.
  std::vector<RefusedPack> All() const;

  // How often something was refused.
  uint64_t count() const;

  // Calls `watcher` now, and whenever it is another answer, with whether
  // anything stands refused; no more once it is replaced. Null: nobody watches.
  void Watch(std::function<void(bool any)> watcher);

 private:
  // Requires: `mutex_` is held.
  void Tell();

  const std::function<absl::Time()> now_;
  mutable std::mutex mutex_;  // Guards what follows; held by the watcher.
  std::map<std::string, RefusedPack> folders_;
  std::vector<RefusedPack> versions_;
  uint64_t count_ = 0;
  std::function<void(bool any)> watcher_;
  bool told_ = false;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_REFUSED_PACKS_H_
