#include "clients/cli/line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <istream>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"

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

class TerminalLineEditor final : public LineEditor {
 public:
  TerminalLineEditor(std::string prompt, std::string history_path,
                     Completer complete)
      : prompt_(std::move(prompt)),
        history_path_(std::move(history_path)),
        complete_(std::move(complete)),
        history_(history_init()) {
    std::setlocale(LC_CTYPE, "");  // Characters of more than one byte.
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
    el_source(editor_, nullptr);  // The user's ~/.editrc.
  }
  ~TerminalLineEditor() override {
    if (!history_path_.empty()) {
      HistEvent event;
      history(history_, &event, H_SAVE, history_path_.c_str());
    }
    history_end(history_);
    el_end(editor_);
  }
  TerminalLineEditor(const TerminalLineEditor&) = delete;
  TerminalLineEditor& operator=(const TerminalLineEditor&) = delete;

  std::optional<std::string> ReadLine() override {
    int size = 0;
    const char* const line = el_gets(editor_, &size);
    if (line == nullptr || size <= 0) {
      std::fputc('\n', stdout);  // The shell's prompt starts its own line.
      return std::nullopt;
    }
    std::string text(absl::StripTrailingAsciiWhitespace(
        absl::string_view(line, static_cast<size_t>(size))));
    if (!text.empty()) {
      HistEvent event;
      history(history_, &event, H_ENTER, text.c_str());
    }
    return text;
  }

 private:
  static TerminalLineEditor* Self(EditLine* editor) {
    TerminalLineEditor* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return self;
  }
  static char* Prompt(EditLine* editor) { return Self(editor)->prompt_.data(); }

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
    for (const std::string& word : found.words) {
      std::fprintf(stdout, "%s  ", word.c_str());
    }
    std::fputc('\n', stdout);
    return CC_REDISPLAY;
  }

  std::string prompt_;
  const std::string history_path_;
  const Completer complete_;
  History* const history_;
  EditLine* editor_ = nullptr;
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

std::unique_ptr<LineEditor> NewLineEditor(const Console& console,
                                          std::string prompt,
                                          std::string history_path,
                                          Completer complete) {
  if (!console.in_is_terminal || !console.out_is_terminal) {
    return std::make_unique<PlainLineEditor>(console.in);
  }
  return std::make_unique<TerminalLineEditor>(
      std::move(prompt), std::move(history_path), std::move(complete));
}

}  // namespace stratagem::cli
