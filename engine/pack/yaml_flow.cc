// Only what decides whether a bracket is one is followed: where plain text
// ends, for which the indentation of the block collections around it counts.

#include "engine/pack/yaml_flow.h"

#include <algorithm>
#include <string>
#include <vector>

namespace stratagem::pack {
namespace {

constexpr int kNoColumn = -1;

bool IsOneOf(char c, absl::string_view set) {
  return set.find(c) != absl::string_view::npos;
}

class FlowScanner {
 public:
  FlowScanner(absl::string_view text, const FlowLimits& limits)
      : text_(text), limits_(limits) {}

  FlowCut Scan() {
    while (!AtEnd()) {
      if (SkipSpace()) continue;
      ScanToken();
      if (closing_.size() > limits_.depth_max || values_ > limits_.values_max ||
          commas_ > limits_.values_max) {
        return {at_, std::string(closing_.rbegin(), closing_.rend())};
      }
    }
    return {text_.size(), ""};
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  int Column() const { return static_cast<int>(at_ - line_start_); }
  bool InFlow() const { return !closing_.empty(); }
  int Indent() const { return indents_.empty() ? kNoColumn : indents_.back(); }

  void EnterLine() {
    ++at_;
    line_start_ = at_;
    key_column_ = kNoColumn;
  }

  void SkipLine() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  // Space, a line break or a comment; true when there was one.
  bool SkipSpace() {
    const char c = Peek();
    if (c == '\n') {
      EnterLine();
    } else if (c == ' ' || c == '\t') {
      ++at_;
    } else if (c == '#' &&
               (at_ == line_start_ || IsOneOf(text_[at_ - 1], " \t"))) {
      SkipLine();
    } else {
      return false;
    }
    return true;
  }

  // `---` or `...` alone, at the start of a line.
  bool AtDocumentMark() const {
    const absl::string_view mark = text_.substr(at_, 3);
    return Column() == 0 && (mark == "---" || mark == "...") &&
           IsOneOf(Peek(3), " \t\n");
  }

  // A sign that means something only before space, or before a bracket or
  // comma in flow.
  bool AtSign(char sign) const {
    return Peek() == sign && (IsOneOf(Peek(1), " \t\n") ||
                              (InFlow() && IsOneOf(Peek(1), ",[]{}")));
  }

  // Column `column` begins an entry of a block collection.
  void OpenBlock(int column) {
    while (Indent() > column) indents_.pop_back();
    if (Indent() < column) indents_.push_back(column);
  }

  void ScanToken() {
    if (AtDocumentMark()) {
      indents_.clear();
      at_ += 3;
      return;
    }
    if (Column() == 0 && Peek() == '%' && !InFlow()) {
      SkipLine();
      return;
    }
    if (AtSign('-') || AtSign('?')) {
      if (!InFlow()) OpenBlock(Column());
      key_column_ = kNoColumn;
      ++at_;
      return;
    }
    if (AtSign(':') || (Peek() == ':' && InFlow() && after_json_)) {
      if (!InFlow() && key_column_ != kNoColumn) OpenBlock(key_column_);
      key_column_ = kNoColumn;
      ++at_;
      return;
    }
    if (!InFlow() && key_column_ == kNoColumn) key_column_ = Column();
    after_json_ = false;
    ScanValue();
  }

  void ScanValue() {
    switch (Peek()) {
      case '[':
      case '{':
        if (!InFlow()) values_ = commas_ = 0;
        closing_.push_back(Peek() == '[' ? ']' : '}');
        ++values_;
        ++at_;
        return;
      case ']':
      case '}':
        if (InFlow()) closing_.pop_back();
        after_json_ = true;
        ++at_;
        return;
      case ',':
        ++commas_;
        ++at_;
        return;
      case '"':
      case '\'':
        ++values_;
        SkipQuoted(Peek());
        after_json_ = true;
        return;
      case '&':
      case '*':
      case '!':  // What these begin belongs to a value.
        while (!IsOneOf(Peek(), " \t\n,[]{}")) ++at_;
        return;
      case '|':
      case '>':
        if (!InFlow()) {
          SkipBlockScalar();
          return;
        }
        break;
      default:
        break;
    }
    ++values_;
    SkipPlain();
  }

  void SkipQuoted(char quote) {
    ++at_;
    while (!AtEnd()) {
      const char c = Peek();
      if (c == '\n') {
        EnterLine();
      } else if (c == '\\' && quote == '"' && Peek(1) != '\n') {
        at_ = std::min(at_ + 2, text_.size());
      } else if (c != quote) {
        ++at_;
      } else if (quote == '\'' && Peek(1) == quote) {
        at_ += 2;
      } else {
        ++at_;
        return;
      }
    }
  }

  // To the end of plain text, which may go on in lines indented further than
  // the collection that it is part of.
  void SkipPlain() {
    ++at_;
    while (!AtEnd()) {
      const char c = Peek();
      if (AtSign(':') || (InFlow() && IsOneOf(c, ",[]{}"))) return;
      if (c == '#' && IsOneOf(text_[at_ - 1], " \t")) return;
      if (c != '\n') {
        ++at_;
        continue;
      }
      if (!GoesOn()) return;
      while (IsOneOf(Peek(), " \t\n") && !AtEnd()) {
        if (Peek() == '\n') {
          EnterLine();
        } else {
          ++at_;
        }
      }
      if (Peek() == '#') return;
    }
  }

  // Whether plain text of this line goes on in the next that is not blank.
  bool GoesOn() const {
    const size_t next = text_.find_first_not_of(" \t\n", at_);
    if (next == absl::string_view::npos) return false;
    if (InFlow()) return true;
    const size_t start = text_.rfind('\n', next) + 1;
    FlowScanner line(text_, limits_);
    line.at_ = line.line_start_ = start;
    return static_cast<int>(next - start) > Indent() && !line.AtDocumentMark();
  }

  void SkipBlockScalar() {
    const size_t header = at_;
    SkipLine();
    const absl::string_view signs =
        text_.substr(header + 1, std::min<size_t>(2, at_ - header - 1));
    const size_t digit = signs.find_first_of("123456789");
    int indent = 0;
    if (digit != absl::string_view::npos) {
      indent = std::max(Indent(), 0) + (signs[digit] - '0');
    }
    while (!AtEnd()) {
      const size_t start = at_ + 1;
      const size_t first = text_.find_first_not_of(' ', start);
      if (first == absl::string_view::npos) {
        at_ = text_.size();
        return;
      }
      const int column = static_cast<int>(first - start);
      if (text_[first] != '\n') {
        if (indent == 0) indent = std::max(column, Indent() + 1);
        if (column < indent) return;  // At the break before this line.
      }
      at_ = start;
      line_start_ = start;
      SkipLine();
    }
  }

  const absl::string_view text_;
  const FlowLimits limits_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  std::vector<int> indents_;    // Of the open block collections, ascending.
  int key_column_ = kNoColumn;  // Where what may be a key of this line begins.
  bool after_json_ = false;     // Behind a quote or bracket that closes.
  std::string closing_;         // Of the open brackets, outermost first.
  size_t values_ = 0;           // These two since the outermost bracket.
  size_t commas_ = 0;
};

}  // namespace

FlowCut CutFlow(absl::string_view text, const FlowLimits& limits) {
  return FlowScanner(text, limits).Scan();
}

}  // namespace stratagem::pack
