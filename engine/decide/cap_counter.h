// engine/decide/cap_counter.h
//
// CapCounter: how much of a customer's history counts for a cap, and when the
// cap opens again. caps.cc asks; so does settle.cc, of acceptances that come
// late.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_CAP_COUNTER_H_
#define STRATAGEM_ENGINE_DECIDE_CAP_COUNTER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "engine/decide/cap_window.h"
#include "engine/decide/customer_history.h"
#include "engine/plan/cap_code.h"

namespace stratagem::decide {

struct Count {
  int64_t amount = 0;
  // When it falls under what the cap allows if nothing else happens; nullopt
  // when it is under it, or never does.
  std::optional<absl::Time> opens_at;
};

// Whether a line of the contact policy looks at an offer of the plan.
bool LooksAt(const plan::ContactCode& line, uint32_t offer);

// Room that is used again. One thread at a time; does not allocate once warm.
class CapCounter {
 public:
  // What counts for a counting line: of one offer when the line counts
  // `same_offer`, else of all that it looks at. What was shown counts when it
  // was shown in the line's direction, and until it is told that it was not,
  // unless it is accepted all the same; answers of the customer count whichever
  // way they came. Both in the line's channels. Of a window that the history
  // does not cover whole, at least as much as the line allows.
  // Time: O(history).
  Count OfLine(const plan::ContactCode& line, const Window& window,
               uint64_t offer_key, const CustomerHistory& history);

  // What counts for the limit `code.caps[cap]` of each customer. `without` is a
  // slot that is left out, or null. As OfLine() where the history is not whole.
  // Time: O(history).
  Count OfLimit(const plan::CapsCode& code, uint32_t cap, const Window& window,
                absl::Time now, const CustomerHistory& history,
                const SlotHistory* without);

 private:
  // A decision that made contact in a channel.
  struct Contact {
    uint64_t sequence = 0;
    uint64_t channel = 0;
    absl::Time leaves_at;
  };

  void AddSlot(const plan::ContactCode& line, const Window& window,
               const CustomerHistory& history, const SlotHistory& slot);
  // One a decision and channel: the one that counts longest.
  void MergeContacts();
  Count Result(int64_t amount_max, bool is_whole);

  std::vector<Contact> counted_;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_CAP_COUNTER_H_
