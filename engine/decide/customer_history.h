// engine/decide/customer_history.h
//
// CustomerHistory: what happened to the slots that a customer was shown, read
// from the events that are remembered. Caps count in it, and outcomes are
// settled by it, so that both understand a history alike.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_CUSTOMER_HISTORY_H_
#define STRATAGEM_ENGINE_DECIDE_CUSTOMER_HISTORY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "engine/decide/cap_window.h"
#include "engine/plan/cap_code.h"
#include "engine/state/state.h"

namespace stratagem::decide {

// Whether a decision itself made `event` of its slot; nobody has told it.
bool IsImplied(const state::Event& event);

// An offer of no plan at hand.
inline constexpr uint32_t kNoOffer = 0xffff'ffff;

// What became of one slot. An outcome that is not honoured is none.
struct SlotHistory {
  uint64_t offer_key = 0;
  uint64_t sequence = 0;
  uint64_t group = 0;         // state::Event::group.
  uint32_t offer = kNoOffer;  // Its place in the plan.
  std::optional<absl::Time> presented;
  // When it was told not to have been shown, unless something had been told of
  // it before: then it was shown.
  std::optional<absl::Time> taken_back;
  std::optional<absl::Time> accepted;
  bool declined = false;
  // An acceptance came and was not honoured; no other can come.
  bool refused = false;
  // Its events: a range of CustomerHistory::events(), in the order of the log.
  uint32_t events_begin = 0;
  uint32_t events_end = 0;

  // Whether it was taken back of caps that allow that for `reserve_for`.
  bool IsTakenBack(absl::Duration reserve_for) const {
    return taken_back.has_value() &&
           (!presented.has_value() || *taken_back < *presented + reserve_for);
  }
  // From when on it counts as shown for caps that can be taken back for
  // `reserve_for`; nullopt when it does not. What was taken back and accepted
  // all the same was shown after all: from then on, since its place may have
  // been another's.
  std::optional<absl::Time> ShownAt(absl::Duration reserve_for) const {
    return IsTakenBack(reserve_for) ? accepted : presented;
  }
  // Whether what it reserved was confirmed or freed, or is to end by itself.
  bool IsAnswered() const {
    return accepted.has_value() || declined || refused ||
           taken_back.has_value();
  }
  // Whether it may still be accepted at `now` without asking for room.
  bool IsPending(absl::Duration reserve_for, absl::Time now) const {
    return presented.has_value() && !IsAnswered() &&
           now < *presented + reserve_for;
  }
};

// One thread at a time. Does not allocate once warm.
class CustomerHistory {
 public:
  // Reads `events`, which stay where they are for as long as it is used.
  // Time: O(n log n).
  void Read(const plan::CapsCode& code, std::span<const state::Event> events);

  // By offer, then by decision.
  std::span<const SlotHistory> slots() const { return slots_; }
  // Those of one offer.
  std::span<const SlotHistory> SlotsOf(uint64_t offer_key) const;
  // Null when nothing is remembered of it.
  const SlotHistory* Find(uint64_t offer_key, uint64_t sequence) const;
  std::span<const state::Event* const> EventsOf(const SlotHistory& slot) const;
  // Whether all that happened from `time` on is remembered. Of somebody with
  // state::kCustomerEventsMax events the oldest may be forgotten: what came
  // before those that are left is unknown then, and caps that ask for it stay
  // closed.
  bool IsWholeFrom(absl::Time time) const {
    return !forgotten_until_.has_value() || time > *forgotten_until_;
  }

 private:
  std::vector<const state::Event*> events_;
  std::vector<SlotHistory> slots_;
  std::optional<absl::Time> forgotten_until_;
};

// Calls `visit` once with each limit of each customer that `slot` counts for:
// those of its offer, and of the group that it was in when it was shown, as far
// as the plan has them.
void VisitCustomerLimits(const plan::CapsCode& code, const SlotHistory& slot,
                         absl::FunctionRef<void(uint32_t cap)> visit);

// When `slot` stops to count for the limit `cap` of each customer; nullopt when
// it does not count. What is shown and might still be accepted counts as
// accepted, whatever the window.
std::optional<absl::Time> LeavesLimitAt(const plan::CapCode& cap,
                                        const Window& window, absl::Time now,
                                        const SlotHistory& slot);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_CUSTOMER_HISTORY_H_
