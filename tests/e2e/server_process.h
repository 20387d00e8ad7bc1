// tests/e2e/server_process.h
//
// ServerProcess: the real `stratagemd` as a child process on a free port of
// loopback, for tests that start, stop and kill it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_SERVER_PROCESS_H_
#define STRATAGEM_TESTS_E2E_SERVER_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace stratagem {

class ServerProcess {
 public:
  // Starts `stratagemd` with `arguments` and reads its standard error.
  explicit ServerProcess(const std::vector<std::string>& arguments);
  // Kills it if it still runs.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Returns the port from the line that says it is ready, or 0 when it ended
  // without one.
  int WaitUntilReady();
  void Signal(int number);
  // Returns the exit code, or minus the number of the signal that ended it.
  int WaitForExit();
  // All that it has written to standard error, once it has exited.
  const std::string& log() const { return log_; }

 private:
  // Appends what it writes to log_; false at the end.
  bool ReadLog();

  pid_t pid_ = -1;
  int log_fd_ = -1;
  std::string log_;
};

// A channel to `port` of loopback that does not ask a proxy.
std::shared_ptr<grpc::Channel> ChannelTo(int port);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_SERVER_PROCESS_H_
