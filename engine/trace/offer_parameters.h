// engine/trace/offer_parameters.h
//
// What stands in the places of the sentence that says why an offer is shown or
// not. Used by explain_text.cc; plan/presentation.h lists the places by reason.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_OFFER_PARAMETERS_H_
#define STRATAGEM_ENGINE_TRACE_OFFER_PARAMETERS_H_

#include "engine/trace/explanation.h"
#include "engine/trace/sentences.h"

namespace stratagem::trace {

// What the reason of the offer speaks of; "" for what there is nothing of.
Parameters OfferParameters(const OfferExplained& offer, const Sentences& say);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_OFFER_PARAMETERS_H_
