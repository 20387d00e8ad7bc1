// engine/expr/lexer.h
//
// Lexer: CEL text to tokens, one at a time. Used by the parser only.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_LEXER_H_
#define STRATAGEM_ENGINE_EXPR_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::expr {

enum class TokenKind : uint8_t {
  kEnd,
  kError,  // Lexer::error() says what is wrong.
  kIdentifier,
  kQuotedIdentifier,  // `a-b`, back-quotes included.
  kReserved,  // `import`, …: a field or method name, never a variable.
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kDot,
  kQuestion,
  kColon,
  kComma,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  size_t offset = 0;
  absl::string_view text;  // As written; of strings with prefix and quotes.
};

// Not thread safe. The text must outlive the lexer and its tokens.
class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  // Returns the next token; after the end, or after an error, kEnd or that
  // error again. Literals are cut out, not decoded (literal.h).
  Token Next();

  // What is wrong with the kError token, and what to do about it.
  const std::string& error() const { return error_; }
  const std::string& hint() const { return hint_; }

 private:
  void SkipSpaceAndComments();
  Token Take(TokenKind kind, size_t size);
  Token Fail(size_t offset, std::string error, std::string hint = "");
  Token Word();
  Token QuotedIdentifier();
  Token Number();
  // `prefix` bytes (r, b, br, …) stand before the quote.
  Token Quoted(size_t prefix);
  Token Punctuation();
  char Peek(size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  absl::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  Token failure_;
  std::string error_;
  std::string hint_;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_LEXER_H_
