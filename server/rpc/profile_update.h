// server/rpc/profile_update.h
//
// v1.ProfileUpdate -> store::ProfileUpdate, with what is wrong with it and what
// the loaded packs will make of it. ProfileService's calls are made of it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PROFILE_UPDATE_H_
#define STRATAGEM_SERVER_RPC_PROFILE_UPDATE_H_

#include <span>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/decide/profile_constraints.h"
#include "engine/decide/router.h"
#include "engine/store/profile_store.h"
#include "engine/value/facts.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/profile_service.pb.h"

namespace stratagem::server {

// One update as the store takes it. Borrows from the message and the arena.
struct ReadUpdate {
  store::ProfileUpdate update;  // Its attributes are those below.
  std::vector<NamedValue> attributes;
  std::vector<FieldError> errors;  // Complete only when there are none.
};

// Returns `wire` as an update, or everything wrong with it.
ReadUpdate ReadProfileUpdate(const v1::ProfileUpdate& wire, Arena& arena);

// Adds an error of `customer_id` when it is empty or too long.
void CheckCustomerId(absl::string_view customer_id,
                     std::vector<FieldError>& errors);

// Returns what decisions by the loaded packs will not use: attributes that no
// pack declares, and values that a declaration does not allow; kViolationsMax
// at most, in the order of `attributes`.
std::vector<v1::ProfileWarning> WarningsOf(
    const decide::Router& router, std::span<const NamedValue> attributes,
    Arena& arena);

// Adds the constraints that a whole profile breaks by itself, each at the first
// attribute that it reads: of the newest loaded version of each pack, until
// there are kViolationsMax.
void AddConstraintWarnings(const decide::Router& router,
                           std::span<const NamedValue> profile, absl::Time now,
                           decide::ProfileConstraints& constraints,
                           std::vector<v1::ProfileWarning>& warnings);

// Whether a loaded pack has constraints.
bool HasConstraints(const decide::Router& router);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PROFILE_UPDATE_H_
