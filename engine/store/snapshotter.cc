#include "engine/store/snapshotter.h"

#include "engine/base/status_macros.h"

namespace stratagem::store {

Snapshotter::Snapshotter(const Store& store, const SequencerOptions& options,
                         const LoadedLedger& loaded)
    : store_(store),
      options_(options),
      log_sequence_(loaded.last),
      due_at_(loaded.snapshot + options.snapshot_records),
      sequence_(loaded.snapshot),
      older_sequence_(loaded.replaced() == Replaced::kKept ? loaded.older
                                                           : loaded.snapshot),
      failures_(loaded.refused.ok() ? 0 : 1) {
  thread_ = std::thread([this] { Run(); });
}

Snapshotter::~Snapshotter() { Stop(); }

void Snapshotter::LogGrewTo(uint64_t sequence) {
  std::lock_guard lock(mutex_);
  log_sequence_ = sequence;
  if (log_sequence_ >= due_at_) wakes_.notify_one();
}

void Snapshotter::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wakes_.wait(lock, [this] { return stopped_ || log_sequence_ >= due_at_; });
    if (stopped_) return;
    lock.unlock();
    TryMake();
    lock.lock();
  }
}

void Snapshotter::TryMake() {
  std::lock_guard making(making_);
  const absl::Status status = Make(nullptr);
  if (status.ok()) return;
  std::lock_guard lock(mutex_);
  ++failures_;
  due_at_ = log_sequence_ + options_.snapshot_records;
}

absl::Status Snapshotter::Make(const Forgotten* forgotten) {
  const std::string& directory = options_.snapshot_directory;
  state::Ledger ledger({.requests_max = options_.requests_max});
  Fold fold(ledger, options_.request_window);
  STRATAGEM_ASSIGN_OR_RETURN(const LoadedLedger loaded,
                             LoadLedger(store_, directory, ledger, fold));
  if (forgotten != nullptr) {
    STRATAGEM_ASSIGN_OR_RETURN(const auto records, forgotten->find());
    ledger.Erase(forgotten->subject);
    ledger.ForgetRequests(records);
  }
  STRATAGEM_RETURN_IF_ERROR(
      WriteSnapshot(store_, directory, loaded.last, ledger, loaded.replaced()));
  Made(loaded.last, loaded.snapshot);
  if (forgotten == nullptr) return absl::OkStatus();
  // The one before still knows them: the same again takes its place.
  STRATAGEM_RETURN_IF_ERROR(
      WriteSnapshot(store_, directory, loaded.last, ledger, Replaced::kKept));
  Made(loaded.last, loaded.last);
  return absl::OkStatus();
}

void Snapshotter::Made(uint64_t sequence, uint64_t older) {
  std::lock_guard lock(mutex_);
  sequence_ = sequence;
  older_sequence_ = older;
  due_at_ = sequence + options_.snapshot_records;
}

absl::Status Snapshotter::Forget(const Forgotten& forgotten,
                                 const std::function<absl::Status()>& erase) {
  std::lock_guard making(making_);
  STRATAGEM_RETURN_IF_ERROR(Make(&forgotten));
  return erase();
}

void Snapshotter::Stop() {
  std::lock_guard stopping(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    wakes_.notify_one();
  }
  if (!thread_.joinable()) return;
  thread_.join();
  if (store_.stats().last_sequence > sequence()) TryMake();
}

uint64_t Snapshotter::sequence() const {
  std::lock_guard lock(mutex_);
  return sequence_;
}

uint64_t Snapshotter::older_sequence() const {
  std::lock_guard lock(mutex_);
  return older_sequence_;
}

uint64_t Snapshotter::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

}  // namespace stratagem::store
