// server/reload/pack_store.h
//
// PackStore: the plans that answer calls now. main fills it from folders; rpc
// reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_STORE_H_
#define STRATAGEM_SERVER_RELOAD_PACK_STORE_H_

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/decide/router.h"

namespace stratagem::server {

// Thread safe.
class PackStore {
 public:
  explicit PackStore(std::shared_ptr<const decide::Router> router)
      : router_(std::move(router)) {}

  // Returns the router of this moment. Hold it as long as its plans are used.
  // Time: one atomic reference, on the request path.
  std::shared_ptr<const decide::Router> router() const {
    return router_.load();
  }

 private:
  std::atomic<std::shared_ptr<const decide::Router>> router_;
};

// What is wrong with packs, ready to print: diagnostics by folder.
struct PackErrors {
  std::string text;
};

// Loads and compiles the packs in `directories`, in the order of activation.
// Refuses all of them when one has an error, and says everything that is wrong
// with any; also when two have the same name and version, and when one reserves
// for longer than outcomes count (CheckPromises()).
// Logs the warnings of packs without errors, one event "pack_warning" each.
std::variant<std::shared_ptr<const decide::Router>, PackErrors> LoadPacks(
    std::span<const std::string> directories, absl::Duration outcome_window);

// Keeps the files of `router`'s packs in the store at `store_directory`, so
// that what they decide can be replayed. `directories` are those that
// LoadPacks() made the router of. Call it before the first decision.
// Errors: ABORTED, a pack was changed since it was loaded; as
// store::KeepPack().
absl::Status KeepPacks(std::span<const std::string> directories,
                       const decide::Router& router,
                       const std::string& store_directory);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_STORE_H_
