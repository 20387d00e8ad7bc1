// engine/state/shared_counter.h
//
// SharedCounter: one counter that customers share - amounts that count, and
// reservations that count until they end. Part of the ledger.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_SHARED_COUNTER_H_
#define STRATAGEM_ENGINE_STATE_SHARED_COUNTER_H_

#include <compare>
#include <cstddef>
#include <cstdint>

#include "absl/container/btree_map.h"
#include "engine/state/amount_timeline.h"
#include "engine/state/ledger_bytes.h"

namespace stratagem::state {

// Whose reservation it is: a decision, and the offer of one of its slots.
struct ReservedSlot {
  uint64_t sequence = 0;
  uint64_t offer = 0;  // KeyOf().

  auto operator<=>(const ReservedSlot&) const = default;
};

// An amount and where it counts, in the ledger's microseconds.
struct KeptAmount {
  int64_t at = 0;
  int64_t amount = 0;
  int64_t keep_until = 0;
  // Of reservations:
  int64_t reserved_until = 0;
  ReservedSlot slot = {};
};

// A reservation is that of its slot, so that nobody confirms or frees another's
// in its place. Amounts for good have no name: which of them is released makes
// no difference to any sum. Thread compatible.
class SharedCounter {
 public:
  // Requires, for all: amount >= 0.
  void Add(const KeptAmount& kept);
  // Requires: the slot has reserved nothing here before.
  void Reserve(const KeptAmount& kept);
  // A reservation becomes an amount for good. Nothing comes of one that is not
  // there: it has ended, and others may have its place.
  void Confirm(const KeptAmount& kept);
  // Takes a reservation back, or nothing when it is not there.
  void ReleaseReserved(const KeptAmount& kept);
  // Takes an amount for good back.
  void Release(const KeptAmount& kept);

  // The sum over from <= at < until without the reservations that ended by
  // `now`. Never negative.
  int64_t Amount(int64_t from, int64_t until, int64_t now) const;

  // Drops reservations that ended by `ended` and amounts that were kept until
  // `kept` or less; a bounded part, so that nobody waits for long.
  void Forget(int64_t ended, int64_t kept);

  bool empty() const { return reserved_.empty() && amounts_.empty(); }
  uint64_t reservations() const { return reserved_.size(); }
  uint64_t bytes() const;

  void Save(LedgerWriter& writer) const;
  // Requires: an empty counter.
  void Load(LedgerReader& reader);

 private:
  // In the order in which they end.
  struct ReservationKey {
    int64_t until = 0;
    ReservedSlot slot;

    auto operator<=>(const ReservationKey&) const = default;
  };
  struct Reserved {
    int64_t at = 0;  // Where it counts.
    int64_t amount = 0;
  };

  AmountTimeline amounts_;  // Reservations too, as long as they are here.
  absl::btree_map<ReservationKey, Reserved> reserved_;  // Amounts > 0.
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_SHARED_COUNTER_H_
