#include "engine/author/flow_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "engine/base/display_width.h"

namespace stratagem::author {

using pack::ScalarStyle;
using pack::YamlEntry;
using pack::YamlKind;
using pack::YamlNode;

namespace {

// `text`, which is between double quotes and spans lines, on one line: a break
// becomes a space, further ones `\n`, an escaped one nothing.
std::string UnfoldDoubleQuoted(absl::string_view text) {
  std::string line;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '\n') {
      absl::StrAppend(&line, text.substr(i, 2));
      i += 2;
      continue;
    }
    const bool is_escaped = text[i] == '\\';
    const size_t end =
        std::min(text.find_first_not_of(" \t", i + is_escaped), text.size());
    if (end >= text.size() || text[end] != '\n') {
      line.push_back(text[i++]);
      continue;
    }
    i = std::min(text.find_first_not_of(" \t\n", end), text.size());
    const auto breaks = std::count(text.begin() + end, text.begin() + i, '\n');
    if (!is_escaped && breaks == 1) line.push_back(' ');
    for (auto n = breaks; n > 1; --n) line.append("\\n");
  }
  return line;
}

std::optional<std::string> ScalarOnOneLine(const YamlNode& node,
                                           absl::string_view written) {
  const bool spans_lines = written.find('\n') != absl::string_view::npos;
  switch (node.style) {
    case ScalarStyle::kLiteral:
    case ScalarStyle::kFolded:
      return std::nullopt;
    case ScalarStyle::kDoubleQuoted:
      return spans_lines ? UnfoldDoubleQuoted(written) : std::string(written);
    case ScalarStyle::kPlain:
      if (!spans_lines) return std::string(written);
      if (node.text.find('\n') != std::string::npos) return std::nullopt;
      return node.text;
    case ScalarStyle::kSingleQuoted:
      if (node.text.find('\n') != std::string::npos) return std::nullopt;
      if (node.text.find_first_of("\"\\") == std::string::npos) {
        return absl::StrCat("\"", node.text, "\"");
      }
      return absl::StrCat("'", absl::StrReplaceAll(node.text, {{"'", "''"}}),
                          "'");
  }
  return std::nullopt;
}

class FlowWriter {
 public:
  explicit FlowWriter(const YamlTokens& tokens) : tokens_(tokens) {}

  // False when there is no such line.
  bool Write(const YamlNode& node) {
    switch (node.kind) {
      case YamlKind::kBroken:
        return false;
      case YamlKind::kNull:
      case YamlKind::kScalar:
        return WriteScalar(node);
      case YamlKind::kSequence:
        return WriteSequence(node);
      case YamlKind::kMapping:
        return WriteMapping(node);
    }
    return false;
  }

  FlowText Take() { return std::move(flow_); }

 private:
  void Append(absl::string_view text) {
    absl::StrAppend(&flow_.pieces.back().text, text);
  }
  void AppendWithShape(absl::string_view text) {
    Append(text);
    absl::StrAppend(&flow_.pieces.back().shape, text);
  }

  // Between two items; `next` is the first token of the second.
  void Separate(int next) {
    Append(", ");
    const std::vector<YamlToken>& list = tokens_.list();
    if (next > 0) {
      const YamlToken& token = list[static_cast<size_t>(next)];
      const YamlToken& before = list[static_cast<size_t>(next) - 1];
      flow_.pieces.back().was_padded = before.kind == YamlTokenKind::kComma &&
                                       before.line == token.line &&
                                       token.begin > before.end + 1;
    }
    flow_.pieces.emplace_back();
  }

  bool WriteScalar(const YamlNode& node) {
    const int index = tokens_.IndexOf(node);
    if (index < 0) return true;  // A null that is not written.
    const std::optional<std::string> text = ScalarOnOneLine(
        node, tokens_.TextOf(tokens_.list()[static_cast<size_t>(index)]));
    if (!text.has_value()) return false;
    Append(*text);
    absl::StrAppend(&flow_.pieces.back().shape, "_");
    return true;
  }

  bool WriteSequence(const YamlNode& node) {
    AppendWithShape("[");
    for (const YamlNode& item : node.items) {
      if (&item != &node.items.front()) Separate(tokens_.IndexOf(item));
      if (!Write(item)) return false;
    }
    Append("]");
    return true;
  }

  bool WriteMapping(const YamlNode& node) {
    AppendWithShape("{");
    for (const YamlEntry& entry : node.entries) {
      const int index = tokens_.IndexOf(entry.key);
      if (&entry != &node.entries.front()) Separate(index);
      const std::optional<std::string> key = ScalarOnOneLine(
          entry.key,
          tokens_.TextOf(tokens_.list()[static_cast<size_t>(index)]));
      if (!key.has_value()) return false;
      AppendWithShape(absl::StrCat(*key, ": "));
      if (!Write(entry.value)) return false;
    }
    Append("}");
    return true;
  }

  const YamlTokens& tokens_;
  FlowText flow_{{FlowText::Piece{}}};
};

bool HasCommentInside(const YamlTokens& tokens, const YamlNode& node) {
  const int open = tokens.IndexOf(node);
  if (open < 0) return false;
  const std::vector<YamlToken>& list = tokens.list();
  const YamlToken& first = list[static_cast<size_t>(open)];
  if (first.kind != YamlTokenKind::kOpen) return false;
  return std::any_of(list.begin() + open,
                     list.begin() + static_cast<ptrdiff_t>(first.close),
                     [](const YamlToken& token) {
                       return token.kind == YamlTokenKind::kComment;
                     });
}

}  // namespace

std::string FlowText::ToString() const {
  std::string text;
  for (const Piece& piece : pieces) text += piece.text;
  return text;
}

size_t FlowText::Width() const { return DisplayWidth(ToString()); }

std::optional<FlowText> RenderFlow(const YamlTokens& tokens,
                                   const YamlNode& node) {
  if (HasCommentInside(tokens, node)) return std::nullopt;
  FlowWriter writer(tokens);
  if (!writer.Write(node)) return std::nullopt;
  return writer.Take();
}

bool AlignPieces(std::vector<FlowText*>& rows) {
  const FlowText& longest = **std::max_element(
      rows.begin(), rows.end(), [](const FlowText* a, const FlowText* b) {
        return a->pieces.size() < b->pieces.size();
      });
  std::vector<size_t> widths(longest.pieces.size(), 0);
  for (const FlowText* row : rows) {
    for (size_t i = 0; i < row->pieces.size(); ++i) {
      if (row->pieces[i].shape != longest.pieces[i].shape) return false;
      if (i + 1 == row->pieces.size()) break;  // Nothing follows the last one.
      widths[i] = std::max(widths[i], DisplayWidth(row->pieces[i].text));
    }
  }
  for (FlowText* row : rows) {
    for (size_t i = 0; i + 1 < row->pieces.size(); ++i) {
      std::string& text = row->pieces[i].text;
      text.append(widths[i] - DisplayWidth(text), ' ');
    }
  }
  return true;
}

}  // namespace stratagem::author
