// server/reload/pack_promises.h
//
// What a pack promises that only a server can keep. Asked before a pack serves:
// at the start, and whenever another version is to take over.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_PROMISES_H_
#define STRATAGEM_SERVER_RELOAD_PACK_PROMISES_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/plan/plan.h"

namespace stratagem::server {

// Whether a server on which outcomes count for `outcome_window` keeps what
// `plan` reserves for as long as it says. Else an acceptance in time might come
// too late, when others have its place already.
// Errors: FAILED_PRECONDITION, with each limit and budget that reserves for
// longer, and what to do; not with the pack's name.
absl::Status CheckPromises(const plan::Plan& plan,
                           absl::Duration outcome_window);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_PROMISES_H_
