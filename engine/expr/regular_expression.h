// engine/expr/regular_expression.h
//
// RegularExpression: one compiled pattern of `matches`. Literal patterns are
// compiled with their expression, by the code generator; others when a call
// meets them. regular_expression.cc is the only user of RE2.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_REGULAR_EXPRESSION_H_
#define STRATAGEM_ENGINE_EXPR_REGULAR_EXPRESSION_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/expr/evaluation.h"
#include "engine/value/value.h"

namespace re2 {
class RE2;
}

namespace stratagem::expr {

// Immutable; any number of threads may match at once.
class RegularExpression {
 public:
  // Compiles `pattern`, in RE2's syntax.
  // Time: O(pattern), bounded by kRegularExpressionMemoryMax.
  explicit RegularExpression(absl::string_view pattern);
  RegularExpression(RegularExpression&&) noexcept;
  RegularExpression& operator=(RegularExpression&&) noexcept;
  ~RegularExpression();

  // kNone; kInvalidArgument for text that is no regular expression; or
  // kRegularExpressionLimit.
  ErrorCode error() const { return error_; }
  // What is wrong, for the author: "missing closing )"; "" without an error.
  const std::string& message() const { return message_; }

  // True when some part of `text` matches. Charges `evaluation` for the worst
  // that matching can take, which is linear in `text`; kStepLimit when that
  // does not suffice. Requires: error() is kNone.
  Value Matches(absl::string_view text, Evaluation& evaluation) const;

  // Steps that compiling it was worth, with or without success.
  int64_t compile_steps() const;

 private:
  std::unique_ptr<const re2::RE2> compiled_;  // Null without a good pattern.
  ErrorCode error_ = ErrorCode::kNone;
  std::string message_;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_REGULAR_EXPRESSION_H_
