// engine/state/state.h
//
// What a decision reads of the world's memory and what it changes there, as
// plain data. decide reads a StateCopy and puts what it read and its Effects
// into the record; the ledger (ledger.h) is the fold over those records.
//
// Two kinds of memory: of one customer under one pack, the events themselves,
// which caps interpret, so that a cap may change from version to version; and
// counters that customers share, which know their window.
//
// Times are whole microseconds: whoever makes one rounds it down (FloorTime).
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_STATE_H_
#define STRATAGEM_ENGINE_STATE_STATE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/outcome.h"

namespace stratagem::state {

// Returns `time` rounded down to whole microseconds; infinities stay.
absl::Time FloorTime(absl::Time time);

// Returns a stable number for a name: the first 8 bytes, the first one most
// significant, of SHA-256 over its text. Part of what records mean. For load
// time; decisions compare the numbers.
uint64_t KeyOf(absl::string_view name);

// A name and its KeyOf().
struct Name {
  absl::string_view text;
  uint64_t key = 0;

  friend bool operator==(const Name&, const Name&) = default;
};

// The tier that a customer holds under a pack.
struct TierHold {
  absl::string_view tier = {};
  // Since when the score no longer reaches it; absent while it does.
  std::optional<absl::Time> below_since = {};

  friend bool operator==(const TierHold&, const TierHold&) = default;
};

inline constexpr uint64_t kToldReport = 1;

// Something that happened to an offer and a customer.
struct Event {
  absl::Time at = {};
  // The log's sequence of the decision that chose the offer; with the offer it
  // names the slot. An offer has at most one slot in a decision.
  uint64_t sequence = 0;
  Name offer = {};
  Name channel = {};  // Of the placement; "" for any.
  bool inbound = false;
  Outcome outcome = Outcome::kPresented;
  // False: an acceptance that came after its reservation and found no room, or
  // what came too late to change anything. It counts for nothing, and is there
  // to know it again; but no other acceptance can come.
  bool honoured = true;
  // Of kRevenue, which may be told more than once: KeyOf() the caller's name
  // for the report. Of kPresented that somebody told: kToldReport, since the
  // decision itself implies one. Else 0.
  uint64_t report = 0;
  // KeyOf() the offer's group when it was decided, 0 without one: caps of
  // groups count the event also once the pack no longer has the offer.
  uint64_t group = 0;

  friend bool operator==(const Event&, const Event&) = default;
};

// An offer or a placement that an operator has paused.
struct Paused {
  absl::string_view name = {};
  bool is_placement = false;

  friend bool operator==(const Paused&, const Paused&) = default;
};

// Asks for the amount that a shared counter holds in one window.
struct CounterQuery {
  uint64_t key = 0;
  // Amounts whose `at` is in from <= at < until.
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  // The time of the decision: reservations that ended by then do not count.
  absl::Time now = {};
};

// A copy of all that one decision may read, made at one moment. The vectors
// keep their room. Text lives as long as the ledger it was copied from.
struct StateCopy {
  std::optional<TierHold> hold;
  // Of this customer under this pack, in the order of the log.
  std::vector<Event> events;
  // One a query, in their order. >= 0.
  std::vector<int64_t> amounts;
  // Under this pack, in the order in which they were paused.
  std::vector<Paused> paused;
  // Rises with every change of what is remembered of the customer under the
  // pack; 0: nothing is.
  uint64_t customer_version = 0;
  // Ledger::PausesVersion() of the pack; 0: nothing is paused.
  uint64_t pauses_version = 0;
  // Ledger::version() when it was copied.
  uint64_t ledger_version = 0;

  void Clear();
};

// A shared counter as a decision read it; in the record, so that replay needs
// no fold.
struct CounterRead {
  CounterQuery query = {};
  absl::string_view counter = {};  // Its name: CounterCode::name.
  int64_t amount = 0;
  // The decision is the same for every amount in same_from <= a <= same_to:
  // then no cap or budget of a candidate opens or closes.
  int64_t same_from = std::numeric_limits<int64_t>::min();
  int64_t same_to = std::numeric_limits<int64_t>::max();
};

// What a decision adds to a shared counter, for one slot. It is all that is
// needed to free or to confirm it later.
struct Effect {
  Name counter = {};
  Name offer = {};  // Of the slot.
  // Limits: 1. Budgets: micro-units of money. > 0.
  int64_t amount = 0;
  // What the counter holds at most in its window.
  int64_t amount_max = 0;
  // Where the amount counts: the start of the calendar window, or for rolling
  // windows the time of the decision.
  absl::Time at = {};
  // The amount says nothing any more from then on, and may be forgotten.
  absl::Time keep_until = absl::InfiniteFuture();
  // kPresented: it counts for good, and `not_presented` before
  // `reserved_until` takes it back. kAccepted: it counts until
  // `reserved_until`, and for good when the offer is accepted before; a
  // decline or `not_presented` takes it back.
  Outcome counts = Outcome::kPresented;
  absl::Time reserved_until = absl::InfiniteFuture();
};

// What an outcome does to an amount that its decision added.
enum class ChangeKind : uint8_t {
  kConfirm = 1,  // The reservation becomes an amount for good.
  kRelease = 2,  // The amount, reserved or for good, is taken back.
  kAdd = 3,      // A new amount for good: the reservation had ended.
};

struct CounterChange {
  ChangeKind kind = ChangeKind::kConfirm;
  // As in the decision's record; for kAdd with its own `at` and `keep_until`.
  Effect effect = {};
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_STATE_H_
