#include "engine/expr/regular_expression.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "re2/re2.h"

namespace stratagem::expr {
namespace {

// RE2's fallback engine visits every instruction of the pattern for each byte
// of text; that many visits cost about as much as one step of the VM.
constexpr int64_t kVisitsPerStep = 32;

// Compiling costs about one step an instruction of the pattern, and something
// for the smallest one. What is too large had this many before RE2 gave up.
constexpr int64_t kCompileStepsMin = 100;
constexpr int64_t kCompileStepsMax = 10'000;

re2::RE2::Options PatternOptions() {
  re2::RE2::Options options;
  options.set_log_errors(false);  // They are values here; nothing is printed.
  options.set_max_mem(kRegularExpressionMemoryMax);
  return options;
}

re2::StringPiece Piece(absl::string_view text) {
  return {text.data(), text.size()};
}

std::string TooLarge() {
  return absl::StrCat("the pattern is too large (", kRegularExpressionBytesMax,
                      " bytes, and ", kRegularExpressionMemoryMax >> 10,
                      " KiB when it is compiled, are allowed)");
}

// RE2's words without the piece of pattern that it appends: "missing )".
std::string Reason(const re2::RE2& pattern) {
  const std::string& part = pattern.error_arg();
  std::string text = pattern.error();
  const std::string tail = absl::StrCat(": ", part);
  if (!part.empty() && text.size() > tail.size() &&
      text.compare(text.size() - tail.size(), tail.size(), tail) == 0) {
    text.resize(text.size() - tail.size());
    absl::StrAppend(&text, ": `", part, "`");
  }
  return text;
}

}  // namespace

RegularExpression::RegularExpression(absl::string_view pattern) {
  if (pattern.size() > kRegularExpressionBytesMax) {
    error_ = ErrorCode::kRegularExpressionLimit;
    message_ = TooLarge();
    return;
  }
  auto compiled =
      std::make_unique<const re2::RE2>(Piece(pattern), PatternOptions());
  if (compiled->ok()) {
    compiled_ = std::move(compiled);
  } else if (compiled->error_code() == re2::RE2::ErrorPatternTooLarge) {
    error_ = ErrorCode::kRegularExpressionLimit;
    message_ = TooLarge();
  } else {
    error_ = ErrorCode::kInvalidArgument;
    message_ = Reason(*compiled);
  }
}

RegularExpression::RegularExpression(RegularExpression&&) noexcept = default;
RegularExpression& RegularExpression::operator=(RegularExpression&&) noexcept =
    default;
RegularExpression::~RegularExpression() = default;

int64_t RegularExpression::compile_steps() const {
  switch (error_) {
    case ErrorCode::kNone:
      return kCompileStepsMin + compiled_->ProgramSize();
    case ErrorCode::kRegularExpressionLimit:
      return kCompileStepsMax;
    default:
      return kCompileStepsMin;
  }
}

Value RegularExpression::Matches(absl::string_view text,
                                 Evaluation& evaluation) const {
  STRATAGEM_CHECK(compiled_ != nullptr);
  const auto visits =
      static_cast<int64_t>(text.size()) * compiled_->ProgramSize();
  if (!evaluation.Charge(visits / kVisitsPerStep)) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  return Value::Bool(re2::RE2::PartialMatch(Piece(text), *compiled_));
}

}  // namespace stratagem::expr
