// engine/state/shared_counter.h
//
// SharedCounter: one counter that customers share - amounts that count, and
// reservations that count until they end. Part of the ledger.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_SHARED_COUNTER_H_
#define STRATAGEM_ENGINE_STATE_SHARED_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/btree_map.h"
#include "engine/state/amount_timeline.h"
#include "engine/state/ledger_bytes.h"

namespace stratagem::state {

// An amount and where it counts, in the ledger's microseconds.
struct KeptAmount {
  int64_t at = 0;
  int64_t amount = 0;
  int64_t keep_until = 0;
  int64_t reserved_until = 0;  // Of reservations.
};

// Equal amounts are alike: which of them is confirmed or released makes no
// difference to any sum, so none has a name. Thread compatible.
class SharedCounter {
 public:
  // Requires, for all: amount >= 0.
  void Add(const KeptAmount& kept);
  void Reserve(const KeptAmount& kept);
  // A reservation becomes an amount for good; one that was forgotten is added.
  void Confirm(const KeptAmount& kept);
  // Takes a reservation back, or nothing when it was forgotten.
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
  // When it ends, and where it counts.
  using Reservation = std::pair<int64_t, int64_t>;

  // Takes up to `amount` of a reservation and returns how much it was.
  int64_t TakeReserved(const KeptAmount& kept);

  AmountTimeline amounts_;  // Reservations too, as long as they are here.
  absl::btree_map<Reservation, int64_t> reserved_;  // Amounts > 0.
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_SHARED_COUNTER_H_
