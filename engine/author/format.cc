#include "engine/author/format.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/author/yaml_layout.h"
#include "engine/author/yaml_tokens.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::author {

using pack::ScalarStyle;
using pack::YamlFile;
using pack::YamlKind;
using pack::YamlNode;

namespace {

bool IsQuoted(ScalarStyle style) {
  return style == ScalarStyle::kSingleQuoted ||
         style == ScalarStyle::kDoubleQuoted;
}

// The lines of a block scalar as expressions read them. Moving the block moves
// their indentation, which only a text literal that spans lines can see.
std::vector<std::string> VerbatimLines(const YamlNode& node) {
  const std::string text = node.verbatim_source().text();
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const bool may_see = text.find("'''") != std::string::npos ||
                       text.find("\"\"\"") != std::string::npos;
  if (may_see) return lines;
  for (std::string& line : lines) {
    line = std::string(absl::StripLeadingAsciiWhitespace(line));
  }
  return lines;
}

bool IsSameScalar(const YamlNode& a, const YamlNode& b) {
  if (a.text != b.text) return false;
  if (IsQuoted(a.style) || IsQuoted(b.style)) {
    return IsQuoted(a.style) && IsQuoted(b.style);
  }
  if (a.style != b.style) return false;
  return a.style == ScalarStyle::kPlain || VerbatimLines(a) == VerbatimLines(b);
}

// Returns the first node of `a` that means something else in `b`, or null.
const YamlNode* FirstDifference(const YamlNode& a, const YamlNode& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return &a;
  }
  if (a.is(YamlKind::kScalar) && !IsSameScalar(a, b)) return &a;
  for (size_t i = 0; i < a.items.size(); ++i) {
    const YamlNode* const node = FirstDifference(a.items[i], b.items[i]);
    if (node != nullptr) return node;
  }
  for (size_t i = 0; i < a.entries.size(); ++i) {
    const YamlNode* node = FirstDifference(a.entries[i].key, b.entries[i].key);
    if (node != nullptr) return node;
    node = FirstDifference(a.entries[i].value, b.entries[i].value);
    if (node != nullptr) return node;
  }
  return nullptr;
}

// Where `formatted` does not say what `file` says, or nullopt: nowhere.
std::optional<SourceLocation> PlaceOfLoss(const YamlFile& file,
                                          const YamlTokens& tokens,
                                          const std::string& formatted) {
  Diagnostics diagnostics;
  const std::unique_ptr<const YamlFile> again =
      YamlFile::Read(file.path(), formatted, diagnostics);
  if (again == nullptr || diagnostics.has_errors()) {
    return SourceLocation{file.path(), 0, 0};
  }
  const YamlNode* const node = FirstDifference(file.root(), again->root());
  if (node != nullptr) return node->location();
  SourceLocation stopped_at;
  const std::optional<YamlTokens> again_tokens =
      YamlTokens::Scan(*again, stopped_at);
  if (!again_tokens.has_value() ||
      again_tokens->Comments() != tokens.Comments()) {
    return SourceLocation{file.path(), 0, 0};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FormatYaml(const std::string& path,
                                      absl::string_view bytes,
                                      Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  const std::unique_ptr<const YamlFile> file =
      YamlFile::Read(path, bytes, diagnostics);
  if (file == nullptr || diagnostics.error_count() > errors) {
    return std::nullopt;
  }
  std::optional<SourceLocation> place = SourceLocation{};
  std::string formatted;
  const std::optional<YamlTokens> tokens = YamlTokens::Scan(*file, *place);
  if (tokens.has_value()) {
    formatted = LayOut(*file, *tokens);
    place = PlaceOfLoss(*file, *tokens, formatted);
  }
  if (!place.has_value()) return formatted;
  diagnostics.AddError("E520", *place,
                       "this cannot be formatted without changing what it "
                       "means",
                       "write it in a simpler form: one key, `-` or scalar a "
                       "line");
  return std::nullopt;
}

}  // namespace stratagem::author
