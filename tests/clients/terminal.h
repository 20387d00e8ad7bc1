// tests/clients/terminal.h
//
// Terminal: a program on a terminal of its own, as a person meets it: what it
// shows is read, keys are typed.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CLIENTS_TERMINAL_H_
#define STRATAGEM_TESTS_CLIENTS_TERMINAL_H_

#include <sys/types.h>
#include <termios.h>

#include <string>
#include <utility>
#include <vector>

namespace stratagem::cli {

struct TerminalOptions {
  unsigned short columns = 80;
  unsigned short rows = 24;
  std::vector<std::pair<std::string, std::string>> environment = {};
};

// `stratagem` with `arguments`, in no locale and without colours.
class Terminal {
 public:
  explicit Terminal(const std::vector<std::string>& arguments,
                    const TerminalOptions& options = {});
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Type(const std::string& keys);

  // Gives the window another size.
  void Resize(unsigned short columns, unsigned short rows);

  // How the terminal treats keys now.
  termios keys() const;

  // Reads until `text` has come after what was waited for before. Returns all
  // that was read for it, or what came instead.
  std::string WaitFor(const std::string& text);

  // Returns the exit code.
  int WaitForEnd();

 private:
  bool ReadMore();

  int master_ = -1;
  pid_t child_ = -1;
  bool ended_ = false;
  bool timed_out_ = false;
  std::string read_;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_TESTS_CLIENTS_TERMINAL_H_
