// engine/decide/admission.h
//
// Admission: which offers of a placement may take a slot, what they score, and
// why the others may not. phase_offers.cc calls it once a placement,
// explain_offers.cc weighs offers once more.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_ADMISSION_H_
#define STRATAGEM_ENGINE_DECIDE_ADMISSION_H_

#include "engine/decide/decision_state.h"
#include "engine/plan/plan_code.h"

namespace stratagem::decide {

// Every offer of the placement becomes a candidate or an exclusion of the
// record, in the order of their ids; `state.candidate_offers` gets the offer of
// each candidate. An exclusion has the first reason of: paused, validity, gates
// of the groups from the root, own gates, contact policy, limits, propensity,
// value, cost, budgets, score, min_score. Requires: `state.caps` is at the
// placement.
void Admit(const plan::PlanCode& code, const plan::PlacementCode& placement,
           DecisionState& state);

// Fills what `candidate` gains and costs, of an offer whose gates are open.
// Returns why it drops out, or an exclusion of kNone.
trace::Exclusion ReadAmounts(const plan::PlanCode& code,
                             const plan::OfferCode& offer,
                             const plan::PlacementCode& placement,
                             DecisionState& state, trace::Candidate& candidate);

// Fills the other factors and the score of a candidate that has its amounts,
// likewise. `state.groups` has one entry a group.
trace::Exclusion Weigh(const plan::PlanCode& code, const plan::OfferCode& offer,
                       DecisionState& state, trace::Candidate& candidate);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_ADMISSION_H_
