#include "tests/e2e/fair_pack.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

constexpr char kText[] = R"yaml(language: 1
name: fair
version: 1.0.0
description: Every kind of cap, contended
timezone: UTC
attributes:
  spend: {type: double, min: 0, default: 0}
  mark:  {type: int, min: 0, default: 0}
value:
  dimensions:
    economic: {weight: 1, indicators: [{name: spend, expression: "spend", bins: [100]}]}
  tiers:
    - {tier: gold, score_min: 50}
    - {tier: bronze}
  hold: {downgrade_after: 90d}
groups:
  stand: {}
  hall: {}
  desk: {}
  till: {}
  phone: {}
offers:
  - {id: ticket, group: stand, value: 9, cost: 0, limits: [{count: TICKETS, per: all, period: total}]}
  - {id: thanks, group: stand, value: 1, cost: 0}
  - {id: seat, group: hall, value: 9, cost: 0, limits: [{count: SEATS, per: all, period: total, outcome: accepted, reserve_for: 3d}]}
  - {id: sample, group: desk, value: 9, cost: 0, limits: [{count: SAMPLES, per: customer, within: 30d}]}
  - {id: coin, group: till, value: 9, cost: 3.5}
  - {id: note, group: till, value: 12, cost: 7.25}
  - {id: ring, group: phone, channels: [call], value: 9, cost: 0}
placements:
  stand: {direction: inbound, max_offers: 1, groups: [stand]}
  hall:  {direction: inbound, max_offers: 1, groups: [hall]}
  desk:  {direction: inbound, max_offers: 1, groups: [desk]}
  till:  {direction: inbound, max_offers: 1, groups: [till]}
  phone: {channel: call, direction: outbound, max_offers: 1, groups: [phone]}
arbitration:
  score: "offer.value - offer.cost"
  explore: {method: softmax, temperature: 0.5, share: 0.4}
contact_policy:
  - {name: fatigue, channels: [call], count: RINGS, within: 7d}
budgets:
  - {name: pot, groups: [till], amount: POT, charge: accepted, reserve_for: 3d, period: total}
)yaml";

bool IsClosed(v1::Reason reason) {
  return reason == v1::REASON_LIMIT || reason == v1::REASON_BUDGET ||
         reason == v1::REASON_CONTACT_POLICY;
}

}  // namespace

std::string FairPackText(const FairSizes& sizes) {
  return absl::StrReplaceAll(
      kText, {{"TICKETS", absl::StrCat(sizes.tickets)},
              {"SEATS", absl::StrCat(sizes.seats)},
              {"SAMPLES", absl::StrCat(kSamplesEach)},
              {"RINGS", absl::StrCat(kRingsEach)},
              {"POT", absl::StrFormat("%d.%06d", sizes.pot_micros / 1'000'000,
                                      sizes.pot_micros % 1'000'000)}});
}

FairLedger::Counter FairLedger::CounterOf(absl::string_view offer,
                                          const std::string& customer) {
  if (offer == "ticket") return {&tickets_, sizes_.tickets, 1, false};
  if (offer == "seat") return {&seats_, sizes_.seats, 1, true};
  if (offer == "sample") return {&samples_[customer], kSamplesEach, 1, false};
  if (offer == "ring") return {&rings_[customer], kRingsEach, 1, false};
  if (offer == "coin")
    return {&pot_micros_, sizes_.pot_micros, kCoinMicros, true};
  if (offer == "note")
    return {&pot_micros_, sizes_.pot_micros, kNoteMicros, true};
  return {};
}

void FairLedger::Add(const v1::LogEntry& entry) {
  const v1::Decision& decision = entry.decision();
  if (decision.role() != v1::DECISION_ROLE_LIVE) return;
  CheckTier(entry);
  for (int i = 0; i < decision.placements_size(); ++i) {
    CheckRoom(entry, i);
    for (const v1::Slot& slot : decision.placements(i).slots()) {
      const Counter counter = CounterOf(slot.offer_id(), entry.customer_id());
      if (counter.amount == nullptr) continue;
      *counter.amount += counter.draw;
      EXPECT_LE(*counter.amount, counter.amount_max)
          << slot.offer_id() << " is overspent by " << decision.decision_id();
      slots_[{decision.position().sequence(), slot.offer_id()}] =
          counter.reserves ? SlotState::kReserved : SlotState::kTaken;
    }
  }
}

void FairLedger::CheckTier(const v1::LogEntry& entry) {
  for (const v1::Input& input : entry.decision().explanation().attributes()) {
    if (input.name() == "spend" && input.value().double_value() >= kGoldSpend) {
      gold_.insert(entry.customer_id());
    }
  }
  EXPECT_EQ(entry.decision().tier(),
            gold_.contains(entry.customer_id()) ? "gold" : "bronze")
      << entry.ShortDebugString();
}

void FairLedger::CheckRoom(const v1::LogEntry& entry, int placement) {
  const v1::PlacementExplanation& explained =
      entry.decision().explanation().placements(placement);
  for (const v1::Candidate& candidate : explained.candidates()) {
    const Counter counter =
        CounterOf(candidate.offer_id(), entry.customer_id());
    if (counter.amount == nullptr) continue;
    EXPECT_LE(*counter.amount + counter.draw, counter.amount_max)
        << "no room for " << candidate.offer_id() << ": "
        << entry.ShortDebugString();
  }
  for (const v1::Exclusion& exclusion : explained.exclusions()) {
    ASSERT_TRUE(IsClosed(exclusion.reason())) << exclusion.ShortDebugString();
    const Counter counter =
        CounterOf(exclusion.offer_id(), entry.customer_id());
    ASSERT_NE(counter.amount, nullptr) << exclusion.ShortDebugString();
    EXPECT_GT(*counter.amount + counter.draw, counter.amount_max)
        << "there was room: " << exclusion.ShortDebugString();
    EXPECT_EQ(exclusion.amount_max(), counter.amount_max);
    EXPECT_LE(exclusion.amount(), counter.amount_max);
    // What draws one at a time is full to the last.
    if (counter.draw == 1) {
      EXPECT_EQ(exclusion.amount(), *counter.amount);
    }
  }
}

void FairLedger::Add(uint64_t decision_sequence,
                     const v1::LoggedOutcome& outcome) {
  const auto slot = slots_.find({decision_sequence, outcome.offer_id()});
  ASSERT_NE(slot, slots_.end()) << outcome.ShortDebugString();
  const Counter counter = CounterOf(outcome.offer_id(), "");
  SlotState& state = slot->second;
  const bool has_room = *counter.amount + counter.draw <= counter.amount_max;
  v1::OutcomeStatus expected = v1::OUTCOME_STATUS_RECORDED;
  switch (outcome.outcome()) {
    case v1::OUTCOME_NOT_PRESENTED:
      // Callers tell it of a slot first, or not at all.
      *counter.amount -= counter.draw;
      state = SlotState::kFree;
      break;
    case v1::OUTCOME_DECLINED:
      if (state != SlotState::kReserved) break;
      *counter.amount -= counter.draw;
      state = SlotState::kFree;
      break;
    case v1::OUTCOME_ACCEPTED:
      if (state == SlotState::kFree && !has_room) {
        expected = v1::OUTCOME_STATUS_EXPIRED;
        break;
      }
      if (state == SlotState::kFree) *counter.amount += counter.draw;
      state = SlotState::kTaken;
      break;
    default:
      ADD_FAILURE() << "nobody told " << outcome.ShortDebugString();
  }
  EXPECT_EQ(outcome.status(), expected) << outcome.ShortDebugString();
  EXPECT_LE(*counter.amount, counter.amount_max) << outcome.ShortDebugString();
}

uint64_t FairLedger::reservations() const {
  return static_cast<uint64_t>(std::count_if(
      slots_.begin(), slots_.end(),
      [](const auto& slot) { return slot.second == SlotState::kReserved; }));
}

}  // namespace stratagem
