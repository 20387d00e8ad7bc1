#include "engine/base/source_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"

namespace stratagem {

std::string ToString(const SourceLocation& location) {
  if (location.line == 0) return location.file;
  return absl::StrCat(location.file, ":", location.line, ":", location.column);
}

SourceText::SourceText(std::string text, SourceLocation start)
    : text_(std::move(text)), file_(std::move(start.file)) {
  anchors_ = {{0, std::max(start.line, 1), std::max(start.column, 1)}};
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') {
      anchors_.push_back({i + 1, anchors_.back().line + 1, 1});
    }
  }
}

SourceText::SourceText(std::string text, std::string file,
                       std::vector<Anchor> anchors)
    : text_(std::move(text)),
      file_(std::move(file)),
      anchors_(std::move(anchors)) {
  STRATAGEM_CHECK(!anchors_.empty() && anchors_.front().offset == 0);
}

SourceLocation SourceText::Locate(size_t offset) const {
  offset = std::min(offset, text_.size());
  auto after = std::upper_bound(anchors_.begin(), anchors_.end(), offset,
                                [](size_t wanted, const Anchor& anchor) {
                                  return wanted < anchor.offset;
                                });
  const Anchor& anchor = *std::prev(after);
  return {file_, anchor.line,
          anchor.column + static_cast<int>(offset - anchor.offset)};
}

}  // namespace stratagem
