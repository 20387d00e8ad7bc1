#include "tests/e2e/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"

namespace stratagem {

ServerProcess::ServerProcess(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {STRATAGEM_BIN_DIR "/stratagemd"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  std::array<int, 2> fds;
  STRATAGEM_CHECK(pipe2(fds.data(), O_CLOEXEC) == 0);
  pid_ = fork();
  STRATAGEM_CHECK(pid_ >= 0);
  if (pid_ == 0) {  // Only calls that are safe between fork and exec.
    dup2(fds[1], STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(fds[1]);
  log_fd_ = fds[0];
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    WaitForExit();
  }
  close(log_fd_);
}

bool ServerProcess::ReadLog() {
  std::array<char, 4096> buffer;
  const ssize_t count = read(log_fd_, buffer.data(), buffer.size());
  if (count <= 0) return false;
  log_.append(buffer.data(), static_cast<size_t>(count));
  return true;
}

int ServerProcess::WaitUntilReady() {
  constexpr char kPort[] = "\"port\":";
  do {
    const size_t ready = log_.find("\"event\":\"ready\"");
    if (ready != std::string::npos &&
        log_.find('\n', ready) != std::string::npos) {
      return std::atoi(log_.c_str() + log_.find(kPort, ready) + sizeof(kPort) -
                       1);
    }
  } while (ReadLog());
  return 0;
}

void ServerProcess::Signal(int number) { kill(pid_, number); }

int ServerProcess::WaitForExit() {
  while (ReadLog()) {
  }
  int status = 0;
  STRATAGEM_CHECK(waitpid(pid_, &status, 0) == pid_);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
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
