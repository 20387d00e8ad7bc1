#include "engine/base/language_tag.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace stratagem {
namespace {

// Tags that were registered before the grammar and do not follow it.
constexpr absl::string_view kIrregularTags[] = {
    "en-GB-oed", "i-ami", "i-bnn",     "i-default", "i-enochian", "i-hak",
    "i-klingon", "i-lux", "i-mingo",   "i-navajo",  "i-pwn",      "i-tao",
    "i-tay",     "i-tsu", "sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE"};

bool IsAlpha(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c));
  });
}

bool IsDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

bool IsAlnum(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
}

// Reads subtags from left to right by the grammar `langtag` of RFC 5646.
class TagReader {
 public:
  explicit TagReader(std::vector<absl::string_view> subtags)
      : subtags_(std::move(subtags)) {}

  bool Read() {
    if (!std::all_of(
            subtags_.begin(), subtags_.end(), [](absl::string_view subtag) {
              return !subtag.empty() && subtag.size() <= 8 && IsAlnum(subtag);
            })) {
      return false;
    }
    if (ReadPrivateUse()) return AtEnd();
    if (!ReadLanguage()) return false;
    TakeIf([](absl::string_view s) { return s.size() == 4 && IsAlpha(s); });
    TakeIf([](absl::string_view s) {
      return (s.size() == 2 && IsAlpha(s)) || (s.size() == 3 && IsDigits(s));
    });
    while (TakeIf([](absl::string_view s) {
      return s.size() >= 5 || (s.size() == 4 && IsDigits(s.substr(0, 1)));
    })) {
    }
    while (ReadExtension()) {
    }
    ReadPrivateUse();
    return AtEnd();
  }

 private:
  bool AtEnd() const { return next_ == subtags_.size(); }

  template <typename Predicate>
  bool TakeIf(Predicate fits) {
    if (AtEnd() || !fits(subtags_[next_])) return false;
    ++next_;
    return true;
  }

  bool ReadLanguage() {
    if (subtags_[0].size() < 2 || !IsAlpha(subtags_[0])) return false;
    const bool may_extend = subtags_[0].size() <= 3;
    next_ = 1;
    for (int i = 0; may_extend && i < 3; ++i) {
      if (!TakeIf([](absl::string_view s) {
            return s.size() == 3 && IsAlpha(s);
          })) {
        break;
      }
    }
    return true;
  }

  // A singleton and at least one subtag of 2 to 8.
  bool ReadExtension() {
    const size_t begin = next_;
    if (TakeIf([](absl::string_view s) {
          return s.size() == 1 && s != "x" && s != "X";
        })) {
      const size_t first = next_;
      while (TakeIf([](absl::string_view s) { return s.size() >= 2; })) {
      }
      if (next_ > first) return true;
    }
    next_ = begin;
    return false;
  }

  // `x` and at least one subtag of 1 to 8.
  bool ReadPrivateUse() {
    if (subtags_.size() - next_ < 2 ||
        !TakeIf([](absl::string_view s) { return s == "x" || s == "X"; })) {
      return false;
    }
    next_ = subtags_.size();
    return true;
  }

  std::vector<absl::string_view> subtags_;
  size_t next_ = 0;
};

// The range without its last subtag and, before that, without a single letter
// or digit, which only introduces what follows it.
absl::string_view Shorten(absl::string_view range) {
  const size_t dash = range.rfind('-');
  if (dash == absl::string_view::npos) return "";
  range = range.substr(0, dash);
  if (range.size() >= 2 && range[range.size() - 2] == '-') {
    range = range.substr(0, range.size() - 2);
  }
  return range;
}

}  // namespace

bool IsLanguageTag(absl::string_view tag) {
  for (const absl::string_view irregular : kIrregularTags) {
    if (SameLanguageTag(tag, irregular)) return true;
  }
  return TagReader(absl::StrSplit(tag, '-')).Read();
}

bool SameLanguageTag(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(a, b);
}

std::optional<size_t> LookUpLanguage(absl::string_view range,
                                     std::span<const absl::string_view> tags) {
  std::string basic;
  if (absl::StrContains(range, '*')) {
    std::vector<absl::string_view> subtags = absl::StrSplit(range, '-');
    if (subtags.front() == "*") return std::nullopt;
    std::erase(subtags, "*");
    basic = absl::StrJoin(subtags, "-");
    range = basic;
  }
  for (; !range.empty(); range = Shorten(range)) {
    for (size_t i = 0; i < tags.size(); ++i) {
      if (SameLanguageTag(tags[i], range)) return i;
    }
  }
  return std::nullopt;
}

std::optional<size_t> SameLanguage(absl::string_view range,
                                   std::span<const absl::string_view> tags) {
  const auto language = [](absl::string_view tag) {
    return tag.substr(0, tag.find('-'));
  };
  for (size_t i = 0; i < tags.size(); ++i) {
    if (SameLanguageTag(language(tags[i]), language(range))) return i;
  }
  return std::nullopt;
}

}  // namespace stratagem
