// server/rpc/read_thread.h
//
// ReadThread: one thread with a short queue for calls that read the disk, so
// that no thread of gRPC waits for them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_READ_THREAD_H_
#define STRATAGEM_SERVER_RPC_READ_THREAD_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace stratagem::server {

// Thread safe.
class ReadThread {
 public:
  // Holds at most `waiting_max` functions beside the one that runs.
  explicit ReadThread(size_t waiting_max);
  // Runs all that waits, then ends.
  ~ReadThread();
  ReadThread(const ReadThread&) = delete;
  ReadThread& operator=(const ReadThread&) = delete;

  // Queues `work`; false, and it never runs, when the queue is full.
  bool Post(std::function<void()> work);

 private:
  void Run();

  const size_t waiting_max_;
  std::mutex mutex_;  // Guards all below but the thread.
  std::condition_variable wakes_;
  std::deque<std::function<void()>> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_READ_THREAD_H_
