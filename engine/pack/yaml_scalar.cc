#include "engine/pack/yaml_scalar.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "engine/base/utf8.h"

namespace stratagem::pack {
namespace {

using Anchors = std::vector<SourceText::Anchor>;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// The code point that a one-letter escape stands for, or -1.
int32_t SimpleEscape(char c) {
  switch (c) {
    case '0':
      return 0x00;
    case 'a':
      return 0x07;
    case 'b':
      return 0x08;
    case 't':
    case '\t':
      return 0x09;
    case 'n':
      return 0x0A;
    case 'v':
      return 0x0B;
    case 'f':
      return 0x0C;
    case 'r':
      return 0x0D;
    case 'e':
      return 0x1B;
    case ' ':
      return ' ';
    case '"':
      return '"';
    case '/':
      return '/';
    case '\\':
      return '\\';
    case 'N':
      return 0x85;
    case '_':
      return 0xA0;
    case 'L':
      return 0x2028;
    case 'P':
      return 0x2029;
    default:
      return -1;
  }
}

size_t HexEscapeDigits(char c) {
  return c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
}

// Decodes a plain or quoted scalar a second time, noting where each byte came
// from.
class FlowTracer {
 public:
  explicit FlowTracer(const ScalarPlace& place)
      : file_(place.file_text),
        offset_(place.offset),
        line_(place.line),
        column_(place.column) {}

  // A plain scalar has no end of its own; `size` is how much it decoded to.
  void TracePlain(size_t size) {
    while (text_.size() < size && offset_ < file_.size()) {
      FoldOrCopy();
    }
  }

  // Returns false when there is no closing quote.
  bool TraceQuoted(char quote) {
    Skip(1);
    while (offset_ < file_.size()) {
      const char c = file_[offset_];
      if (c == quote) {
        if (quote == '"' || Peek(1) != '\'') return true;
        Emit("'", 2);
      } else if (c == '\\' && quote == '"') {
        if (!TraceEscape()) return false;
      } else {
        FoldOrCopy();
      }
    }
    return false;
  }

  const std::string& text() const { return text_; }

  Anchors TakeAnchors() {
    // The end of the text is a place too ("unexpected end").
    if (anchors_.empty() || line_ != next_line_ || column_ != next_column_) {
      anchors_.push_back({text_.size(), line_, column_});
    }
    return std::move(anchors_);
  }

 private:
  char Peek(size_t ahead) const {
    return offset_ + ahead < file_.size() ? file_[offset_ + ahead] : '\0';
  }

  void Skip(size_t bytes) {
    offset_ += bytes;
    column_ += static_cast<int>(bytes);
  }

  void SkipLineBreak() {
    ++offset_;
    ++line_;
    column_ = 1;
  }

  void SkipBlanks() {
    while (offset_ < file_.size() && IsBlank(file_[offset_])) Skip(1);
  }

  // Appends `bytes`, which `length` bytes of the file at the cursor stand for.
  void Emit(absl::string_view bytes, size_t length) {
    if (anchors_.empty() || line_ != next_line_ || column_ != next_column_) {
      anchors_.push_back({text_.size(), line_, column_});
    }
    text_.append(bytes.data(), bytes.size());
    next_line_ = line_;
    next_column_ = column_ + static_cast<int>(bytes.size());
    Skip(length);
  }

  // Where only blanks stand before the next line break, one break becomes a
  // space and n breaks become n-1 of them. Else copies the blanks, or one byte.
  void FoldOrCopy() {
    size_t ahead = 0;
    while (IsBlank(Peek(ahead))) ++ahead;
    if (offset_ + ahead >= file_.size() || file_[offset_ + ahead] != '\n') {
      const size_t count = std::max<size_t>(ahead, 1);
      Emit(file_.substr(offset_, count), count);
      return;
    }
    size_t breaks = 0;
    size_t end = offset_ + ahead;
    for (size_t i = end; i < file_.size(); ++i) {
      if (file_[i] == '\n') {
        ++breaks;
        end = i;
      } else if (!IsBlank(file_[i])) {
        break;
      }
    }
    Emit(breaks == 1 ? " " : std::string(breaks - 1, '\n'), 0);
    while (offset_ <= end) {
      if (file_[offset_] == '\n') {
        SkipLineBreak();
      } else {
        Skip(1);
      }
    }
    SkipBlanks();
  }

  // At a backslash between double quotes. Returns false when nothing follows
  // that could be an escape.
  bool TraceEscape() {
    const char c = Peek(1);
    if (c == '\n') {  // The line goes on without a space.
      Skip(1);
      SkipLineBreak();
      SkipBlanks();
      while (Peek(0) == '\n') {
        Emit("\n", 0);
        SkipLineBreak();
        SkipBlanks();
      }
      return offset_ < file_.size();
    }
    uint32_t code_point = 0;
    const size_t digits = HexEscapeDigits(c);
    for (size_t i = 0; i < digits; ++i) {
      const char d = Peek(2 + i);
      const uint32_t value = d >= '0' && d <= '9'   ? d - '0'
                             : d >= 'a' && d <= 'f' ? d - 'a' + 10
                             : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                    : 16;
      if (value == 16) return false;
      code_point = code_point * 16 + value;
    }
    if (digits == 0) {
      const int32_t simple = SimpleEscape(c);
      if (simple < 0) return false;
      code_point = static_cast<uint32_t>(simple);
    }
    if (code_point > 0x10FFFF ||
        (code_point >= 0xD800 && code_point < 0xE000)) {
      return false;
    }
    std::string bytes;
    AppendUtf8(code_point, bytes);
    Emit(bytes, 2 + digits);
    return true;
  }

  absl::string_view file_;
  size_t offset_;
  int line_;
  int column_;
  std::string text_;
  Anchors anchors_;
  // Where the next byte would stand if it followed the last one directly.
  int next_line_ = 0;
  int next_column_ = 0;
};

// LIMIT: indentations tried for a block scalar with an explicit indicator,
// whose own indentation only its parent knows.
constexpr size_t kIndentTriesMax = 64;

// Lines up the lines of a block scalar with its decoded text.
class BlockTracer {
 public:
  BlockTracer(const ScalarPlace& place, ScalarStyle style,
              absl::string_view text)
      : file_(place.file_text), style_(style), text_(text) {
    const size_t header_end =
        std::min(file_.find('\n', place.offset), file_.size());
    header_ = file_.substr(place.offset, header_end - place.offset);
    body_ = std::min(header_end + 1, file_.size());
    body_line_ = place.line + 1;
  }

  std::optional<Anchors> Trace() {
    const size_t first = FirstIndent();
    const bool is_explicit = header_.substr(0, 3).find_first_of("123456789") !=
                             absl::string_view::npos;
    const size_t tries = is_explicit ? std::min(first + 1, kIndentTriesMax) : 1;
    for (size_t i = 0; i < tries; ++i) {
      if (std::optional<Anchors> anchors = TraceWith(first - i)) return anchors;
    }
    return std::nullopt;
  }

 private:
  absl::string_view LineAt(size_t start) const {
    const size_t end = std::min(file_.find('\n', start), file_.size());
    return file_.substr(start, end - start);
  }

  // The leading spaces of the first line that has anything else.
  size_t FirstIndent() const {
    for (size_t start = body_; start < file_.size();) {
      const absl::string_view line = LineAt(start);
      const size_t indent = line.find_first_not_of(' ');
      if (indent != absl::string_view::npos) return indent;
      start += line.size() + 1;
    }
    return 0;
  }

  std::optional<Anchors> TraceWith(size_t indent) const {
    // Line breaks at the end are the header's business (`|-`, `|+`).
    const size_t last = text_.find_last_not_of('\n');
    const size_t size = last == absl::string_view::npos ? 0 : last + 1;
    Anchors anchors;
    size_t at = 0;
    int line = body_line_;
    for (size_t start = body_; at < size; ++line) {
      if (start >= file_.size()) return std::nullopt;
      const absl::string_view whole = LineAt(start);
      start += whole.size() + 1;
      const absl::string_view content =
          whole.size() > indent ? whole.substr(indent) : absl::string_view();
      if (style_ == ScalarStyle::kFolded) {
        if (content.empty()) continue;
        at = SkipFold(at);
      }
      if (text_.substr(at, content.size()) != content) return std::nullopt;
      anchors.push_back({at, line, static_cast<int>(indent) + 1});
      at += content.size();
      if (style_ == ScalarStyle::kLiteral && at < size) {
        if (text_[at] != '\n') return std::nullopt;
        ++at;
      }
    }
    if (anchors.empty() || anchors.front().offset != 0) {
      anchors.insert(anchors.begin(), {0, body_line_, 1});
    }
    return anchors;
  }

  // A folded line follows the last one after one space or after line breaks.
  size_t SkipFold(size_t at) const {
    if (at > 0 && text_[at] == ' ') return at + 1;
    while (at < text_.size() && text_[at] == '\n') ++at;
    return at;
  }

  absl::string_view file_;
  ScalarStyle style_;
  absl::string_view text_;
  absl::string_view header_;
  size_t body_ = 0;
  int body_line_ = 0;
};

}  // namespace

std::optional<std::vector<SourceText::Anchor>> TraceScalar(
    const ScalarPlace& place, ScalarStyle style, absl::string_view text) {
  if (style == ScalarStyle::kLiteral || style == ScalarStyle::kFolded) {
    return BlockTracer(place, style, text).Trace();
  }
  FlowTracer tracer(place);
  if (style == ScalarStyle::kPlain) {
    tracer.TracePlain(text.size());
  } else if (!tracer.TraceQuoted(style == ScalarStyle::kDoubleQuoted ? '"'
                                                                     : '\'')) {
    return std::nullopt;
  }
  if (tracer.text() != text) return std::nullopt;
  return tracer.TakeAnchors();
}

bool IsClosed(const ScalarPlace& place, ScalarStyle style) {
  return FlowTracer(place).TraceQuoted(
      style == ScalarStyle::kDoubleQuoted ? '"' : '\'');
}

size_t WrittenNullSize(absl::string_view rest) {
  for (const absl::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!absl::StartsWith(rest, word)) continue;
    rest.remove_prefix(word.size());
    const bool ends =
        rest.empty() || absl::StrContains(" \t\n:,]}", rest.substr(0, 1));
    return ends ? word.size() : 0;
  }
  return 0;
}

bool IsMarkedUtf16(absl::string_view bytes) {
  return absl::StartsWith(bytes, "\xFF\xFE") ||
         absl::StartsWith(bytes, "\xFE\xFF");
}

}  // namespace stratagem::pack
