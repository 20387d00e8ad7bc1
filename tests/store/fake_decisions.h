// tests/store/fake_decisions.h
//
// A decision maker as small as can be that still reads customers and counters:
// what the sequencer is tried and measured with.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_FAKE_DECISIONS_H_
#define STRATAGEM_TESTS_STORE_FAKE_DECISIONS_H_

#include <array>
#include <cstdint>
#include <future>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/state/state.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::store {

// Fills one slot with the first of these offers that has room, as of a pack
// `retail`:
//   event    `event_max` times in all, `event_customer_max` times a customer
//   coupon   money of a budget, reserved until it is accepted
//   leaflet  always
struct FakeCaps {
  int64_t event_max = 100;
  int64_t event_customer_max = 2;
  int64_t budget_max = 1'000'000;
  int64_t coupon_cost = 30'001;
  absl::Duration reserve_for = absl::Hours(24);
};

// The counters of those caps, in the order of FakeDecision::query().
inline constexpr absl::string_view kEventCounter = "retail/event/presented";
inline constexpr absl::string_view kBudgetCounter = "retail/budget/accepted";

// One decision from its question to its record. Not thread safe.
class FakeDecision {
 public:
  FakeDecision(const FakeCaps& caps, const Identity& identity,
               std::string customer_id, absl::Time now,
               trace::Role role = trace::Role::kLive,
               std::string request_id = "");
  FakeDecision(const FakeDecision&) = delete;
  FakeDecision& operator=(const FakeDecision&) = delete;

  // Lives as long as this.
  StateQuery query() const;
  state::StateCopy& copy() { return copy_; }

  // Decides with what `copy()` says.
  ReadyRecord Decide();
  const trace::DecisionRecord& record() const { return record_; }
  absl::string_view offer() const { return record_.slots.front().offer; }
  int times_decided() const { return times_decided_; }

  // Reads, decides and commits; waits until it is durable.
  absl::StatusOr<Position> Run(Sequencer& sequencer);
  // The same with what `copy()` said before.
  absl::StatusOr<Position> Commit(Sequencer& sequencer, ReadyRecord ready);

 private:
  const FakeCaps caps_;
  const Identity& identity_;
  const std::string customer_id_;
  const std::string subject_;
  const std::string request_id_;
  std::array<state::CounterQuery, 2> counters_;
  state::StateCopy copy_;
  trace::DecisionRecord record_;
  absl::Time now_;
  int times_decided_ = 0;
};

// Records an outcome of the slot that `decision` filled, and waits. Acceptances
// are honoured as PACK.md says; an outcome that is there already is not
// recorded again.
absl::StatusOr<Position> RecordOutcome(Sequencer& sequencer,
                                       const Identity& identity,
                                       const trace::DecisionRecord& decision,
                                       uint64_t sequence,
                                       state::Outcome outcome, absl::Time now,
                                       trace::OutcomeStatus* status = nullptr);

// What the records of a log take from the caps.
struct CapsTally {
  int64_t events = 0;
  int64_t reserved = 0;                      // Of the budget.
  std::map<std::string, int64_t> events_of;  // By customer, while not erased.
  uint64_t exceeded_at = 0;  // The first record with too much; 0: none.
};
CapsTally TallyOf(std::span<const LogEntry> log, const FakeCaps& caps);

// Everything that decisions for these customers may ask of the state, in words.
using ReadState = absl::FunctionRef<void(const StateQuery&, state::StateCopy&)>;
std::string Remembered(ReadState read, const Identity& identity,
                       std::span<const std::string> customers, absl::Time now);

// A callback and what it was called with.
class Awaited {
 public:
  Committed done() {
    return [this](absl::StatusOr<Position> at) {
      result_.set_value(std::move(at));
    };
  }
  absl::StatusOr<Position> Get() { return result_.get_future().get(); }

 private:
  std::promise<absl::StatusOr<Position>> result_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_FAKE_DECISIONS_H_
