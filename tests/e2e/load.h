// tests/e2e/load.h
//
// Load: clients that decide as fast as they are answered, and keep every
// answer, until the server is gone. SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_LOAD_H_
#define STRATAGEM_TESTS_E2E_LOAD_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "stratagem/v1/decision.pb.h"

namespace stratagem {

class Load {
 public:
  // Starts `clients` threads, each with a connection of its own to `port`.
  // Every fourth call is a batch. Customers are named after `name`.
  Load(int port, int clients, const std::string& name);
  // Requires: the server stops, or has stopped, answering.
  ~Load();

  // Returns when so many decisions are answered, or false when all clients have
  // ended before.
  bool WaitForAnswers(size_t count);
  // Waits for the clients, which end with the first call that fails.
  void Join();

  // After Join(): every answered decision by its place in the log.
  const std::map<uint64_t, v1::Decision>& answers() const { return answers_; }
  // After Join(): the status that ended each client.
  const std::vector<grpc::Status>& ends() const { return ends_; }

 private:
  void Run(int port, const std::string& prefix);
  void Keep(const v1::Decision& decision);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, v1::Decision> answers_;
  std::vector<grpc::Status> ends_;
  size_t running_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_LOAD_H_
