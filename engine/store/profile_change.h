// engine/store/profile_change.h
//
// What an update makes of a profile, the same for every profile store.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROFILE_CHANGE_H_
#define STRATAGEM_ENGINE_STORE_PROFILE_CHANGE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/profile_store.h"

namespace stratagem::store {

struct ProfileChange {
  // What is there afterwards: the same pointer when nothing changes.
  std::shared_ptr<const Profile> after;
  std::string bytes;  // Of its attributes; "" when nothing changes.
};

// Applies `update` at `now` to `before`, null for no profile. Errors: as
// ProfileResult. Thread safe.
absl::StatusOr<ProfileChange> ApplyUpdate(std::shared_ptr<const Profile> before,
                                          const ProfileUpdate& update,
                                          absl::Time now);

// Does `search` ask for this profile, its id apart?
bool HasAttribute(const Profile& profile, const ProfileSearch& search);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROFILE_CHANGE_H_
