#include "engine/decide/cap_counter.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace stratagem::decide {
namespace {

bool IsIn(const std::vector<std::string>& channels, absl::string_view channel) {
  return channels.empty() ||
         std::find(channels.begin(), channels.end(), channel) != channels.end();
}

bool IsOfDirection(pack::Directions directions, bool inbound) {
  switch (directions) {
    case pack::Directions::kOutbound:
      return !inbound;
    case pack::Directions::kInbound:
      return inbound;
    case pack::Directions::kAny:
      return true;
  }
  return true;
}

// Whether `line` counts what happened to `slot`: of an offer that it looks at,
// or of a group that it names.
bool LooksAt(const plan::ContactCode& line, const SlotHistory& slot) {
  if (line.offers.empty()) return true;
  return (slot.offer != kNoOffer && line.offers[slot.offer]) ||
         std::binary_search(line.groups.begin(), line.groups.end(), slot.group);
}

}  // namespace

bool LooksAt(const plan::ContactCode& line, uint32_t offer) {
  return line.offers.empty() || line.offers[offer];
}

Count CapCounter::OfLine(const plan::ContactCode& line, const Window& window,
                         uint64_t offer_key, const CustomerHistory& history) {
  counted_.clear();
  const std::span<const SlotHistory> slots =
      line.counting == pack::Counting::kSameOffer ? history.SlotsOf(offer_key)
                                                  : history.slots();
  for (const SlotHistory& slot : slots) {
    if (LooksAt(line, slot)) AddSlot(line, window, history, slot);
  }
  if (line.counting == pack::Counting::kContacts) MergeContacts();
  return Result(line.count, history.IsWholeFrom(window.from));
}

void CapCounter::AddSlot(const plan::ContactCode& line, const Window& window,
                         const CustomerHistory& history,
                         const SlotHistory& slot) {
  const bool counts_shown = line.outcome == state::Outcome::kPresented;
  // What was not shown was shown after all when it is accepted.
  const state::Outcome counted =
      counts_shown && slot.IsTakenBack(absl::InfiniteDuration())
          ? state::Outcome::kAccepted
          : line.outcome;
  for (const state::Event* const event : history.EventsOf(slot)) {
    if (event->outcome != counted || !event->honoured ||
        !window.Covers(event->at) ||
        !IsIn(line.channels, event->channel.text)) {
      continue;
    }
    // What the customer answers is no contact of ours.
    const bool is_contact =
        counts_shown || line.outcome == state::Outcome::kNotPresented;
    if (is_contact && !IsOfDirection(line.direction, event->inbound)) continue;
    counted_.push_back(
        {event->sequence, event->channel.key, window.LeavesAt(event->at)});
    // Told again what the decision itself implied.
    if (counts_shown) return;
  }
}

void CapCounter::MergeContacts() {
  std::sort(counted_.begin(), counted_.end(),
            [](const Contact& a, const Contact& b) {
              return std::tie(a.sequence, a.channel, b.leaves_at) <
                     std::tie(b.sequence, b.channel, a.leaves_at);
            });
  const auto end = std::unique(
      counted_.begin(), counted_.end(), [](const Contact& a, const Contact& b) {
        return a.sequence == b.sequence && a.channel == b.channel;
      });
  counted_.erase(end, counted_.end());
}

Count CapCounter::OfLimit(const plan::CapsCode& code, uint32_t cap,
                          const Window& window, absl::Time now,
                          const CustomerHistory& history,
                          const SlotHistory* without) {
  counted_.clear();
  for (const SlotHistory& slot : history.slots()) {
    if (&slot == without) continue;
    VisitCustomerLimits(code, slot, [&](uint32_t limit) {
      if (limit != cap) return;
      const std::optional<absl::Time> leaves_at =
          LeavesLimitAt(code.caps[cap], window, now, slot);
      if (leaves_at.has_value()) {
        counted_.push_back({slot.sequence, 0, *leaves_at});
      }
    });
  }
  return Result(code.caps[cap].amount_max, history.IsWholeFrom(window.from));
}

Count CapCounter::Result(int64_t amount_max, bool is_whole) {
  Count count;
  count.amount = static_cast<int64_t>(counted_.size());
  if (!is_whole) {
    count.amount = std::max(count.amount, amount_max);
    return count;
  }
  if (count.amount < amount_max) return count;
  // It opens when one less than allowed is left.
  const auto last = counted_.begin() + (count.amount - amount_max);
  std::nth_element(counted_.begin(), last, counted_.end(),
                   [](const Contact& a, const Contact& b) {
                     return a.leaves_at < b.leaves_at;
                   });
  if (last->leaves_at != absl::InfiniteFuture()) {
    count.opens_at = last->leaves_at;
  }
  return count;
}

}  // namespace stratagem::decide
