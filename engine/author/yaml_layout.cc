// One walk over the tree, with a cursor in the tokens that goes along: before a
// node is printed, the comments in front of it are.

#include "engine/author/yaml_layout.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/author/flow_table.h"
#include "engine/author/flow_text.h"
#include "engine/base/display_width.h"

namespace stratagem::author {

using pack::ScalarStyle;
using pack::YamlEntry;
using pack::YamlFile;
using pack::YamlKind;
using pack::YamlNode;

namespace {

constexpr size_t kIndent = 2;

struct Line {
  std::string text;
  std::string comment;  // At its end.
  bool has_blank_above = false;
  bool is_comment = false;    // The whole line.
  bool keeps_blanks = false;  // Empty lines after it are text: `|+`.
};

bool IsBlockScalar(const YamlNode& node) {
  return node.is(YamlKind::kScalar) && (node.style == ScalarStyle::kLiteral ||
                                        node.style == ScalarStyle::kFolded);
}

bool IsContent(const YamlToken& token) {
  switch (token.kind) {
    case YamlTokenKind::kScalar:
    case YamlTokenKind::kOpen:
    case YamlTokenKind::kDash:
    case YamlTokenKind::kQuestion:
      return true;
    case YamlTokenKind::kComment:
    case YamlTokenKind::kColon:
    case YamlTokenKind::kComma:
    case YamlTokenKind::kClose:
    case YamlTokenKind::kDirective:
    case YamlTokenKind::kDocumentStart:
    case YamlTokenKind::kDocumentEnd:
      return false;
  }
  return false;
}

class Printer {
 public:
  Printer(const YamlFile& file, const YamlTokens& tokens)
      : file_(file), tokens_(tokens), list_(tokens.list()) {}

  std::string Print() {
    SkipToContent(0);
    PrintNode(file_.root(), 0, 0);
    SkipTo(list_.size(), 0);
    return Render();
  }

 private:
  // ---------------------------------------------------------- lines

  // Opens a line at `indent`, what is pending before it.
  void BeginLine(size_t indent, const YamlToken& token) {
    const size_t start = indent - std::min(indent, pending_.size());
    Line line;
    line.has_blank_above =
        pending_.empty() ? HasBlankAbove(token) : pending_blank_;
    line.text = absl::StrCat(std::string(start, ' '), pending_);
    pending_.clear();
    lines_.push_back(std::move(line));
  }

  bool HasBlankAbove(const YamlToken& token) const {
    return !lines_.empty() && !lines_.back().keeps_blanks &&
           tokens_.HasBlankAbove(token);
  }

  // The dashes that wait for what they introduce, on a line of their own.
  void FlushPending(size_t indent) {
    if (pending_.empty()) return;
    BeginLine(indent, list_[std::min(at_, list_.size() - 1)]);
    absl::StripTrailingAsciiWhitespace(&lines_.back().text);
  }

  void AddComment(const YamlToken& token, size_t indent) {
    FlushPending(indent);
    const std::string text(tokens_.TextOf(token));
    const bool has_room = !lines_.empty() && lines_.back().comment.empty() &&
                          !lines_.back().is_comment;
    if (!token.opens_line && has_room) {
      lines_.back().comment = text;
      return;
    }
    BeginLine(indent, token);
    lines_.back().text += text;
    lines_.back().is_comment = true;
  }

  // ---------------------------------------------------------- tokens

  // Moves the cursor to token `end` and prints the comments on the way.
  void SkipTo(size_t end, size_t indent) {
    for (; at_ < end; ++at_) {
      const YamlToken& token = list_[at_];
      if (token.kind == YamlTokenKind::kComment) {
        AddComment(token, indent);
      } else if (token.kind == YamlTokenKind::kDirective ||
                 token.kind == YamlTokenKind::kDocumentStart) {
        BeginLine(0, token);
        absl::StrAppend(&lines_.back().text, tokens_.TextOf(token));
      }
    }
  }

  void SkipToContent(size_t indent) {
    size_t end = at_;
    while (end < list_.size() && !IsContent(list_[end])) ++end;
    SkipTo(end, indent);
  }

  bool IsAt(YamlTokenKind kind) const {
    return at_ < list_.size() && list_[at_].kind == kind;
  }

  bool HasCommentBefore(int index) const {
    return std::any_of(list_.begin() + static_cast<ptrdiff_t>(at_),
                       list_.begin() + index, [](const YamlToken& token) {
                         return token.kind == YamlTokenKind::kComment;
                       });
  }

  bool IsUnwrittenNull(const YamlNode& node) const {
    return node.is(YamlKind::kNull) && tokens_.IndexOf(node) < 0;
  }

  // A scalar, `[…]` or `{…}`; not a block collection.
  bool IsWritten(const YamlNode& node) const {
    return tokens_.IndexOf(node) >= 0;
  }

  // Past everything that was written for `node`.
  void SkipPast(const YamlNode& node) {
    const size_t index = static_cast<size_t>(tokens_.IndexOf(node));
    const YamlToken& token = list_[index];
    at_ = (token.kind == YamlTokenKind::kOpen ? token.close : index) + 1;
  }

  // ---------------------------------------------------------- nodes

  // Prints `node` at the beginning of a line, or after what is pending.
  // `outer_column` is that of the collection around it in the file.
  void PrintNode(const YamlNode& node, size_t indent, int outer_column) {
    if (IsUnwrittenNull(node)) return FlushPending(indent);
    if (IsWritten(node)) {
      const int index = tokens_.IndexOf(node);
      if (HasCommentBefore(index)) FlushPending(indent);
      const std::optional<FlowText> flow = FlowThatFits(node, indent);
      if (flow.has_value() || node.is(YamlKind::kScalar)) {
        SkipTo(static_cast<size_t>(index), indent);
        BeginLine(indent, list_[static_cast<size_t>(index)]);
        return AppendValue(node, flow, std::max(indent, kIndent));
      }
    }
    PrintBlock(node, indent, outer_column);
  }

  void PrintBlock(const YamlNode& node, size_t indent, int outer_column) {
    const int open = tokens_.IndexOf(node);
    // A comment behind the bracket goes behind what stands above.
    if (open >= 0 &&
        list_[static_cast<size_t>(open) + 1].kind == YamlTokenKind::kComment) {
      SkipTo(static_cast<size_t>(open) + 1, indent);
    }
    if (node.is(YamlKind::kMapping)) {
      PrintMapping(node, indent);
    } else {
      PrintSequence(node, indent);
    }
    if (open >= 0) {  // Was `[…]` or `{…}`.
      SkipTo(list_[static_cast<size_t>(open)].close, indent);
      ++at_;
    } else {
      TakeCommentsBelow(std::max(node.column, outer_column + 1), indent);
    }
  }

  // The comments at the end of a block that are still part of it: as far right
  // as its lines are.
  void TakeCommentsBelow(int column_min, size_t indent) {
    while (IsAt(YamlTokenKind::kComment) &&
           (!list_[at_].opens_line || list_[at_].column >= column_min)) {
      SkipTo(at_ + 1, indent);
    }
  }

  void PrintMapping(const YamlNode& node, size_t indent) {
    std::vector<std::optional<FlowRow>> rows;
    for (const YamlEntry& entry : node.entries) {
      rows.push_back(RowOf(entry.value, indent, &entry.key));
    }
    AlignRuns(rows, indent,
              [&](size_t i) -> const YamlNode& { return node.entries[i].key; });
    for (size_t i = 0; i < node.entries.size(); ++i) {
      PrintEntry(node, node.entries[i], rows[i], indent);
    }
  }

  void PrintEntry(const YamlNode& mapping, const YamlEntry& entry,
                  const std::optional<FlowRow>& row, size_t indent) {
    SkipToContent(indent);
    while (IsAt(YamlTokenKind::kQuestion)) {
      ++at_;
      SkipToContent(indent);
    }
    BeginLine(indent, list_[at_]);
    absl::StrAppend(&lines_.back().text, KeyText(entry.key), ":");
    SkipPast(entry.key);
    if (IsUnwrittenNull(entry.value)) return;
    if (row.has_value()) {
      absl::StrAppend(&lines_.back().text, std::string(row->gap, ' '),
                      row->text.ToString());
      return SkipPast(entry.value);
    }
    if (CanFollowKey(entry.value)) {
      lines_.back().text.push_back(' ');
      return AppendValue(entry.value, OneLineForm(entry.value),
                         indent + kIndent);
    }
    const int index = tokens_.IndexOf(entry.value);
    if (index >= 0 && !entry.value.is(YamlKind::kScalar) &&
        !HasCommentBefore(index)) {  // Too long for the line of its key.
      return PrintBlock(entry.value, indent + kIndent, mapping.column);
    }
    PrintNode(entry.value, indent + kIndent, mapping.column);
  }

  // True for a scalar, `[]` or `{}` that goes on the line of its key: unless
  // comments stand between, or the author broke the line and it would be too
  // long.
  bool CanFollowKey(const YamlNode& value) const {
    const int index = tokens_.IndexOf(value);
    if (index < 0 || !value.items.empty() || !value.entries.empty() ||
        HasCommentBefore(index)) {
      return false;
    }
    if (!list_[static_cast<size_t>(index)].opens_line) return true;
    const std::optional<FlowText> flow = OneLineForm(value);
    return flow.has_value() &&
           DisplayWidth(lines_.back().text) + 1 + flow->Width() <=
               kFormatWidthMax;
  }

  void PrintSequence(const YamlNode& node, size_t indent) {
    std::vector<std::optional<FlowRow>> rows;
    for (const YamlNode& item : node.items) {
      rows.push_back(RowOf(item, indent + kIndent, nullptr));
    }
    AlignRuns(rows, indent + kIndent,
              [&](size_t i) -> const YamlNode& { return node.items[i]; });
    for (size_t i = 0; i < node.items.size(); ++i) {
      PrintItem(node, node.items[i], rows[i], indent);
    }
  }

  void PrintItem(const YamlNode& sequence, const YamlNode& item,
                 const std::optional<FlowRow>& row, size_t indent) {
    SkipToContent(indent);
    if (pending_.empty()) {
      pending_blank_ = at_ < list_.size() && HasBlankAbove(list_[at_]);
    }
    if (IsAt(YamlTokenKind::kDash)) ++at_;
    pending_ += "- ";
    if (!row.has_value() || HasCommentBefore(tokens_.IndexOf(item))) {
      return PrintNode(item, indent + kIndent, sequence.column);
    }
    BeginLine(indent + kIndent, list_[at_]);
    absl::StrAppend(&lines_.back().text, row->text.ToString());
    SkipPast(item);
  }

  // ---------------------------------------------------------- one-line values

  std::optional<FlowText> OneLineForm(const YamlNode& node) const {
    std::optional<FlowText> flow = RenderFlow(tokens_, node);
    // `[]` has no other form; comments inside follow it.
    if (!flow.has_value() && node.is(YamlKind::kSequence) &&
        node.items.empty()) {
      return FlowText{{{"[]", "", false}}};
    }
    if (!flow.has_value() && node.is(YamlKind::kMapping) &&
        node.entries.empty()) {
      return FlowText{{{"{}", "", false}}};
    }
    return flow;
  }

  // A collection that was `[…]` or `{…}` and fits on the rest of a line.
  std::optional<FlowText> FlowThatFits(const YamlNode& node,
                                       size_t column) const {
    if (!IsWritten(node) || node.is(YamlKind::kScalar)) return std::nullopt;
    std::optional<FlowText> flow = OneLineForm(node);
    const bool is_empty = node.items.empty() && node.entries.empty();
    if (flow.has_value() && !is_empty &&
        column + flow->Width() > kFormatWidthMax) {
      return std::nullopt;
    }
    return flow;
  }

  // `value` as a row of a table, or nullopt: it does not go on one line.
  std::optional<FlowRow> RowOf(const YamlNode& value, size_t indent,
                               const YamlNode* key) const {
    const int index = tokens_.IndexOf(value);
    if (index < 0 || value.is(YamlKind::kScalar) || value.is(YamlKind::kNull)) {
      return std::nullopt;
    }
    FlowRow row;
    row.value = &value;
    if (key != nullptr) {
      row.lead = DisplayWidth(KeyText(*key)) + 1;
      const YamlToken& token = list_[static_cast<size_t>(index)];
      const YamlToken& before = list_[static_cast<size_t>(index) - 1];
      if (before.kind != YamlTokenKind::kColon) return std::nullopt;
      row.was_padded =
          before.line == token.line && token.begin > before.end + 1;
    }
    std::optional<FlowText> flow =
        RenderFlow(tokens_, value).has_value()
            ? FlowThatFits(value, indent + row.lead + (key != nullptr ? 1 : 0))
            : std::nullopt;
    if (!flow.has_value()) return std::nullopt;
    row.text = *std::move(flow);
    return row;
  }

  // Aligns the rows that follow each other without an empty line between.
  template <typename FirstNode>
  void AlignRuns(std::vector<std::optional<FlowRow>>& rows, size_t indent,
                 const FirstNode& first_node) const {
    std::vector<FlowRow*> run;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].has_value() || IsBelowBlank(first_node(i))) {
        AlignRows(indent, kFormatWidthMax, run);
        run.clear();
      }
      if (rows[i].has_value()) run.push_back(&*rows[i]);
    }
    AlignRows(indent, kFormatWidthMax, run);
  }

  // Of a key, or of an item with the dash before it.
  bool IsBelowBlank(const YamlNode& node) const {
    const int index = tokens_.IndexOf(node);
    if (index < 0) return false;
    const YamlToken& token = list_[static_cast<size_t>(index)];
    if (tokens_.HasBlankAbove(token)) return true;
    if (index == 0) return false;
    const YamlToken& before = list_[static_cast<size_t>(index) - 1];
    return before.kind == YamlTokenKind::kDash && tokens_.HasBlankAbove(before);
  }

  // ---------------------------------------------------------- scalars

  std::string KeyText(const YamlNode& key) const {
    const std::optional<FlowText> flow = RenderFlow(tokens_, key);
    // What has no other form is refused by the comparison after all.
    return flow.has_value() ? flow->ToString() : std::string();
  }

  // Appends `node` to the open line; `indent` is where further lines begin.
  // `flow` is its one-line form, if it has one.
  void AppendValue(const YamlNode& node, const std::optional<FlowText>& flow,
                   size_t indent) {
    const YamlToken& token = list_[static_cast<size_t>(tokens_.IndexOf(node))];
    if (IsBlockScalar(node)) return AppendBlockScalar(token, indent);
    const absl::string_view written = tokens_.TextOf(token);
    const bool spans_lines = absl::StrContains(written, '\n');
    if (flow.has_value() && (!spans_lines || !node.is(YamlKind::kScalar))) {
      lines_.back().text += flow->ToString();
    } else {
      AppendLines(written, indent);
    }
    // Comments inside an empty collection follow it.
    if (token.kind == YamlTokenKind::kOpen) SkipTo(token.close, indent);
    SkipPast(node);
  }

  // A plain or quoted scalar keeps its lines.
  void AppendLines(absl::string_view written, size_t indent) {
    const std::vector<absl::string_view> lines = absl::StrSplit(written, '\n');
    for (size_t i = 0; i < lines.size(); ++i) {
      absl::string_view line = lines[i];
      if (i > 0) {
        line = absl::StripLeadingAsciiWhitespace(line);
        lines_.emplace_back();
        if (!line.empty()) lines_.back().text = std::string(indent, ' ');
      }
      if (i + 1 < lines.size()) line = absl::StripTrailingAsciiWhitespace(line);
      absl::StrAppend(&lines_.back().text, line);
    }
  }

  void AppendBlockScalar(const YamlToken& token, size_t indent) {
    const absl::string_view header = tokens_.TextOf(token);
    const bool is_explicit =
        header.find_first_of("123456789") != absl::string_view::npos;
    const bool keeps = absl::StrContains(header, '+');
    absl::StrAppend(&lines_.back().text, header.substr(0, 1),
                    is_explicit ? absl::StrCat(kIndent) : "", keeps ? "+" : "",
                    absl::StrContains(header, '-') ? "-" : "");
    SkipPast(*token.node);
    if (IsAt(YamlTokenKind::kComment) && list_[at_].line == token.line) {
      SkipTo(at_ + 1, indent);
    }
    const absl::string_view body =
        absl::string_view(file_.text())
            .substr(token.body_begin, token.body_end - token.body_begin);
    if (body.empty()) return;
    const bool is_empty =
        token.node->text.find_first_not_of('\n') == std::string::npos;
    if (MustKeepIndent(body, token.body_indent, indent) && !is_explicit) {
      indent = token.body_indent;
    }
    for (const absl::string_view line :
         absl::StrSplit(absl::StripSuffix(body, "\n"), '\n')) {
      lines_.emplace_back();
      if (!is_empty && line.size() > token.body_indent) {
        lines_.back().text = absl::StrCat(std::string(indent, ' '),
                                          line.substr(token.body_indent));
      }
    }
    lines_.back().keeps_blanks = keeps;
  }

  // A text literal of an expression that spans lines holds their indentation.
  static bool MustKeepIndent(absl::string_view body, size_t written,
                             size_t wanted) {
    return written + kIndent > wanted && (absl::StrContains(body, "'''") ||
                                          absl::StrContains(body, "\"\"\""));
  }

  // ---------------------------------------------------------- the whole

  // The column of the comments of the run of lines that begins at `begin`, and
  // where the run ends.
  std::pair<size_t, size_t> CommentRun(size_t begin) const {
    size_t width = 0;
    size_t end = begin;
    while (end < lines_.size() && !lines_[end].comment.empty() &&
           (end == begin || !lines_[end].has_blank_above)) {
      width = std::max(width, DisplayWidth(lines_[end].text));
      ++end;
    }
    return {width + kIndent, end};
  }

  std::string Render() const {
    std::string text;
    size_t column = 0;
    size_t run_end = 0;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const Line& line = lines_[i];
      if (line.has_blank_above) text.push_back('\n');
      absl::StrAppend(&text, line.text);
      if (!line.comment.empty()) {
        if (i >= run_end) std::tie(column, run_end) = CommentRun(i);
        text.append(column - DisplayWidth(line.text), ' ');
        text += line.comment;
      }
      text.push_back('\n');
    }
    return text;
  }

  const YamlFile& file_;
  const YamlTokens& tokens_;
  const std::vector<YamlToken>& list_;
  size_t at_ = 0;  // The next token.
  std::vector<Line> lines_;
  std::string pending_;  // Dashes that begin the next line.
  bool pending_blank_ = false;
};

}  // namespace

std::string LayOut(const YamlFile& file, const YamlTokens& tokens) {
  return Printer(file, tokens).Print();
}

}  // namespace stratagem::author
