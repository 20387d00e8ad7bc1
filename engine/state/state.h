// engine/state/state.h
//
// What a decision reads of the world's memory and what it changes there, both
// as plain data: counters of limits and budgets, held tiers. decide reads a
// StateView and returns Effects; store keeps the one and applies the other.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_STATE_H_
#define STRATAGEM_ENGINE_STATE_STATE_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::state {

// The tier that a customer holds under a pack.
struct TierHold {
  absl::string_view tier;
  // Since when the score no longer reaches it; absent while it does.
  std::optional<absl::Time> below_since;

  friend bool operator==(const TierHold&, const TierHold&) = default;
};

// What decisions may ask of the world's memory. Implementations answer from
// memory, without waiting; any number of threads may ask at once.
class StateView {
 public:
  virtual ~StateView() = default;

  // What `customer` holds under the pack of that name, or nullopt. The text
  // lives as long as the decision's record.
  virtual std::optional<TierHold> HeldTier(
      absl::string_view pack, absl::string_view customer) const = 0;
};

// A value that a decision read; in the record, so that replay needs no fold.
struct StateRead {
  absl::string_view key;
  int64_t value = 0;
};

// A change of one counter. `window_start` is the start of the calendar window
// or absl::InfinitePast() for rolling and total counts; the change ends by
// itself at `expires`.
struct Effect {
  absl::string_view key;
  absl::Time window_start = absl::InfinitePast();
  int64_t delta = 0;
  absl::Time expires = absl::InfiniteFuture();
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_STATE_H_
