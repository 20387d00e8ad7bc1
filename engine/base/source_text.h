// engine/base/source_text.h
//
// Where a piece of a pack stands: SourceLocation, and SourceText for text that
// was cut out of a file (an expression inside a YAML scalar or a CSV cell)
// and must still report errors at the file's own line and column.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_SOURCE_TEXT_H_
#define STRATAGEM_ENGINE_BASE_SOURCE_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem {

// `line` and `column` are 1-based, columns count bytes. Line 0 means the whole
// file ("the file is missing"). `file` is relative to the pack, e.g.
// "pack.yaml"; for text without a file it is a word such as "expression".
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;

  friend bool operator==(const SourceLocation&,
                         const SourceLocation&) = default;
};

// "pack.yaml:4:5", or "pack.yaml" when the line is 0.
std::string ToString(const SourceLocation& location);

// A text and the place each of its bytes came from. Cheap to move.
class SourceText {
 public:
  // `offset` bytes into the text, the file's position jumps to line:column
  // (an escape, or the next line of a block scalar); between anchors columns
  // advance with bytes.
  struct Anchor {
    size_t offset = 0;
    int line = 1;
    int column = 1;
  };

  SourceText() = default;
  // Text that stands at `start` and runs on byte by byte; after each '\n' the
  // position goes to column 1 of the next line.
  SourceText(std::string text, SourceLocation start);
  // Requires: `anchors` ascending by offset, the first at 0.
  SourceText(std::string text, std::string file, std::vector<Anchor> anchors);

  const std::string& text() const { return text_; }
  const std::string& file() const { return file_; }

  // Returns the place of byte `offset`; `offset` may be text().size() ("at the
  // end"). Time: O(log anchors).
  SourceLocation Locate(size_t offset) const;

 private:
  std::string text_;
  std::string file_;
  // INVARIANT: not empty, ascending by offset, the first at offset 0.
  std::vector<Anchor> anchors_ = {Anchor{}};
};

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_SOURCE_TEXT_H_
