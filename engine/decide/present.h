// engine/decide/present.h
//
// What people see of a decision, in the language of its call: what a screen
// shows of a slot, and the explanation in sentences. The server and the command
// line write answers with it; the log holds neither.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_PRESENT_H_
#define STRATAGEM_ENGINE_DECIDE_PRESENT_H_

#include <string>

#include "engine/plan/plan.h"
#include "engine/plan/presentation.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/explanation.h"

namespace stratagem::decide {

// Sets `offer_index` of each slot of `record`, which was read from a log: that
// has offers by their ids only. Returns false when `plan` lacks one of them.
// Time: O(slots · offers).
bool FindOffers(const plan::Plan& plan, trace::DecisionRecord& record);

// Labels, content and action of the offer in `slot` of `placement`, for the
// channel of the placement or, where it has none, that of the call
// (`request.channel`, when it is a string).
// Requires: `record` was made by `plan` and holds both; one that was read from
// a log went through FindOffers(). Lifetime: borrowed from `plan`. Time:
// O(texts of the offer).
plan::Presentation PresentSlot(const plan::Plan& plan,
                               const trace::DecisionRecord& record,
                               const trace::PlacementResult& placement,
                               const trace::SlotResult& slot);

// `explanation` in sentences, in the built-in language nearest to the call's
// locale, else in English; with the pack's own words where it has some for the
// locale, or else for that language.
// Requires: `record` was made by `plan` and is what `explanation` explains.
// Time: O(size of the explanation).
std::string ExplainInWords(const plan::Plan& plan,
                           const trace::DecisionRecord& record,
                           const trace::Explanation& explanation);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_PRESENT_H_
