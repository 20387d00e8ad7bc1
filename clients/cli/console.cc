#include "clients/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace stratagem::cli {
namespace {

absl::string_view EscapeOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kHeading:
      return "\033[1m";
    case Style::kGood:
      return "\033[32m";
    case Style::kWarning:
      return "\033[33m";
    case Style::kError:
      return "\033[31m";
    case Style::kFaint:
      return "\033[2m";
    case Style::kHue1:
      return "\033[36m";
    case Style::kHue2:
      return "\033[35m";
    case Style::kHue3:
      return "\033[32m";
    case Style::kHue4:
      return "\033[33m";
    case Style::kHue5:
      return "\033[34m";
    case Style::kHue6:
      return "\033[31m";
  }
  return "";
}

std::string Paint(Style style, absl::string_view text) {
  if (style == Style::kPlain || text.empty()) return std::string(text);
  return absl::StrCat(EscapeOf(style), text, "\033[0m");
}

// https://no-color.org: set to anything but the empty string.
bool WantsColors() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || absl::string_view(term) != "dumb");
}

}  // namespace

TerminalSize SizeOfTerminal() {
  TerminalSize terminal;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return terminal;
  if (size.ws_col > 0) terminal.columns = size.ws_col;
  if (size.ws_row > 0) terminal.rows = size.ws_row;
  return terminal;
}

std::string Console::PaintOut(Style style, absl::string_view text) const {
  return Paint(out_is_terminal && colors ? style : Style::kPlain, text);
}

std::string Console::PaintErr(Style style, absl::string_view text) const {
  return Paint(err_is_terminal && colors ? style : Style::kPlain, text);
}

void Console::Error(absl::string_view message, absl::string_view hint) const {
  err << PaintErr(Style::kError, "error:") << " " << message << "\n";
  if (!hint.empty()) err << "  hint: " << hint << "\n";
}

void Console::Note(absl::string_view message) const {
  err << PaintErr(Style::kFaint, absl::StrCat("note: ", message)) << "\n";
}

Console ProcessConsole() {
  return Console{.in = std::cin,
                 .out = std::cout,
                 .err = std::cerr,
                 .in_is_terminal = isatty(STDIN_FILENO) == 1,
                 .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                 .err_is_terminal = isatty(STDERR_FILENO) == 1,
                 .colors = WantsColors(),
                 .columns = SizeOfTerminal().columns};
}

}  // namespace stratagem::cli
