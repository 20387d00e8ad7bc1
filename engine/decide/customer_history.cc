#include "engine/decide/customer_history.h"

#include <algorithm>
#include <utility>

#include "engine/state/ledger.h"

namespace stratagem::decide {
namespace {

std::pair<uint64_t, uint64_t> SlotOf(const state::Event& event) {
  return {event.offer.key, event.sequence};
}

// Compares slots with the key of an offer.
struct ByOffer {
  bool operator()(const SlotHistory& slot, uint64_t key) const {
    return slot.offer_key < key;
  }
  bool operator()(uint64_t key, const SlotHistory& slot) const {
    return key < slot.offer_key;
  }
};

// `event` is the last of `slot` so far; `is_told`: something was told before.
void Add(const state::Event& event, bool is_told, SlotHistory& slot) {
  if (!event.honoured) {
    slot.refused |= event.outcome == state::Outcome::kAccepted;
    return;
  }
  switch (event.outcome) {
    case state::Outcome::kPresented:
      if (!slot.presented.has_value()) slot.presented = event.at;
      break;
    case state::Outcome::kNotPresented:
      if (!is_told) slot.taken_back = event.at;
      break;
    case state::Outcome::kAccepted:
      if (!slot.accepted.has_value()) slot.accepted = event.at;
      break;
    case state::Outcome::kDeclined:
      slot.declined = true;
      break;
    case state::Outcome::kClicked:
    case state::Outcome::kDeferred:
    case state::Outcome::kRedeemed:
    case state::Outcome::kRevenue:
    case state::Outcome::kIgnored:
      break;
  }
}

// Until when events may be forgotten: the log is in the order of what was
// shown, while answers may tell of earlier times.
std::optional<absl::Time> ForgottenUntil(std::span<const state::Event> events) {
  if (events.size() < state::kCustomerEventsMax) return std::nullopt;
  const auto shown =
      std::find_if(events.begin(), events.end(), [](const state::Event& event) {
        return event.outcome == state::Outcome::kPresented;
      });
  return shown == events.end() ? absl::InfiniteFuture() : shown->at;
}

}  // namespace

bool IsImplied(const state::Event& event) {
  return event.outcome == state::Outcome::kPresented &&
         event.report != state::kToldReport;
}

void CustomerHistory::Read(const plan::CapsCode& code,
                           std::span<const state::Event> events) {
  events_.clear();
  slots_.clear();
  forgotten_until_ = ForgottenUntil(events);
  for (const state::Event& event : events) events_.push_back(&event);
  // Events of a slot stay in the order of the log, which is that of their
  // addresses.
  std::sort(events_.begin(), events_.end(),
            [](const state::Event* a, const state::Event* b) {
              const auto slot_a = SlotOf(*a);
              const auto slot_b = SlotOf(*b);
              return slot_a != slot_b ? slot_a < slot_b : a < b;
            });
  for (uint32_t i = 0; i < events_.size(); ++i) {
    const state::Event& event = *events_[i];
    if (slots_.empty() || slots_.back().offer_key != event.offer.key ||
        slots_.back().sequence != event.sequence) {
      SlotHistory& slot = slots_.emplace_back();
      slot.offer_key = event.offer.key;
      slot.sequence = event.sequence;
      slot.events_begin = i;
      const auto known = code.offer_by_key.find(event.offer.key);
      if (known != code.offer_by_key.end()) slot.offer = known->second;
    }
    SlotHistory& slot = slots_.back();
    const bool is_told =
        i > slot.events_begin &&
        (i > slot.events_begin + 1 || !IsImplied(*events_[slot.events_begin]));
    slot.events_end = i + 1;
    if (event.group != 0) slot.group = event.group;
    Add(event, is_told, slot);
  }
}

std::span<const SlotHistory> CustomerHistory::SlotsOf(
    uint64_t offer_key) const {
  const auto [first, last] =
      std::equal_range(slots_.begin(), slots_.end(), offer_key, ByOffer());
  return {first, last};
}

const SlotHistory* CustomerHistory::Find(uint64_t offer_key,
                                         uint64_t sequence) const {
  for (const SlotHistory& slot : SlotsOf(offer_key)) {
    if (slot.sequence == sequence) return &slot;
  }
  return nullptr;
}

std::span<const state::Event* const> CustomerHistory::EventsOf(
    const SlotHistory& slot) const {
  return std::span(events_).subspan(slot.events_begin,
                                    slot.events_end - slot.events_begin);
}

void VisitCustomerLimits(const plan::CapsCode& code, const SlotHistory& slot,
                         absl::FunctionRef<void(uint32_t cap)> visit) {
  std::span<const uint32_t> of_offer;
  if (slot.offer != kNoOffer) of_offer = code.caps_of[slot.offer];
  for (const uint32_t cap : of_offer) {
    if (code.caps[cap].per_customer) visit(cap);
  }
  if (slot.group == 0 ||
      (slot.offer != kNoOffer && code.group_keys[slot.offer] == slot.group)) {
    return;
  }
  const auto group = code.customer_limits_of_group.find(slot.group);
  if (group == code.customer_limits_of_group.end()) return;
  for (const uint32_t cap : group->second) {
    if (std::find(of_offer.begin(), of_offer.end(), cap) == of_offer.end()) {
      visit(cap);
    }
  }
}

std::optional<absl::Time> LeavesLimitAt(const plan::CapCode& cap,
                                        const Window& window, absl::Time now,
                                        const SlotHistory& slot) {
  if (cap.outcome == state::Outcome::kPresented) {
    const std::optional<absl::Time> shown = slot.ShownAt(cap.reserve_for);
    if (!shown.has_value() || !window.Covers(*shown)) return std::nullopt;
    return window.LeavesAt(*shown);
  }
  if (slot.accepted.has_value()) {
    if (!window.Covers(*slot.accepted)) return std::nullopt;
    return window.LeavesAt(*slot.accepted);
  }
  if (!slot.IsPending(cap.reserve_for, now)) return std::nullopt;
  return *slot.presented + cap.reserve_for;
}

}  // namespace stratagem::decide
