// The tree says where every scalar begins and what it decodes to, so that only
// the text between scalars is read here, where `#` can mean one thing.

#include "engine/author/yaml_tokens.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "engine/pack/yaml_scalar.h"

namespace stratagem::author {

using pack::ScalarStyle;
using pack::YamlEntry;
using pack::YamlFile;
using pack::YamlKind;
using pack::YamlNode;

namespace {

bool IsBlankLine(absl::string_view line) {
  return line.find_first_not_of(" \t") == absl::string_view::npos;
}

bool IsBlock(const YamlNode& node) {
  return node.is(YamlKind::kScalar) && (node.style == ScalarStyle::kLiteral ||
                                        node.style == ScalarStyle::kFolded);
}

}  // namespace

class YamlScanner {
 public:
  explicit YamlScanner(const YamlFile& file)
      : file_(file), text_(file.text()), tokens_(file) {}

  bool Scan() {
    return Walk(file_.root()) && SkipTo(text_.size()) && open_.empty();
  }

  SourceLocation Here() const { return {file_.path(), line_, Column(cursor_)}; }
  YamlTokens TakeTokens() { return std::move(tokens_); }

 private:
  int Column(size_t offset) const {
    return static_cast<int>(offset - line_start_) + 1;
  }

  absl::string_view LineAt(size_t start) const {
    return text_.substr(
        start, std::min(text_.find('\n', start), text_.size()) - start);
  }

  // Moves the cursor, counting lines.
  void MoveTo(size_t offset) {
    for (; cursor_ < offset; ++cursor_) {
      if (text_[cursor_] != '\n') continue;
      ++line_;
      line_start_ = cursor_ + 1;
    }
  }

  YamlToken& Add(YamlTokenKind kind, size_t size) {
    YamlToken token;
    token.kind = kind;
    token.begin = cursor_;
    token.end = cursor_ + size;
    token.line = line_;
    token.column = Column(cursor_);
    token.opens_line =
        IsBlankLine(text_.substr(line_start_, cursor_ - line_start_));
    tokens_.list_.push_back(token);
    MoveTo(token.end);
    return tokens_.list_.back();
  }

  bool Walk(const YamlNode& node) {
    for (const YamlNode& item : node.items) {
      if (!Walk(item)) return false;
    }
    for (const YamlEntry& entry : node.entries) {
      if (!Walk(entry.key) || !Walk(entry.value)) return false;
    }
    if (node.is(YamlKind::kNull)) return AddNull(node);
    if (node.is(YamlKind::kScalar)) return AddScalar(node);
    return true;
  }

  bool AddNull(const YamlNode& node) {
    const size_t offset = file_.Offset(node.line, node.column);
    const size_t size = pack::WrittenNullSize(text_.substr(offset));
    if (size == 0) return true;
    if (!SkipTo(offset)) return false;
    AddNode(node, size);
    return true;
  }

  YamlToken& AddNode(const YamlNode& node, size_t size) {
    tokens_.index_of_scalar_[&node] = static_cast<int>(tokens_.list_.size());
    YamlToken& token = Add(YamlTokenKind::kScalar, size);
    token.node = &node;
    return token;
  }

  bool AddScalar(const YamlNode& node) {
    const size_t offset = file_.Offset(node.line, node.column);
    if (!SkipTo(offset)) return false;
    const std::optional<std::vector<SourceText::Anchor>> anchors =
        pack::TraceScalar({text_, offset, node.line, node.column}, node.style,
                          node.text);
    if (!anchors.has_value()) return false;
    if (IsBlock(node)) return AddBlockScalar(node, *anchors);
    const size_t end = node.style == ScalarStyle::kPlain
                           ? EndOfPlain(node, *anchors)
                           : EndOfQuoted(offset);
    if (end <= offset || end > text_.size()) return false;
    AddNode(node, end - offset);
    return true;
  }

  // After the byte that decoded to the last one of the text.
  size_t EndOfPlain(const YamlNode& node,
                    const std::vector<SourceText::Anchor>& anchors) const {
    if (node.text.empty()) return 0;
    const SourceText source(node.text, file_.path(), anchors);
    const SourceLocation last = source.Locate(node.text.size() - 1);
    return file_.Offset(last.line, last.column) + 1;
  }

  size_t EndOfQuoted(size_t offset) const {
    const char quote = text_[offset];
    for (size_t i = offset + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != quote) {
          return i + 1;
        }
        ++i;
      }
    }
    return 0;
  }

  bool AddBlockScalar(const YamlNode& node,
                      const std::vector<SourceText::Anchor>& anchors) {
    const absl::string_view header = LineAt(cursor_);
    const size_t size =
        std::min(header.find_first_not_of("|>+-123456789"), header.size());
    const size_t body = std::min(cursor_ + header.size() + 1, text_.size());
    const bool keeps = absl::StrContains(header.substr(0, size), '+');
    const size_t index = tokens_.list_.size();
    AddNode(node, size);
    // What is left of the header: a comment.
    if (!SkipTo(std::min(body, text_.size()))) return false;
    YamlToken& token = tokens_.list_[index];
    const bool is_empty =
        node.text.find_first_not_of('\n') == std::string::npos;
    token.body_indent =
        is_empty ? 0 : static_cast<size_t>(anchors.back().column) - 1;
    token.body_begin = body;
    token.body_end = EndOfBody(body, token.body_indent, is_empty, keeps);
    MoveTo(token.body_end);
    return true;
  }

  size_t EndOfBody(size_t body, size_t indent, bool is_empty,
                   bool keeps) const {
    size_t end = body;
    for (size_t start = body; start < text_.size();) {
      const absl::string_view line = LineAt(start);
      const size_t next = std::min(start + line.size() + 1, text_.size());
      const size_t spaces = std::min(line.find_first_not_of(' '), line.size());
      const bool is_blank = spaces == line.size();
      const bool is_text = !is_empty && line.size() > indent &&
                           spaces >= indent && !IsDocumentMark(start);
      if (!is_blank && !is_text) break;
      if (is_text || keeps) end = next;
      start = next;
    }
    return end;
  }

  // At `---` or `...` in the first column.
  bool IsDocumentMark(size_t offset) const {
    if (offset > 0 && text_[offset - 1] != '\n') return false;
    const absl::string_view line = LineAt(offset);
    return (absl::StartsWith(line, "---") || absl::StartsWith(line, "...")) &&
           (line.size() == 3 || line[3] == ' ' || line[3] == '\t');
  }

  // Reads what stands between two scalars. False at anything that is neither
  // punctuation nor comment.
  bool SkipTo(size_t offset) {
    if (offset < cursor_) return false;
    while (cursor_ < offset) {
      if (!SkipOne()) return false;
    }
    return cursor_ == offset;
  }

  bool SkipOne() {
    switch (text_[cursor_]) {
      case ' ':
      case '\t':
      case '\n':
        MoveTo(cursor_ + 1);
        return true;
      case '#':
        return AddComment();
      case '-':
        Add(IsDocumentMark(cursor_) ? YamlTokenKind::kDocumentStart
                                    : YamlTokenKind::kDash,
            IsDocumentMark(cursor_) ? 3 : 1);
        return true;
      case '.':
        if (!IsDocumentMark(cursor_)) return false;
        Add(YamlTokenKind::kDocumentEnd, 3);
        return true;
      case '%':
        if (Column(cursor_) != 1) return false;
        Add(YamlTokenKind::kDirective, LineAt(cursor_).size());
        return true;
      case '?':
        Add(YamlTokenKind::kQuestion, 1);
        return true;
      case ':':
        Add(YamlTokenKind::kColon, 1);
        return true;
      case ',':
        Add(YamlTokenKind::kComma, 1);
        return true;
      case '[':
      case '{':
        open_.push_back(tokens_.list_.size());
        Add(YamlTokenKind::kOpen, 1);
        return true;
      case ']':
      case '}':
        return AddClose();
      default:
        return false;
    }
  }

  bool AddComment() {
    const char before = cursor_ == 0 ? '\n' : text_[cursor_ - 1];
    if (before != ' ' && before != '\t' && before != '\n') return false;
    const absl::string_view line = LineAt(cursor_);
    Add(YamlTokenKind::kComment, line.find_last_not_of(" \t") + 1);
    return true;
  }

  bool AddClose() {
    if (open_.empty()) return false;
    tokens_.list_[open_.back()].close = tokens_.list_.size();
    open_.pop_back();
    Add(YamlTokenKind::kClose, 1);
    return true;
  }

  const YamlFile& file_;
  const absl::string_view text_;
  YamlTokens tokens_;
  size_t cursor_ = 0;
  int line_ = 1;
  size_t line_start_ = 0;
  std::vector<size_t> open_;  // Indexes of kOpen that wait for their kClose.
};

std::optional<YamlTokens> YamlTokens::Scan(const YamlFile& file,
                                           SourceLocation& stopped_at) {
  YamlScanner scanner(file);
  if (scanner.Scan()) return scanner.TakeTokens();
  stopped_at = scanner.Here();
  return std::nullopt;
}

int YamlTokens::IndexOf(const YamlNode& node) const {
  const auto found = index_of_scalar_.find(&node);
  if (found != index_of_scalar_.end()) return found->second;
  if (!node.is(YamlKind::kSequence) && !node.is(YamlKind::kMapping)) return -1;
  const size_t offset = file_->Offset(node.line, node.column);
  const auto at = std::lower_bound(
      list_.begin(), list_.end(), offset,
      [](const YamlToken& token, size_t want) { return token.begin < want; });
  const bool is_flow = at != list_.end() && at->begin == offset &&
                       at->kind == YamlTokenKind::kOpen &&
                       (TextOf(*at) == "[") == node.is(YamlKind::kSequence);
  return is_flow ? static_cast<int>(at - list_.begin()) : -1;
}

absl::string_view YamlTokens::TextOf(const YamlToken& token) const {
  return absl::string_view(file_->text())
      .substr(token.begin, token.end - token.begin);
}

bool YamlTokens::HasBlankAbove(const YamlToken& token) const {
  if (!token.opens_line || token.line < 2) return false;
  const size_t begin = file_->Offset(token.line - 1, 1);
  const size_t end = file_->Offset(token.line, 1);
  return IsBlankLine(absl::StripSuffix(
      absl::string_view(file_->text()).substr(begin, end - begin), "\n"));
}

std::vector<std::string> YamlTokens::Comments() const {
  std::vector<std::string> comments;
  for (const YamlToken& token : list_) {
    if (token.kind == YamlTokenKind::kComment) {
      comments.emplace_back(TextOf(token));
    }
  }
  return comments;
}

}  // namespace stratagem::author
