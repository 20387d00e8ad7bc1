// engine/decide/caps.h
//
// Caps: contact policy, limits and budgets of one decision. Admission asks
// whether an offer may still be shown; selection takes room as it fills slots,
// so that a slot sees those above it; what was taken becomes the record's
// effects.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_CAPS_H_
#define STRATAGEM_ENGINE_DECIDE_CAPS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "engine/decide/cap_counter.h"
#include "engine/decide/cap_window.h"
#include "engine/decide/customer_history.h"
#include "engine/decide/room.h"
#include "engine/plan/plan.h"
#include "engine/plan/plan_code.h"
#include "engine/state/state.h"
#include "engine/trace/decision_record.h"

namespace stratagem::decide {

// Returns in `queries` what a decision by `plan` at `now` asks of shared
// counters, one for each PlanCode::caps.counters, in their order; whoever keeps
// the state answers them in StateCopy::amounts. `now` is the decision's time
// (Call::now()). Time: O(counters). Does not allocate once warm.
void AskCounters(const plan::Plan& plan, absl::Time now,
                 std::vector<state::CounterQuery>& queries);

// Returns `money` in micro-units, rounded up, as it counts for budgets; 0 when
// it is not above 0. A decimal of six digits is itself: 0.07 is 70,000. What is
// beyond every budget is a number beyond every budget.
int64_t MicrosOf(double money);

// By which clocks it is quiet for the customer: those of the attribute that the
// pack names, else the pack's. nullopt when the attribute names none.
std::optional<absl::TimeZone> CustomerZone(const plan::CapsCode& code,
                                           const trace::DecisionRecord& record);

// Windows of one moment, each of the calendar's found once.
class Windows {
 public:
  void Begin(absl::Time now, absl::TimeZone zone);
  Window Of(const pack::CapWindow& window);

 private:
  absl::Time now_;
  absl::TimeZone zone_;
  std::array<std::optional<Window>, 5> calendar_;  // By pack::Period.
};

// A cap of an offer in the placement at hand, for explanations.
struct CapView {
  trace::Reason reason = trace::Reason::kNone;
  absl::string_view name;
  absl::string_view unit;                   // Of budgets.
  const pack::CapWindow* window = nullptr;  // Null for quiet hours.
  bool open = true;                         // After the slots so far.
  int64_t cost = 0;                         // Of budgets: what showing takes.
  int64_t amount = 0;                       // As it was read.
  int64_t taken = 0;                        // By the slots so far.
  int64_t amount_max = 0;
  std::optional<absl::Time> opens_at;
};

// One decision at a time, one thread at a time. Does not allocate once warm.
class Caps {
 public:
  // Begins a decision at `now`. `state` is null when nothing is remembered; it
  // and `code` outlive the decision.
  // Time: O(caps + caps of the offers in the customer's events).
  void Begin(const plan::CapsCode& code, const state::StateCopy* state,
             absl::Time now);

  // What follows is about `placement`. `customer_zone` says, at most once a
  // decision, by which clocks it is quiet.
  void BeginPlacement(const plan::PlacementCode& placement,
                      absl::FunctionRef<absl::TimeZone()> customer_zone);

  // Whether the state that was read leaves room to show `offer`; slots of this
  // decision do not count here. `closed` becomes the first cap that does not,
  // in the order of the pack, unless it says one already; its `opens_at` is
  // that of the cap that opens last.
  void TryPolicy(uint32_t offer, trace::Exclusion& closed);
  void TryLimits(uint32_t offer, trace::Exclusion& closed);
  void TryBudgets(uint32_t offer, double cost, trace::Exclusion& closed);
  bool HasBudget(uint32_t offer) const;
  // Puts a time of opening off to the end of quiet hours that it falls into.
  void WaitForQuietHours(uint32_t offer, trace::Exclusion& closed) const;

  // Adds what showing `offer` takes.
  void AddDraws(uint32_t offer, double cost, std::vector<Draw>& draws) const;
  std::span<Room> rooms() { return rooms_; }
  // Takes it, of a slot that was filled before.
  void Take(uint32_t offer, double cost);
  // Takes what a fallback does, which nothing holds back: of the contact policy
  // and of limits of each customer, nothing of what customers share.
  void TakeFallback(uint32_t offer);

  // Adds to the record what showing `offer` adds to shared counters.
  void AddEffects(uint32_t offer, absl::string_view id, double cost,
                  trace::DecisionRecord& record);
  // Puts into the record what was read, with what would have been the same.
  void WriteReads(trace::DecisionRecord& record);

  // The caps of `offer` in the order in which they are tried, `cost` being what
  // it costs. Allocates.
  std::vector<CapView> View(uint32_t offer, double cost);

 private:
  void BeginLimits();
  void FindLines(const plan::PlacementCode& placement);
  int64_t AmountOf(uint32_t counter) const;
  void AddContactDraws(uint32_t offer, std::vector<Draw>& draws) const;
  uint32_t RoomOf(uint32_t cap) const;
  size_t ContactIndex(uint32_t line) const;
  Count CountOfLine(uint32_t line, uint32_t offer);
  std::optional<absl::Time> OpensAt(uint32_t cap);
  void TryCaps(uint32_t offer, bool budgets, double cost,
               trace::Exclusion& closed);
  void WriteRead(const plan::CapCode& cap, uint32_t counter, const Room& room,
                 trace::DecisionRecord& record);
  CapView ViewOfLine(uint32_t line, uint32_t offer);
  CapView ViewOfCap(uint32_t cap, double cost);

  const plan::CapsCode* code_ = nullptr;
  const state::StateCopy* state_ = nullptr;
  absl::Time now_;
  std::optional<absl::TimeZone> customer_zone_;
  Windows windows_;
  CustomerHistory history_;
  CapCounter counter_;
  // Of a customer's limits, by cap; the second once somebody asks when one
  // opens.
  std::vector<int64_t> counts_;
  std::vector<std::optional<Count>> limit_counts_;
  // Those of counting lines, then those of caps, the first of a cap at
  // first_room_; one for each of its counters.
  std::vector<Room> rooms_;
  std::vector<uint32_t> first_room_;
  std::vector<std::optional<Count>> line_counts_;
  // By line and channel: whether contact was made in a placement above.
  std::vector<bool> contacted_;
  std::vector<Draw> draws_;
  // Of the placement at hand.
  size_t channel_ = 0;
  std::vector<uint32_t> lines_;
  std::vector<std::optional<absl::Time>> quiet_until_;  // By line.
  // By counter: its place in DecisionRecord::counters_read, or -1.
  std::vector<int32_t> read_of_;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_CAPS_H_
