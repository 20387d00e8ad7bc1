// server/reload/pack_store.h
//
// PackStore: the plans that answer calls now. PackRegistry fills it; rpc reads
// it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_STORE_H_
#define STRATAGEM_SERVER_RELOAD_PACK_STORE_H_

#include <atomic>
#include <memory>
#include <utility>

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

  // Calls that begin from now on are answered by `router`.
  void Set(std::shared_ptr<const decide::Router> router) {
    router_.store(std::move(router));
  }

 private:
  std::atomic<std::shared_ptr<const decide::Router>> router_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_STORE_H_
