// server/reload/find_version.h
//
// Versions of packs by their names, among those that the log knows.
// PackRegistry and what belongs to it look them up here.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_FIND_VERSION_H_
#define STRATAGEM_SERVER_RELOAD_FIND_VERSION_H_

#include <string>

#include "engine/plan/plan.h"
#include "engine/state/operations.h"

namespace stratagem::server {

struct VersionName {
  std::string pack;
  std::string version;
};

VersionName NameOf(const plan::Plan& plan);

// "`shop` version `2`", in messages.
std::string TextOf(const VersionName& name);

// Null: it was never published, or is forgotten. Lives as long as `operations`
// is not changed; so do the others.
const state::ServedVersion* FindVersion(const state::Operations& operations,
                                        const VersionName& name);

// The version of `pack` that was activated last. Null: none is live.
const state::ServedVersion* FindNewestLive(const state::Operations& operations,
                                           const std::string& pack);

// Whether it never served in this log; a null one did not.
bool NeverServed(const state::ServedVersion* version);

// `version` as it serves by `operations`, which may have forgotten one that was
// withdrawn.
state::ServedVersion AsItServes(state::ServedVersion version,
                                const state::Operations& operations);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_FIND_VERSION_H_
