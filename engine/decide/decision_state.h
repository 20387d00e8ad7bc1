// engine/decide/decision_state.h
//
// DecisionState: what the phases of one decision share. Only decide's own
// files see it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_DECISION_STATE_H_
#define STRATAGEM_ENGINE_DECIDE_DECISION_STATE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/limits.h"
#include "engine/decide/caps.h"
#include "engine/decide/decide.h"
#include "engine/decide/selection.h"
#include "engine/expr/program.h"
#include "engine/plan/plan_code.h"
#include "engine/trace/decision_record.h"
#include "engine/value/facts.h"

namespace stratagem::decide {

// The outcome of a gate, kept so that offers and placements share it.
struct GateResult {
  bool known = false;
  // kNone: open. Else why it is closed, after which error, in which group.
  trace::Reason reason = trace::Reason::kNone;
  ErrorCode error = ErrorCode::kNone;
  absl::string_view group;  // "": a gate of the offer.
};

struct OfferState {
  GateResult gates;
  bool paused = false;
  bool shown = false;  // In a slot of this decision.
};

struct GroupState {
  GateResult gates;
  // Of its offers, parents' weights among it; once it was asked for.
  std::optional<double> context_weight;
};

struct DecisionState {
  Arena input_arena;
  Arena arena{kDecisionArenaBytesMax};
  expr::Frame frame;
  std::vector<Value> slots;
  std::vector<Fact> attributes;
  std::vector<Fact> request;
  std::vector<Violation> violations;
  std::vector<OfferState> offers;
  std::vector<GroupState> groups;
  std::optional<double> context_weight;  // Of offers without a group.
  bool placement_paused = false;         // The one at hand.
  // Of the placement at hand: the offer of each candidate in the order of
  // admission, the candidates by rank, room to sort them, what each would take
  // of caps, and what selection sees and finds.
  std::vector<uint32_t> candidate_offers;
  std::vector<uint32_t> ranking;
  std::vector<trace::Candidate> ranked;
  std::vector<Contender> contenders;
  std::vector<Draw> draws;
  Selection selection;
  plan::TableScratch table;
  Caps caps;
  size_t tier = 0;
  size_t stage = 0;
  trace::DecisionRecord record;

  Value& slot(int index) { return slots[static_cast<size_t>(index)]; }
};

// The phases, in the order in which Decide() runs them.

// Fills facts, parameters and the clock; adds to `violations` what is wrong
// with the call.
void ResolveCall(const plan::Plan& plan, const Call& call,
                 DecisionState& state);
// Adds a violation for every constraint that does not hold. Stored values that
// a broken one reads count as missing, as those do that do not fit alone.
void CheckConstraints(const plan::Plan& plan, DecisionState& state);
// Marks the slots that `program` reads, itself or through variables.
// Requires: `is_read` has all slots of the plan.
void MarkRead(const plan::PlanCode& code, const expr::Program& program,
              std::vector<bool>& is_read);
void Score(const plan::PlanCode& code, const Call& call, DecisionState& state);
void FindStage(const plan::PlanCode& code, DecisionState& state);
void Treat(const plan::PlanCode& code, DecisionState& state);
void FillPlacements(const plan::PlanCode& code, const Call& call,
                    DecisionState& state);

// Evaluates a condition. An error, or a result that is not a bool, is reported
// in `error` and counts as false.
bool Holds(const expr::Program& condition, DecisionState& state,
           ErrorCode& error);

// The number that an indicator's program came to as a double, kMissing when
// there is none, or an error.
Value IndicatorNumber(const Value& result);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_DECISION_STATE_H_
