// engine/state/ledger.h
//
// Ledger: the world's memory, a fold over the log's records. Equal records
// give equal ledgers, byte for byte, whatever the clock does: what is old is
// forgotten only while a change is applied, by that change's time, of whom it
// touches and of the next few in a round over all. Only the tier that a
// customer holds stays until they are erased. store::Sequencer owns the living
// one; snapshots are folded in another.
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
#include "engine/state/operations.h"
#include "engine/state/state.h"

namespace stratagem::state {

// How much longer than asked reservations, and amounts and events, are kept:
// records are not quite in the order of their times. A decision that is behind
// the log's time by kReservationGrace or more would miss what was forgotten.
inline constexpr absl::Duration kReservationGrace = absl::Minutes(1);
inline constexpr absl::Duration kMemoryGrace = absl::Hours(1);

// LIMIT: events that are remembered of one customer under one pack; the oldest
// are forgotten first. Many callers' decisions under one made-up id would else
// make each of them slower and longer. Caps whose windows begin before the
// events that are left stay closed.
inline constexpr size_t kCustomerEventsMax = 1'000;

struct LedgerOptions {
  // LIMIT: request ids that are remembered, 1 or more; the oldest are forgotten
  // first.
  size_t requests_max = 1'000'000;
};

// Who is remembered: the pseudonym of a customer (16 bytes) under a pack.
// Nothing is of any other subject, "" first of all; what operators have set is
// of the pack, whatever the subject.
struct CustomerKey {
  absl::string_view subject = {};
  absl::string_view pack = {};
};

// What a committed decision changes.
struct DecisionChanges {
  CustomerKey customer = {};
  uint64_t sequence = 0;
  absl::Time at = {};  // decided_at.
  std::optional<TierHold> hold = {};
  // One kPresented event a filled slot; empty when no cap of the pack looks at
  // customers. Forgotten from `keep_until` on. Keys of names are not read.
  std::span<const Event> events = {};
  absl::Time keep_until = {};
  std::span<const Effect> effects = {};
  // A name of the caller's for the call, or ""; and until when the same call
  // gets the same answer.
  absl::string_view request_id = {};
  absl::Time request_keep_until = {};
};

// What a recorded outcome changes.
struct OutcomeChanges {
  CustomerKey customer = {};
  absl::Time at = {};  // Of the record.
  Event event = {};    // Of the slot that `changes` are about, too.
  absl::Time keep_until = {};
  std::span<const CounterChange> changes = {};
};

struct LedgerSize {
  uint64_t customers = 0;
  uint64_t events = 0;
  uint64_t counters = 0;
  uint64_t reservations = 0;  // Not confirmed, not released.
  uint64_t requests = 0;
  // Request ids that were forgotten before their time, for there were too many.
  uint64_t requests_forgotten_early = 0;
  uint64_t bytes = 0;  // Of memory, estimated.
};

// Thread compatible: any number of threads may read while none applies.
class Ledger {
 public:
  explicit Ledger(const LedgerOptions& options = {});
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Copies what is remembered; StateCopy says of what. Time: O(events of the
  // customer + queries).
  void Read(const CustomerKey& customer, std::span<const CounterQuery> queries,
            StateCopy& copy) const;
  // What counter `query.key` holds. Never negative.
  int64_t Amount(const CounterQuery& query) const;
  // StateCopy::customer_version of that customer now.
  uint64_t CustomerVersion(const CustomerKey& customer) const;
  // StateCopy::pauses_version of that pack now: another number for everything
  // else that is paused; 0 when nothing is.
  uint64_t PausesVersion(absl::string_view pack) const;
  // What operators have set.
  const Operations& operations() const;
  // Rises with every change that is applied.
  uint64_t version() const;
  // The time of the log: the highest of what was applied, InfinitePast before
  // the first. What ended by it has ended.
  absl::Time time() const;
  // The sequence of the decision that had this request id, if it is remembered
  // at `now`.
  std::optional<uint64_t> FindRequest(absl::string_view request_id,
                                      absl::Time now) const;

  void Apply(const DecisionChanges& changes);
  void Apply(const OutcomeChanges& changes);
  void Apply(const Operation& operation);
  // Forgets a customer under every pack; shared counters stay as they are.
  // A ledger that never knew the customer remembers the same, but may forget
  // others sooner or later. Time: O(packs + events of the customer).
  void Erase(absl::string_view subject);
  // Forgets the request ids of these decisions. Time: O(n log requests).
  void ForgetRequests(std::span<const uint64_t> sequences);

  // Time: O(counters).
  LedgerSize size() const;

  // The ledger as bytes and back, in pieces of bounded size, with a checksum;
  // equal ledgers give equal bytes. `write` gets the pieces in order; its first
  // error ends it and is returned.
  absl::Status Save(
      const std::function<absl::Status(absl::string_view)>& write) const;
  // Replaces what is there, or leaves it after an error. Texts of copies from
  // before end. `read` returns the next bytes, at most `count`; "" at the end.
  // Errors: DATA_LOSS, these are not the bytes of Save(); those of `read`.
  absl::Status Load(
      const std::function<absl::StatusOr<std::string>(size_t count)>& read);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_LEDGER_H_
