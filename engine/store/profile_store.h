// engine/store/profile_store.h
//
// ProfileStore: what is kept of customers between calls - attributes by name,
// with a version. A database of its own beside the log (sqlite_profile_store.h)
// or memory. Decisions read one profile each; ProfileService writes.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROFILE_STORE_H_
#define STRATAGEM_ENGINE_STORE_PROFILE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/value/facts.h"

namespace stratagem::store {

// LIMIT: attributes of one profile, and bytes of them as they are stored.
inline constexpr size_t kProfileAttributesMax = 4'096;
inline constexpr size_t kProfileBytesMax = 1u << 20;
// LIMIT: profiles that one Search() looks at, and stored bytes that it returns,
// the first profile always.
inline constexpr size_t kSearchProfilesMax = 50'000;
inline constexpr size_t kSearchBytesMax = 4u << 20;

// A stored profile; owns its attributes. Immutable.
class Profile {
 public:
  // Requires: names ascending, each once.
  Profile(std::string customer_id, uint64_t version, absl::Time updated_at,
          std::span<const NamedValue> attributes);

  const std::string& customer_id() const { return customer_id_; }
  uint64_t version() const { return version_; }  // From 1, by one a change.
  absl::Time updated_at() const { return updated_at_; }  // Whole microseconds.
  // Names ascending.
  std::span<const NamedValue> attributes() const { return attributes_; }
  // Of memory, estimated.
  size_t bytes() const;

 private:
  const std::string customer_id_;
  const uint64_t version_;
  const absl::Time updated_at_;
  Arena arena_;
  std::vector<NamedValue> attributes_;
};

struct ProfileUpdate {
  absl::string_view customer_id = {};
  // Set these; a null value removes the attribute. Of a name that stands twice
  // the last one counts.
  std::span<const NamedValue> attributes = {};
  // True: attributes that are not named are removed.
  bool replace = false;
  // The version that must be there, 0 for no profile; absent: any.
  std::optional<uint64_t> expected_version = std::nullopt;
};

// One update's end: the version that is there now, the old one when the update
// changes nothing. Or why there is none: ABORTED, another version is there (the
// message says which); RESOURCE_EXHAUSTED, the profile would be larger than
// kProfileAttributesMax or kProfileBytesMax; DATA_LOSS, what is there cannot be
// read.
using ProfileResult = absl::StatusOr<uint64_t>;

struct ProfileSearch {
  absl::string_view id_prefix = {};
  // Profiles whose attribute equals this value, as CEL compares; absent: any.
  std::optional<NamedValue> attribute = std::nullopt;
  absl::string_view after_id = {};  // Ids greater than this.
  size_t limit = 100;               // 1 or more.
};

struct ProfilePage {
  std::vector<std::shared_ptr<const Profile>> profiles;  // By id, ascending.
  // Where to go on; "" when everything has been looked at. Also set on a page
  // that is shorter than its limit, even empty, when a bound ended the search.
  std::string next_after_id;
};

struct ProfileStats {
  uint64_t cached_profiles = 0;  // Ids that are known to have none, too.
  uint64_t cached_bytes = 0;
  uint64_t cache_hits = 0;
  uint64_t cache_misses = 0;
  std::string failure;  // Of a write, after which no more are taken; "": none.
};

// Thread safe.
class ProfileStore {
 public:
  virtual ~ProfileStore() = default;

  // Applies all updates in order in one transaction; durable when it returns.
  // An update that has no version to return changes nothing and leaves the
  // others alone.
  // Errors of the whole: DATA_LOSS, part of the file is damaged, and nothing is
  // changed. And those after which nothing is written until the store is opened
  // anew: UNAVAILABLE, RESOURCE_EXHAUSTED (disk full).
  virtual absl::StatusOr<std::vector<ProfileResult>> Upsert(
      std::span<const ProfileUpdate> updates, absl::Time now) = 0;

  // Returns the profile or null. Errors: UNAVAILABLE, DATA_LOSS.
  // Time: one look into memory when it was read lately, else one look into the
  // database.
  virtual absl::StatusOr<std::shared_ptr<const Profile>> Get(
      absl::string_view customer_id) const = 0;

  // Returns profiles by id. Errors: UNAVAILABLE, DATA_LOSS.
  // Time: O(kSearchProfilesMax) at most.
  virtual absl::StatusOr<ProfilePage> Search(
      const ProfileSearch& search) const = 0;

  // Removes the profile and its bytes from the disk, those that earlier changes
  // left in the write-ahead log as well, also when there was none: then a call
  // that was cut short is finished. Returns whether there was one.
  // Errors: as Upsert(); DATA_LOSS, it cannot be read, and nothing is changed;
  // FAILED_PRECONDITION, the profile is deleted, but
  // another program reads the database, and its bytes stay until it ends.
  virtual absl::StatusOr<bool> Delete(absl::string_view customer_id) = 0;

  // Errors: UNAVAILABLE, DATA_LOSS. Time: O(profiles).
  virtual absl::StatusOr<uint64_t> Count() const = 0;

  virtual ProfileStats stats() const = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROFILE_STORE_H_
