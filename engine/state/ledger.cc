#include "engine/state/ledger.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/state/customer_table.h"
#include "engine/state/ledger_bytes.h"
#include "engine/state/name_table.h"
#include "engine/state/request_table.h"
#include "engine/state/shared_counter.h"

namespace stratagem::state {
namespace {

// Opens the bytes of a ledger: what it is, and the version of its form.
constexpr absl::string_view kMagic = "stratagem ledger\n";
constexpr uint64_t kFormVersion = 4;

constexpr size_t kSubjectBytes = 16;
// Customers of the round that each change looks at. Two: so that the round is
// faster than customers can come.
constexpr int kCustomersLookedAt = 2;

// `time` less `grace`; the infinities stay.
int64_t Before(absl::Time time, absl::Duration grace) {
  return Micros(time - grace);
}

// `sequence` is that of the decision whose slot it is for.
KeptAmount Kept(const Effect& effect, uint64_t sequence) {
  return {.at = Micros(effect.at),
          .amount = std::max<int64_t>(effect.amount, 0),
          .keep_until = Micros(effect.keep_until),
          .reserved_until = Micros(effect.reserved_until),
          .slot = {sequence, effect.offer.key}};
}

}  // namespace

struct Ledger::Memory {
  explicit Memory(const LedgerOptions& ledger_options)
      : options(ledger_options), requests(ledger_options.requests_max) {}

  // A counter and its key, in the order in which they came.
  struct Counter {
    uint64_t key;
    SharedCounter amounts;
  };

  // The customer's key, or nullopt if nothing can be known of it.
  std::optional<SlotKey> Find(const CustomerKey& customer) const;
  static bool ReadSubject(absl::string_view subject, SlotKey& key);
  SharedCounter& CounterOf(uint64_t key);
  void RemoveCounter(size_t place);

  KeptEvent Keep(const Event& event, absl::Time keep_until);
  Event EventOf(const KeptEvent& event) const;
  // Sets the hold; false if it was so before.
  bool Hold(CustomerMemory& customer, const TierHold& hold);
  void Remember(const CustomerKey& key, absl::Time at,
                const std::optional<TierHold>& hold,
                std::span<const Event> events, absl::Time keep_until);
  // `sequence` is that of the decision.
  void Apply(const Effect& effect, uint64_t sequence, absl::Time at);
  void Apply(const CounterChange& change, uint64_t sequence, absl::Time at);
  // Looks at the next few of whom no record speaks.
  void ForgetNext(absl::Time at);

  void Load(LedgerReader& reader);

  const LedgerOptions options;
  uint64_t version = 0;
  absl::Time time = absl::InfinitePast();
  NameTable names;
  CustomerTable customers;
  std::deque<Counter> counters;
  absl::flat_hash_map<uint64_t, size_t> counter_places;
  size_t next_counter = 0;
  RequestTable requests;
  Operations operations;
};

bool Ledger::Memory::ReadSubject(absl::string_view subject, SlotKey& key) {
  if (subject.size() != kSubjectBytes) return false;
  std::memcpy(key.subject.data(), subject.data(), kSubjectBytes);
  return true;
}

std::optional<SlotKey> Ledger::Memory::Find(const CustomerKey& customer) const {
  SlotKey key;
  if (!ReadSubject(customer.subject, key)) return std::nullopt;
  const std::optional<uint32_t> pack = names.Find(customer.pack);
  if (!pack.has_value()) return std::nullopt;
  key.pack = *pack;
  return key;
}

SharedCounter& Ledger::Memory::CounterOf(uint64_t key) {
  const auto [place, added] = counter_places.emplace(key, counters.size());
  if (added) counters.emplace_back().key = key;
  return counters[place->second].amounts;
}

void Ledger::Memory::RemoveCounter(size_t place) {
  counter_places.erase(counters[place].key);
  if (place + 1 != counters.size()) {
    counters[place] = std::move(counters.back());
    counter_places[counters[place].key] = place;
  }
  counters.pop_back();
}

KeptEvent Ledger::Memory::Keep(const Event& event, absl::Time keep_until) {
  KeptEvent kept;
  kept.at = Micros(event.at);
  kept.keep_until = Micros(keep_until);
  kept.sequence = event.sequence;
  kept.report = event.report;
  kept.group = event.group;
  kept.offer = names.Intern(event.offer.text);
  kept.channel = names.Intern(event.channel.text) & (kLedgerNamesMax - 1);
  kept.outcome = static_cast<uint32_t>(event.outcome) & 0xf;
  kept.inbound = event.inbound ? 1 : 0;
  kept.honoured = event.honoured ? 1 : 0;
  return kept;
}

Event Ledger::Memory::EventOf(const KeptEvent& event) const {
  return {.at = TimeOf(event.at),
          .sequence = event.sequence,
          .offer = names.At(event.offer),
          .channel = names.At(event.channel),
          .inbound = event.inbound != 0,
          .outcome = static_cast<Outcome>(event.outcome),
          .honoured = event.honoured != 0,
          .report = event.report,
          .group = event.group};
}

bool Ledger::Memory::Hold(CustomerMemory& customer, const TierHold& hold) {
  const uint32_t tier = names.Intern(hold.tier);
  const int64_t below_since =
      hold.below_since.has_value() ? Micros(*hold.below_since) : kNotBelow;
  if (customer.tier == tier && customer.below_since == below_since) {
    return false;
  }
  customer.tier = tier;
  customer.below_since = below_since;
  return true;
}

void Ledger::Memory::Remember(const CustomerKey& customer, absl::Time at,
                              const std::optional<TierHold>& hold,
                              std::span<const Event> events,
                              absl::Time keep_until) {
  SlotKey key;
  if (!ReadSubject(customer.subject, key)) return;
  if (!hold.has_value() && events.empty()) return;
  key.pack = names.Intern(customer.pack);
  CustomerMemory& memory = *customers.FindOrAdd(key);
  bool changed = customers.Forget(memory, Before(at, kMemoryGrace));
  if (hold.has_value()) changed |= Hold(memory, *hold);
  for (const Event& event : events) {
    customers.AddEvent(memory, Keep(event, keep_until), kCustomerEventsMax);
    changed = true;
  }
  if (changed) memory.version = version;
}

void Ledger::Memory::Apply(const Effect& effect, uint64_t sequence,
                           absl::Time at) {
  SharedCounter& counter = CounterOf(effect.counter.key);
  counter.Forget(Before(at, kReservationGrace), Before(at, kMemoryGrace));
  const KeptAmount kept = Kept(effect, sequence);
  if (effect.counts == Outcome::kAccepted) {
    counter.Reserve(kept);
  } else {
    counter.Add(kept);
  }
}

void Ledger::Memory::Apply(const CounterChange& change, uint64_t sequence,
                           absl::Time at) {
  SharedCounter& counter = CounterOf(change.effect.counter.key);
  counter.Forget(Before(at, kReservationGrace), Before(at, kMemoryGrace));
  const KeptAmount kept = Kept(change.effect, sequence);
  switch (change.kind) {
    case ChangeKind::kConfirm:
      return counter.Confirm(kept);
    case ChangeKind::kRelease:
      if (change.effect.counts == Outcome::kAccepted) {
        return counter.ReleaseReserved(kept);
      }
      return counter.Release(kept);
    case ChangeKind::kAdd:
      return counter.Add(kept);
  }
}

void Ledger::Memory::ForgetNext(absl::Time at) {
  for (int i = 0; i < kCustomersLookedAt; ++i) {
    customers.ForgetNext(Before(at, kMemoryGrace));
  }
  if (counters.empty()) return;
  // Backwards, so that a removal brings none to a place that is to come.
  if (next_counter == 0 || next_counter > counters.size()) {
    next_counter = counters.size();
  }
  --next_counter;
  SharedCounter& counter = counters[next_counter].amounts;
  counter.Forget(Before(at, kReservationGrace), Before(at, kMemoryGrace));
  if (counter.empty()) RemoveCounter(next_counter);
}

void Ledger::Memory::Load(LedgerReader& reader) {
  if (reader.Bytes(kMagic.size()) != kMagic && reader.ok()) {
    return reader.Fault("its first bytes are others");
  }
  const uint64_t form = reader.Number();
  if (reader.ok() && form != kFormVersion) {
    return reader.Fault(
        absl::StrCat("form ", form, ", expected ", kFormVersion));
  }
  version = reader.Number();
  time = TimeOf(reader.Signed());
  names.Load(reader);
  customers.Load(reader, names.size(), version);
  const uint64_t count = reader.Number();
  next_counter = reader.NumberUpTo(count);
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t key = reader.Fixed();
    if (counter_places.contains(key)) {
      return reader.Fault("a counter is there twice");
    }
    CounterOf(key).Load(reader);
  }
  requests.Load(reader);
  operations.Load(reader, names.size());
}

Ledger::Ledger(const LedgerOptions& options)
    : memory_(std::make_unique<Memory>(options)) {}
Ledger::~Ledger() = default;

void Ledger::Read(const CustomerKey& customer,
                  std::span<const CounterQuery> queries,
                  StateCopy& copy) const {
  copy.Clear();
  copy.ledger_version = memory_->version;
  for (const CounterQuery& query : queries) {
    copy.amounts.push_back(Amount(query));
  }
  memory_->operations.ReadPaused(customer.pack, memory_->names, copy.paused);
  copy.pauses_version = PausesVersion(customer.pack);
  const std::optional<SlotKey> key = memory_->Find(customer);
  if (!key.has_value()) return;
  const CustomerMemory* found = memory_->customers.Find(*key);
  if (found == nullptr) return;
  copy.customer_version = found->version;
  if (found->tier != kNoTier) {
    copy.hold = TierHold{memory_->names.At(found->tier).text, std::nullopt};
    if (found->below_since != kNotBelow) {
      copy.hold->below_since = TimeOf(found->below_since);
    }
  }
  for (const KeptEvent& event : found->events) {
    copy.events.push_back(memory_->EventOf(event));
  }
}

int64_t Ledger::Amount(const CounterQuery& query) const {
  const auto place = memory_->counter_places.find(query.key);
  if (place == memory_->counter_places.end()) return 0;
  return memory_->counters[place->second].amounts.Amount(
      Micros(query.from), Micros(query.until), Micros(query.now));
}

uint64_t Ledger::CustomerVersion(const CustomerKey& customer) const {
  const std::optional<SlotKey> key = memory_->Find(customer);
  if (!key.has_value()) return 0;
  const CustomerMemory* found = memory_->customers.Find(*key);
  return found == nullptr ? 0 : found->version;
}

uint64_t Ledger::PausesVersion(absl::string_view pack) const {
  return memory_->operations.PausesVersion(pack, memory_->names);
}

const Operations& Ledger::operations() const { return memory_->operations; }

uint64_t Ledger::version() const { return memory_->version; }

absl::Time Ledger::time() const { return memory_->time; }

std::optional<uint64_t> Ledger::FindRequest(absl::string_view request_id,
                                            absl::Time now) const {
  return memory_->requests.Find(request_id, Micros(now));
}

void Ledger::Apply(const DecisionChanges& changes) {
  ++memory_->version;
  memory_->time = std::max(memory_->time, changes.at);
  memory_->Remember(changes.customer, changes.at, changes.hold, changes.events,
                    changes.keep_until);
  for (const Effect& effect : changes.effects) {
    memory_->Apply(effect, changes.sequence, changes.at);
  }
  if (!changes.request_id.empty()) {
    memory_->requests.Add(changes.request_id, changes.sequence,
                          Micros(changes.at),
                          Micros(changes.request_keep_until));
  }
  memory_->ForgetNext(changes.at);
}

void Ledger::Apply(const OutcomeChanges& changes) {
  ++memory_->version;
  memory_->time = std::max(memory_->time, changes.at);
  if (changes.keep_until > changes.at) {
    memory_->Remember(changes.customer, changes.at, std::nullopt,
                      {&changes.event, 1}, changes.keep_until);
  }
  for (const CounterChange& change : changes.changes) {
    memory_->Apply(change, changes.event.sequence, changes.at);
  }
  memory_->ForgetNext(changes.at);
}

void Ledger::Apply(const Operation& operation) {
  ++memory_->version;
  memory_->time = std::max(memory_->time, state::FloorTime(operation.at));
  memory_->operations.Apply(operation, memory_->names);
}

void Ledger::Erase(absl::string_view subject) {
  ++memory_->version;
  SlotKey key;
  if (!Memory::ReadSubject(subject, key)) return;
  for (key.pack = 0; key.pack < memory_->names.size(); ++key.pack) {
    memory_->customers.Remove(key);
  }
}

void Ledger::ForgetRequests(std::span<const uint64_t> sequences) {
  memory_->requests.Forget(sequences);
}

LedgerSize Ledger::size() const {
  LedgerSize size;
  size.customers = memory_->customers.size();
  size.events = memory_->customers.events();
  size.counters = memory_->counters.size();
  size.requests = memory_->requests.size();
  size.requests_forgotten_early = memory_->requests.forgotten_early();
  size.bytes = memory_->names.bytes() + memory_->customers.bytes() +
               memory_->requests.bytes();
  for (const Memory::Counter& counter : memory_->counters) {
    size.reservations += counter.amounts.reservations();
    size.bytes += sizeof(counter) + counter.amounts.bytes();
  }
  return size;
}

absl::Status Ledger::Save(
    const std::function<absl::Status(absl::string_view)>& write) const {
  LedgerWriter writer(write);
  writer.Bytes(kMagic);
  writer.Number(kFormVersion);
  writer.Number(memory_->version);
  writer.Signed(Micros(memory_->time));
  memory_->names.Save(writer);
  memory_->customers.Save(writer);
  writer.Number(memory_->counters.size());
  writer.Number(std::min(memory_->next_counter, memory_->counters.size()));
  for (const Memory::Counter& counter : memory_->counters) {
    writer.Fixed(counter.key);
    counter.amounts.Save(writer);
  }
  memory_->requests.Save(writer);
  memory_->operations.Save(writer);
  return writer.Finish();
}

absl::Status Ledger::Load(
    const std::function<absl::StatusOr<std::string>(size_t count)>& read) {
  auto loaded = std::make_unique<Memory>(memory_->options);
  LedgerReader reader(read);
  loaded->Load(reader);
  if (absl::Status status = reader.Finish(); !status.ok()) return status;
  memory_ = std::move(loaded);
  return absl::OkStatus();
}

}  // namespace stratagem::state
