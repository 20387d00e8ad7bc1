#include "engine/pack/names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/limits.h"

namespace stratagem::pack {
namespace {

// LIMIT: bytes of one name.
constexpr size_t kNameBytesMax = 128;

constexpr std::array<absl::string_view, 11> kRoots = {
    "coverage", "experiment", "now",  "offer",      "parameters", "request",
    "score",    "stage",      "tier", "treatments", "variables"};

// Literals, operators and the words that CEL keeps for later.
constexpr std::array<absl::string_view, 22> kKeywords = {
    "as",   "break",     "const", "continue",  "else",   "false",
    "for",  "function",  "if",    "import",    "in",     "let",
    "loop", "namespace", "null",  "package",   "return", "true",
    "var",  "void",      "while", "__result__"};

// Names that CEL gives a meaning of their own where they stand bare.
constexpr std::array<absl::string_view, 21> kTypes = {
    "base64",  "bool",      "bytes",    "cel",           "double", "dyn",
    "google",  "int",       "list",     "lists",         "map",    "math",
    "net",     "null_type", "optional", "optional_type", "sets",   "string",
    "strings", "type",      "uint"};

template <size_t N>
bool Contains(const std::array<absl::string_view, N>& words,
              absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsIdentifier(absl::string_view text) {
  if (text.empty() ||
      absl::ascii_isdigit(static_cast<unsigned char>(text[0]))) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
}

bool IsPackName(absl::string_view text) {
  if (text.empty() ||
      !absl::ascii_isalnum(static_cast<unsigned char>(text[0]))) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || c == '-' || c == '.' ||
           absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
}

// Any script, so that tiers may have the names that a company uses.
bool IsLabel(absl::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
}

// `text` with `_` in place of what cannot stand in a name; "" when that is not
// all there is to it.
std::string UnderscoreHint(absl::string_view text) {
  const std::string name =
      absl::StrReplaceAll(text, {{"-", "_"}, {" ", "_"}, {".", "_"}});
  return IsIdentifier(name) ? absl::StrCat("write `", name, "`") : "";
}

// Why `text` is reserved, or "".
absl::string_view ReservedAs(absl::string_view text, NameUse use) {
  const bool in_expressions = use == NameUse::kAttribute ||
                              use == NameUse::kMember || use == NameUse::kField;
  if (in_expressions && Contains(kKeywords, text)) return "a CEL keyword";
  if ((use == NameUse::kAttribute || use == NameUse::kMember) &&
      Contains(kRoots, text)) {
    return "a name that the engine provides";
  }
  if (use == NameUse::kAttribute && Contains(kTypes, text)) {
    return "a CEL type or namespace";
  }
  return "";
}

}  // namespace

bool CheckName(const Name& name, NameUse use, absl::string_view what,
               Diagnostics& diagnostics) {
  if (name.text.empty()) return false;
  const auto refuse = [&](absl::string_view expected, std::string hint = "") {
    diagnostics.AddError("E230", name.location,
                         absl::StrCat("`", name.text, "` cannot name ", what,
                                      "; expected ", expected),
                         std::move(hint));
    return false;
  };
  if (name.text.size() > kNameBytesMax) {
    diagnostics.AddError(
        "E230", name.location,
        absl::StrCat("the name of ", what, " has ", name.text.size(),
                     " bytes; at most ", kNameBytesMax, " are allowed"));
    return false;
  }
  switch (use) {
    case NameUse::kAttribute:
    case NameUse::kMember:
    case NameUse::kField:
      if (!IsIdentifier(name.text)) {
        return refuse("letters, digits and `_`, not beginning with a digit",
                      UnderscoreHint(name.text));
      }
      break;
    case NameUse::kLabel:
      if (!IsLabel(name.text)) {
        return refuse("text on one line without spaces around it");
      }
      break;
    case NameUse::kPack:
      if (!IsPackName(name.text)) {
        return refuse(
            "letters, digits, `_`, `-` and `.`, beginning with a letter or "
            "digit");
      }
      break;
  }
  const absl::string_view reserved = ReservedAs(name.text, use);
  if (reserved.empty()) return true;
  diagnostics.AddError("E231", name.location,
                       absl::StrCat("`", name.text, "` cannot name ", what,
                                    ": it is ", reserved),
                       "choose another name");
  return false;
}

bool NameSet::Add(const Name& name, Diagnostics& diagnostics) {
  if (name.text.empty()) return true;
  if (places_.size() >= kPackEntriesMax) {
    if (!is_full_) {
      diagnostics.AddError("E225", name.location,
                           absl::StrCat("more than ", kPackEntriesMax,
                                        " names of one kind: ", what_));
    }
    is_full_ = true;
    return false;
  }
  const auto [place, is_new] = places_.emplace(name.text, name.location);
  if (is_new) return true;
  const SourceLocation& first = place->second;
  const std::string message =
      absl::StrCat(what_, " `", name.text, "` appears twice");
  if (first.file == name.location.file) {
    diagnostics.AddError("E232", name.location, message,
                         absl::StrCat("the first is at ", ToString(first)));
    return false;
  }
  diagnostics.AddError(
      "E263", first, message,
      absl::StrCat("the other is at ", ToString(name.location)));
  diagnostics.AddError("E263", name.location, message,
                       absl::StrCat("the other is at ", ToString(first)));
  return false;
}

}  // namespace stratagem::pack
