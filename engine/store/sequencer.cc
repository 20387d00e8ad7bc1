#include "engine/store/sequencer.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/fold.h"
#include "engine/store/identity.h"
#include "engine/store/ledger_snapshot.h"
#include "engine/store/record_codec.h"
#include "engine/store/snapshotter.h"

namespace stratagem::store {
namespace {

class LogSequencer final : public Sequencer {
 public:
  LogSequencer(Store& store, const SequencerOptions& options)
      : store_(store),
        options_(options),
        ledger_({.requests_max = options.requests_max}),
        fold_(ledger_, options.request_window) {}
  ~LogSequencer() override { Close(); }

  // Fills the ledger; called once, first.
  absl::Status Load();

  void Read(const StateQuery& query, state::StateCopy& copy) const override {
    std::lock_guard lock(mutex_);
    ledger_.Read(query.customer, query.counters, copy);
  }

  absl::Time time() const override {
    return absl::FromUnixMicros(time_us_.load(std::memory_order_acquire));
  }

  std::optional<uint64_t> FindRequest(absl::string_view request_id,
                                      absl::Time now) const override {
    std::lock_guard lock(mutex_);
    return ledger_.FindRequest(request_id, now);
  }

  absl::Status Commit(const StateQuery& query, state::StateCopy& copy,
                      ReadyRecord ready,
                      absl::FunctionRef<ReadyRecord()> decide_again,
                      Committed done) override;
  absl::Status CommitOutcome(const state::CustomerKey& customer,
                             absl::FunctionRef<std::optional<ReadyOutcome>(
                                 const state::StateCopy&, const ReadCounter&)>
                                 settle,
                             Committed done) override;

  absl::Status Operate(const state::Operation& operation) override;

  state::Operations operations() const override {
    std::lock_guard lock(mutex_);
    return ledger_.operations();
  }

  bool has_pauses() const override {
    return has_pauses_.load(std::memory_order_acquire);
  }

  absl::Status Flush(Committed done) override {
    return store_.Flush(std::move(done));
  }

  absl::StatusOr<uint64_t> EraseCustomer(absl::string_view customer_id,
                                         absl::Time now) override;

  uint64_t erasures() const override { return erasures_; }

  SequencerStats stats() const override;

  void Close() override {
    if (snapshotter_ != nullptr) snapshotter_->Stop();
  }

 private:
  // Appends a record that is no decision or outcome, and `then`, under the
  // lock, applies it. Waits until it is durable.
  absl::Status AppendAndWait(RecordBytes bytes, absl::FunctionRef<void()> then);

  // The records of whoever was erased are cleared, if they are.
  void EndErasure(std::span<const uint64_t> cleared);

  // All under `mutex_`.
  absl::Status CheckErasures(std::optional<uint64_t> before) const;
  absl::Status CheckRequest(const trace::DecisionRecord& decision);
  bool StillSame(const StateQuery& query, const state::StateCopy& copy,
                 const trace::DecisionRecord& decision) const;
  // Appends the next record, whose changes the caller applies then.
  absl::Status Append(RecordBytes bytes, Committed done);
  absl::Status CheckTime(const trace::DecisionRecord& decision) const;
  // Call it when the ledger has changed.
  void Publish() {
    time_us_.store(absl::ToUnixMicros(ledger_.time()),
                   std::memory_order_release);
    has_pauses_.store(ledger_.operations().has_pauses(),
                      std::memory_order_release);
  }

  Store& store_;
  const SequencerOptions options_;

  // INVARIANT: guarded by `mutex_`, the ledger is the fold over the records
  // that were appended, up to `last_sequence_`, in the order of the log.
  mutable std::mutex mutex_;
  state::Ledger ledger_;
  Fold fold_;
  uint64_t last_sequence_ = 0;
  uint64_t folded_at_open_ = 0;
  uint64_t decided_again_ = 0;
  uint64_t requests_repeated_ = 0;
  state::StateCopy outcome_copy_;  // Scratch.

  // The last record before the erasure under way, and whose. Changed under
  // both mutexes, `erase_mutex_` first.
  struct {
    std::string subject;
    uint64_t through = 0;
  } erased_;
  std::mutex erase_mutex_;  // Held by the one EraseCustomer() that works.
  std::atomic<uint64_t> erasures_ = 0;  // Changed under `mutex_`.

  // Of the ledger, for whoever does not hold `mutex_`.
  std::atomic<int64_t> time_us_ = INT64_MIN;
  std::atomic<bool> has_pauses_ = false;

  std::unique_ptr<Snapshotter> snapshotter_;  // Null without a folder.
};

absl::Status LogSequencer::Load() {
  STRATAGEM_ASSIGN_OR_RETURN(
      const LoadedLedger loaded,
      LoadLedger(store_, options_.snapshot_directory, ledger_, fold_));
  Publish();
  last_sequence_ = loaded.last;
  folded_at_open_ = loaded.last - loaded.snapshot;
  if (!options_.snapshot_directory.empty()) {
    snapshotter_ = std::make_unique<Snapshotter>(store_, options_, loaded);
  }
  return absl::OkStatus();
}

absl::Status LogSequencer::CheckErasures(std::optional<uint64_t> before) const {
  if (!before.has_value() || *before == erasures_) return absl::OkStatus();
  return absl::AbortedError(
      "somebody was erased since what is known of the customer was read");
}

absl::Status LogSequencer::CheckRequest(const trace::DecisionRecord& decision) {
  if (!decision.request_id_given) return absl::OkStatus();
  const std::optional<uint64_t> first =
      ledger_.FindRequest(decision.request_id, decision.decided_at);
  if (!first.has_value()) return absl::OkStatus();
  ++requests_repeated_;
  return absl::AlreadyExistsError(
      absl::StrCat("request id `", decision.request_id,
                   "` was taken by the decision at ", *first));
}

absl::Status LogSequencer::CheckTime(
    const trace::DecisionRecord& decision) const {
  if (decision.decided_at > ledger_.time() - state::kReservationGrace) {
    return absl::OkStatus();
  }
  return absl::AbortedError(
      absl::StrCat("the decision is of ",
                   absl::FormatTime(decision.decided_at, absl::UTCTimeZone()),
                   ", the log is at ",
                   absl::FormatTime(ledger_.time(), absl::UTCTimeZone())));
}

bool LogSequencer::StillSame(const StateQuery& query,
                             const state::StateCopy& copy,
                             const trace::DecisionRecord& decision) const {
  if (copy.ledger_version == ledger_.version()) return true;
  if (ledger_.CustomerVersion(query.customer) != copy.customer_version ||
      ledger_.PausesVersion(query.customer.pack) != copy.pauses_version) {
    return false;
  }
  return std::all_of(
      decision.counters_read.begin(), decision.counters_read.end(),
      [this](const state::CounterRead& read) {
        const int64_t amount = ledger_.Amount(read.query);
        return amount == read.amount ||
               (amount >= read.same_from && amount <= read.same_to);
      });
}

absl::Status LogSequencer::Append(RecordBytes bytes, Committed done) {
  STRATAGEM_RETURN_IF_ERROR(store_.Append(std::move(bytes), std::move(done)));
  ++last_sequence_;
  if (snapshotter_ != nullptr) snapshotter_->LogGrewTo(last_sequence_);
  return absl::OkStatus();
}

absl::Status LogSequencer::Commit(const StateQuery& query,
                                  state::StateCopy& copy, ReadyRecord ready,
                                  absl::FunctionRef<ReadyRecord()> decide_again,
                                  Committed done) {
  std::lock_guard lock(mutex_);
  STRATAGEM_RETURN_IF_ERROR(CheckErasures(query.erasures));
  if (!ChangesState(ready.decision->role)) {
    return Append(std::move(ready.bytes), std::move(done));
  }
  STRATAGEM_RETURN_IF_ERROR(CheckTime(*ready.decision));
  STRATAGEM_RETURN_IF_ERROR(CheckRequest(*ready.decision));
  if (!StillSame(query, copy, *ready.decision)) {
    ++decided_again_;
    ledger_.Read(query.customer, query.counters, copy);
    ready = decide_again();
  }
  STRATAGEM_RETURN_IF_ERROR(Append(std::move(ready.bytes), std::move(done)));
  fold_.Apply(*ready.decision, query.customer.subject, last_sequence_);
  Publish();
  return absl::OkStatus();
}

absl::Status LogSequencer::CommitOutcome(
    const state::CustomerKey& customer,
    absl::FunctionRef<std::optional<ReadyOutcome>(const state::StateCopy&,
                                                  const ReadCounter&)>
        settle,
    Committed done) {
  std::lock_guard lock(mutex_);
  ledger_.Read(customer, {}, outcome_copy_);
  std::optional<ReadyOutcome> ready =
      settle(outcome_copy_, [this](const state::CounterQuery& query) {
        return ledger_.Amount(query);
      });
  if (!ready.has_value()) return store_.Flush(std::move(done));
  if (!customer.subject.empty() && customer.subject == erased_.subject &&
      ready->outcome->decision_sequence <= erased_.through) {
    return absl::NotFoundError("the decision's customer was erased");
  }
  STRATAGEM_RETURN_IF_ERROR(CheckErasures(ready->erasures));
  STRATAGEM_RETURN_IF_ERROR(Append(std::move(ready->bytes), std::move(done)));
  fold_.Apply(*ready->outcome, customer.subject);
  Publish();
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> LogSequencer::EraseCustomer(
    absl::string_view customer_id, absl::Time now) {
  std::lock_guard one(erase_mutex_);
  const std::string subject =
      SubjectOf(store_.identity().subject_key, customer_id);
  CustomerRecords found;
  const auto find = [&]() -> absl::StatusOr<std::span<const uint64_t>> {
    STRATAGEM_ASSIGN_OR_RETURN(found, store_.FindRecordsOf(customer_id));
    return found.sequences;
  };
  // The ledger forgets where the log does, so that a rebuild remembers the
  // same.
  const auto in_order =
      [&](absl::FunctionRef<absl::Status()> clear) -> absl::Status {
    std::lock_guard lock(mutex_);
    STRATAGEM_RETURN_IF_ERROR(clear());
    ledger_.Erase(subject);
    ledger_.ForgetRequests(found.sequences);
    erased_ = {subject, last_sequence_};
    ++erasures_;
    return absl::OkStatus();
  };
  absl::StatusOr<std::vector<uint64_t>> cleared;
  const auto erase = [&]() -> absl::Status {
    cleared = store_.Erase(customer_id, found, in_order);
    EndErasure(cleared.ok() ? std::span<const uint64_t>(*cleared)
                            : std::span<const uint64_t>());
    return cleared.status();
  };
  if (snapshotter_ == nullptr) {
    STRATAGEM_RETURN_IF_ERROR(find().status());
    STRATAGEM_RETURN_IF_ERROR(erase());
  } else {
    STRATAGEM_RETURN_IF_ERROR(snapshotter_->Forget({subject, find}, erase));
  }
  const uint64_t records = cleared->size();
  STRATAGEM_RETURN_IF_ERROR(AppendAndWait(
      EncodeErasure({.at = state::FloorTime(now), .records = records},
                    store_.identity()),
      [] {}));
  return records;
}

void LogSequencer::EndErasure(std::span<const uint64_t> cleared) {
  std::lock_guard lock(mutex_);
  ledger_.ForgetRequests(cleared);
  erased_ = {};
  // Once more: who read a record before it was cleared has not seen this end.
  ++erasures_;
}

absl::Status LogSequencer::Operate(const state::Operation& operation) {
  return AppendAndWait(EncodeOperation(operation, store_.identity()),
                       [this, &operation] {
                         fold_.Apply(operation);
                         Publish();
                       });
}

absl::Status LogSequencer::AppendAndWait(RecordBytes bytes,
                                         absl::FunctionRef<void()> then) {
  std::promise<absl::Status> durable;
  {
    std::lock_guard lock(mutex_);
    STRATAGEM_RETURN_IF_ERROR(Append(
        std::move(bytes), [&durable](const absl::StatusOr<Position>& position) {
          durable.set_value(position.status());
        }));
    then();
  }
  return durable.get_future().get();
}

SequencerStats LogSequencer::stats() const {
  SequencerStats stats;
  if (snapshotter_ != nullptr) {
    stats.snapshot_sequence = snapshotter_->sequence();
    stats.older_snapshot_sequence = snapshotter_->older_sequence();
    stats.snapshot_failures = snapshotter_->failures();
  }
  std::lock_guard lock(mutex_);
  stats.ledger = ledger_.size();
  stats.decided_again = decided_again_;
  stats.requests_repeated = requests_repeated_;
  stats.folded_at_open = folded_at_open_;
  return stats;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Open(
    Store& store, const SequencerOptions& options) {
  auto sequencer = std::make_unique<LogSequencer>(store, options);
  STRATAGEM_RETURN_IF_ERROR(sequencer->Load());
  return std::unique_ptr<Sequencer>(std::move(sequencer));
}

}  // namespace stratagem::store
