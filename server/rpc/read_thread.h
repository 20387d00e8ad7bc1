// server/rpc/read_thread.h
//
// ReadThread: one thread with a short queue for calls that read the disk, so
// that no thread of gRPC waits for them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_READ_THREAD_H_
#define STRATAGEM_SERVER_RPC_READ_THREAD_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "server/ops/queue_stats.h"

namespace stratagem::server {

// Thread safe.
class ReadThread {
 public:
  // `name` is its queue's in QueueStats. Holds at most `waiting_max` functions
  // beside the one that runs.
  ReadThread(std::string name, size_t waiting_max);
  // Runs all that waits, then ends.
  ~ReadThread();
  ReadThread(const ReadThread&) = delete;
  ReadThread& operator=(const ReadThread&) = delete;

  // Queues `work`; false, and it never runs, when the queue is full.
  bool Post(std::function<void()> work);

  QueueStats stats() const;

 private:
  void Run();

  const std::string name_;
  const size_t waiting_max_;
  mutable std::mutex mutex_;  // Guards all below but the thread.
  std::condition_variable wakes_;
  std::deque<std::function<void()>> waiting_;
  uint64_t refused_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_READ_THREAD_H_
