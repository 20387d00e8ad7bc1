// engine/decide/decide.h
//
// Decide: one call, one plan, one record. The phases stand in decide.cc in
// their order: facts, score, stage, treatments, offers, slots. No clock, random
// source, lock or log of its own: same plan and call, same record.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_DECIDE_H_
#define STRATAGEM_ENGINE_DECIDE_DECIDE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/expr/program.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "engine/trace/decision_record.h"
#include "engine/value/facts.h"

namespace stratagem::decide {

// What a caller asks. Everything is borrowed until the record is no longer
// needed. Text is valid UTF-8 (checked where bytes enter).
struct Call {
  absl::string_view request_id;
  // The caller named the call, and the same name gets the same answer.
  bool request_id_given = false;
  absl::string_view trace_id;
  absl::string_view customer_id;
  absl::string_view unit;  // Of randomisation; "" means the customer.
  absl::string_view locale;
  trace::Role role = trace::Role::kLive;
  absl::Time decided_at;  // The caller's clock.
  // The time to simulate; goes with kAsOf.
  std::optional<absl::Time> as_of;
  uint64_t seed = 0;
  // Leaves levers out of scores: each counts as 1.
  bool ignore_levers = false;
  // False: slots are filled as by the pack's `explore: {method: none}`.
  bool explore = true;
  absl::string_view time_zones_version;
  // What is remembered of the customer under the plan's pack, and the amounts
  // that AskCounters() asks for (caps.h); null: nothing.
  const state::StateCopy* state = nullptr;
  std::span<const NamedValue> attributes;  // Sent by the caller.
  std::span<const NamedValue> profile;     // Stored earlier.
  std::span<const NamedValue> request;     // Of the call.
  // What the pack's parameters are for this customer, all of them in declared
  // order; empty: their defaults. Requires: each conforms to its parameter.
  std::span<const Value> parameters;
  // Placements to fill, in this order; empty means treatments only.
  std::span<const absl::string_view> placements;

  // What expressions see as `now`, and which versions are in effect.
  absl::Time now() const { return as_of.value_or(decided_at); }
};

struct DecisionState;  // decision_state.h

// Memory for one decision at a time, reused: after the first few it no longer
// asks the heap. Use one a thread.
class Workspace {
 public:
  Workspace();
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // The last decision. Valid until the next Decide() with this workspace.
  const trace::DecisionRecord& record() const;

  // What expressions saw in the last decision, as far as it came: of a call
  // that was refused the facts that were there. For trying expressions of
  // PlanCode::scope on it. Valid as record() is.
  const expr::Frame& frame() const;

  // Memory for the values of the next call (converted from the wire). Decide()
  // does not empty it: a record borrows from it. Reset it before each call.
  Arena& input_arena();

 private:
  friend std::span<const Violation> Decide(const plan::Plan& plan,
                                           const Call& call,
                                           Workspace& workspace);
  std::unique_ptr<DecisionState> state_;
};

// Decides `call` by `plan` into `workspace.record()`.
// Returns what is wrong with the call, all of it, or an empty span when the
// decision was made. Fields are named as the caller knows them:
// "attributes.nps", "request.channel", "placements[1]", "customer_id",
// "constraints[0]" (a broken constraint of the pack, with its text). The span
// lives as long as the record.
// Errors inside expressions never refuse a call: they are in the record.
// Time: O(indicators + stages + treatments + placements · offers), plus what
// the expressions take. Does not allocate once the workspace is warm.
std::span<const Violation> Decide(const plan::Plan& plan, const Call& call,
                                  Workspace& workspace);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_DECIDE_H_
