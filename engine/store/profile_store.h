// engine/store/profile_store.h
//
// ProfileStore: what is kept of customers between calls - attributes by name,
// with a version. A database of its own beside the log (profiles.db), or
// memory. Decisions read one profile each; ProfileService writes.
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
#include "engine/value/value.h"

namespace stratagem::store {

// A stored profile; owns its attributes. Immutable.
class Profile {
 public:
  Profile(std::string customer_id, uint64_t version, absl::Time updated_at,
          std::span<const NamedValue> attributes);

  const std::string& customer_id() const { return customer_id_; }
  uint64_t version() const { return version_; }  // From 1, by one a change.
  absl::Time updated_at() const { return updated_at_; }
  // Ascending by name.
  std::span<const NamedValue> attributes() const { return attributes_; }

 private:
  const std::string customer_id_;
  const uint64_t version_;
  const absl::Time updated_at_;
  Arena arena_;
  std::vector<NamedValue> attributes_;
};

struct ProfileUpdate {
  absl::string_view customer_id;
  // Set these; a null value removes the attribute.
  std::span<const NamedValue> attributes;
  // True: attributes that are not named are removed.
  bool replace = false;
  // The version that must be there, 0 for none yet; absent: any.
  std::optional<uint64_t> expected_version;
};

// One update's end: the new version, or why there is none: ABORTED, another
// version is there (the message says which).
using ProfileResult = absl::StatusOr<uint64_t>;

struct ProfileSearch {
  absl::string_view id_prefix;
  // Profiles whose attribute equals this value; absent: any.
  std::optional<NamedValue> attribute;
  absl::string_view after_id;  // Ids greater than this, ascending.
  size_t limit = 100;
};

// Thread safe.
class ProfileStore {
 public:
  virtual ~ProfileStore() = default;

  // Applies all updates in order in one transaction; durable when it returns.
  // An update of a wrong version changes nothing and leaves the others alone.
  // Errors of the whole: as Store::Read(), RESOURCE_EXHAUSTED (disk full).
  virtual absl::StatusOr<std::vector<ProfileResult>> Upsert(
      std::span<const ProfileUpdate> updates, absl::Time now) = 0;

  // Returns the profile or null. Time: one look into memory when it was read
  // lately, else one look into the database.
  virtual absl::StatusOr<std::shared_ptr<const Profile>> Get(
      absl::string_view customer_id) const = 0;

  virtual absl::StatusOr<std::vector<std::shared_ptr<const Profile>>> Search(
      const ProfileSearch& search) const = 0;

  // Removes the profile and its bytes from the disk. Returns false when there
  // was none.
  virtual absl::StatusOr<bool> Delete(absl::string_view customer_id) = 0;

  virtual absl::StatusOr<uint64_t> Count() const = 0;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROFILE_STORE_H_
