// clients/cli/console.h
//
// Console: where a command prints and what that place can do. Commands take
// one instead of std::cout, so that tests read what they print.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_CONSOLE_H_
#define STRATAGEM_CLIENTS_CLI_CONSOLE_H_

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::cli {

enum class Style {
  kPlain,
  kHeading,
  kGood,
  kWarning,
  kError,
  kFaint,
  // Colours that only tell things apart.
  kHue1,
  kHue2,
  kHue3,
  kHue4,
  kHue5,
  kHue6,
};

struct TerminalSize {
  size_t columns = 80;
  size_t rows = 24;

  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

// That standard output is now; 80 times 24 when it is none, or does not say.
TerminalSize SizeOfTerminal();

// Answers go to `out`; errors, notes and progress go to `err`.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colors = true;   // False with NO_COLOR; only ever used on terminals.
  size_t columns = 80;  // Of the terminal; tables are cut to it only there.

  // Returns `text` in the colours of `style` if the stream in question is a
  // terminal that wants colours.
  std::string PaintOut(Style style, absl::string_view text) const;
  std::string PaintErr(Style style, absl::string_view text) const;

  // Print one line to `err`: "error: …", "note: …" and, if there is one, the
  // hint on a line of its own.
  void Error(absl::string_view message, absl::string_view hint = "") const;
  void Note(absl::string_view message) const;
};

// The console of this process: its standard streams, isatty(), NO_COLOR and
// TERM, the terminal's width.
Console ProcessConsole();

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_CONSOLE_H_
