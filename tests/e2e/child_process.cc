#include "tests/e2e/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "engine/base/check.h"

namespace stratagem {
namespace {

void Limit(decltype(RLIMIT_FSIZE) resource,
           const std::optional<uint64_t>& value) {
  if (!value) return;
  struct rlimit limit = {};
  getrlimit(resource, &limit);
  limit.rlim_cur = *value;
  setrlimit(resource, &limit);
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program,
                           const std::vector<std::string>& arguments,
                           const ChildOptions& options) {
  std::vector<std::string> words = {STRATAGEM_BIN_DIR "/" + program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> variables = options.environment;
  std::vector<char*> environment;
  for (std::string& variable : variables) {
    environment.push_back(variable.data());
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  environment.push_back(nullptr);

  std::array<int, 2> output;
  std::array<int, 2> errors;
  STRATAGEM_CHECK(pipe2(output.data(), O_CLOEXEC) == 0);
  STRATAGEM_CHECK(pipe2(errors.data(), O_CLOEXEC) == 0);
  pid_ = fork();
  STRATAGEM_CHECK(pid_ >= 0);
  if (pid_ == 0) {  // Only calls that are safe between fork and exec.
    dup2(output[1], STDOUT_FILENO);
    dup2(errors[1], STDERR_FILENO);
    Limit(RLIMIT_FSIZE, options.file_bytes_max);
    Limit(RLIMIT_NOFILE, options.open_files_max);
    execve(argv[0], argv.data(), environment.data());
    _exit(127);
  }
  close(output[1]);
  close(errors[1]);
  output_.fd = output[0];
  errors_.fd = errors[0];
  if (options.reads_output) {
    output_.reader = std::thread([this] { Read(output_); });
  }
  errors_.reader = std::thread([this] { Read(errors_); });
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    WaitForExit();
  }
  close(output_.fd);
  close(errors_.fd);
}

void ChildProcess::Read(Stream& stream) {
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  while ((count = read(stream.fd, buffer.data(), buffer.size())) > 0) {
    const std::lock_guard<std::mutex> lock(mutex_);
    stream.text.append(buffer.data(), static_cast<size_t>(count));
    changed_.notify_all();
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  stream.open = false;
  changed_.notify_all();
}

void ChildProcess::Signal(int number) { kill(pid_, number); }

int ChildProcess::WaitForExit() {
  int status = 0;
  STRATAGEM_CHECK(waitpid(pid_, &status, 0) == pid_);
  pid_ = -1;
  if (output_.reader.joinable()) output_.reader.join();
  errors_.reader.join();
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string ChildProcess::WaitForLine(Stream& stream, const std::string& text) {
  std::unique_lock<std::mutex> lock(mutex_);
  size_t end = std::string::npos;
  const auto is_whole = [&] {
    const size_t at = stream.text.find(text);
    end = at == std::string::npos ? at : stream.text.find('\n', at);
    return end != std::string::npos;
  };
  changed_.wait(lock, [&] { return is_whole() || !stream.open; });
  if (!is_whole()) return "";
  const size_t before = stream.text.rfind('\n', end - 1);
  const size_t begin = before == std::string::npos ? 0 : before + 1;
  return stream.text.substr(begin, end - begin);
}

std::string ChildProcess::WaitForOutput(absl::string_view text) {
  return WaitForLine(output_, std::string(text));
}

std::string ChildProcess::WaitForError(absl::string_view text) {
  return WaitForLine(errors_, std::string(text));
}

std::string ChildProcess::output() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return output_.text;
}

std::string ChildProcess::errors() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return errors_.text;
}

void ChildProcess::LimitFileBytes(uint64_t file_bytes_max) {
  struct rlimit limit = {};
  STRATAGEM_CHECK(prlimit(pid_, RLIMIT_FSIZE, nullptr, &limit) == 0);
  limit.rlim_cur = file_bytes_max;
  STRATAGEM_CHECK(prlimit(pid_, RLIMIT_FSIZE, &limit, nullptr) == 0);
}

}  // namespace stratagem
