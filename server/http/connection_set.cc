#include "server/http/connection_set.h"

#include <utility>

namespace stratagem::server {

ConnectionSet::Member::~Member() {
  SetAnswering(false);
  HoldRequest(0);
  const absl::MutexLock lock(&set_.mutex_);
  set_.SetAnswerBytes(*this, 0);
  set_.connections_.erase(this);
}

void ConnectionSet::Member::Join(
    const std::shared_ptr<Connection>& connection) {
  const absl::MutexLock lock(&set_.mutex_);
  set_.connections_[this] = connection;
}

bool ConnectionSet::Member::HoldRequest(size_t bytes) {
  if (bytes > request_bytes_) {
    const size_t more = bytes - request_bytes_;
    if (set_.request_bytes_.fetch_add(more) + more > set_.request_bytes_max_) {
      set_.request_bytes_ -= more;
      return false;
    }
  } else {
    set_.request_bytes_ -= request_bytes_ - bytes;
  }
  request_bytes_ = bytes;
  return true;
}

std::vector<std::shared_ptr<Connection>> ConnectionSet::Member::HoldAnswer(
    size_t bytes) {
  std::vector<std::shared_ptr<Connection>> dropped;
  const absl::MutexLock lock(&set_.mutex_);
  set_.SetAnswerBytes(*this, bytes);
  while (set_.answer_bytes_ > set_.answer_bytes_max_) {
    Member& slowest = *set_.answerers_.front();
    set_.SetAnswerBytes(slowest, 0);
    ++set_.answers_dropped_;
    if (auto locked = set_.connections_[&slowest].lock()) {
      dropped.push_back(std::move(locked));
    }
  }
  return dropped;
}

void ConnectionSet::Member::SetAnswering(bool answering) {
  if (answering == answering_) return;
  answering_ = answering;
  const absl::MutexLock lock(&set_.mutex_);
  set_.answering_ += answering ? 1 : -1;
}

void ConnectionSet::SetAnswerBytes(Member& member, size_t bytes) {
  if (bytes != 0 && member.answer_bytes_ == 0) {
    member.answerer_ = answerers_.insert(answerers_.end(), &member);
  } else if (bytes == 0 && member.answer_bytes_ != 0) {
    answerers_.erase(member.answerer_);
  }
  answer_bytes_ = answer_bytes_ - member.answer_bytes_ + bytes;
  member.answer_bytes_ = bytes;
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
  stats.answers_dropped = answers_dropped_;
  stats.request_bytes = request_bytes_;
  const absl::MutexLock lock(&mutex_);
  stats.answer_bytes = answer_bytes_;
  return stats;
}

}  // namespace stratagem::server
