#include "server/rpc/read_thread.h"

#include <utility>

namespace stratagem::server {

ReadThread::ReadThread(std::string name, size_t waiting_max)
    : name_(std::move(name)),
      waiting_max_(waiting_max),
      thread_([this] { Run(); }) {}

ReadThread::~ReadThread() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    wakes_.notify_one();
  }
  thread_.join();
}

bool ReadThread::Post(std::function<void()> work) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.size() >= waiting_max_) {
    ++refused_;
    return false;
  }
  waiting_.push_back(std::move(work));
  wakes_.notify_one();
  return true;
}

QueueStats ReadThread::stats() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {name_, waiting_.size(), refused_};
}

void ReadThread::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wakes_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace stratagem::server
