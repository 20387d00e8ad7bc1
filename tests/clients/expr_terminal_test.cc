// The repl as a person meets it: on a terminal, with a prompt, completion and a
// history that nobody else may read.

#include <poll.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// LIMIT: of waiting for a text that never comes; a busy machine needs seconds.
constexpr int kTimeoutMs = 60'000;

// `stratagem expr repl` on a terminal of its own.
class Terminal {
 public:
  explicit Terminal(const std::string& state_folder) {
    const std::string program = std::string(STRATAGEM_BIN_DIR) + "/stratagem";
    child_ = forkpty(&master_, nullptr, nullptr, nullptr);
    if (child_ == 0) {
      // Many servers have no locale.
      setenv("LC_ALL", "C", 1);
      setenv("XDG_STATE_HOME", state_folder.c_str(), 1);
      setenv("HOME", state_folder.c_str(), 1);
      setenv("TERM", "xterm", 1);
      setenv("NO_COLOR", "1", 1);
      // libedit never frees the names of its own commands.
      setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
      execl(program.c_str(), "stratagem", "expr", "repl", "--set",
            "orders_total=3", "--set", "orders_open=1", nullptr);
      _exit(127);
    }
  }
  ~Terminal() {
    close(master_);
    if (child_ > 0 && !ended_) waitpid(child_, nullptr, 0);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Type(const std::string& keys) {
    ASSERT_EQ(write(master_, keys.data(), keys.size()),
              static_cast<ssize_t>(keys.size()));
  }

  // Reads until `text` has come after what was waited for before. Returns all
  // that was read for it, or what came instead.
  std::string WaitFor(const std::string& text) {
    size_t found = read_.find(text);
    while (found == std::string::npos && ReadMore()) found = read_.find(text);
    if (found == std::string::npos) return read_;
    const std::string seen = read_.substr(0, found + text.size());
    read_.erase(0, seen.size());
    return seen;
  }

  // Returns the exit code.
  int WaitForEnd() {
    while (ReadMore()) {
    }
    if (timed_out_) kill(child_, SIGKILL);
    int status = 0;
    waitpid(child_, &status, 0);
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  bool ReadMore() {
    pollfd ready{master_, POLLIN, 0};
    timed_out_ = poll(&ready, 1, kTimeoutMs) <= 0;
    if (timed_out_) return false;
    std::array<char, 1024> bytes;
    const ssize_t count = read(master_, bytes.data(), bytes.size());
    if (count <= 0) return false;  // The program has closed its side.
    read_.append(bytes.data(), static_cast<size_t>(count));
    return true;
  }

  int master_ = -1;
  pid_t child_ = -1;
  bool ended_ = false;
  bool timed_out_ = false;
  std::string read_;
};

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ExprTerminalTest, PromptsCompletesAndRemembers) {
  const TempDir state;
  const std::string history = state.Join("stratagem/expr_history");
  {
    Terminal terminal(state.path());
    EXPECT_THAT(terminal.WaitFor("cel> "), HasSubstr("`:help` lists"));
    // What is shared is typed, what is not is listed.
    terminal.Type("ord\t");
    EXPECT_THAT(terminal.WaitFor("ers_"), HasSubstr("ord"));
    terminal.Type("\t");
    EXPECT_THAT(terminal.WaitFor("orders_total"), HasSubstr("orders_open"));
    terminal.Type("t\t + 39\n");
    EXPECT_THAT(terminal.WaitFor("42 : int"), HasSubstr("otal + 39"));
    terminal.WaitFor("cel> ");
    terminal.Type("1 / 0\n");
    EXPECT_THAT(terminal.WaitFor("^"), HasSubstr("error: division by zero"));
    terminal.WaitFor("cel> ");
    terminal.Type("\x04");  // Ctrl-D.
    EXPECT_EQ(terminal.WaitForEnd(), 0);
  }
  struct stat file {};
  ASSERT_EQ(stat(history.c_str(), &file), 0) << history;
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_THAT(Contents(history), HasSubstr("orders_total"));

  // The next time the last line is one key away.
  Terminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("\x10\x10\n");  // Ctrl-P twice: the line before the last.
  EXPECT_THAT(terminal.WaitFor("42 : int"), HasSubstr("orders_total + 39"));
  terminal.WaitFor("cel> ");
  terminal.Type(":quit\n");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST(ExprTerminalTest, CtrlCGivesUpTheLineAndNothingElse) {
  const TempDir state;
  Terminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("1 + 1\n");
  terminal.WaitFor("2 : int");
  terminal.WaitFor("cel> ");
  // The line is kept when it is typed, not when the program ends.
  EXPECT_THAT(Contents(state.Join("stratagem/expr_history")),
              HasSubstr("1\\040+\\0401"));
  terminal.Type("orders_total + \x03");
  EXPECT_THAT(terminal.WaitFor("cel> "), HasSubstr("^C"));
  terminal.Type("\x03");
  terminal.WaitFor("cel> ");
  terminal.Type("20 + 3\n");
  EXPECT_THAT(terminal.WaitFor("23 : int"), Not(HasSubstr("error")));
  terminal.WaitFor("cel> ");
  terminal.Type("\x04");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST(ExprTerminalTest, TextIsUtf8WithoutALocale) {
  const TempDir state;
  Terminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("'预约é'.size()\n");
  terminal.WaitFor("3 : int");
  terminal.WaitFor("cel> ");
  terminal.Type(":quit\n");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST(ExprTerminalTest, AHistoryThatCannotBeWrittenIsNoError) {
  const TempDir state;
  state.Write("stratagem", "a file where the folder would be");
  Terminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("1 + 1\n");
  EXPECT_THAT(terminal.WaitFor("2 : int"), HasSubstr("1 + 1"));
  terminal.Type(":quit\n");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

}  // namespace
}  // namespace stratagem::cli
