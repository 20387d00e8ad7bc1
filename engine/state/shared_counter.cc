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
  if (added > 0) reserved_[{kept.reserved_until, kept.at}] += added;
}

int64_t SharedCounter::TakeReserved(const KeptAmount& kept) {
  const auto found = reserved_.find({kept.reserved_until, kept.at});
  if (found == reserved_.end()) return 0;
  const int64_t taken = std::min(kept.amount, found->second);
  found->second -= taken;
  if (found->second == 0) reserved_.erase(found);
  return taken;
}

void SharedCounter::Confirm(const KeptAmount& kept) {
  const int64_t missing = kept.amount - TakeReserved(kept);
  if (missing > 0) amounts_.Add(kept.at, missing, kept.keep_until);
}

void SharedCounter::ReleaseReserved(const KeptAmount& kept) {
  amounts_.Take(kept.at, TakeReserved(kept));
}

void SharedCounter::Release(const KeptAmount& kept) {
  amounts_.Take(kept.at, kept.amount);
}

int64_t SharedCounter::Amount(int64_t from, int64_t until, int64_t now) const {
  int64_t amount = amounts_.Sum(from, until);
  // Those that ended and are still here: few, changes drop them.
  for (const auto& [reservation, reserved] : reserved_) {
    const auto [ends, at] = reservation;
    if (ends > now) break;
    if (at >= from && at < until) amount -= reserved;
  }
  return std::max<int64_t>(amount, 0);
}

void SharedCounter::Forget(int64_t ended, int64_t kept) {
  size_t most = kForgottenMax;
  while (!reserved_.empty() && most > 0) {
    const auto first = reserved_.begin();
    if (first->first.first > ended) break;
    amounts_.Take(first->first.second, first->second);
    reserved_.erase(first);
    --most;
  }
  amounts_.Forget(kept, most);
}

uint64_t SharedCounter::bytes() const {
  return sizeof(SharedCounter) + amounts_.bytes() +
         reserved_.size() * sizeof(std::pair<Reservation, int64_t>);
}

void SharedCounter::Save(LedgerWriter& writer) const {
  amounts_.Save(writer);
  writer.Number(reserved_.size());
  for (const auto& [reservation, amount] : reserved_) {
    writer.Signed(reservation.first);
    writer.Signed(reservation.second);
    writer.Signed(amount);
  }
}

void SharedCounter::Load(LedgerReader& reader) {
  amounts_.Load(reader);
  const uint64_t count = reader.Number();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const Reservation reservation = {reader.Signed(), reader.Signed()};
    const int64_t amount = reader.Signed();
    if (amount <= 0) reader.Fault("a reservation of nothing");
    if (!reserved_.empty() && reserved_.rbegin()->first >= reservation) {
      reader.Fault("reservations out of order");
    }
    if (reader.ok())
      reserved_.emplace_hint(reserved_.end(), reservation, amount);
  }
}

}  // namespace stratagem::state
