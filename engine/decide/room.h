// engine/decide/room.h
//
// Room: what one cap still has while the slots of a decision are filled. caps.h
// makes rooms, selection.h takes from them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_ROOM_H_
#define STRATAGEM_ENGINE_DECIDE_ROOM_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "engine/trace/reason.h"

namespace stratagem::decide {

// What an offer takes of a room when it is shown. `amount` is > 0 and far from
// what overflows.
struct Draw {
  uint32_t room = 0;
  int64_t amount = 0;
};

inline constexpr int64_t kNothingFitted = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kNothingRefused = std::numeric_limits<int64_t>::max();

struct Room {
  // What an offer without room is left out for: kContactPolicy, kLimit,
  // kBudget.
  trace::Reason reason = trace::Reason::kNone;
  int64_t left = 0;   // Before the decision; negative when a cap was lowered.
  int64_t taken = 0;  // By its slots so far.
  // Of caps that count contacts: what is shown in a channel after the first
  // takes nothing more. `is_made`: something was, in the channel at hand.
  bool counts_contacts = false;
  bool is_made = false;
  // Between which demands the answers below would have been the same: the
  // largest that fitted, the smallest that did not.
  int64_t fitted_max = kNothingFitted;
  int64_t refused_min = kNothingRefused;

  bool is_asked() const {
    return fitted_max != kNothingFitted || refused_min != kNothingRefused;
  }

  // Whether there was room for `amount` before the decision.
  bool FitsAtFirst(int64_t amount) { return Ask(amount); }
  // Whether there still is.
  bool Fits(int64_t amount) {
    return (counts_contacts && is_made) || Ask(taken + amount);
  }
  void Take(int64_t amount) {
    if (!counts_contacts || !is_made) taken += amount;
    is_made = true;
  }

 private:
  bool Ask(int64_t demand) {
    if (demand <= left) {
      fitted_max = std::max(fitted_max, demand);
      return true;
    }
    refused_min = std::min(refused_min, demand);
    return false;
  }
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_ROOM_H_
