#include "engine/state/customer_table.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace stratagem::state {
namespace {

constexpr size_t kIndexes = 64;
// What an entry of the index takes at its usual fill.
constexpr uint64_t kIndexBytes = 8;

}  // namespace

int64_t Micros(absl::Time time) {
  if (time == absl::InfinitePast()) return INT64_MIN;
  if (time == absl::InfiniteFuture()) return INT64_MAX;
  return absl::ToUnixMicros(time);
}

absl::Time TimeOf(int64_t micros) {
  if (micros == INT64_MIN) return absl::InfinitePast();
  if (micros == INT64_MAX) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}

size_t CustomerTable::PlaceHash::operator()(const SlotKey& key) const {
  return absl::HashOf(key.subject[0], key.subject[1], key.pack);
}
size_t CustomerTable::PlaceHash::operator()(uint32_t place) const {
  return (*this)((*customers)[place].key);
}
bool CustomerTable::PlaceEqual::operator()(uint32_t a, const SlotKey& b) const {
  return (*customers)[a].key == b;
}
bool CustomerTable::PlaceEqual::operator()(const SlotKey& a, uint32_t b) const {
  return (*this)(b, a);
}

CustomerTable::CustomerTable()
    : indexes_(kIndexes,
               Index(0, PlaceHash{&customers_}, PlaceEqual{&customers_})) {}

// Pseudonyms are random, so any of their bits will do.
CustomerTable::Index& CustomerTable::IndexOf(const SlotKey& key) {
  return indexes_[key.subject[1] % kIndexes];
}
const CustomerTable::Index& CustomerTable::IndexOf(const SlotKey& key) const {
  return indexes_[key.subject[1] % kIndexes];
}

const CustomerMemory* CustomerTable::Find(const SlotKey& key) const {
  const Index& index = IndexOf(key);
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &customers_[*found];
}

CustomerMemory* CustomerTable::FindOrAdd(const SlotKey& key) {
  const Index& index = IndexOf(key);
  const auto found = index.find(key);
  return found == index.end() ? Add(key) : &customers_[*found];
}

CustomerMemory* CustomerTable::Add(const SlotKey& key) {
  CustomerMemory& customer = customers_.emplace_back();
  customer.key = key;
  IndexOf(key).insert(static_cast<uint32_t>(customers_.size() - 1));
  return &customer;
}

void CustomerTable::Remove(const SlotKey& key) {
  const Index& index = IndexOf(key);
  const auto found = index.find(key);
  if (found != index.end()) RemoveAt(*found);
}

void CustomerTable::RemoveAt(uint32_t place) {
  const auto last = static_cast<uint32_t>(customers_.size() - 1);
  CustomerMemory& customer = customers_[place];
  events_ -= customer.events.size();
  events_room_ -= customer.events.capacity();
  IndexOf(customer.key).erase(place);
  if (place != last) {
    // Out of the index while the index still finds its key in its old place.
    Index& index = IndexOf(customers_[last].key);
    index.erase(last);
    customer = std::move(customers_[last]);
    index.insert(place);
  }
  customers_.pop_back();
}

void CustomerTable::AddEvent(CustomerMemory& customer, const KeptEvent& event,
                             size_t most) {
  if (customer.events.size() >= most) {
    customer.events.erase(customer.events.begin());
    --events_;
  }
  events_room_ -= customer.events.capacity();
  customer.events.push_back(event);
  events_room_ += customer.events.capacity();
  ++events_;
}

bool CustomerTable::Forget(CustomerMemory& customer, int64_t time) {
  const size_t forgotten = std::erase_if(
      customer.events,
      [time](const KeptEvent& event) { return event.keep_until <= time; });
  if (forgotten == 0) return false;
  events_ -= forgotten;
  events_room_ -= customer.events.capacity();
  if (customer.events.empty()) customer.events = {};
  events_room_ += customer.events.capacity();
  return true;
}

void CustomerTable::ForgetNext(int64_t time) {
  if (customers_.empty()) return;
  // Backwards, so that a removal brings nobody to a place that is to come.
  next_ =
      (next_ == 0 || next_ > customers_.size() ? customers_.size() : next_) - 1;
  CustomerMemory& customer = customers_[next_];
  Forget(customer, time);
  if (customer.empty()) RemoveAt(static_cast<uint32_t>(next_));
}

uint64_t CustomerTable::bytes() const {
  return customers_.size() * (sizeof(CustomerMemory) + kIndexBytes) +
         events_room_ * sizeof(KeptEvent);
}

void CustomerTable::Save(LedgerWriter& writer) const {
  writer.Number(customers_.size());
  writer.Number(std::min<uint64_t>(next_, customers_.size()));
  for (const CustomerMemory& customer : customers_) {
    writer.Fixed(customer.key.subject[0]);
    writer.Fixed(customer.key.subject[1]);
    writer.Number(customer.key.pack);
    writer.Number(uint64_t{customer.tier + 1u});  // 0: none is held.
    if (customer.tier != kNoTier) writer.Signed(customer.below_since);
    writer.Number(customer.version);
    writer.Number(customer.events.size());
    for (const KeptEvent& event : customer.events) {
      writer.Signed(event.at);
      writer.Signed(event.keep_until);
      writer.Number(event.sequence);
      writer.Number(event.report);
      writer.Fixed(event.group);
      writer.Number(event.offer);
      writer.Number(event.channel);
      writer.Number(event.outcome | event.inbound << 4 | event.honoured << 5);
    }
  }
}

CustomerMemory CustomerTable::LoadOne(LedgerReader& reader, uint32_t names,
                                      uint64_t version) const {
  if (names == 0) reader.Fault("a customer without names");
  CustomerMemory customer;
  customer.key.subject = {reader.Fixed(), reader.Fixed()};
  customer.key.pack = static_cast<uint32_t>(reader.NumberUpTo(names - 1));
  customer.tier = static_cast<uint32_t>(reader.NumberUpTo(names)) - 1u;
  if (customer.tier != kNoTier) customer.below_since = reader.Signed();
  customer.version = reader.NumberUpTo(version);
  const uint64_t events = reader.Number();
  for (uint64_t i = 0; i < events && reader.ok(); ++i) {
    KeptEvent event;
    event.at = reader.Signed();
    event.keep_until = reader.Signed();
    event.sequence = reader.Number();
    event.report = reader.Number();
    event.group = reader.Fixed();
    event.offer = static_cast<uint32_t>(reader.NumberUpTo(names - 1));
    event.channel = static_cast<uint32_t>(reader.NumberUpTo(names - 1)) &
                    (kLedgerNamesMax - 1);
    const uint64_t bits = reader.NumberUpTo(0x3f);
    event.outcome = bits & 0xf;
    event.inbound = bits >> 4 & 1;
    event.honoured = bits >> 5 & 1;
    if (event.outcome < kOutcomeFirst || event.outcome > kOutcomeLast) {
      reader.Fault("an outcome that is none");
    }
    customer.events.push_back(event);
  }
  if (customer.empty()) reader.Fault("a customer of whom nothing is known");
  return customer;
}

void CustomerTable::Load(LedgerReader& reader, uint32_t names,
                         uint64_t version) {
  const uint64_t count = reader.NumberUpTo(0xffff'ffff);
  next_ = reader.NumberUpTo(count);
  for (uint64_t i = 0; i < count; ++i) {
    CustomerMemory customer = LoadOne(reader, names, version);
    if (!reader.ok()) return;
    if (Find(customer.key) != nullptr) {
      return reader.Fault("a customer is there twice");
    }
    CustomerMemory* place = Add(customer.key);
    *place = std::move(customer);
    events_ += place->events.size();
    events_room_ += place->events.capacity();
  }
}

}  // namespace stratagem::state
