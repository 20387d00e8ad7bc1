// server/reload/roll_back.h
//
// Which version a rollback withdraws, and which one decides after it.
// PackRegistry carries it out.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_ROLL_BACK_H_
#define STRATAGEM_SERVER_RELOAD_ROLL_BACK_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/decide/router.h"
#include "server/reload/find_version.h"

namespace stratagem::server {

// Both live as long as their router.
struct RollBackStep {
  const plan::Plan* withdrawn = nullptr;
  const plan::Plan* decides = nullptr;
};

// Chooses what to withdraw of the pack: the version that decides at `now`; with
// a version that one, whether it decides, did before, or is still to take over.
// Errors: those of Router::Route(); FAILED_PRECONDITION, it is not live, or
// nothing would decide without it.
absl::StatusOr<RollBackStep> ChooseRollBack(const decide::Router& router,
                                            const VersionName& name,
                                            absl::Time now);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_ROLL_BACK_H_
