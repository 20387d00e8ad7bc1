// engine/store/memory_profile_store.h
//
// A ProfileStore that keeps its profiles in memory: for servers whose log is in
// memory too, for tests, and the plain model that the sqlite one is compared
// with.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_MEMORY_PROFILE_STORE_H_
#define STRATAGEM_ENGINE_STORE_MEMORY_PROFILE_STORE_H_

#include <memory>

#include "engine/store/profile_store.h"

namespace stratagem::store {

// Returns an empty store. Everything ends with it.
std::unique_ptr<ProfileStore> NewMemoryProfileStore();

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_MEMORY_PROFILE_STORE_H_
