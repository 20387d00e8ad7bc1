#include "tests/store/fake_decisions.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"

namespace stratagem::store {
namespace {

constexpr absl::string_view kPack = "retail";
constexpr absl::string_view kEvent = "event";
constexpr absl::string_view kCoupon = "coupon";
constexpr absl::string_view kLeaflet = "leaflet";

state::Name Named(absl::string_view text) { return {text, state::KeyOf(text)}; }

// A counter with room for `needed` below `max`, or without: as long as that
// stays, the decision does.
state::CounterRead ReadOf(absl::string_view counter,
                          const state::CounterQuery& query, int64_t amount,
                          int64_t max, int64_t needed) {
  const bool open = amount + needed <= max;
  state::CounterRead read = {
      .query = query, .counter = counter, .amount = amount};
  (open ? read.same_to : read.same_from) = max - needed + (open ? 0 : 1);
  return read;
}

}  // namespace

FakeDecision::FakeDecision(const FakeCaps& caps, const Identity& identity,
                           std::string customer_id, absl::Time now,
                           trace::Role role, std::string request_id)
    : caps_(caps),
      identity_(identity),
      customer_id_(std::move(customer_id)),
      subject_(SubjectOf(identity.subject_key, customer_id_)),
      request_id_(std::move(request_id)),
      counters_(
          {state::CounterQuery{.key = state::KeyOf(kEventCounter), .now = now},
           state::CounterQuery{.key = state::KeyOf(kBudgetCounter),
                               .now = now}}),
      now_(now) {
  record_.role = role;
}

StateQuery FakeDecision::query() const {
  return {.customer = {subject_, kPack}, .counters = counters_};
}

ReadyRecord FakeDecision::Decide() {
  ++times_decided_;
  const trace::Role role = record_.role;
  record_.Clear();
  record_.role = role;
  record_.request_id = request_id_;
  record_.request_id_given = !request_id_.empty();
  record_.pack_name = kPack;
  record_.decided_at = now_;
  record_.seed = state::KeyOf(customer_id_);
  record_.customer_id = customer_id_;
  record_.events_keep_until = now_ + absl::Hours(1'000);
  record_.events_read = copy_.events;
  record_.hold_read = copy_.hold;
  record_.hold_written = state::TierHold{"gold", std::nullopt};
  record_.counters_read = {
      ReadOf(kEventCounter, counters_[0], copy_.amounts[0], caps_.event_max, 1),
      ReadOf(kBudgetCounter, counters_[1], copy_.amounts[1], caps_.budget_max,
             caps_.coupon_cost)};
  const auto shown = std::count_if(
      copy_.events.begin(), copy_.events.end(), [](const state::Event& event) {
        return event.offer.text == kEvent &&
               event.outcome == state::Outcome::kPresented;
      });
  absl::string_view offer = kLeaflet;
  if (copy_.amounts[0] < caps_.event_max && shown < caps_.event_customer_max) {
    offer = kEvent;
    record_.effects.push_back({.counter = Named(kEventCounter),
                               .offer = Named(kEvent),
                               .amount = 1,
                               .amount_max = caps_.event_max,
                               .at = absl::InfinitePast(),
                               .reserved_until = now_ + caps_.reserve_for});
  } else if (copy_.amounts[1] + caps_.coupon_cost <= caps_.budget_max) {
    offer = kCoupon;
    record_.effects.push_back({.counter = Named(kBudgetCounter),
                               .offer = Named(kCoupon),
                               .amount = caps_.coupon_cost,
                               .amount_max = caps_.budget_max,
                               .at = absl::InfinitePast(),
                               .counts = state::Outcome::kAccepted,
                               .reserved_until = now_ + caps_.reserve_for});
  }
  trace::PlacementResult placement;
  placement.name = "home";
  placement.channel = "app";
  placement.slots_end = 1;
  record_.placements.push_back(placement);
  record_.slots.push_back({offer, trace::Reason::kRanked});
  return {&record_, Encode(record_, identity_)};
}

absl::StatusOr<Position> FakeDecision::Commit(Sequencer& sequencer,
                                              ReadyRecord ready) {
  Awaited awaited;
  absl::Status queued = sequencer.Commit(
      query(), copy_, std::move(ready), [this] { return Decide(); },
      awaited.done());
  if (!queued.ok()) return queued;
  return awaited.Get();
}

absl::StatusOr<Position> FakeDecision::Run(Sequencer& sequencer) {
  sequencer.Read(query(), copy_);
  return Commit(sequencer, Decide());
}

namespace {

// What the outcome does to the amount that its decision added.
void Settle(const trace::DecisionRecord& decision, state::Outcome outcome,
            absl::Time now, const Sequencer::ReadCounter& amount,
            trace::OutcomeRecord& record) {
  if (decision.effects.empty()) return;
  const state::Effect& effect = decision.effects.front();
  const bool ended = now >= effect.reserved_until;
  const bool accepts = outcome == state::Outcome::kAccepted &&
                       effect.counts == state::Outcome::kAccepted;
  const bool frees = outcome == state::Outcome::kNotPresented ||
                     (outcome == state::Outcome::kDeclined &&
                      effect.counts == state::Outcome::kAccepted);
  if (accepts && !ended) {
    record.changes = {{state::ChangeKind::kConfirm, effect}};
  } else if (accepts &&
             amount({.key = effect.counter.key, .now = now}) + effect.amount <=
                 effect.amount_max) {
    record.changes = {{state::ChangeKind::kAdd, effect}};
  } else if (accepts) {
    record.status = trace::OutcomeStatus::kExpired;
  } else if (frees && !ended) {
    record.changes = {{state::ChangeKind::kRelease, effect}};
  }
}

}  // namespace

absl::StatusOr<Position> RecordOutcome(Sequencer& sequencer,
                                       const Identity& identity,
                                       const trace::DecisionRecord& decision,
                                       uint64_t sequence,
                                       state::Outcome outcome, absl::Time now,
                                       trace::OutcomeStatus* status) {
  const std::string subject =
      SubjectOf(identity.subject_key, decision.customer_id);
  trace::OutcomeRecord record;
  Awaited awaited;
  absl::Status queued = sequencer.CommitOutcome(
      {subject, decision.pack_name},
      [&](const state::StateCopy& copy, const Sequencer::ReadCounter& amount)
          -> std::optional<Sequencer::ReadyOutcome> {
        for (const state::Event& event : copy.events) {
          // The first answer stays.
          if (event.sequence == sequence &&
              event.outcome != state::Outcome::kPresented) {
            record.status = trace::OutcomeStatus::kRepeated;
            return std::nullopt;
          }
        }
        record.recorded_at = now;
        record.occurred_at = now;
        record.pack_name = decision.pack_name;
        record.decision_sequence = sequence;
        record.decided_at = decision.decided_at;
        record.channel = decision.placements.front().channel;
        record.offer = decision.slots.front().offer;
        record.outcome = outcome;
        record.keep_until = now + absl::Hours(1'000);
        record.customer_id = decision.customer_id;
        Settle(decision, outcome, now, amount, record);
        return Sequencer::ReadyOutcome{&record,
                                       EncodeOutcome(record, identity)};
      },
      awaited.done());
  if (!queued.ok()) return queued;
  if (status != nullptr) *status = record.status;
  return awaited.Get();
}

CapsTally TallyOf(std::span<const LogEntry> log, const FakeCaps& caps) {
  CapsTally tally;
  std::map<uint64_t, int64_t> open;  // Of the budget, by decision.
  for (const LogEntry& entry : log) {
    if (const auto outcome = DecodeOutcome(entry.record); outcome.ok()) {
      for (const auto& change : (*outcome)->outcome().changes) {
        if (change.kind != state::ChangeKind::kRelease) continue;
        if (change.effect.counter.text == kEventCounter) {
          --tally.events;
        } else {
          tally.reserved -=
              std::exchange(open[(*outcome)->outcome().decision_sequence], 0);
        }
      }
    } else if (const auto record = Decode(entry.record); record.ok()) {
      const trace::DecisionRecord& decision = (*record)->decision();
      const std::string customer(decision.customer_id);
      if (decision.slots.front().offer == kEvent) {
        ++tally.events;
        if (!customer.empty()) ++tally.events_of[customer];
      } else if (decision.slots.front().offer == kCoupon) {
        tally.reserved += caps.coupon_cost;
        open[entry.position.sequence] = caps.coupon_cost;
      }
      const bool exceeded = tally.events > caps.event_max ||
                            tally.reserved > caps.budget_max ||
                            (!customer.empty() && tally.events_of[customer] >
                                                      caps.event_customer_max);
      if (exceeded && tally.exceeded_at == 0) {
        tally.exceeded_at = entry.position.sequence;
      }
    }
  }
  return tally;
}

std::string Remembered(ReadState read, const Identity& identity,
                       std::span<const std::string> customers, absl::Time now) {
  const state::CounterQuery queries[] = {
      {.key = state::KeyOf(kEventCounter), .now = now},
      {.key = state::KeyOf(kBudgetCounter), .now = now}};
  std::string text;
  for (const std::string& customer : customers) {
    const std::string subject = SubjectOf(identity.subject_key, customer);
    state::StateCopy copy;
    read({{subject, kPack}, queries}, copy);
    absl::StrAppend(&text, customer, ": ", copy.amounts[0], " ",
                    copy.amounts[1], " ",
                    copy.hold.has_value() ? copy.hold->tier : "-");
    for (const state::Event& event : copy.events) {
      absl::StrAppend(&text, " ", event.sequence, event.offer.text,
                      state::OutcomeName(event.outcome), event.honoured,
                      absl::ToUnixMicros(event.at));
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace stratagem::store
