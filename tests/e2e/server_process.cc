#include "tests/e2e/server_process.h"

#include <cstdlib>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"

namespace stratagem {

namespace {

std::vector<std::string> WithHttpPort(std::vector<std::string> arguments) {
  if (absl::c_linear_search(arguments, "--http")) return arguments;
  arguments.insert(arguments.end(), {"--http", "127.0.0.1:0"});
  return arguments;
}

}  // namespace

ServerProcess::ServerProcess(std::vector<std::string> arguments,
                             const ChildOptions& options)
    : ChildProcess("stratagemd", WithHttpPort(std::move(arguments)), options) {}

int ServerProcess::WaitUntilReady() { return PortIn("\"port\":"); }

int ServerProcess::PortIn(absl::string_view name) {
  const std::string line = WaitForError("\"event\":\"ready\"");
  const size_t found = absl::string_view(line).find(name);
  return found == std::string::npos
             ? 0
             : std::atoi(line.c_str() + found + name.size());
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
