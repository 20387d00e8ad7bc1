// tests/e2e/server_process.h
//
// ServerProcess: the real `stratagemd` as a child process on a free port of
// loopback, for tests that start, stop and kill it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_SERVER_PROCESS_H_
#define STRATAGEM_TESTS_E2E_SERVER_PROCESS_H_

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "tests/e2e/child_process.h"

namespace stratagem {

class ServerProcess : public ChildProcess {
 public:
  // With HTTP on a free port unless `arguments` say where, as tests run side by
  // side.
  explicit ServerProcess(std::vector<std::string> arguments,
                         const ChildOptions& options = {});

  // Returns the port from the line that says it is ready, or 0 when it ended
  // without one.
  int WaitUntilReady();
  // The same of HTTP. Requires: it is ready.
  int http_port() { return PortIn("\"http_port\":"); }
  // All that it has written to standard error, its log.
  std::string log() { return errors(); }

 private:
  int PortIn(absl::string_view name);
};

// A channel to `port` of loopback that does not ask a proxy.
std::shared_ptr<grpc::Channel> ChannelTo(int port);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_SERVER_PROCESS_H_
