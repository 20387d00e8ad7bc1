// engine/decide/record_difference.h
//
// CompareDecisions: where two records of one call differ, field by field, as
// data. replay.h compares what was recorded with what is decided now.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_RECORD_DIFFERENCE_H_
#define STRATAGEM_ENGINE_DECIDE_RECORD_DIFFERENCE_H_

#include <string>
#include <vector>

#include "engine/trace/decision_record.h"

namespace stratagem::decide {

// One field that is not the same. Texts are for people: values as CEL writes
// them, reasons by name, "" for what is not there at all.
struct Difference {
  // What differs, whichever offer or slot it is of, for counting:
  // "tier", "treatments.pricing.discount_pct", "placements.web.slots.offer".
  std::string field;
  // Where in the record: "placements.web.slots[0].offer",
  // "placements.web.offers[card].score".
  std::string place;
  std::string recorded;
  std::string replayed;

  friend bool operator==(const Difference&, const Difference&) = default;
};

// Adds to `differences` what of the decision in `replayed` is not, bit for bit,
// what `recorded` holds. Fields of both:
//   attributes.NAME, request.NAME   value and source, of inputs in both; values
//                                   of personal ones are not told
//   parameters.NAME
//   score coverage tier tier_reason hold_written stage
//   treatments.NAME.cell, .reason, and .FIELD of its values
//   placements.NAME.slots           offer, reason, probability and score
//   placements.NAME.offers          what became of each offer ("ranked", or why
//                                   it was left out), with all its numbers
//   effects.COUNTER, events_keep_until
//   degradations.REASON             save those of stored values that did not
//                                   fit: the values are not in the record
// and, with `same_pack`, what was read to decide: hold_read, events_read and
// counters_read. Not compared is what a call is named by.
// Time: O(fields); allocates little where there is no difference.
void CompareDecisions(const trace::DecisionRecord& recorded,
                      const trace::DecisionRecord& replayed, bool same_pack,
                      std::vector<Difference>& differences);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_RECORD_DIFFERENCE_H_
