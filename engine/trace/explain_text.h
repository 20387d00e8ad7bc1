// engine/trace/explain_text.h
//
// ExplainText: a decision and its explanation in sentences that a call-centre
// agent can read, in the locale that was asked for. Codes and parameters stay
// in the data, so that screens may say it in their own words.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_EXPLAIN_TEXT_H_
#define STRATAGEM_ENGINE_TRACE_EXPLAIN_TEXT_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/explanation.h"

namespace stratagem::trace {

// The pack's own words: returns the text for a key ("eligibility",
// "tiers.gold", "stages.churned", "attributes.nps", "offers.vip_event") in the
// locale at hand, or "".
using PackWords = std::function<std::string(absl::string_view key)>;

// Lines of text, each ending in '\n'. Built-in sentences are there for the
// locales of ExplainLocales(); for any other `locale` those of "en", unless the
// pack's words replace them. Placeholders `{name}` of a sentence are the
// reason's parameters; docs/explanations.md lists them by reason.
// Time: O(size of the explanation).
std::string ExplainText(const DecisionRecord& record,
                        const Explanation& explanation,
                        absl::string_view locale, const PackWords& words);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_EXPLAIN_TEXT_H_
