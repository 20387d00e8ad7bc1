// Without a library for terminals: a screen is painted as one write of plain
// ANSI, from the first line on, each line cleared before it is written, so that
// nothing flickers and nothing is left to undo but how keys are read.

#include "clients/cli/live_screen.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

constexpr absl::string_view kHomeAndClear = "\033[H\033[2J";
constexpr absl::string_view kHome = "\033[H";
constexpr absl::string_view kClearLine = "\033[K";
constexpr absl::string_view kClearBelow = "\033[J";
constexpr absl::string_view kPlainColor = "\033[0m";

// How often it is looked whether the window has another size, or whether a
// signal came just before it was waited for.
constexpr absl::Duration kLookEvery = absl::Milliseconds(200);

// The colour that `text` begins with, or "".
absl::string_view ColorAt(absl::string_view text) {
  if (text.substr(0, 2) != "\033[") return "";
  return text.substr(0, text.find('m') + 1);
}

// `line` cut to `width` columns, its colours kept.
std::string CutLine(absl::string_view line, size_t width) {
  std::string plain;
  for (absl::string_view rest = line; !rest.empty();) {
    const absl::string_view color = ColorAt(rest);
    if (color.empty()) plain.push_back(rest.front());
    rest.remove_prefix(std::max<size_t>(1, color.size()));
  }
  if (DisplayWidth(plain) <= width) return std::string(line);
  constexpr absl::string_view kEllipsis = "…";
  const std::string cut = Truncate(plain, width);
  const size_t kept = cut.size() - kEllipsis.size();
  std::string result;
  bool is_coloured = false;
  for (size_t i = 0; i < kept;) {
    const absl::string_view color = ColorAt(line);
    if (color.empty()) {
      result.push_back(cut[i++]);
      line.remove_prefix(1);
    } else {
      absl::StrAppend(&result, color);
      is_coloured = color != kPlainColor;
      line.remove_prefix(color.size());
    }
  }
  return absl::StrCat(result, kEllipsis, is_coloured ? kPlainColor : "");
}

}  // namespace

std::string FitScreen(absl::string_view text, const TerminalSize& size) {
  std::vector<std::string> lines =
      absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
  const size_t rows = std::max<size_t>(1, size.rows);
  if (lines.size() > rows) {
    lines.erase(std::remove(lines.begin(), lines.end(), ""), lines.end());
  }
  if (lines.size() > rows) {
    const size_t missing = lines.size() - rows + 1;
    lines.resize(rows);
    lines.back() = absl::StrCat("… ", missing, " more lines");
  }
  const size_t columns = std::max<size_t>(1, size.columns);
  for (std::string& line : lines) line = CutLine(line, columns);
  return absl::StrJoin(lines, "\n");
}

LiveScreen::LiveScreen(const Console& console)
    : console_(console), interrupt_("") {
  if (!console.in_is_terminal || !console.out_is_terminal) return;
  termios keys{};
  if (tcgetattr(STDIN_FILENO, &keys) != 0) return;
  keys_before_ = keys;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

LiveScreen::~LiveScreen() {
  if (keys_before_.has_value()) {
    tcsetattr(STDIN_FILENO, TCSANOW, &*keys_before_);
  }
  // What comes next begins below what was shown last.
  if (console_.out_is_terminal && !text_.empty()) {
    console_.out << "\n" << std::flush;
  }
}

void LiveScreen::Draw(std::string text) {
  if (!console_.out_is_terminal) {
    console_.out << text << std::flush;
    return;
  }
  const bool is_first = text_.empty();
  text_ = std::move(text);
  if (is_first) console_.out << kHomeAndClear;
  Paint();
}

void LiveScreen::Paint() {
  size_ = SizeOfTerminal();
  const std::string text = FitScreen(text_, size_);
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  console_.out << kHome;
  for (size_t i = 0; i < lines.size(); ++i) {
    const bool is_last = i + 1 == lines.size();
    // Cleared before it is written: behind a line that is as wide as the
    // terminal the cursor still stands on its last character.
    console_.out << (is_last ? kClearBelow : kClearLine) << lines[i]
                 << (is_last ? "" : "\r\n");
  }
  console_.out << std::flush;
}

bool LiveScreen::Wait(absl::Duration duration) {
  const absl::Time until = absl::Now() + duration;
  while (true) {
    if (!console_.out.good() || interrupt_.seen()) return false;
    const absl::Duration left = until - absl::Now();
    if (left <= absl::ZeroDuration()) return true;
    if (ReadsEnd(std::min(left, kLookEvery))) return false;
    if (!text_.empty() && SizeOfTerminal() != size_) Paint();
  }
}

bool LiveScreen::ReadsEnd(absl::Duration duration) const {
  pollfd keyboard{STDIN_FILENO, POLLIN, 0};
  const bool reads_keys = keys_before_.has_value();
  // At least one: a part of a millisecond would be no waiting at all.
  const int64_t wait_ms =
      std::max<int64_t>(1, absl::ToInt64Milliseconds(duration));
  // A signal ends it early: the caller looks.
  if (poll(&keyboard, reads_keys ? 1 : 0, static_cast<int>(wait_ms)) <= 0) {
    return false;
  }
  char key = 0;
  const ssize_t count = read(STDIN_FILENO, &key, 1);
  constexpr char kCtrlD = 4;
  // Without a keyboard any more the terminal is gone.
  return count <= 0 || key == 'q' || key == 'Q' || key == kCtrlD;
}

}  // namespace stratagem::cli
