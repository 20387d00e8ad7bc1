#include "engine/pack/yaml_reader.h"

#include <algorithm>
#include <istream>
#include <iterator>
#include <optional>
#include <streambuf>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "engine/pack/yaml_flow.h"
#include "yaml-cpp/depthguard.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"

namespace stratagem::pack {
namespace {

// LIMIT: values (scalars and collections) of one file; each takes some 150
// bytes while the pack is read.
constexpr size_t kYamlNodesMax = 500'000;

// LIMIT: open brackets that yaml-cpp gets to see, enough for the builder to
// refuse them at the place where they are too deep.
constexpr size_t kFlowDepthMax = 4 * kYamlDepthMax;

// YAML's c-printable. yaml-cpp takes U+0004 for the end of the file, so the
// others must not get that far.
bool IsPrintable(uint32_t code_point) {
  return code_point == '\t' || code_point == '\n' ||
         (code_point >= 0x20 && code_point < 0x7F) || code_point == 0x85 ||
         (code_point >= 0xA0 && code_point != 0xFFFE && code_point != 0xFFFF);
}

// Line breaks of all three kinds become '\n', which moves no line or column.
std::string NormalizeText(absl::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  std::string text;
  text.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r') {
      text.push_back(bytes[i]);
    } else if (i + 1 >= bytes.size() || bytes[i + 1] != '\n') {
      text.push_back('\n');
    }
  }
  return text;
}

// Reports what makes `text` unfit for a YAML parser; true when it is fit.
bool CheckBytes(const std::string& path, absl::string_view text,
                Diagnostics& diagnostics) {
  if (IsMarkedUtf16(text)) {
    diagnostics.AddError("E203", {path, 1, 1}, "the file is UTF-16",
                         "save it as UTF-8");
    return false;
  }
  bool fit = true;
  bool indentation = true;
  int line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < text.size();) {
    const auto here = [&] {
      return SourceLocation{path, line, static_cast<int>(i - line_start) + 1};
    };
    uint32_t code_point = 0;
    const size_t length = DecodeUtf8(text.substr(i), code_point);
    if (length == 0) {
      diagnostics.AddError("E203", here(),
                           absl::StrFormat("byte 0x%02X is not valid UTF-8",
                                           static_cast<unsigned char>(text[i])),
                           "save the file as UTF-8");
      return false;
    }
    if (!IsPrintable(code_point)) {
      diagnostics.AddError(
          "E204", here(),
          absl::StrFormat("control character U+%04X", code_point),
          "remove it, or write it as an escape between double quotes");
      return false;
    }
    if (code_point == '\t' && indentation) {
      diagnostics.AddError("E205", here(), "tab in the indentation",
                           "indent with spaces");
      fit = false;
      indentation = false;  // Once a line.
    } else if (code_point != ' ') {
      indentation = false;
    }
    i += length;
    if (code_point == '\n') {
      ++line;
      line_start = i;
      indentation = true;
    }
  }
  return fit;
}

// Builds the tree from yaml-cpp's events, so that anchors, tags and depth are
// seen before anything is built of them.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlFile& file, const YamlLanguage& language,
              Diagnostics& diagnostics)
      : file_(file), language_(language), diagnostics_(diagnostics) {}

  bool has_document() const { return documents_ > 0; }
  bool is_over() const { return is_over_; }
  bool has_tree() const { return nodes_ <= kYamlNodesMax; }
  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ != 2) return;
    is_over_ = true;
    Error("E208", NodeAt(mark, YamlKind::kNull),
          "a second YAML document begins",
          "one file holds one document; check the indentation, or remove "
          "`---`");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (!Begin()) return;
    YamlNode node = NodeAt(mark, YamlKind::kNull);
    CheckProperties(node, "", anchor);
    if (IsKeyWithoutColon(node)) {
      Error("E206", node, "invalid YAML: expected `:` after this key",
            "write `key: value`");
      node.kind = YamlKind::kBroken;
    } else {
      MoveToEmptyPlace(node);
    }
    Attach(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (!Begin()) return;
    YamlNode node = NodeAt(mark, YamlKind::kBroken);
    Error("E207", node, NotPart("aliases"), std::string(language_.alias_hint));
    Attach(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    if (!Begin()) return;
    YamlNode node = NodeAt(mark, YamlKind::kScalar);
    node.text = value;
    if (CheckProperties(node, tag, anchor)) {
      node.style = StyleOf(node);
    } else if (value.empty()) {
      node.kind = YamlKind::kBroken;  // All of `!text` is its tag.
    }
    const bool quoted = node.style == ScalarStyle::kSingleQuoted ||
                        node.style == ScalarStyle::kDoubleQuoted;
    if (quoted && !IsClosed(PlaceOf(node), node.style)) {
      Error("E206", node, "invalid YAML: the quote is never closed", "");
      node.kind = YamlKind::kBroken;
    }
    Attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(NodeAt(mark, YamlKind::kSequence), tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(NodeAt(mark, YamlKind::kMapping), tag, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A collection that is not yet closed.
  struct Frame {
    YamlNode node;
    std::optional<YamlNode> key;  // Of a mapping, waiting for its value.
    absl::flat_hash_map<std::string, int> key_lines;
  };

  YamlNode NodeAt(const YAML::Mark& mark, YamlKind kind) const {
    YamlNode node;
    node.kind = kind;
    node.file = &file_;
    node.line = std::max(mark.line, 0) + 1;
    node.column = std::max(mark.column, 0) + 1;
    return node;
  }

  ScalarPlace PlaceOf(const YamlNode& node) const {
    return {file_.text(), file_.Offset(node.line, node.column), node.line,
            node.column};
  }

  void Error(absl::string_view code, const YamlNode& node, std::string message,
             std::string hint) {
    diagnostics_.AddError(code, node.location(), std::move(message),
                          std::move(hint));
  }

  std::string NotPart(absl::string_view what) const {
    return absl::StrCat(what, " are not part of ", language_.name);
  }

  // True when the event counts: not inside something already refused.
  bool Begin() {
    if (is_over_ || refused_depth_ > 0) return false;
    if (++nodes_ <= kYamlNodesMax) return true;
    diagnostics_.AddError(
        "E210", {file_.path(), 0, 0},
        absl::StrCat("more than ", kYamlNodesMax, " values in one file"),
        "split the file");
    is_over_ = true;
    return false;
  }

  // Refuses anchors and tags; true when there were none. yaml-cpp marks a node
  // at its first property, and gives quoted scalars the tag `!`.
  bool CheckProperties(const YamlNode& node, const std::string& tag,
                       YAML::anchor_t anchor) {
    const size_t offset = file_.Offset(node.line, node.column);
    const char first =
        offset < file_.text().size() ? file_.text()[offset] : ' ';
    const bool tagged = (!tag.empty() && tag != "?" && tag != "!") ||
                        (tag == "!" && (first == '!' || first == '&'));
    if (anchor != 0) {
      Error("E207", node, NotPart("anchors"), "remove the `&` and its name");
    }
    if (tagged) {
      Error("E207", node, NotPart("tags"),
            "quote text that begins with `!`; types are declared");
    }
    return anchor == 0 && !tagged;
  }

  ScalarStyle StyleOf(const YamlNode& node) const {
    const size_t offset = file_.Offset(node.line, node.column);
    switch (offset < file_.text().size() ? file_.text()[offset] : ' ') {
      case '\'':
        return ScalarStyle::kSingleQuoted;
      case '"':
        return ScalarStyle::kDoubleQuoted;
      case '|':
        return ScalarStyle::kLiteral;
      case '>':
        return ScalarStyle::kFolded;
      default:
        return ScalarStyle::kPlain;
    }
  }

  // yaml-cpp reads a line without a colon inside a mapping as a key with no
  // value, and gives both the same place.
  bool IsKeyWithoutColon(const YamlNode& null) const {
    if (frames_.empty() || !frames_.back().key.has_value()) return false;
    const YamlNode& key = *frames_.back().key;
    if (key.line != null.line || key.column != null.column) return false;
    // So it does for `key:` at the very end of the file.
    const std::string& text = file_.text();
    const size_t end = file_.Offset(key.line, key.column) + key.text.size();
    const size_t colon = text.find_first_of(":\n", std::min(end, text.size()));
    return colon == std::string::npos || text[colon] == '\n';
  }

  // yaml-cpp places an empty value at what follows it, lines below; its place
  // is after the `:` or `-` before it.
  void MoveToEmptyPlace(YamlNode& node) const {
    const std::string& text = file_.text();
    size_t offset = file_.Offset(node.line, node.column);
    if (WrittenNullSize(absl::string_view(text).substr(offset)) > 0) return;
    while (offset > 0 &&
           absl::ascii_isspace(static_cast<unsigned char>(text[offset - 1]))) {
      --offset;
      if (text[offset] == '\n') --node.line;
    }
    const size_t line_start = file_.Offset(node.line, 1);
    node.column =
        static_cast<int>(std::max(offset, line_start + 1) - line_start);
  }

  void Open(YamlNode node, const std::string& tag, YAML::anchor_t anchor) {
    if (!Begin()) {
      ++refused_depth_;
      return;
    }
    CheckProperties(node, tag, anchor);
    if (frames_.size() >= static_cast<size_t>(kYamlDepthMax)) {
      Error("E210", node,
            absl::StrCat("nested deeper than ", kYamlDepthMax, " levels"), "");
      node.kind = YamlKind::kBroken;
      Attach(std::move(node));
      refused_depth_ = 1;
      return;
    }
    frames_.push_back({std::move(node), std::nullopt, {}});
  }

  void Close() {
    if (refused_depth_ > 0) {
      --refused_depth_;
      return;
    }
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    Attach(std::move(node));
  }

  void Attach(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is(YamlKind::kSequence)) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key.has_value()) {
      frame.key = std::move(node);
    } else {
      if (CheckKey(frame, *frame.key)) {
        frame.node.entries.push_back({std::move(*frame.key), std::move(node)});
      }
      frame.key.reset();
    }
  }

  bool CheckKey(Frame& frame, const YamlNode& key) {
    if (key.is(YamlKind::kBroken)) return false;
    if (!key.is(YamlKind::kScalar)) {
      Error("E212", key, "a key must be text", "");
      return false;
    }
    if (key.text == "<<" && key.style == ScalarStyle::kPlain) {
      Error("E207", key, NotPart("merge keys"), "write the keys out");
      return false;
    }
    const auto [first, is_first] = frame.key_lines.emplace(key.text, key.line);
    if (is_first) return true;
    Error("E209", key, absl::StrCat("key `", key.text, "` is written twice"),
          absl::StrCat("the first is on line ", first->second));
    return false;
  }

  const YamlFile& file_;
  const YamlLanguage& language_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  YamlNode root_;
  size_t nodes_ = 0;
  int documents_ = 0;
  int refused_depth_ = 0;  // Open collections that are not built.
  bool is_over_ = false;   // Nothing more is built.
};

// A text, and brackets that close what it leaves open, that end as soon as
// nothing more counts: what is over a limit is not parsed to its end.
class StoppableText : public std::streambuf {
 public:
  StoppableText(absl::string_view text, absl::string_view closing,
                const TreeBuilder& builder)
      : rest_(text), closing_(closing), builder_(builder) {}

 protected:
  int_type underflow() override {
    if (rest_.empty()) std::swap(rest_, closing_);
    if (rest_.empty() || builder_.is_over()) return traits_type::eof();
    const size_t size = rest_.copy(chunk_, sizeof(chunk_));
    rest_.remove_prefix(size);
    setg(chunk_, chunk_, chunk_ + size);
    return traits_type::to_int_type(chunk_[0]);
  }

 private:
  absl::string_view rest_;
  absl::string_view closing_;
  const TreeBuilder& builder_;
  char chunk_[8'192];
};

// What to do about the errors that authors meet most.
std::string SyntaxHint(absl::string_view message,
                       const YamlLanguage& language) {
  if (message == YAML::ErrorMsg::MAP_VALUE) {
    return "quote text that contains `: `";
  }
  if (message == YAML::ErrorMsg::END_OF_MAP ||
      message == YAML::ErrorMsg::END_OF_SEQ) {
    return "check the indentation of this line and the one before";
  }
  if (message == YAML::ErrorMsg::END_OF_MAP_FLOW) return "expected `,` or `}`";
  if (message == YAML::ErrorMsg::END_OF_SEQ_FLOW) return "expected `,` or `]`";
  if (message == YAML::ErrorMsg::FLOW_END) {
    return "this bracket closes nothing; a range such as '[10..20)' stands "
           "between quotes";
  }
  if (message == YAML::ErrorMsg::CHAR_IN_BLOCK) {
    return "quote text that begins with `>` or `|`, such as '>= 5'";
  }
  if (message == YAML::ErrorMsg::UNKNOWN_TOKEN) {
    return "quote text that begins with a special character";
  }
  if (message == YAML::ErrorMsg::UNKNOWN_ANCHOR) {
    return absl::StrCat(
        "quote text that begins with `*`; aliases are not part of ",
        language.name);
  }
  return "";
}

}  // namespace

SourceLocation YamlNode::location() const {
  return {file == nullptr ? "" : file->path(), line, column};
}

std::optional<std::vector<SourceText::Anchor>> YamlNode::Trace() const {
  return TraceScalar({file->text(), file->Offset(line, column), line, column},
                     style, text);
}

SourceText YamlNode::source() const {
  std::optional<std::vector<SourceText::Anchor>> anchors = Trace();
  // Where the two decoders disagree the scalar's start is the best known place.
  if (!anchors.has_value()) return SourceText(text, location());
  return SourceText(text, file->path(), *std::move(anchors));
}

SourceText YamlNode::verbatim_source() const {
  const bool is_block =
      style == ScalarStyle::kLiteral || style == ScalarStyle::kFolded;
  const size_t first = text.find_first_not_of(" \t\n");
  if (!is_block || first == std::string::npos || !Trace().has_value()) {
    return source();
  }
  const SourceText decoded = source();
  const SourceLocation begin = decoded.Locate(first);
  const SourceLocation last = decoded.Locate(text.find_last_not_of(" \t\n"));
  const size_t offset = file->Offset(begin.line, begin.column);
  const size_t size = file->Offset(last.line, last.column) + 1 - offset;
  return SourceText(file->text().substr(offset, size), begin);
}

YamlFile::YamlFile(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), line_starts_({0}) {
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

size_t YamlFile::Offset(int line, int column) const {
  const size_t index = static_cast<size_t>(std::max(line, 1) - 1);
  if (index >= line_starts_.size()) return text_.size();
  return std::min(text_.size(),
                  line_starts_[index] + static_cast<size_t>(column - 1));
}

std::unique_ptr<const YamlFile> YamlFile::Read(std::string path,
                                               absl::string_view bytes,
                                               Diagnostics& diagnostics,
                                               const YamlLanguage& language) {
  std::unique_ptr<YamlFile> file(
      new YamlFile(std::move(path), NormalizeText(bytes)));
  if (!CheckBytes(file->path_, file->text_, diagnostics)) return nullptr;
  TreeBuilder builder(*file, language, diagnostics);
  const FlowCut cut = CutFlow(file->text_, {kFlowDepthMax, kYamlNodesMax});
  const size_t end = cut.end;
  const bool is_cut = end < file->text_.size();
  StoppableText text(absl::string_view(file->text_).substr(0, end), cut.closing,
                     builder);
  std::istream input(&text);
  const size_t errors = diagnostics.error_count();
  const auto place = [&](const YAML::Mark& mark) {
    if (mark.is_null()) return SourceLocation{file->path_, 0, 0};
    return SourceLocation{file->path_, mark.line + 1, mark.column + 1};
  };
  try {
    YAML::Parser parser(input);
    while (!builder.is_over() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::DeepRecursion&) {
    // yaml-cpp's own bound is the higher one: the builder has reported it.
    return nullptr;
  } catch (const YAML::Exception& error) {
    if (!builder.has_tree()) return nullptr;  // Reported; the rest was cut off.
    // The end of a text that was cut off is no fault of its author.
    if (!is_cut ||
        (diagnostics.error_count() == errors &&
         file->Offset(error.mark.line + 1, error.mark.column + 1) < end)) {
      diagnostics.AddError("E206", place(error.mark),
                           absl::StrCat("invalid YAML: ", error.msg),
                           SyntaxHint(error.msg, language));
      return nullptr;
    }
  }
  if (is_cut) {
    if (diagnostics.error_count() == errors) {
      const auto& starts = file->line_starts_;
      const auto next = std::upper_bound(starts.begin(), starts.end(), end - 1);
      diagnostics.AddError(
          "E210",
          {file->path_, static_cast<int>(next - starts.begin()),
           static_cast<int>(end - *std::prev(next))},
          "too much between brackets that are open here", "split the file");
    }
    return nullptr;
  }
  if (!builder.has_document() && language.may_be_empty) {
    file->root_.file = file.get();
    return file;
  }
  if (!builder.has_document()) {
    diagnostics.AddError("E211", {file->path_, 0, 0}, "the file is empty");
    return nullptr;
  }
  if (!builder.has_tree()) return nullptr;
  file->root_ = builder.TakeRoot();
  return file;
}

}  // namespace stratagem::pack
