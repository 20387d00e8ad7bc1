// engine/trace/outcome_record.h
//
// OutcomeRecord: what became of one slot of a decision, as plain data. Filled
// from decide::Settle, written by store; evaluation and tuning read it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_OUTCOME_RECORD_H_
#define STRATAGEM_ENGINE_TRACE_OUTCOME_RECORD_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/state.h"

namespace stratagem::trace {

// What recording an outcome came to. Numbers stand in records and on the wire.
enum class OutcomeStatus : uint8_t {
  kRecorded = 1,
  // An acceptance after its reservation ended, or of what was told not to have
  // been shown, and there was no more room: not honoured, counts for nothing.
  kExpired = 2,
  // After the time in which outcomes change what is remembered; recorded, and
  // changes nothing.
  kLate = 3,
  // Not recorded, because it was before: the same outcome of the same slot.
  kRepeated = 4,
  // Not recorded: the log has no such decision, or that offer has no slot in
  // it, or the decision was a preview or simulation.
  kUnknown = 5,
};

// Returns the status's stable name: "recorded", "expired", ….
absl::string_view OutcomeStatusName(OutcomeStatus status);

// Text is borrowed.
struct OutcomeRecord {
  // The envelope: says nothing that identifies a person.
  absl::string_view outcome_id;  // The caller's name for it, or "".
  absl::string_view trace_id;
  absl::Time recorded_at;  // By the server's clock.
  absl::Time occurred_at;  // As the caller says; else recorded_at.
  absl::string_view pack_name;
  absl::string_view pack_version;
  // The decision.
  uint64_t decision_epoch = 0;
  uint64_t decision_sequence = 0;
  absl::Time decided_at;
  absl::string_view placement;
  absl::string_view channel;
  bool inbound = false;
  absl::string_view offer;
  uint64_t group_key = 0;  // SlotResult::group_key.
  state::Outcome outcome = state::Outcome::kPresented;
  OutcomeStatus status = OutcomeStatus::kRecorded;  // kRecorded to kLate.
  int64_t revenue_micros = 0;          // Of kRevenue; may be negative.
  absl::string_view revenue_currency;  // As the caller says; or "".
  // Until when the event is remembered of the customer; InfinitePast: not.
  absl::Time keep_until = absl::InfinitePast();
  std::vector<state::CounterChange> changes;

  // Personal.
  absl::string_view customer_id;

  void Clear();
};

// What is remembered of it. Acceptances, and what was not shown, count from
// when the server heard of it: by its clock room was given to others. The rest
// counts from when it occurred, which is not after that, nor before its
// decision. Only kRecorded is honoured. Keys of names are left out.
state::Event EventOf(const OutcomeRecord& record);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_OUTCOME_RECORD_H_
