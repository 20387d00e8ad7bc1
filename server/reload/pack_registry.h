// server/reload/pack_registry.h
//
// PackRegistry: which versions of packs there are and which of them serve, and
// the changes of that, each in the log before it is in effect. main starts one;
// the handler of PackService, the watched folder and Server use it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_REGISTRY_H_
#define STRATAGEM_SERVER_RELOAD_PACK_REGISTRY_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/state/operations.h"
#include "server/ops/store_host.h"
#include "server/reload/compiled_pack.h"
#include "server/reload/find_version.h"
#include "server/reload/folder_packs.h"
#include "server/reload/operate.h"
#include "server/reload/pack_library.h"
#include "server/reload/pack_picture.h"
#include "server/reload/pack_store.h"
#include "server/reload/pauses.h"
#include "server/reload/refused_packs.h"
#include "server/reload/served_packs.h"

namespace stratagem::server {

struct PackRegistryOptions {
  // Of the store, which keeps the packs, too; "": of a log in memory.
  std::string store_directory = {};
  absl::Duration outcome_window = absl::Hours(24 * 30);
  std::function<absl::Time()> now = [] { return absl::Now(); };
};

// What came of publishing. An invalid pack says why and was not kept.
struct Published {
  CompiledPack pack;
  bool known = false;  // The same content was published before.
};

// How a version is to serve: live, as a canary or as a shadow.
struct ServeAs {
  state::Serving serving = state::Serving::kLive;
  uint32_t canary_slots = 0;  // Of a canary: 1 to state::kCanarySlots.
};

// What came of letting a version serve. With tests that fail, and no force, it
// serves as before.
struct Served {
  PackPicture::Version version;
  // Absent: there was nothing to change.
  std::optional<TestOutcome> tests = {};
  bool refused = false;
};

// What came of going back.
struct RolledBack {
  state::ServedVersion withdrawn;
  state::ServedVersion decides;
};

// Since the start.
struct PackReloads {
  uint64_t served = 0;   // Changes of what serves.
  uint64_t refused = 0;  // Packs that were refused, in folders and by calls.
};

// Thread safe. One change at a time: it waits for the disk and for the tests of
// its pack. Pauses, what only reads, and decisions wait for no change. Errors
// of all: UNAVAILABLE, the store is not open or cannot be written;
// RESOURCE_EXHAUSTED, its queue is full.
class PackRegistry {
 public:
  using Stores = std::shared_ptr<const OpenStores>;

  // Serves what the log says, then takes over `folders`: a version that never
  // served in this log comes to serve; one that did stays as operators have
  // left it, and is told in an event "pack_not_activated". The first folder's
  // pack answers calls that name none. `host` must outlive this.
  // Errors, of the folders: FAILED_PRECONDITION, all that is wrong, a line
  // each, and nothing was taken over; DATA_LOSS, nothing that should serve can.
  static absl::StatusOr<std::unique_ptr<PackRegistry>> Start(
      PackRegistryOptions options, std::vector<FolderPack> folders,
      StoreHost& host);

  // What answers calls.
  const PackStore& serving() const { return serving_; }

  // What is open now, for one call.
  absl::StatusOr<Stores> OpenedStores() const;

  // For what only reads packs.
  PackLibrary& library() { return *library_; }

  // Keeps the pack in `files`. Errors: ALREADY_EXISTS, the version has other
  // content; FAILED_PRECONDITION, it promises what this server cannot keep.
  // Requires: as PackLibrary::Compile().
  absl::StatusOr<Published> Publish(const PackFiles& files,
                                    const Change& change);

  // Lets a version serve. Errors: NOT_FOUND, it was never published; DATA_LOSS,
  // it cannot be read; FAILED_PRECONDITION, it promises what this server cannot
  // keep; INVALID_ARGUMENT, it is live and is to be a canary or a shadow.
  absl::StatusOr<Served> LetServe(const VersionName& name, ServeAs as,
                                  bool force, const Change& change);

  // Ends a canary or a shadow; what is none of that kind stays as it is.
  // Errors: NOT_FOUND, it was never published.
  absl::StatusOr<Served> End(const VersionName& name, state::Serving as,
                             const Change& change);

  // Withdraws the version that decides now; with a version, that one, whether
  // it decides, did before or is still to take over. Errors: NOT_FOUND, no such
  // pack; FAILED_PRECONDITION, it is not live, or nothing would decide without
  // it.
  absl::StatusOr<RolledBack> RollBack(const VersionName& name,
                                      const Change& change);

  // As server::SetPaused(), but not behind another change. A target without a
  // pack is of the one that answers calls that name none. Returns what of the
  // pack is paused then.
  absl::StatusOr<std::vector<PauseTarget>> SetPaused(PauseTarget target,
                                                     bool is_paused,
                                                     const Change& change);

  // Of one pack, or of all for "".
  absl::StatusOr<PackPicture> Picture(const std::string& pack) const;

  // The version of that name; without a version the one that decides now, and
  // without a pack that of calls that name none. Errors: NOT_FOUND, it was
  // never published; FAILED_PRECONDITION, none decides now.
  absl::StatusOr<state::ServedVersion> Find(const VersionName& name) const;

  // The store was opened anew: what serves is what its log says.
  void Refresh();

  // Takes over a pack from a watched folder, as Start() does. Errors:
  // ALREADY_EXISTS, the version has other content; FAILED_PRECONDITION, its
  // tests fail, or it promises what this server cannot keep.
  absl::Status TakeOver(const FolderPack& folder);

  // Versions that should serve and cannot, and folders that were refused.
  RefusedPacks& refused() { return refused_; }

  PackReloads reloads() const { return {served_changes_, refused_.count()}; }

 private:
  PackRegistry(PackRegistryOptions options,
               std::unique_ptr<PackLibrary> library, StoreHost& host);

  absl::Time Now(const OpenStores& stores) const {
    return LogTime(stores, options_.now());
  }
  // Appends an operation on `version` and serves by what the log says then.
  absl::Status Apply(const OpenStores& stores, state::OperationKind kind,
                     const state::ServedVersion& version, const Change& change,
                     bool forced = false);
  void Serve(const state::Operations& operations);
  // Why the pack cannot be taken over as a version of its name, or OK.
  absl::Status CheckNew(const CompiledPack& pack,
                        const state::Operations& operations) const;
  // As CheckNew(), and why it must not come to serve.
  absl::Status CheckFolder(const FolderPack& folder,
                           const state::Operations& operations) const;
  // Keeps it, and lets it serve if it never did. Requires: CheckFolder().
  absl::Status Take(const FolderPack& folder, const OpenStores& stores);
  absl::Status TakeAll(const std::vector<FolderPack>& folders,
                       const OpenStores& stores);
  // Whether what serves can, and may.
  absl::Status CheckServing() const;
  // What Publish() and LetServe() do, but for telling of refusals.
  absl::StatusOr<Published> TryToPublish(const PackFiles& files,
                                         const Change& change);
  absl::StatusOr<Served> TryToServe(const VersionName& name, ServeAs as,
                                    bool force, const Change& change);
  absl::StatusOr<state::ServedVersion> FindIn(
      const VersionName& name, const state::Operations& operations,
      absl::Time now) const;
  PackPicture::Version PictureNow(const state::ServedVersion& version,
                                  const OpenStores& stores) const;

  const PackRegistryOptions options_;
  const std::unique_ptr<PackLibrary> library_;
  StoreHost& host_;
  PackStore serving_;
  RefusedPacks refused_;
  std::atomic<uint64_t> served_changes_ = 0;
  std::mutex change_mutex_;  // Held during a change; guards what follows.
  ServedPacks served_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_REGISTRY_H_
