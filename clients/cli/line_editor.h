// clients/cli/line_editor.h
//
// LineEditor: lines that a user types, with history and completion on a
// terminal. The only user of libedit.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LINE_EDITOR_H_
#define STRATAGEM_CLIENTS_CLI_LINE_EDITOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"

namespace stratagem::cli {

// What may stand at the end of a line.
struct Completions {
  size_t word_size = 0;  // Bytes at the end of the line that are being typed.
  std::vector<std::string> words;  // In order; what they may become.
};

// The longest text that all of `words` start with. Requires: not empty.
std::string CommonPrefix(const std::vector<std::string>& words);

// `words` side by side in columns, in lines of at most `width` bytes unless a
// word is longer; each line with its end.
std::string InColumns(const std::vector<std::string>& words, size_t width);

// Not thread safe.
class LineEditor {
 public:
  virtual ~LineEditor() = default;

  // Returns the next line without its end, or nullopt at the end of the input.
  // A line that Ctrl-C gives up is empty.
  virtual std::optional<std::string> ReadLine() = 0;
};

// Asks for completions of the text before the cursor.
using Completer = std::function<Completions(absl::string_view line)>;

// On a terminal a libedit editor with `prompt`; each line is remembered at once
// in `history_path` (made with mode 0600; "" and failures to write mean that
// lines are forgotten). Text is UTF-8 in any locale. Anywhere else lines are
// read from the console as they come, without a prompt. `console` outlives the
// editor.
std::unique_ptr<LineEditor> NewLineEditor(const Console& console,
                                          std::string prompt,
                                          std::string history_path,
                                          Completer complete);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LINE_EDITOR_H_
