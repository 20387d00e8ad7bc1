// engine/base/language_tag.h
//
// Language tags (BCP 47): whether one is well formed, and which of several is
// best for a reader. The pack reader checks locales by it, plans look texts up.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_LANGUAGE_TAG_H_
#define STRATAGEM_ENGINE_BASE_LANGUAGE_TAG_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Whether `tag` is well formed by RFC 5646, section 2.1: "zh", "pt-BR",
// "zh-Hant-TW". Its subtags need not be registered. Time: O(length).
bool IsLanguageTag(absl::string_view tag);

// Whether two tags are the same; case means nothing in them.
bool SameLanguageTag(absl::string_view a, absl::string_view b);

// The lookup of RFC 4647, section 3.4, for one range: the first of `tags` that
// equals `range`, else the range without its last subtag, and so on
// ("zh-Hant-TW", "zh-Hant", "zh"). Wildcards: a range that begins with `*`
// finds nothing, other `*` subtags count as not there.
// Returns the index of the tag, or nullopt. Any text is allowed as a range.
// Time: O(tags · subtags · length); does not allocate unless `range` has a
// wildcard.
std::optional<size_t> LookUpLanguage(absl::string_view range,
                                     std::span<const absl::string_view> tags);

// The first of `tags` in the language of `range`, whatever its script and
// region: "zh-Hans" for "zh-CN". For when the lookup finds nothing and another
// language is the alternative. Time: O(tags · length).
std::optional<size_t> SameLanguage(absl::string_view range,
                                   std::span<const absl::string_view> tags);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_LANGUAGE_TAG_H_
