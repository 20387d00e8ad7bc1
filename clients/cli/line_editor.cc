#include "clients/cli/line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <istream>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace stratagem::cli {
namespace {

// LIMIT: lines that the history keeps.
constexpr int kHistoryLinesMax = 1'000;

// LIMIT: completions that are listed; of more only the number is said.
constexpr size_t kListedMax = 100;

class PlainLineEditor final : public LineEditor {
 public:
  explicit PlainLineEditor(std::istream& in) : in_(in) {}

  std::optional<std::string> ReadLine() override {
    std::string line;
    if (!std::getline(in_, line)) return std::nullopt;
    return line;
  }

 private:
  std::istream& in_;
};

// Nobody else on the machine may read what was typed.
void CreatePrivately(const std::string& path) {
  std::error_code ignored;  // Then it cannot be written either.
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      ignored);
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
}

// libedit drops what the locale has no characters for, and many servers have
// none; expressions are UTF-8 everywhere.
void ReadUtf8() {
  std::setlocale(LC_CTYPE, "");
  if (absl::string_view(nl_langinfo(CODESET)) != "UTF-8") {
    std::setlocale(LC_CTYPE, "C.UTF-8");
  }
}

class TerminalLineEditor final : public LineEditor {
 public:
  TerminalLineEditor(const Console& console, std::string prompt,
                     std::string history_path, Completer complete)
      : console_(console),
        prompt_(std::move(prompt)),
        history_path_(std::move(history_path)),
        complete_(std::move(complete)),
        history_(history_init()) {
    ReadUtf8();
    editor_ = el_init("stratagem", stdin, stdout, stderr);
    HistEvent event;
    history(history_, &event, H_SETSIZE, kHistoryLinesMax);
    history(history_, &event, H_SETUNIQUE, 1);
    if (!history_path_.empty()) {
      CreatePrivately(history_path_);
      history(history_, &event, H_LOAD, history_path_.c_str());
    }
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &Prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_SIGNAL, 1);
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_ADDFN, "stratagem-complete", "completes a name",
           &Complete);
    el_set(editor_, EL_BIND, "^I", "stratagem-complete", nullptr);
    // While a line is typed Ctrl-C is a key and no signal, which would end the
    // program; what runs can be stopped with it.
    el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);
    el_set(editor_, EL_ADDFN, "stratagem-give-up", "gives up the line",
           &GiveUp);
    el_set(editor_, EL_BIND, "^C", "stratagem-give-up", nullptr);
    el_source(editor_, nullptr);  // The user's ~/.editrc.
  }
  ~TerminalLineEditor() override {
    history_end(history_);
    el_end(editor_);
  }
  TerminalLineEditor(const TerminalLineEditor&) = delete;
  TerminalLineEditor& operator=(const TerminalLineEditor&) = delete;

  std::optional<std::string> ReadLine() override {
    int size = 0;
    given_up_ = false;
    // Before the prompt: whoever sees it can type any key, Ctrl-C and Ctrl-D
    // too.
    el_set(editor_, EL_PREP_TERM, 1);
    const char* const line = el_gets(editor_, &size);
    if (line == nullptr || size <= 0) {
      std::fputc('\n', stdout);  // The next prompt starts its own line.
      return given_up_ ? std::optional<std::string>("") : std::nullopt;
    }
    std::string text(absl::StripTrailingAsciiWhitespace(
        absl::string_view(line, static_cast<size_t>(size))));
    if (!text.empty()) Remember(text);
    return text;
  }

 private:
  // At once: a terminal that is closed gives no time at the end.
  void Remember(const std::string& line) {
    HistEvent event;
    history(history_, &event, H_ENTER, line.c_str());
    if (history_path_.empty()) return;
    history(history_, &event, H_SAVE, history_path_.c_str());
  }

  static TerminalLineEditor* Self(EditLine* editor) {
    TerminalLineEditor* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return self;
  }
  static char* Prompt(EditLine* editor) { return Self(editor)->prompt_.data(); }

  static unsigned char GiveUp(EditLine* editor, int /*key*/) {
    Self(editor)->given_up_ = true;
    std::fputs("^C", stdout);
    return CC_EOF;
  }

  // Inserts what all completions share; lists them when that is nothing.
  static unsigned char Complete(EditLine* editor, int /*key*/) {
    const LineInfo* const info = el_line(editor);
    const absl::string_view line(
        info->buffer, static_cast<size_t>(info->cursor - info->buffer));
    const Completions found = Self(editor)->complete_(line);
    if (found.words.empty()) return CC_ERROR;
    std::string insert = CommonPrefix(found.words).substr(found.word_size);
    if (!insert.empty()) {
      return el_insertstr(editor, insert.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    }
    if (found.words.size() == 1) return CC_NORM;
    std::fputc('\n', stdout);
    if (found.words.size() > kListedMax) {
      std::fprintf(stdout, "%zu names; type more of one\n", found.words.size());
      return CC_REDISPLAY;
    }
    std::fputs(InColumns(found.words, Self(editor)->console_.columns).c_str(),
               stdout);
    return CC_REDISPLAY;
  }

  const Console& console_;
  std::string prompt_;
  const std::string history_path_;
  const Completer complete_;
  History* const history_;
  EditLine* editor_ = nullptr;
  bool given_up_ = false;  // The line that is being read.
};

}  // namespace

std::string CommonPrefix(const std::vector<std::string>& words) {
  std::string prefix = words.front();
  for (const std::string& word : words) {
    const auto end =
        std::mismatch(prefix.begin(), prefix.end(), word.begin(), word.end());
    prefix.erase(end.first, prefix.end());
  }
  return prefix;
}

std::string InColumns(const std::vector<std::string>& words, size_t width) {
  constexpr size_t kGap = 2;
  size_t widest = 0;
  for (const std::string& word : words) widest = std::max(widest, word.size());
  const size_t per_line = std::max<size_t>(1, (width + kGap) / (widest + kGap));
  const size_t lines = (words.size() + per_line - 1) / per_line;
  std::string text;
  for (size_t line = 0; line < lines; ++line) {
    for (size_t i = line; i < words.size(); i += lines) {
      const bool last = i + lines >= words.size();
      const size_t padding = last ? 0 : widest + kGap - words[i].size();
      absl::StrAppend(&text, words[i], std::string(padding, ' '));
    }
    text += '\n';
  }
  return text;
}

std::unique_ptr<LineEditor> NewLineEditor(const Console& console,
                                          std::string prompt,
                                          std::string history_path,
                                          Completer complete) {
  if (!console.in_is_terminal || !console.out_is_terminal) {
    return std::make_unique<PlainLineEditor>(console.in);
  }
  return std::make_unique<TerminalLineEditor>(
      console, std::move(prompt), std::move(history_path), std::move(complete));
}

}  // namespace stratagem::cli
