// engine/author/yaml_tokens.h
//
// YamlTokens: everything that is written in a YAML file, in order: its scalars,
// its punctuation and its comments, which the tree of nodes does not keep.
// Used by yaml_layout and format.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_YAML_TOKENS_H_
#define STRATAGEM_ENGINE_AUTHOR_YAML_TOKENS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/base/source_text.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::author {

enum class YamlTokenKind {
  kScalar,    // Also a written null. Of a block scalar: its header, `|-`.
  kComment,   // From `#` to the end of the line, without spaces there.
  kDash,      // Of a block sequence.
  kQuestion,  // Of an explicit key.
  kColon,
  kComma,
  kOpen,       // `[` or `{`.
  kClose,      // `]` or `}`.
  kDirective,  // `%YAML 1.2`, the whole line.
  kDocumentStart,
  kDocumentEnd,
};

struct YamlToken {
  YamlTokenKind kind = YamlTokenKind::kScalar;
  size_t begin = 0;  // In the file's text; `end` is exclusive.
  size_t end = 0;
  int line = 1;             // 1-based, as is `column`.
  int column = 1;           // In bytes.
  bool opens_line = false;  // Nothing but spaces before it on its line.
  const pack::YamlNode* node = nullptr;  // Of a scalar.
  // Of a block scalar: its lines, with their last line break, and how far its
  // text is indented. Trailing empty lines only where the header keeps them.
  size_t body_begin = 0;
  size_t body_end = 0;
  size_t body_indent = 0;
  size_t close = 0;  // Of kOpen: the index of its kClose.
};

// Immutable. Points into the file, which outlives it.
class YamlTokens {
 public:
  // Returns the tokens of `file`. Where they do not add up to its tree - the
  // two read the same text differently - returns nullopt and sets `stopped_at`
  // to the place. Requires: the file was read without errors.
  // Time: O(bytes).
  static std::optional<YamlTokens> Scan(const pack::YamlFile& file,
                                        SourceLocation& stopped_at);

  const std::vector<YamlToken>& list() const { return list_; }
  // What is written for `node`, a scalar or a null; -1 for a null that is not
  // written. For a flow collection its kOpen; -1 for other collections.
  int IndexOf(const pack::YamlNode& node) const;
  absl::string_view TextOf(const YamlToken& token) const;
  // True when an empty line stands directly above the line of `token`.
  bool HasBlankAbove(const YamlToken& token) const;
  // The texts of all comments in order.
  std::vector<std::string> Comments() const;

 private:
  friend class YamlScanner;
  explicit YamlTokens(const pack::YamlFile& file) : file_(&file) {}

  const pack::YamlFile* file_;
  std::vector<YamlToken> list_;
  absl::flat_hash_map<const pack::YamlNode*, int> index_of_scalar_;
};

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_YAML_TOKENS_H_
