// server/reload/pack_picture.h
//
// PackPicture: all that ListVersions shows, made of what the log says and what
// serves now, without waiting for a change that is under way. Part of
// PackRegistry.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_PICTURE_H_
#define STRATAGEM_SERVER_RELOAD_PACK_PICTURE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/decide/router.h"
#include "engine/decide/shadow_comparison.h"
#include "engine/state/operations.h"
#include "server/ops/store_host.h"
#include "server/reload/pauses.h"
#include "server/reload/refused_packs.h"

namespace stratagem::server {

struct PackPicture {
  struct Version {
    state::ServedVersion served;
    bool decides = false;
    std::optional<decide::ShadowCounts> comparison;  // Of a shadow.
  };
  std::vector<Version> versions;  // In the order of their last change.
  std::vector<PauseTarget> paused;
  std::vector<RefusedPack> refused;
};

// Returns how `served`, of the log, serves by `router` at `now`.
// Time: O(plans).
PackPicture::Version PictureOf(const state::ServedVersion& served,
                               const decide::Router& router, absl::Time now);

// Returns the versions of one pack, or of all for "", and what of these packs
// is paused. Nothing in it is refused. Time: O(versions * plans).
PackPicture MakePicture(const std::string& pack, const decide::Router& router,
                        const OpenStores& stores, absl::Time now);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_PICTURE_H_
