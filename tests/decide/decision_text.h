// tests/decide/decision_text.h
//
// Calls from JSON and decisions as text, for golden cases that a person reads.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_DECIDE_DECISION_TEXT_H_
#define STRATAGEM_TESTS_DECIDE_DECISION_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan.h"
#include "engine/trace/decision_record.h"

namespace stratagem::decide {

// Decides one call written as JSON,
//   {"customer": "c-1", "now": "2026-11-15T10:00:00Z", "as_of": "…",
//    "attributes": {…}, "profile": {…}, "request": {…}, "placements": ["home"],
//    "seed": 7, "explore": false, "ignore_levers": true, "locale": "de",
//    "held": {"tier": "gold", "below_since": "2026-10-01T00:00:00Z"},
//    "events": [{"offer": "a", "at": "…", "outcome": "declined", "channel":
//                "app", "inbound": true, "sequence": 3, "honoured": false}],
//    "counters": {"sample/offers.a/presented/day": 3}}
// where all members but "at" are optional, and returns the decision as text, or
// what was wrong with the call. Text that is no such JSON fails the test.
std::string DecideJson(const plan::Plan& plan, absl::string_view call,
                       Workspace& workspace);

// All that a record holds of the decision, line by line; without what every
// call of a test shares (pack, clock, seed).
std::string ToText(const trace::DecisionRecord& record);

}  // namespace stratagem::decide

#endif  // STRATAGEM_TESTS_DECIDE_DECISION_TEXT_H_
