#include "engine/expr/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/utf8.h"
#include "engine/expr/foreign_syntax.h"

namespace stratagem::expr {
namespace {

bool StartsWord(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool InWord(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// Words that CEL keeps for host languages.
constexpr std::array<absl::string_view, 17> kReservedWords = {
    "as",        "break",  "const",  "continue", "else", "for",
    "function",  "if",     "import", "let",      "loop", "package",
    "namespace", "return", "var",    "void",     "while"};

TokenKind WordKind(absl::string_view word) {
  if (word == "true") return TokenKind::kTrue;
  if (word == "false") return TokenKind::kFalse;
  if (word == "null") return TokenKind::kNull;
  if (word == "in") return TokenKind::kIn;
  const bool reserved = std::find(kReservedWords.begin(), kReservedWords.end(),
                                  word) != kReservedWords.end();
  return reserved ? TokenKind::kReserved : TokenKind::kIdentifier;
}

// Length of the prefix of a string literal at the start of `text` (r, b or
// br, in any case), when a quote follows it; else npos.
size_t QuotePrefix(absl::string_view text) {
  size_t size = 0;
  bool raw = false;
  bool bytes = false;
  for (; size < text.size() && size < 3; ++size) {
    const char c = absl::ascii_tolower(text[size]);
    if (c == '"' || c == '\'') return size;
    if (c == 'r' && !raw) {
      raw = true;
    } else if (c == 'b' && !bytes && !raw) {
      bytes = true;
    } else {
      return absl::string_view::npos;
    }
  }
  return absl::string_view::npos;
}

}  // namespace

Token Lexer::Next() {
  if (failed_) return failure_;
  SkipSpaceAndComments();
  if (at_ == text_.size()) return {TokenKind::kEnd, at_, {}};
  const char c = text_[at_];
  const size_t prefix = QuotePrefix(text_.substr(at_, 4));
  if (prefix != absl::string_view::npos) return Quoted(prefix);
  if (StartsWord(c)) return Word();
  if (absl::ascii_isdigit(c) || (c == '.' && absl::ascii_isdigit(Peek(1)))) {
    return Number();
  }
  if (c == '`') return QuotedIdentifier();
  return Punctuation();
}

void Lexer::SkipSpaceAndComments() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r') {
      ++at_;
    } else if (c == '/' && Peek(1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

Token Lexer::Take(TokenKind kind, size_t size) {
  const Token token{kind, at_, text_.substr(at_, size)};
  at_ += size;
  return token;
}

Token Lexer::Fail(size_t offset, std::string error, std::string hint) {
  failed_ = true;
  error_ = std::move(error);
  hint_ = std::move(hint);
  failure_ = {TokenKind::kError, offset, text_.substr(offset, 1)};
  return failure_;
}

Token Lexer::Word() {
  size_t size = 1;
  while (InWord(Peek(size))) ++size;
  return Take(WordKind(text_.substr(at_, size)), size);
}

Token Lexer::QuotedIdentifier() {
  size_t size = 1;
  while (InWord(Peek(size)) || Peek(size) == '.' || Peek(size) == '-' ||
         Peek(size) == '/' || Peek(size) == ' ') {
    ++size;
  }
  if (Peek(size) != '`' || size == 1) {
    return Fail(at_,
                "a name in back-quotes is not closed, or holds more than "
                "letters, digits, `_`, `.`, `-`, `/` and spaces");
  }
  return Take(TokenKind::kQuotedIdentifier, size + 1);
}

Token Lexer::Number() {
  size_t size = 0;
  TokenKind kind = TokenKind::kInt;
  if (Peek(0) == '0' && (Peek(1) == 'x' || Peek(1) == 'X') &&
      absl::ascii_isxdigit(Peek(2))) {
    size = 2;
    while (absl::ascii_isxdigit(Peek(size))) ++size;
  } else {
    while (absl::ascii_isdigit(Peek(size))) ++size;
    if (Peek(size) == '.' && absl::ascii_isdigit(Peek(size + 1))) {
      kind = TokenKind::kDouble;
      ++size;
      while (absl::ascii_isdigit(Peek(size))) ++size;
    }
    const char sign = Peek(size + 1);
    const size_t digits = sign == '+' || sign == '-' ? size + 2 : size + 1;
    if ((Peek(size) == 'e' || Peek(size) == 'E') &&
        absl::ascii_isdigit(Peek(digits))) {
      kind = TokenKind::kDouble;
      size = digits;
      while (absl::ascii_isdigit(Peek(size))) ++size;
    }
  }
  if (kind == TokenKind::kInt && (Peek(size) == 'u' || Peek(size) == 'U')) {
    kind = TokenKind::kUint;
    ++size;
  }
  if (InWord(Peek(size))) {
    return Fail(at_ + size, absl::StrCat("a number cannot be followed by `",
                                         text_.substr(at_ + size, 1), "`"));
  }
  return Take(kind, size);
}

Token Lexer::Quoted(size_t prefix) {
  const absl::string_view letters = text_.substr(at_, prefix);
  const bool raw = letters.find_first_of("rR") != absl::string_view::npos;
  const bool bytes = letters.find_first_of("bB") != absl::string_view::npos;
  const char quote = text_[at_ + prefix];
  const bool triple = Peek(prefix + 1) == quote && Peek(prefix + 2) == quote;
  size_t size = prefix + (triple ? 3 : 1);
  for (; at_ + size < text_.size(); ++size) {
    const char c = text_[at_ + size];
    if (c == '\\' && !raw) {
      ++size;  // Whatever follows cannot close the literal.
    } else if (c == quote && (!triple || (Peek(size + 1) == quote &&
                                          Peek(size + 2) == quote))) {
      return Take(bytes ? TokenKind::kBytes : TokenKind::kString,
                  size + (triple ? 3 : 1));
    } else if (!triple && (c == '\n' || c == '\r')) {
      break;
    }
  }
  return Fail(at_, "a string is not closed",
              triple
                  ? "close it with three quotes"
                  : absl::StrCat("close it with ", absl::string_view(&quote, 1),
                                 ", or use three quotes for several lines"));
}

Token Lexer::Punctuation() {
  const char next = Peek(1);
  switch (text_[at_]) {
    case '.':
      return Take(TokenKind::kDot, 1);
    case '?':
      return Take(TokenKind::kQuestion, 1);
    case ':':
      return Take(TokenKind::kColon, 1);
    case ',':
      return Take(TokenKind::kComma, 1);
    case '(':
      return Take(TokenKind::kLeftParen, 1);
    case ')':
      return Take(TokenKind::kRightParen, 1);
    case '[':
      return Take(TokenKind::kLeftBracket, 1);
    case ']':
      return Take(TokenKind::kRightBracket, 1);
    case '{':
      return Take(TokenKind::kLeftBrace, 1);
    case '}':
      return Take(TokenKind::kRightBrace, 1);
    case '+':
      return Take(TokenKind::kPlus, 1);
    case '-':
      return Take(TokenKind::kMinus, 1);
    case '*':
      return Take(TokenKind::kStar, 1);
    case '/':
      return Take(TokenKind::kSlash, 1);
    case '%':
      return Take(TokenKind::kPercent, 1);
    case '!':
      return next == '=' ? Take(TokenKind::kNotEqual, 2)
                         : Take(TokenKind::kNot, 1);
    case '<':
      if (next == '>') {
        return Fail(at_, "`<>` is not an operator", "compare with `!=`");
      }
      return next == '=' ? Take(TokenKind::kLessEqual, 2)
                         : Take(TokenKind::kLess, 1);
    case '>':
      return next == '=' ? Take(TokenKind::kGreaterEqual, 2)
                         : Take(TokenKind::kGreater, 1);
    case '=':
      if (next == '=') return Take(TokenKind::kEqual, 2);
      if (next == '<' || next == '>') {
        return Fail(
            at_,
            absl::StrCat("`", text_.substr(at_, 2), "` is not an operator"),
            absl::StrCat("compare with `", text_.substr(at_ + 1, 1), "=`"));
      }
      return Fail(at_, "`=` is not an operator", "compare with `==`");
    case '&':
      if (next == '&') return Take(TokenKind::kAnd, 2);
      return Fail(at_, "`&` is not an operator", "join conditions with `&&`");
    case '|':
      if (next == '|') return Take(TokenKind::kOr, 2);
      return Fail(at_, "`|` is not an operator", "join conditions with `||`");
    default:
      break;
  }
  uint32_t code_point = 0;
  const size_t size = DecodeUtf8(text_.substr(at_), code_point);
  if (size == 0 ||
      absl::ascii_iscntrl(static_cast<unsigned char>(text_[at_]))) {
    return Fail(at_, "a byte that CEL does not use here",
                "remove it, or put it into a string");
  }
  return Fail(
      at_,
      absl::StrCat("`", text_.substr(at_, size), "` has no meaning in CEL"),
      ForeignSignHint(code_point));
}

}  // namespace stratagem::expr
