// engine/store/memory_store.h
//
// A Store that keeps its log in memory: for tests and offline tools, and the
// plain model that the sqlite store is compared with.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_MEMORY_STORE_H_
#define STRATAGEM_ENGINE_STORE_MEMORY_STORE_H_

#include <memory>

#include "engine/store/store.h"

namespace stratagem::store {

struct MemoryStoreOptions {
  QueueOptions queue = {};
};

// Returns an empty store with a new identity of epoch 1. Its counts never lag;
// Counts() takes O(records). Everything ends with it.
std::unique_ptr<Store> NewMemoryStore(const MemoryStoreOptions& options = {});

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_MEMORY_STORE_H_
