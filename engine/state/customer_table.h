// engine/state/customer_table.h
//
// CustomerTable: what is remembered of each customer under each pack. Part of
// the ledger. Customers stand in the order in which they came, which depends on
// nothing but what was applied; the hash index beside it is never walked.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_CUSTOMER_TABLE_H_
#define STRATAGEM_ENGINE_STATE_CUSTOMER_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "engine/state/ledger_bytes.h"
#include "engine/state/name_table.h"
#include "engine/state/state.h"

namespace stratagem::state {

// Times of the ledger: microseconds since 1970, the extremes for infinities.
int64_t Micros(absl::Time time);
absl::Time TimeOf(int64_t micros);

// An Event in 48 bytes.
struct KeptEvent {
  int64_t at = 0;
  int64_t keep_until = 0;
  uint64_t sequence = 0;
  uint64_t report = 0;
  uint64_t group = 0;
  uint32_t offer = 0;  // NameTable's number.
  uint32_t channel : 26 = 0;
  uint32_t outcome : 4 = 0;
  uint32_t inbound : 1 = 0;
  uint32_t honoured : 1 = 0;
};
static_assert(sizeof(KeptEvent) == 48);

// The pseudonym's 16 bytes and the pack's number.
struct SlotKey {
  std::array<uint64_t, 2> subject = {};
  uint32_t pack = 0;

  friend bool operator==(const SlotKey&, const SlotKey&) = default;
};

inline constexpr uint32_t kNoTier = 0xffff'ffff;
inline constexpr int64_t kNotBelow = INT64_MIN;

struct CustomerMemory {
  SlotKey key;
  uint32_t tier = kNoTier;  // Held; NameTable's number.
  int64_t below_since = kNotBelow;
  uint64_t version = 0;  // The ledger's, at the last change.
  std::vector<KeptEvent> events;

  bool empty() const { return tier == kNoTier && events.empty(); }
};

// Thread compatible.
class CustomerTable {
 public:
  CustomerTable();
  CustomerTable(const CustomerTable&) = delete;
  CustomerTable& operator=(const CustomerTable&) = delete;

  const CustomerMemory* Find(const SlotKey& key) const;
  // The pointer is valid until a customer is removed.
  CustomerMemory* FindOrAdd(const SlotKey& key);
  // Forgets the customer, if there is one. The last one takes the place.
  void Remove(const SlotKey& key);

  // Drops the oldest one when there are `most` already.
  void AddEvent(CustomerMemory& customer, const KeptEvent& event, size_t most);
  // Forgets events that were kept until `time` or less; true if there were any.
  bool Forget(CustomerMemory& customer, int64_t time);
  // Does so for the next customer of a never-ending round, and removes one of
  // whom nothing is left.
  void ForgetNext(int64_t time);

  uint64_t size() const { return customers_.size(); }
  uint64_t events() const { return events_; }
  uint64_t bytes() const;

  void Save(LedgerWriter& writer) const;
  // Requires: an empty table; `names` and `version` of the same ledger.
  void Load(LedgerReader& reader, uint32_t names, uint64_t version);

 private:
  // The index holds places of `customers_` and looks keys up there.
  struct PlaceHash {
    using is_transparent = void;
    const std::deque<CustomerMemory>* customers;
    size_t operator()(const SlotKey& key) const;
    size_t operator()(uint32_t place) const;
  };
  struct PlaceEqual {
    using is_transparent = void;
    const std::deque<CustomerMemory>* customers;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, const SlotKey& b) const;
    bool operator()(const SlotKey& a, uint32_t b) const;
  };
  using Index = absl::flat_hash_set<uint32_t, PlaceHash, PlaceEqual>;

  Index& IndexOf(const SlotKey& key);
  const Index& IndexOf(const SlotKey& key) const;
  CustomerMemory* Add(const SlotKey& key);
  void RemoveAt(uint32_t place);
  CustomerMemory LoadOne(LedgerReader& reader, uint32_t names,
                         uint64_t version) const;

  std::deque<CustomerMemory> customers_;
  // Many small ones: one that grows takes a moment in which all others wait.
  std::vector<Index> indexes_;
  uint64_t next_ = 0;  // Of ForgetNext().
  uint64_t events_ = 0;
  uint64_t events_room_ = 0;  // What the vectors hold room for.
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_CUSTOMER_TABLE_H_
