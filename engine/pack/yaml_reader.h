// engine/pack/yaml_reader.h
//
// ReadYaml: one file of a pack to a small tree of nodes that know their place.
// The only user of yaml-cpp; the rest of the folder sees YamlNode, and so does
// what reads the server's configuration.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_YAML_READER_H_
#define STRATAGEM_ENGINE_PACK_YAML_READER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/pack/yaml_scalar.h"

namespace stratagem::pack {

enum class YamlKind {
  kNull,  // Nothing, `~` or `null`.
  kScalar,
  kSequence,
  kMapping,
  kBroken,  // Already has a diagnostic; readers pass over it in silence.
};

class YamlFile;
struct YamlEntry;

// One node. Lives in its YamlFile.
struct YamlNode {
  YamlKind kind = YamlKind::kNull;
  ScalarStyle style = ScalarStyle::kPlain;
  int line = 1;    // 1-based.
  int column = 1;  // 1-based, in bytes; of a quoted scalar, its quote.
  const YamlFile* file = nullptr;
  std::string text;                // Of a scalar, decoded.
  std::vector<YamlNode> items;     // Of a sequence.
  std::vector<YamlEntry> entries;  // Of a mapping, in the order written.

  bool is(YamlKind wanted) const { return kind == wanted; }
  SourceLocation location() const;
  // The text of a scalar with the place in the file of each of its bytes:
  // through quotes, escapes, folded lines and the indentation of block scalars.
  SourceText source() const;
  // As source(), but the text of a block scalar is the file's own, without the
  // space around it: its lines with their breaks and indentation, folded or
  // not, as CEL Policy reads expressions. Only text literals that span lines
  // can tell the difference.
  SourceText verbatim_source() const;

 private:
  std::optional<std::vector<SourceText::Anchor>> Trace() const;
};

// INVARIANT: keys are scalars, and no two of a mapping are equal.
struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

// What a file is written in, for what is said about it.
struct YamlLanguage {
  absl::string_view name;        // "aliases are not part of NAME".
  absl::string_view alias_hint;  // What to write in place of an alias.
  // A file without content is nothing, and no error.
  bool may_be_empty = false;
};
inline constexpr YamlLanguage kPackLanguage = {
    .name = "the pack language",
    .alias_hint = "write the value out, or name it under `variables:`"};

// A file as read. Immutable and does not move, so nodes may point at it.
class YamlFile {
 public:
  // Reads `bytes`, the content of `path`, as one YAML 1.2 document. Returns
  // null, having added an error, when there is no tree to go on with: bytes
  // that are not printable UTF-8, a tab in the indentation, a syntax error, an
  // empty file. Errors that leave the rest readable - duplicate keys, anchors,
  // aliases, tags, merge keys, further documents, too deep nesting - are added
  // and the tree is returned without what was wrong.
  // Time: O(bytes). Depth of recursion is bounded by kYamlDepthMax here and by
  // yaml-cpp's own guard there.
  static std::unique_ptr<const YamlFile> Read(
      std::string path, absl::string_view bytes, Diagnostics& diagnostics,
      const YamlLanguage& language = kPackLanguage);

  YamlFile(const YamlFile&) = delete;
  YamlFile& operator=(const YamlFile&) = delete;

  const std::string& path() const { return path_; }
  const YamlNode& root() const { return root_; }
  // The file's text, line breaks as '\n', without a byte order mark.
  const std::string& text() const { return text_; }
  // Byte offset into text(). Requires: a place inside the file.
  size_t Offset(int line, int column) const;

 private:
  YamlFile(std::string path, std::string text);

  std::string path_;
  std::string text_;
  std::vector<size_t> line_starts_;
  YamlNode root_;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_YAML_READER_H_
