#include "engine/decide/settle.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "engine/decide/cap_counter.h"
#include "engine/decide/cap_window.h"
#include "engine/decide/customer_history.h"
#include "engine/plan/plan_code.h"

namespace stratagem::decide {
namespace {

using state::ChangeKind;
using state::Effect;
using state::Outcome;
using trace::OutcomeStatus;

class Settlement {
 public:
  Settlement(const SettleCase& settle_case, trace::OutcomeRecord& record)
      : case_(settle_case),
        decision_(settle_case.decision),
        record_(record),
        now_(state::FloorTime(settle_case.report.recorded_at)),
        offer_key_(state::KeyOf(settle_case.report.offer)) {}

  OutcomeStatus Run() {
    record_.Clear();
    if (!FindSlot()) return OutcomeStatus::kUnknown;
    static const plan::CapsCode kNoCaps;
    history_.Read(code() == nullptr ? kNoCaps : *code(), case_.state.events);
    slot_ = history_.Find(offer_key_, case_.sequence);
    if (IsRepeated()) return OutcomeStatus::kRepeated;
    FillRecord();
    record_.status = Decide();
    return record_.status;
  }

 private:
  const plan::CapsCode* code() const {
    return case_.plan == nullptr ? nullptr : &case_.plan->code().caps;
  }

  // Also notes where the offer was shown.
  bool FindSlot() {
    if (decision_.role != trace::Role::kLive &&
        decision_.role != trace::Role::kCanary) {
      return false;
    }
    for (const trace::PlacementResult& placement : decision_.placements) {
      for (uint32_t i = placement.slots_begin; i < placement.slots_end; ++i) {
        if (decision_.slots[i].offer != case_.report.offer) continue;
        record_.placement = placement.name;
        record_.channel = placement.channel;
        record_.inbound = placement.inbound;
        record_.offer = decision_.slots[i].offer;
        record_.group_key = decision_.slots[i].group_key;
        return true;
      }
    }
    return false;
  }

  bool IsRepeated() const {
    if (slot_ == nullptr) return false;
    // As trace::EventOf() would have it.
    uint64_t report = 0;
    if (case_.report.outcome == Outcome::kPresented) {
      report = state::kToldReport;
    } else if (case_.report.outcome == Outcome::kRevenue &&
               !case_.report.outcome_id.empty()) {
      report = state::KeyOf(case_.report.outcome_id);
    }
    const auto events = history_.EventsOf(*slot_);
    return std::any_of(events.begin(), events.end(),
                       [&](const state::Event* event) {
                         return event->outcome == case_.report.outcome &&
                                event->report == report;
                       });
  }

  void FillRecord() {
    const OutcomeReport& report = case_.report;
    record_.outcome_id = report.outcome_id;
    record_.trace_id = report.trace_id;
    record_.recorded_at = report.recorded_at;
    record_.occurred_at = report.occurred_at;
    record_.pack_name = decision_.pack_name;
    record_.pack_version = decision_.pack_version;
    record_.decision_epoch = case_.epoch;
    record_.decision_sequence = case_.sequence;
    record_.decided_at = decision_.decided_at;
    record_.outcome = report.outcome;
    record_.revenue_micros = report.revenue_micros;
    record_.revenue_currency = report.revenue_currency;
    record_.customer_id = decision_.customer_id;
    record_.keep_until = std::max(now_ + KeptFor(), ToldUntil());
  }

  // As long as caps may look at it, and as long as it may be told again.
  absl::Duration KeptFor() const {
    absl::Duration kept = case_.outcome_window;
    if (decision_.events_keep_until != absl::InfinitePast()) {
      kept = std::max(kept, decision_.events_keep_until - decision_.decided_at);
    }
    if (code() != nullptr && code()->events_kept.has_value()) {
      kept = std::max(kept, *code()->events_kept);
    }
    return kept;
  }

  // Until when an outcome may change something: what is reserved is kept for
  // its answer, also when the window has become shorter since.
  absl::Time ToldUntil() const {
    absl::Time until = decision_.decided_at + case_.outcome_window;
    for (const Effect& effect : decision_.effects) {
      if (IsOfSlot(effect)) until = std::max(until, effect.reserved_until);
    }
    return until;
  }

  OutcomeStatus Decide() {
    // What nobody remembers any more cannot be told from what never was.
    if (now_ > ToldUntil() || !history_.IsWholeFrom(decision_.decided_at)) {
      return OutcomeStatus::kLate;
    }
    switch (case_.report.outcome) {
      case Outcome::kAccepted:
        return Accept();
      case Outcome::kDeclined:
        if (!IsAnswered()) Release(Outcome::kAccepted);
        break;
      case Outcome::kNotPresented:
        // Of what somebody has told of it was shown.
        if (IsTold()) break;
        Release(Outcome::kAccepted);
        Release(Outcome::kPresented);
        break;
      case Outcome::kPresented:
      case Outcome::kClicked:
      case Outcome::kDeferred:
      case Outcome::kRedeemed:
      case Outcome::kRevenue:
      case Outcome::kIgnored:
        break;
    }
    return OutcomeStatus::kRecorded;
  }

  bool IsTold() const {
    if (slot_ == nullptr) return false;
    const auto events = history_.EventsOf(*slot_);
    return events.size() > 1 || !IsImplied(*events.front());
  }

  bool IsAnswered() const { return slot_ != nullptr && slot_->IsAnswered(); }

  bool IsOfSlot(const Effect& effect) const {
    return effect.offer.text == record_.offer;
  }

  // Frees what still may be of the effects that count `counts`.
  void Release(Outcome counts) {
    for (const Effect& effect : decision_.effects) {
      if (IsOfSlot(effect) && effect.counts == counts &&
          now_ < effect.reserved_until) {
        record_.changes.push_back({ChangeKind::kRelease, effect});
      }
    }
  }

  // What is still reserved is confirmed; of the rest there must be room.
  OutcomeStatus Accept() {
    bool has_room = HasCustomerRoom();
    for (const Effect& effect : decision_.effects) {
      if (!IsOfSlot(effect)) continue;
      if (effect.counts == Outcome::kPresented) {
        // It counts as it has, unless that was taken back.
        if (IsTakenBack(effect)) has_room &= AddAnew(effect);
      } else if (!IsAnswered() && now_ < effect.reserved_until) {
        record_.changes.push_back({ChangeKind::kConfirm, effect});
      } else {
        has_room &= AddAnew(effect);
      }
    }
    if (has_room) return OutcomeStatus::kRecorded;
    record_.changes.clear();
    if (!IsAnswered()) Release(Outcome::kAccepted);
    return OutcomeStatus::kExpired;
  }

  bool IsTakenBack(const Effect& effect) const {
    return slot_ != nullptr && slot_->taken_back.has_value() &&
           *slot_->taken_back < effect.reserved_until;
  }

  // Whether the customer's limits of today leave room for it: what is pending,
  // or shown, has it.
  bool HasCustomerRoom() {
    if (code() == nullptr) return true;
    const auto offer = code()->offer_by_key.find(offer_key_);
    if (offer == code()->offer_by_key.end()) return true;
    CapCounter counter;
    for (const uint32_t index : code()->caps_of[offer->second]) {
      const plan::CapCode& cap = code()->caps[index];
      if (!cap.per_customer || HasRoomOf(cap)) continue;
      const Count count = counter.OfLimit(
          *code(), index, WindowAt(cap.window, now_, code()->zone), now_,
          history_, slot_);
      if (count.amount >= cap.amount_max) return false;
    }
    return true;
  }

  // Whether the slot already has its place of a limit of each customer.
  bool HasRoomOf(const plan::CapCode& cap) const {
    if (cap.outcome == Outcome::kPresented) {
      return slot_ == nullptr || !slot_->IsTakenBack(cap.reserve_for);
    }
    return slot_ != nullptr && slot_->IsPending(cap.reserve_for, now_);
  }

  // Adds the amount of a reservation that ended, if the counter has room in its
  // window of today.
  bool AddAnew(const Effect& reserved) {
    // Of a counter that no plan at hand knows: all that it holds.
    Window window;
    Effect effect = reserved;
    if (code() != nullptr) FindCounter(reserved.counter.key, window, effect);
    const int64_t amount =
        case_.amount(QueryFor(reserved.counter.key, window, now_));
    if (amount > effect.amount_max - effect.amount) return false;
    record_.changes.push_back({ChangeKind::kAdd, effect});
    return true;
  }

  void FindCounter(uint64_t key, Window& window, Effect& effect) const {
    std::optional<int64_t> amount_max;
    for (const plan::CapCode& cap : code()->caps) {
      for (const uint32_t counter : cap.counters) {
        if (code()->counters[counter].key != key) continue;
        window = WindowAt(cap.window, now_, code()->zone);
        effect.at = StartOf(window, now_);
        effect.keep_until = window.KeptUntil(now_);
        amount_max =
            std::min(amount_max.value_or(cap.amount_max), cap.amount_max);
      }
    }
    effect.amount_max = amount_max.value_or(effect.amount_max);
  }

  const SettleCase& case_;
  const trace::DecisionRecord& decision_;
  trace::OutcomeRecord& record_;
  const absl::Time now_;  // By the server's clock.
  const uint64_t offer_key_;
  CustomerHistory history_;
  const SlotHistory* slot_ = nullptr;
};

}  // namespace

trace::OutcomeStatus Settle(const SettleCase& settle_case,
                            trace::OutcomeRecord& record) {
  return Settlement(settle_case, record).Run();
}

}  // namespace stratagem::decide
