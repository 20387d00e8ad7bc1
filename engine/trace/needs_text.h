// engine/trace/needs_text.h
//
// What would have to be different for a condition to hold, in words. Used by
// explain_text.cc for stages and by offer_parameters.cc for gates.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_NEEDS_TEXT_H_
#define STRATAGEM_ENGINE_TRACE_NEEDS_TEXT_H_

#include <string>

#include "engine/trace/explanation.h"
#include "engine/trace/sentences.h"

namespace stratagem::trace {

// Everything that would have to change for the condition to hold.
std::string NeedsText(const ConditionTried& condition, const Sentences& say);

// The first input that would make the condition hold if it were different; null
// if there is none. It lives as long as the condition.
const Nearest* FirstNearest(const ConditionTried& condition);

// What people call the input, what it is, and what it would have to be.
std::string InputText(const Nearest& nearest, const Sentences& say);
std::string FoundText(const Nearest& nearest, const Sentences& say);
std::string WouldDoText(const Nearest& nearest, const Sentences& say);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_NEEDS_TEXT_H_
