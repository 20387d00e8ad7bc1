#include "engine/store/fold.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/record_codec.h"

namespace stratagem::store {
namespace {

// LIMIT: records that are in memory at once while a log is folded.
constexpr size_t kReadRecords = 1'000;

// The record without its personal part, which the ledger never looks at.
RecordBytes EnvelopeOf(const LogEntry& entry) {
  return {entry.record.envelope, ""};
}

// A log without its beginning is of no use without the snapshot that stood for
// it.
absl::Status BeginsLater(uint64_t wanted, absl::string_view found) {
  return absl::DataLossError(
      absl::StrCat("record ", wanted, " of the log is not there: ", found,
                   "; restore the store's whole folder from a backup"));
}

}  // namespace

bool ChangesState(trace::Role role) {
  return role == trace::Role::kLive || role == trace::Role::kCanary;
}

void Fold::Apply(const trace::DecisionRecord& decision,
                 absl::string_view subject, uint64_t sequence) {
  if (!ChangesState(decision.role)) return;
  const absl::Time at = state::FloorTime(decision.decided_at);
  events_.clear();
  if (decision.events_keep_until != absl::InfinitePast()) {
    for (const trace::PlacementResult& placement : decision.placements) {
      for (uint32_t i = placement.slots_begin; i < placement.slots_end; ++i) {
        events_.push_back({.at = at,
                           .sequence = sequence,
                           .offer = {decision.slots[i].offer},
                           .channel = {placement.channel},
                           .inbound = placement.inbound,
                           .group = decision.slots[i].group_key});
      }
    }
  }
  state::DecisionChanges changes = {.customer = {subject, decision.pack_name},
                                    .sequence = sequence,
                                    .at = at,
                                    .hold = decision.hold_written,
                                    .events = events_,
                                    .keep_until = decision.events_keep_until,
                                    .effects = decision.effects};
  if (decision.request_id_given && request_window_ > absl::ZeroDuration()) {
    changes.request_id = decision.request_id;
    changes.request_keep_until = at + request_window_;
  }
  ledger_.Apply(changes);
}

void Fold::Apply(const trace::OutcomeRecord& outcome,
                 absl::string_view subject) {
  ledger_.Apply(
      state::OutcomeChanges{.customer = {subject, outcome.pack_name},
                            .at = state::FloorTime(outcome.recorded_at),
                            .event = trace::EventOf(outcome),
                            .keep_until = outcome.keep_until,
                            .changes = outcome.changes});
}

void Fold::Apply(const state::Operation& operation) {
  ledger_.Apply(operation);
}

absl::Status Fold::Decode(const LogEntry& entry) {
  const RecordBytes bytes = EnvelopeOf(entry);
  STRATAGEM_ASSIGN_OR_RETURN(const RecordKind kind, KindOf(bytes));
  switch (kind) {
    case RecordKind::kDecision: {
      STRATAGEM_ASSIGN_OR_RETURN(const auto record, store::Decode(bytes));
      Apply(record->decision(), record->header().subject,
            entry.position.sequence);
      return absl::OkStatus();
    }
    case RecordKind::kOutcome: {
      STRATAGEM_ASSIGN_OR_RETURN(const auto record, DecodeOutcome(bytes));
      Apply(record->outcome(), record->header().subject);
      return absl::OkStatus();
    }
    case RecordKind::kOperatorAction:
      return DecodeAction(bytes);
  }
  return absl::OkStatus();
}

absl::Status Fold::DecodeAction(const RecordBytes& bytes) {
  if (DecodeErasure(bytes).ok()) return absl::OkStatus();
  STRATAGEM_ASSIGN_OR_RETURN(const auto decoded, DecodeOperation(bytes));
  Apply(decoded->operation());
  return absl::OkStatus();
}

absl::Status Fold::Apply(const LogEntry& entry) {
  absl::Status status = Decode(entry);
  if (status.ok()) return status;
  // A kind of record that this program does not know may change anything.
  const absl::StatusCode code = absl::IsUnimplemented(status)
                                    ? absl::StatusCode::kFailedPrecondition
                                    : status.code();
  return absl::Status(
      code, absl::StrCat("record ", entry.position.sequence,
                         " of the log cannot be counted: ", status.message()));
}

absl::StatusOr<uint64_t> FoldLog(const Store& store, uint64_t after,
                                 Fold& fold) {
  while (true) {
    const absl::StatusOr<std::vector<LogEntry>> entries =
        store.Read(after, kReadRecords);
    if (absl::IsOutOfRange(entries.status())) {
      return BeginsLater(after + 1, entries.status().message());
    }
    if (!entries.ok()) return entries.status();
    if (entries->empty()) return after;
    for (const LogEntry& entry : *entries) {
      if (entry.position.sequence != after + 1) {
        return BeginsLater(
            after + 1,
            absl::StrCat("found ", entry.position.sequence, " next"));
      }
      STRATAGEM_RETURN_IF_ERROR(fold.Apply(entry));
      ++after;
    }
  }
}

}  // namespace stratagem::store
