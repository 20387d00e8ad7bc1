#include "tests/e2e/server_process.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace stratagem {

int ServerProcess::WaitUntilReady() {
  constexpr char kPort[] = "\"port\":";
  const std::string line = WaitForError("\"event\":\"ready\"");
  const size_t port = line.find(kPort);
  return port == std::string::npos
             ? 0
             : std::atoi(line.c_str() + port + sizeof(kPort) - 1);
}

std::shared_ptr<grpc::Channel> ChannelTo(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Channels of one process share connections; each client has its own.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                   grpc::InsecureChannelCredentials(),
                                   arguments);
}

}  // namespace stratagem
