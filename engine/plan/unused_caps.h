// engine/plan/unused_caps.h
//
// Warnings of caps that are right and change nothing, or let nothing through:
// budgets of offers that cost nothing or too much, contact lines for a
// direction that no placement has. Used by compile_caps.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_UNUSED_CAPS_H_
#define STRATAGEM_ENGINE_PLAN_UNUSED_CAPS_H_

#include <vector>

#include "engine/plan/compiler.h"

namespace stratagem::plan {

// `budget_offers` has, for each budget of the pack, one flag an offer, or
// nothing when it pays for all of them. Adds W331 to W334.
// Requires: caps without mistakes, and their code.
void WarnOfUnusedCaps(const std::vector<std::vector<bool>>& budget_offers,
                      Compiler& compiler);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_UNUSED_CAPS_H_
