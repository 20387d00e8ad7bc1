#include "tests/clients/terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <map>

#include "gtest/gtest.h"

namespace stratagem::cli {
namespace {

// LIMIT: of waiting for a text that never comes; a busy machine needs seconds.
constexpr int kTimeoutMs = 60'000;

// "NAME=value" of this process's environment and `with`, which wins.
std::vector<std::string> EnvironmentWith(
    const std::vector<std::pair<std::string, std::string>>& with) {
  std::map<std::string, std::string> values;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const size_t equals = text.find('=');
    values[text.substr(0, equals)] = text.substr(equals + 1);
  }
  // Many servers have no locale.
  values["LC_ALL"] = "C";
  values["TERM"] = "xterm";
  values["NO_COLOR"] = "1";
  // libedit never frees the names of its own commands.
  values["ASAN_OPTIONS"] = "detect_leaks=0";
  for (const auto& [name, value] : with) values[name] = value;
  std::vector<std::string> environment;
  for (const auto& [name, value] : values) {
    environment.push_back(name + "=" + value);
  }
  return environment;
}

// As exec takes them.
std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& arguments,
                   const TerminalOptions& options) {
  std::vector<std::string> words = {std::string(STRATAGEM_BIN_DIR) +
                                    "/stratagem"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  // All of it before the fork: this process may have threads, whose locks the
  // child would wait for.
  std::vector<std::string> environment = EnvironmentWith(options.environment);
  std::vector<char*> argv = Pointers(words);
  std::vector<char*> envp = Pointers(environment);
  winsize size{};
  size.ws_col = options.columns;
  size.ws_row = options.rows;
  child_ = forkpty(&master_, nullptr, nullptr, &size);
  if (child_ != 0) return;
  execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

Terminal::~Terminal() {
  close(master_);
  if (child_ > 0 && !ended_) waitpid(child_, nullptr, 0);
}

void Terminal::Type(const std::string& keys) {
  ASSERT_EQ(write(master_, keys.data(), keys.size()),
            static_cast<ssize_t>(keys.size()));
}

void Terminal::Resize(unsigned short columns, unsigned short rows) {
  winsize size{};
  size.ws_col = columns;
  size.ws_row = rows;
  ASSERT_EQ(ioctl(master_, TIOCSWINSZ, &size), 0);
}

termios Terminal::keys() const {
  termios keys{};
  EXPECT_EQ(tcgetattr(master_, &keys), 0);
  return keys;
}

std::string Terminal::WaitFor(const std::string& text) {
  size_t found = read_.find(text);
  while (found == std::string::npos && ReadMore()) found = read_.find(text);
  if (found == std::string::npos) return read_;
  const std::string seen = read_.substr(0, found + text.size());
  read_.erase(0, seen.size());
  return seen;
}

int Terminal::WaitForEnd() {
  while (ReadMore()) {
  }
  if (timed_out_) kill(child_, SIGKILL);
  int status = 0;
  waitpid(child_, &status, 0);
  ended_ = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool Terminal::ReadMore() {
  pollfd ready{master_, POLLIN, 0};
  timed_out_ = poll(&ready, 1, kTimeoutMs) <= 0;
  if (timed_out_) return false;
  std::array<char, 1024> bytes;
  const ssize_t count = read(master_, bytes.data(), bytes.size());
  if (count <= 0) return false;  // The program has closed its side.
  read_.append(bytes.data(), static_cast<size_t>(count));
  return true;
}

}  // namespace stratagem::cli
