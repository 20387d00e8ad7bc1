// clients/cli/live_screen.h
//
// LiveScreen: text that is drawn again and again in the same place of a
// terminal, as `top` does it; elsewhere one text below the other.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LIVE_SCREEN_H_
#define STRATAGEM_CLIENTS_CLI_LIVE_SCREEN_H_

#include <termios.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/console.h"
#include "clients/cli/interrupt.h"

namespace stratagem::cli {

// Returns the lines of `text`, none wider than the terminal and no more of them
// than it has rows: empty lines go first, then the last line says how many are
// missing. Colours take
// no width and end where the line does. Each line but the last ends with a line
// break. Requires: lines without control characters other than colours.
std::string FitScreen(absl::string_view text, const TerminalSize& size);

// While it lives keys come one by one and are not shown, if standard input is a
// terminal; the cursor stays where it is. Not thread safe.
class LiveScreen {
 public:
  // `console` outlives it.
  explicit LiveScreen(const Console& console);
  ~LiveScreen();
  LiveScreen(const LiveScreen&) = delete;
  LiveScreen& operator=(const LiveScreen&) = delete;

  // Shows `text`, lines, in place of what was shown before.
  void Draw(std::string text);

  // Waits that long, or until the user wants no more: presses q or Ctrl-C, or
  // nobody reads. Redraws when the window's size changes. Returns whether to go
  // on.
  bool Wait(absl::Duration duration);

  // Whether Ctrl-C was pressed.
  bool interrupted() const { return interrupt_.seen(); }

 private:
  void Paint();
  // Waits for a key. Returns whether it means the end.
  bool ReadsEnd(absl::Duration duration) const;

  const Console& console_;
  const Interrupt interrupt_;
  std::optional<termios> keys_before_;
  std::string text_;
  TerminalSize size_;  // When it was painted.
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LIVE_SCREEN_H_
