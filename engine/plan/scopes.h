// engine/plan/scopes.h
//
// Scopes: which expression of a pack sees which names (the table 'Which
// expression sees which name' of the pack language), and the slot of each.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_SCOPES_H_
#define STRATAGEM_ENGINE_PLAN_SCOPES_H_

#include "engine/expr/scope.h"
#include "engine/pack/model.h"
#include "engine/plan/plan_code.h"

namespace stratagem::plan {

// Each scope holds all of the one before it. Names of later scopes are hidden
// in earlier ones with the reason.
struct Scopes {
  expr::Scope everywhere;  // Attributes, request, parameters, now, variables.
  expr::Scope lifecycle;   // + score, coverage, tier.
  expr::Scope treatments;  // + stage.
  expr::Scope gates;       // + treatments.DIMENSION.FIELD.
  expr::Scope amounts;     // + offer.id, group, channel.
  expr::Scope score;       // + offer.propensity, value, cost, lever, ….
};

// Requires: fewer names than kSlotsMax (CompilePlan checks).
SlotLayout LayOutSlots(const pack::Model& model);

// Declares all names but the variables, whose types are not known yet; they
// are declared by DeclareVariable() as they are compiled.
Scopes MakeScopes(const pack::Model& model, const SlotLayout& slots);

// Declares `variables.NAME` in every scope.
void DeclareVariable(const std::string& name, const expr::Type& type, int slot,
                     Scopes& scopes);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_SCOPES_H_
