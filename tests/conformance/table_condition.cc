#include "tests/conformance/table_condition.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stratagem {
namespace {

bool IsWordByte(char c) {
  return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// One past the text literal that begins at `begin`.
size_t EndOfText(absl::string_view cel, size_t begin) {
  size_t i = begin + 1;
  while (i < cel.size() && cel[i] != cel[begin]) i += cel[i] == '\\' ? 2 : 1;
  return std::min(i + 1, cel.size());
}

bool BeginsText(char c) { return c == '"' || c == '\''; }

// A part of a condition and the `&&` or `||` behind it; "" behind the last.
struct Part {
  absl::string_view cel;
  absl::string_view connective;
};

// The parts between `&&` and `||` outside brackets.
std::vector<Part> PartsOf(absl::string_view cel) {
  std::vector<Part> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i < cel.size();) {
    if (BeginsText(cel[i])) {
      i = EndOfText(cel, i);
      continue;
    }
    if (cel[i] == '(' || cel[i] == '[') ++depth;
    if (cel[i] == ')' || cel[i] == ']') --depth;
    const absl::string_view sign = cel.substr(i, 2);
    if (depth == 0 && (sign == "&&" || sign == "||")) {
      parts.push_back({cel.substr(begin, i - begin), sign});
      i += 2;
      begin = i;
      continue;
    }
    ++i;
  }
  parts.push_back({cel.substr(begin), ""});
  return parts;
}

struct Rewritten {
  std::string cel;
  std::string without_text;  // The part with its text literals left out.
  bool mentions_null_input = false;
  bool names_null = false;
};

Rewritten RewriteNames(absl::string_view part,
                       const std::map<std::string, InputReading>& readings) {
  Rewritten result;
  for (size_t i = 0; i < part.size();) {
    size_t end = i + 1;
    if (BeginsText(part[i])) {
      end = EndOfText(part, i);
      absl::StrAppend(&result.cel, part.substr(i, end - i));
    } else if (IsWordByte(part[i])) {
      while (end < part.size() && IsWordByte(part[end])) ++end;
      const std::string word(part.substr(i, end - i));
      const auto reading = readings.find(word);
      const bool is_member = i > 0 && part[i - 1] == '.';
      result.names_null |= word == "null";
      if (is_member || reading == readings.end()) {
        absl::StrAppend(&result.cel, word);
      } else if (reading->second.is_null) {
        result.mentions_null_input = true;
        absl::StrAppend(&result.cel, "dyn(", reading->second.attribute,
                        ".hasValue() ? dyn(", reading->second.attribute,
                        ".value()) : dyn(null))");
      } else {
        absl::StrAppend(&result.cel, "dyn(", reading->second.attribute, ")");
      }
    } else {
      absl::StrAppend(&result.cel, part.substr(i, 1));
      absl::StrAppend(&result.without_text, part.substr(i, 1));
    }
    i = end;
  }
  return result;
}

std::string RewritePart(absl::string_view part,
                        const std::map<std::string, InputReading>& readings) {
  const Rewritten rewritten = RewriteNames(part, readings);
  if (!rewritten.mentions_null_input) return rewritten.cel;
  const absl::string_view signs = rewritten.without_text;
  const bool orders =
      absl::StrContains(signs, "<") || absl::StrContains(signs, ">");
  const bool negates = absl::StrContains(signs, "!");
  return rewritten.names_null || (negates && !orders) ? rewritten.cel : "false";
}

}  // namespace

std::string CelNameOf(absl::string_view input) {
  std::string name(input);
  for (char& c : name) {
    if (!IsWordByte(c)) c = '_';
  }
  return name;
}

std::string RewriteCondition(
    absl::string_view condition,
    const std::map<std::string, InputReading>& readings) {
  std::string cel;
  for (const Part& part : PartsOf(condition)) {
    absl::StrAppend(&cel, "(", RewritePart(part.cel, readings), ") ",
                    part.connective, " ");
  }
  return cel;
}

}  // namespace stratagem
