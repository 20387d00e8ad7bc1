#include "engine/store/memory_store.h"

#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/append_queue.h"
#include "engine/store/clear_record.h"
#include "engine/store/log_scan.h"
#include "engine/store/projection.h"

namespace stratagem::store {
namespace {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryStoreOptions& options)
      : identity_(FirstEpoch()),
        queue_(options.queue, [this](std::span<const RecordBytes> records) {
          return Commit(records);
        }) {}

  const Identity& identity() const override { return identity_; }

  absl::Status Append(RecordBytes record, Committed done) override {
    return queue_.Append(std::move(record), std::move(done));
  }

  absl::Status Flush(Committed done) override {
    return queue_.Flush([this, done = std::move(done)](absl::Status status) {
      if (!status.ok()) return done(std::move(status));
      done(Position{identity_.epoch, stats().last_sequence});
    });
  }

  absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                             size_t limit) const override {
    std::lock_guard lock(mutex_);
    if (after < first_ - 1) {
      return absl::OutOfRangeError(absl::StrCat(
          "record ", after + 1,
          " was removed by retention; the log begins with ", first_));
    }
    std::vector<LogEntry> entries;
    size_t bytes = 0;
    for (size_t i = after + 1 - first_;
         i < log_.size() && entries.size() < limit; ++i) {
      bytes += log_[i].envelope.size() + log_[i].personal.size();
      if (bytes > kReadBytesMax && !entries.empty()) break;
      entries.push_back(Entry(i));
    }
    return entries;
  }

  StoreStats stats() const override {
    StoreStats stats;
    queue_.AddStats(stats);
    std::lock_guard lock(mutex_);
    stats.records = log_.size();
    stats.first_sequence = first_;
    stats.last_sequence = Last();
    stats.projected_sequence = Last();
    return stats;
  }

  absl::StatusOr<std::vector<StoreCount>> Counts() const override {
    return TotalsOf(Count());
  }

  absl::StatusOr<std::vector<DayCount>> CountsByDay(
      int64_t from, int64_t until) const override {
    std::vector<DayCount> counts = Count();
    std::erase_if(counts, [&](const DayCount& count) {
      return count.day < from || count.day >= until;
    });
    return counts;
  }

  absl::StatusOr<DecisionPage> Find(const DecisionQuery& query) const override {
    SequenceRange range;
    {
      std::lock_guard lock(mutex_);
      range = {first_, Last()};
    }
    size_t looks = 0;
    return ScanLog(
        [this](uint64_t after, size_t limit) { return Read(after, limit); },
        query, range, looks);
  }

  absl::StatusOr<std::vector<OutcomeRow>> Outcomes(
      uint64_t decision_sequence) const override {
    std::lock_guard lock(mutex_);
    std::vector<OutcomeRow> rows;
    std::set<SameOutcome> told;
    for (size_t i = 0;
         i < log_.size() && rows.size() < static_cast<size_t>(kOutcomesMax);
         ++i) {
      const Projection projection = Project(Entry(i));
      if (projection.kind == ProjectionKind::kOutcome &&
          projection.outcome.decision_sequence == decision_sequence &&
          told.insert(SameOutcomeOf(projection.outcome)).second) {
        rows.push_back(projection.outcome);
      }
    }
    return rows;
  }

  absl::StatusOr<StoreSize> Size() const override {
    std::lock_guard lock(mutex_);
    StoreSize size;
    for (const RecordBytes& record : log_) {
      size.record_bytes += record.envelope.size() + record.personal.size();
    }
    size.file_bytes = size.record_bytes;
    return size;
  }

  absl::StatusOr<uint64_t> Trim(uint64_t through) override {
    std::promise<absl::Status> finished;
    STRATAGEM_RETURN_IF_ERROR(queue_.Perform(
        [this, through] {
          std::lock_guard lock(mutex_);
          uint64_t removed = 0;
          while (first_ <= through && log_.size() > 1 &&
                 removed < kTrimRecordsMax) {
            log_.pop_front();
            ++first_;
            ++removed;
          }
          return absl::OkStatus();
        },
        [&finished](absl::Status status) {
          finished.set_value(std::move(status));
        }));
    STRATAGEM_RETURN_IF_ERROR(finished.get_future().get());
    return stats().first_sequence;
  }

  absl::StatusOr<CustomerRecords> FindRecordsOf(
      absl::string_view customer_id) const override {
    const std::string subject = SubjectOf(identity_.subject_key, customer_id);
    std::lock_guard lock(mutex_);
    CustomerRecords found = {.through = Last()};
    for (size_t i = 0; i < log_.size(); ++i) {
      if (IsOf(log_[i].envelope, subject)) {
        found.sequences.push_back(first_ + i);
      }
    }
    return found;
  }

  // All is looked at again, so that `found` says nothing new.
  absl::StatusOr<std::vector<uint64_t>> Erase(
      absl::string_view customer_id, const CustomerRecords&,
      absl::FunctionRef<absl::Status(absl::FunctionRef<absl::Status()>)>
          in_order) override {
    const std::string subject = SubjectOf(identity_.subject_key, customer_id);
    std::vector<uint64_t> cleared;
    std::promise<absl::Status> finished;
    STRATAGEM_RETURN_IF_ERROR(in_order([&] {
      return queue_.Perform(
          [&] {
            std::lock_guard lock(mutex_);
            for (size_t i = 0; i < log_.size(); ++i) {
              auto without = ClearRecord(log_[i], subject, customer_id);
              if (!without.has_value()) continue;
              log_[i] = *std::move(without);
              cleared.push_back(first_ + i);
            }
            return absl::OkStatus();
          },
          [&finished](absl::Status status) {
            finished.set_value(std::move(status));
          });
    }));
    STRATAGEM_RETURN_IF_ERROR(finished.get_future().get());
    return cleared;
  }

  void Close() override { queue_.Close(); }

 private:
  static Identity FirstEpoch() {
    Identity identity = NewIdentity();
    identity.epoch = 1;
    return identity;
  }

  absl::StatusOr<Position> Commit(std::span<const RecordBytes> records) {
    std::lock_guard lock(mutex_);
    const Position first{identity_.epoch, Last() + 1};
    log_.insert(log_.end(), records.begin(), records.end());
    return first;
  }

  // Holding `mutex_`.
  uint64_t Last() const { return first_ + log_.size() - 1; }
  LogEntry Entry(size_t i) const {
    return {{identity_.epoch, first_ + i}, log_[i]};
  }

  std::vector<DayCount> Count() const {
    std::lock_guard lock(mutex_);
    LogCounter counter;
    for (size_t i = 0; i < log_.size(); ++i) counter.Add(Entry(i));
    return counter.Counts();
  }

  const Identity identity_;
  mutable std::mutex mutex_;
  uint64_t first_ = 1;  // The sequence of the first one of `log_`.
  std::deque<RecordBytes> log_;
  AppendQueue queue_;  // Last: its threads use the rest.
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const MemoryStoreOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace stratagem::store
