#include "server/ops/store_host.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "server/ops/log.h"

namespace stratagem::server {

absl::StatusOr<std::unique_ptr<StoreHost>> StoreHost::Open(
    OpenFunction open, const StoreHostOptions& options) {
  STRATAGEM_ASSIGN_OR_RETURN(OpenStores stores, open(""));
  return std::unique_ptr<StoreHost>(
      new StoreHost(std::move(open), options, std::move(stores)));
}

StoreHost::StoreHost(OpenFunction open, const StoreHostOptions& options,
                     OpenStores stores)
    : open_(std::move(open)),
      options_(options),
      node_id_(stores.log->identity().node_id),
      current_(Share(std::move(stores))),
      thread_([this] { Run(); }) {}

StoreHost::~StoreHost() {
  Stop();
  current_.store(nullptr);
}

void StoreHost::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    wakes_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const OpenStores> StoreHost::Share(OpenStores stores) {
  return {new OpenStores(std::move(stores)), [this](const OpenStores* last) {
            const std::lock_guard<std::mutex> lock(mutex_);
            let_go_.reset(last);
            wakes_.notify_all();
          }};
}

absl::Status StoreHost::Closed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return absl::UnavailableError(absl::StrCat(
      "the store is being opened anew, try again later; it failed: ",
      failure_));
}

void StoreHost::Watch(std::function<void(bool open)> watcher) {
  const std::lock_guard<std::mutex> lock(watch_mutex_);
  watcher_ = std::move(watcher);
  if (watcher_ != nullptr) watcher_(stores() != nullptr);
}

void StoreHost::Tell(bool open) {
  const std::lock_guard<std::mutex> lock(watch_mutex_);
  if (watcher_ != nullptr) watcher_(open);
}

bool StoreHost::Sleep(std::unique_lock<std::mutex>& lock,
                      absl::Duration duration) {
  return !wakes_.wait_for(lock, absl::ToChronoNanoseconds(duration),
                          [this] { return stopping_; });
}

void StoreHost::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (Sleep(lock, options_.look_every)) {
    lock.unlock();
    const std::string failure = Failure();
    if (!failure.empty()) Reopen(failure);
    lock.lock();
  }
}

std::string StoreHost::Failure() const {
  const std::shared_ptr<const OpenStores> stores = current_.load();
  if (stores == nullptr) return "";  // It stopped before they were open again.
  std::string failure = stores->log->stats().failure;
  return failure.empty() ? stores->profiles->stats().failure : failure;
}

void StoreHost::Reopen(const std::string& failure) {
  const absl::Time failed_at = absl::Now();
  Log(LogLevel::kError, "store_failed",
      {{"message", Value::String(failure)},
       {"hint", Value::String("nothing is recorded until the store is open "
                              "again, which is tried from now on")}});
  std::unique_lock<std::mutex> lock(mutex_);
  failure_ = failure;
  lock.unlock();
  current_.store(nullptr);
  Tell(false);

  lock.lock();
  const std::optional<uint64_t> acknowledged = End(lock);
  if (!acknowledged.has_value()) return;
  std::string told;  // The same reason is told once.
  absl::Duration wait = options_.retry_first;
  while (!stopping_) {
    lock.unlock();
    absl::StatusOr<OpenStores> stores = TryOpen(*acknowledged);
    if (stores.ok()) {
      Log(LogLevel::kInfo, "store_reopened",
          {{"epoch",
            Value::Int(static_cast<int64_t>(stores->log->identity().epoch))},
           {"records",
            Value::Int(static_cast<int64_t>(stores->log->stats().records))},
           {"down_seconds",
            Value::Double(absl::ToDoubleSeconds(absl::Now() - failed_at))}});
      current_.store(Share(*std::move(stores)));
      ++reopenings_;
      Tell(true);
      return;
    }
    if (told != stores.status().message()) {
      told = std::string(stores.status().message());
      Log(LogLevel::kError, "store_not_reopened",
          {{"message", Value::String(told)},
           {"hint", Value::String("it is tried again at growing intervals, "
                                  "without a word until the reason "
                                  "changes")}});
    }
    lock.lock();
    failure_ = told;
    if (!Sleep(lock, wait)) return;
    wait = std::min(2 * wait, options_.retry_max);
  }
}

std::optional<uint64_t> StoreHost::End(std::unique_lock<std::mutex>& lock) {
  wakes_.wait(lock, [this] { return stopping_ || let_go_ != nullptr; });
  if (let_go_ == nullptr) return std::nullopt;
  std::unique_ptr<const OpenStores> ending = std::move(let_go_);
  lock.unlock();
  // Every call that waits for the log is told.
  ending->log->Close();
  const uint64_t acknowledged = ending->log->stats().last_sequence;
  ending.reset();
  lock.lock();
  return acknowledged;
}

absl::StatusOr<OpenStores> StoreHost::TryOpen(uint64_t acknowledged) {
  STRATAGEM_ASSIGN_OR_RETURN(OpenStores stores, open_(node_id_));
  const uint64_t last = stores.log->stats().last_sequence;
  if (last >= acknowledged) return stores;
  records_dropped_ = std::max(records_dropped_.load(), acknowledged - last);
  return absl::DataLossError(absl::StrCat(
      "the log ends at record ", last, ", but those up to ", acknowledged,
      " were acknowledged: an older copy of the folder was put in its place, "
      "or the disk has lost what it had confirmed; put the right folder back, "
      "or start the server anew to go on without those records"));
}

}  // namespace stratagem::server
