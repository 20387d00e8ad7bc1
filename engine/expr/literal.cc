#include "engine/expr/literal.h"

#include <charconv>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/utf8.h"

namespace stratagem::expr {
namespace {

constexpr uint32_t kSurrogateMin = 0xD800;
constexpr uint32_t kSurrogateMax = 0xDFFF;
constexpr uint32_t kCodePointMax = 0x10FFFF;

bool IsScalarValue(uint32_t code_point) {
  return code_point <= kCodePointMax &&
         (code_point < kSurrogateMin || code_point > kSurrogateMax);
}

// The byte that `\c` stands for, for escapes of one letter.
std::optional<char> SimpleEscape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`':
      return c;
    default:
      return std::nullopt;
  }
}

// How many digits of which base follow `\c`, or {0, 0}. Octal escapes have no
// letter: their first digit is `c` itself.
struct CodeEscape {
  size_t digits = 0;
  int base = 0;
};

CodeEscape FindCodeEscape(char c) {
  switch (c) {
    case 'x':
    case 'X':
      return {2, 16};
    case 'u':
      return {4, 16};
    case 'U':
      return {8, 16};
    case '0':
    case '1':
    case '2':
    case '3':
      return {3, 8};
    default:
      return {};
  }
}

// One decoding: walks `body`, whose first byte is byte `base` of the token.
class TextReader {
 public:
  TextReader(absl::string_view body, size_t base, bool bytes, std::string& text)
      : body_(body), base_(base), bytes_(bytes), text_(text) {}

  std::optional<LiteralFault> Read(bool raw) {
    while (at_ < body_.size()) {
      const char c = body_[at_];
      if (c == '\\' && !raw) {
        if (auto fault = ReadEscape()) return fault;
      } else if (c == '\r') {
        // Line ends inside triple quotes read the same on every system.
        text_ += '\n';
        at_ += at_ + 1 < body_.size() && body_[at_ + 1] == '\n' ? 2 : 1;
      } else {
        text_ += c;
        ++at_;
      }
    }
    return std::nullopt;
  }

 private:
  LiteralFault Fault(std::string message) const {
    return {base_ + at_, std::move(message)};
  }

  std::optional<LiteralFault> ReadEscape() {
    const char c = at_ + 1 < body_.size() ? body_[at_ + 1] : '\0';
    if (const std::optional<char> simple = SimpleEscape(c)) {
      text_ += *simple;
      at_ += 2;
      return std::nullopt;
    }
    const CodeEscape escape = FindCodeEscape(c);
    if (escape.digits == 0) {
      return Fault(absl::StrCat("unknown escape `", body_.substr(at_, 2), "`"));
    }
    if (bytes_ && (c == 'u' || c == 'U')) {
      return Fault("`\\u` names a character and cannot stand in bytes");
    }
    const size_t first = at_ + (escape.base == 8 ? 1 : 2);
    const absl::string_view digits =
        body_.substr(std::min(first, body_.size()), escape.digits);
    uint32_t code = 0;
    const auto [end, error] = std::from_chars(
        digits.data(), digits.data() + digits.size(), code, escape.base);
    if (digits.size() != escape.digits || error != std::errc() ||
        end != digits.data() + digits.size()) {
      return Fault(absl::StrCat(
          "escape `", body_.substr(at_, 2), "` needs ", escape.digits,
          escape.base == 8 ? " octal" : " hexadecimal", " digits"));
    }
    if (!bytes_ && !IsScalarValue(code)) {
      return Fault("the escape is not a Unicode character");
    }
    if (bytes_) {
      text_ += static_cast<char>(static_cast<unsigned char>(code));
    } else {
      AppendUtf8(code, text_);
    }
    at_ = first + escape.digits;
    return std::nullopt;
  }

  absl::string_view body_;
  size_t base_;
  bool bytes_;
  std::string& text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<uint64_t> ReadUint(absl::string_view digits) {
  int base = 10;
  if (absl::StartsWithIgnoreCase(digits, "0x")) {
    base = 16;
    digits.remove_prefix(2);
  }
  if (absl::EndsWithIgnoreCase(digits, "u")) digits.remove_suffix(1);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(
      digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<int64_t> ReadInt(absl::string_view digits, bool negative) {
  const std::optional<uint64_t> magnitude = ReadUint(digits);
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (!magnitude || *magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  // Two's complement: negating as unsigned is defined for every value.
  return static_cast<int64_t>(negative ? 0 - *magnitude : *magnitude);
}

double ReadDouble(absl::string_view digits) {
  double value = 0;
  // Gives infinity, or the nearest denormal, for what does not fit.
  if (!absl::SimpleAtod(digits, &value)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return value;
}

std::optional<LiteralFault> ReadText(absl::string_view token,
                                     std::string& text) {
  const size_t prefix = token.find_first_of("'\"");
  const absl::string_view letters = token.substr(0, prefix);
  const bool raw = letters.find_first_of("rR") != absl::string_view::npos;
  const bool bytes = letters.find_first_of("bB") != absl::string_view::npos;
  absl::string_view quoted = token.substr(prefix);
  const char quote = quoted[0];
  const bool triple =
      quoted.size() >= 6 && quoted[1] == quote && quoted[2] == quote;
  const size_t marks = triple ? 3 : 1;
  const absl::string_view body =
      quoted.substr(marks, quoted.size() - 2 * marks);
  if (!bytes && !IsValidUtf8(body)) {
    return LiteralFault{0, "the string is not valid UTF-8"};
  }
  return TextReader(body, prefix + marks, bytes, text).Read(raw);
}

}  // namespace stratagem::expr
