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
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/explanation.h"

namespace stratagem::trace {

// The pack's own words: returns the text for a key, in the locale at hand, or
// "". Keys are reasons' names ("eligibility"), which replace the built-in
// sentence, and names after what they name: "tiers.gold", "stages.churned",
// "attributes.nps", "request.channel", "indicators.economic.monetary",
// "treatments.pricing", "treatments.pricing.discount_pct", "groups.loyalty",
// "offers.vip_event", "placements.agent_desktop", "contact_policy.fatigue",
// "budgets.win_back_money".
using PackWords = std::function<std::string(absl::string_view key)>;

// The languages that sentences are built in for, "en" first.
std::vector<absl::string_view> ExplainLocales();

// Lines of text, each ending in '\n', in the built-in language that RFC 4647
// looks up for `locale`, else in English. Placeholders `{name}` of a sentence
// are the reason's parameters, whether there is something to say in their place
// or not; plan/presentation.h lists them by reason.
// Numbers are grouped and units written as the language does.
// Time: O(size of the explanation).
std::string ExplainText(const DecisionRecord& record,
                        const Explanation& explanation,
                        absl::string_view locale, const PackWords& words);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_EXPLAIN_TEXT_H_
