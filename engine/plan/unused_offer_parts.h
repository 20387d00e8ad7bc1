// engine/plan/unused_offer_parts.h
//
// WarnOfUnusedOfferParts: offers, placements and groups that no decision can
// ever use, as far as channels and groups say. Used by compile_offers.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_UNUSED_OFFER_PARTS_H_
#define STRATAGEM_ENGINE_PLAN_UNUSED_OFFER_PARTS_H_

#include <vector>

#include "engine/plan/compiler.h"

namespace stratagem::plan {

// Warns, each at its name:
//   W326  an offer that no placement shows, unless `has_doubtful_channel` says
//         of it that a channel was warned of already
//   W327  a placement that no offer fits and that has no fallback
//   W328  a group that has no offers, nor have those below it
// Says nothing of a pack that has no offers yet, or no placements.
// Requires: groups, offers and placements of `compiler.code` are compiled
// without an error.
// Time: O(groups · depth + pairs of a placement and an offer).
void WarnOfUnusedOfferParts(const std::vector<bool>& has_doubtful_channel,
                            Compiler& compiler);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_UNUSED_OFFER_PARTS_H_
