// engine/store/profile_cache.h
//
// ProfileCache: the profiles that were read lately, bounded in bytes, never
// older than what is in the database. A profile store owns one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROFILE_CACHE_H_
#define STRATAGEM_ENGINE_STORE_PROFILE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/store/profile_store.h"

namespace stratagem::store {

// Thread safe.
class ProfileCache {
 public:
  // LIMIT: `bytes_max` of profiles, estimated; those not used for longest go
  // first. 0 keeps none.
  explicit ProfileCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  struct Lookup {
    // False: ask the database, then Fill() with this lookup.
    bool known = false;
    std::shared_ptr<const Profile> profile;  // Null: there is none.
    uint64_t writes = 0;  // That had been made when it was looked up.
  };
  Lookup Find(absl::string_view customer_id);

  // Remembers what the database said after `lookup`, unless something was
  // written in between: it may have read what was there before.
  void Fill(absl::string_view customer_id, const Lookup& lookup,
            std::shared_ptr<const Profile> profile);

  // Says that `customer_id` has this profile now, null for none. One that was
  // not read lately is not kept: an import would push out all that are. Call it
  // after each write, before the write is acknowledged.
  void Set(absl::string_view customer_id,
           std::shared_ptr<const Profile> profile);
  // Forgets everything: nobody knows what a failed write has left.
  void Clear();

  void AddStats(ProfileStats& stats) const;

 private:
  struct Entry {
    std::string customer_id;
    std::shared_ptr<const Profile> profile;
    size_t bytes = 0;
  };
  void PutHoldingLock(absl::string_view customer_id,
                      std::shared_ptr<const Profile> profile);
  void DropHoldingLock(std::list<Entry>::iterator entry);

  const size_t bytes_max_;
  mutable std::mutex mutex_;  // Guards all below.
  std::list<Entry> entries_;  // Used latest first.
  // Keys are the entries' own.
  absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> index_;
  size_t bytes_ = 0;
  uint64_t writes_ = 0;
  uint64_t hits_ = 0;
  uint64_t misses_ = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROFILE_CACHE_H_
