#include "server/http/connection_set.h"

#include <utility>

namespace stratagem::server {

ConnectionSet::Member::~Member() {
  SetAnswering(false);
  Hold(0);
  const absl::MutexLock lock(&set_.mutex_);
  set_.connections_.erase(this);
}

void ConnectionSet::Member::Join(
    const std::shared_ptr<Connection>& connection) {
  const absl::MutexLock lock(&set_.mutex_);
  set_.connections_[this] = connection;
}

bool ConnectionSet::Member::Hold(size_t bytes) {
  if (bytes > bytes_held_) {
    const size_t more = bytes - bytes_held_;
    if (set_.reading_bytes_.fetch_add(more) + more > set_.reading_bytes_max_) {
      set_.reading_bytes_ -= more;
      return false;
    }
  } else {
    set_.reading_bytes_ -= bytes_held_ - bytes;
  }
  bytes_held_ = bytes;
  return true;
}

void ConnectionSet::Member::SetAnswering(bool answering) {
  if (answering == answering_) return;
  answering_ = answering;
  const absl::MutexLock lock(&set_.mutex_);
  set_.answering_ += answering ? 1 : -1;
}

std::vector<std::shared_ptr<Connection>> ConnectionSet::All() const {
  std::vector<std::shared_ptr<Connection>> all;
  const absl::MutexLock lock(&mutex_);
  all.reserve(connections_.size());
  for (const auto& [connection, owner] : connections_) {
    if (auto locked = owner.lock()) all.push_back(std::move(locked));
  }
  return all;
}

size_t ConnectionSet::size() const {
  const absl::MutexLock lock(&mutex_);
  return connections_.size();
}

bool ConnectionSet::AwaitEmpty(absl::Duration timeout) const {
  const absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(
      absl::Condition(
          +[](const decltype(connections_)* connections) {
            return connections->empty();
          },
          &connections_),
      timeout);
}

bool ConnectionSet::AwaitAnswered(absl::Duration timeout) const {
  const absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(
      absl::Condition(
          +[](const size_t* answering) { return *answering == 0; },
          &answering_),
      timeout);
}

HttpStats ConnectionSet::stats() const {
  HttpStats stats;
  stats.connections_open = size();
  stats.connections_accepted = accepted_;
  stats.connections_refused = refused_;
  stats.requests = requests_;
  stats.requests_refused = refused_requests_;
  stats.timeouts = timeouts_;
  return stats;
}

}  // namespace stratagem::server
