#include "tests/conformance/table_condition.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace stratagem {
namespace {

bool IsAscii(char c) {
  return absl::ascii_isascii(static_cast<unsigned char>(c));
}

bool IsWordByte(char c) {
  return c == '_' || !IsAscii(c) ||
         absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// Bytes of the code point that `text` begins with.
size_t LeadingCodePointBytes(absl::string_view text) {
  size_t bytes = 1;
  while (bytes < text.size() &&
         (static_cast<unsigned char>(text[bytes]) & 0xC0u) == 0x80u) {
    ++bytes;
  }
  return bytes;
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

// Whether `word` is `input` with `_` for what is no word; `by_byte`: as many of
// them as the letter that gave way has bytes.
bool IsSpelled(absl::string_view word, absl::string_view input, bool by_byte) {
  while (!input.empty()) {
    const absl::string_view letter =
        input.substr(0, LeadingCodePointBytes(input));
    input.remove_prefix(letter.size());
    if (IsWordByte(letter[0]) && absl::ConsumePrefix(&word, letter)) continue;
    if (IsWordByte(letter[0]) && IsAscii(letter[0])) return false;
    const std::string given_way(by_byte ? letter.size() : 1, '_');
    if (!absl::ConsumePrefix(&word, given_way)) return false;
  }
  return word.empty();
}

// Inputs that differ only in what no variable holds are told apart by the one
// whose name it is.
const InputReading* FindReading(absl::string_view word,
                                const std::vector<InputReading>& readings) {
  const InputReading* found = nullptr;
  for (const InputReading& reading : readings) {
    if (reading.input == word) return &reading;
    if (found == nullptr && IsVariableOf(word, reading.input)) found = &reading;
  }
  return found;
}

Rewritten RewriteNames(absl::string_view part,
                       const std::vector<InputReading>& readings) {
  Rewritten result;
  for (size_t i = 0; i < part.size();) {
    size_t end = i + 1;
    if (BeginsText(part[i])) {
      end = EndOfText(part, i);
      absl::StrAppend(&result.cel, part.substr(i, end - i));
    } else if (IsWordByte(part[i])) {
      while (end < part.size() && IsWordByte(part[end])) ++end;
      const absl::string_view word = part.substr(i, end - i);
      const bool is_member = i > 0 && part[i - 1] == '.';
      const InputReading* const reading =
          is_member ? nullptr : FindReading(word, readings);
      result.names_null |= word == "null";
      if (reading == nullptr) {
        absl::StrAppend(&result.cel, word);
      } else if (reading->is_null) {
        result.mentions_null_input = true;
        absl::StrAppend(&result.cel, "dyn(", reading->cel, ".hasValue() ? dyn(",
                        reading->cel, ".value()) : dyn(null))");
      } else {
        absl::StrAppend(&result.cel, "dyn(", reading->cel, ")");
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
                        const std::vector<InputReading>& readings) {
  const Rewritten rewritten = RewriteNames(part, readings);
  if (!rewritten.mentions_null_input) return rewritten.cel;
  const absl::string_view signs = rewritten.without_text;
  const bool orders =
      absl::StrContains(signs, "<") || absl::StrContains(signs, ">");
  const bool negates = absl::StrContains(signs, "!");
  return rewritten.names_null || (negates && !orders) ? rewritten.cel : "false";
}

}  // namespace

bool IsVariableOf(absl::string_view word, absl::string_view input) {
  return IsSpelled(word, input, /*by_byte=*/false) ||
         IsSpelled(word, input, /*by_byte=*/true);
}

std::string RewriteCondition(absl::string_view condition,
                             const std::vector<InputReading>& readings) {
  std::string cel;
  for (const Part& part : PartsOf(condition)) {
    absl::StrAppend(&cel, "(", RewritePart(part.cel, readings), ") ",
                    part.connective, " ");
  }
  return cel;
}

}  // namespace stratagem
