// engine/state/ledger.h
//
// Ledger: the world's memory, a fold over the log's records. Equal records
// give equal ledgers, whatever the clock does: what is old is forgotten only
// while a record is applied, by that record's time. store::Sequencer owns the
// living one; snapshots are folded in another.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_LEDGER_H_
#define STRATAGEM_ENGINE_STATE_LEDGER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/state.h"

namespace stratagem::state {

// Who is remembered: the pseudonym of a customer (16 bytes) under a pack.
struct CustomerKey {
  absl::string_view subject;
  absl::string_view pack;
};

// What a committed decision changes.
struct DecisionChanges {
  CustomerKey customer;
  uint64_t sequence = 0;
  absl::Time at;  // decided_at.
  std::optional<TierHold> hold;
  // One kPresented event a filled slot; empty when no cap of the pack looks at
  // customers. Forgotten from `keep_until` on.
  std::span<const Event> events;
  absl::Time keep_until;
  std::span<const Effect> effects;
  // A name of the caller's for the call, or ""; and until when the same call
  // gets the same answer.
  absl::string_view request_id;
  absl::Time request_keep_until;
};

// What a recorded outcome changes.
struct OutcomeChanges {
  CustomerKey customer;
  absl::Time at;  // Of the record.
  Event event;
  absl::Time keep_until;
  std::span<const CounterChange> changes;
};

struct LedgerSize {
  uint64_t customers = 0;
  uint64_t events = 0;
  uint64_t counters = 0;
  uint64_t reservations = 0;  // Not confirmed, not released.
  uint64_t requests = 0;
  uint64_t bytes = 0;  // Of memory, estimated.
};

// Thread compatible: any number of threads may read while none applies.
class Ledger {
 public:
  Ledger();
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Copies what is remembered. Time: O(events of the customer + queries).
  void Read(const CustomerKey& customer, std::span<const CounterQuery> queries,
            StateCopy& copy) const;
  // What counter `query.key` holds. Never negative.
  int64_t Amount(const CounterQuery& query) const;
  // StateCopy::customer_version of that customer now.
  uint64_t CustomerVersion(const CustomerKey& customer) const;
  // The sequence of the decision that had this request id, if it is remembered
  // at `now`.
  std::optional<uint64_t> FindRequest(absl::string_view request_id,
                                      absl::Time now) const;

  void Apply(const DecisionChanges& changes);
  void Apply(const OutcomeChanges& changes);
  // Forgets a customer under every pack. Shared counters stay as they are.
  void Erase(absl::string_view subject);

  LedgerSize size() const;

  // The ledger as bytes and back, in pieces of bounded size, with a checksum;
  // equal ledgers give equal bytes. `write` gets the pieces in order.
  absl::Status Save(
      const std::function<absl::Status(absl::string_view)>& write) const;
  // Replaces what is there. `read` returns the next bytes, at most `count`; ""
  // at the end. Errors: DATA_LOSS, these are not the bytes of Save().
  absl::Status Load(
      const std::function<absl::StatusOr<std::string>(size_t count)>& read);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_LEDGER_H_
