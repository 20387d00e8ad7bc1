// clients/cli/interrupt.h
//
// Interrupt: Ctrl-C for commands that have something to say before they end.
// The others leave it to the system, which ends them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_INTERRUPT_H_
#define STRATAGEM_CLIENTS_CLI_INTERRUPT_H_

#include <signal.h>

namespace stratagem::cli {

// While it lives the first SIGINT is noted and answered with `answer` on
// standard error; the second ends the program. One at a time.
class Interrupt {
 public:
  // Requires: `answer` outlives it; whole lines.
  explicit Interrupt(const char* answer);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Whether there was one. Thread safe.
  bool seen() const;

 private:
  struct sigaction before_ = {};
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_INTERRUPT_H_
