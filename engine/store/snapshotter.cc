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
  const absl::Status status = Make("", "");
  if (status.ok()) return;
  std::lock_guard lock(mutex_);
  ++failures_;
  due_at_ = log_sequence_ + options_.snapshot_records;
}

absl::Status Snapshotter::Make(absl::string_view subject,
                               absl::string_view customer_id) {
  state::Ledger ledger({.requests_max = options_.requests_max});
  Fold fold(ledger, options_.request_window);
  STRATAGEM_ASSIGN_OR_RETURN(
      const LoadedLedger loaded,
      LoadLedger(store_, options_.snapshot_directory, ledger, fold));
  if (!subject.empty()) ledger.Erase(subject, customer_id);
  STRATAGEM_RETURN_IF_ERROR(
      WriteSnapshot(store_, options_.snapshot_directory, loaded.last, ledger));
  std::lock_guard lock(mutex_);
  sequence_ = loaded.last;
  due_at_ = sequence_ + options_.snapshot_records;
  return absl::OkStatus();
}

absl::Status Snapshotter::Forget(absl::string_view subject,
                                 absl::string_view customer_id,
                                 const std::function<absl::Status()>& erase) {
  std::lock_guard making(making_);
  STRATAGEM_RETURN_IF_ERROR(erase());
  return Make(subject, customer_id);
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

uint64_t Snapshotter::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

}  // namespace stratagem::store
