#include "engine/state/shared_counter.h"

#include <algorithm>

namespace stratagem::state {
namespace {

// LIMIT: amounts and reservations that one change drops. A change adds a few,
// so that they never pile up.
constexpr size_t kForgottenMax = 256;

}  // namespace

void SharedCounter::Add(const KeptAmount& kept) {
  amounts_.Add(kept.at, kept.amount, kept.keep_until);
}

void SharedCounter::Reserve(const KeptAmount& kept) {
  const int64_t added = amounts_.Add(kept.at, kept.amount, kept.keep_until);
  if (added > 0) {
    reserved_[{kept.reserved_until, kept.slot}] = {kept.at, added};
  }
}

void SharedCounter::Confirm(const KeptAmount& kept) {
  reserved_.erase({kept.reserved_until, kept.slot});
}

void SharedCounter::ReleaseReserved(const KeptAmount& kept) {
  const auto found = reserved_.find({kept.reserved_until, kept.slot});
  if (found == reserved_.end()) return;
  amounts_.Take(found->second.at, found->second.amount);
  reserved_.erase(found);
}

void SharedCounter::Release(const KeptAmount& kept) {
  amounts_.Take(kept.at, kept.amount);
}

int64_t SharedCounter::Amount(int64_t from, int64_t until, int64_t now) const {
  int64_t amount = amounts_.Sum(from, until);
  // Those that ended and are still here: few, changes drop them.
  for (const auto& [key, reserved] : reserved_) {
    if (key.until > now) break;
    if (reserved.at >= from && reserved.at < until) amount -= reserved.amount;
  }
  return std::max<int64_t>(amount, 0);
}

void SharedCounter::Forget(int64_t ended, int64_t kept) {
  size_t most = kForgottenMax;
  while (!reserved_.empty() && most > 0) {
    const auto first = reserved_.begin();
    if (first->first.until > ended) break;
    amounts_.Take(first->second.at, first->second.amount);
    reserved_.erase(first);
    --most;
  }
  amounts_.Forget(kept, most);
}

uint64_t SharedCounter::bytes() const {
  return sizeof(SharedCounter) + amounts_.bytes() +
         reserved_.size() * (sizeof(ReservationKey) + sizeof(Reserved));
}

void SharedCounter::Save(LedgerWriter& writer) const {
  amounts_.Save(writer);
  writer.Number(reserved_.size());
  for (const auto& [key, reserved] : reserved_) {
    writer.Signed(key.until);
    writer.Number(key.slot.sequence);
    writer.Fixed(key.slot.offer);
    writer.Signed(reserved.at);
    writer.Signed(reserved.amount);
  }
}

void SharedCounter::Load(LedgerReader& reader) {
  amounts_.Load(reader);
  const uint64_t count = reader.Number();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const ReservationKey key = {reader.Signed(),
                                {reader.Number(), reader.Fixed()}};
    const Reserved reserved = {reader.Signed(), reader.Signed()};
    if (reserved.amount <= 0) reader.Fault("a reservation of nothing");
    if (!reserved_.empty() && reserved_.rbegin()->first >= key) {
      reader.Fault("reservations out of order");
    }
    if (reader.ok()) reserved_.emplace_hint(reserved_.end(), key, reserved);
  }
}

}  // namespace stratagem::state
