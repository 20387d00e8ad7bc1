#include "engine/expr/regular_expression.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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

constexpr size_t kQuotedBytesMax = 60;

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

// RE2's words, "missing ): (a", with the piece of pattern that ends them in
// backquotes; without it when it does not fit into a line.
std::string Reason(const re2::RE2& pattern) {
  absl::string_view text = pattern.error();
  const std::string& part = pattern.error_arg();
  if (!absl::ConsumeSuffix(&text, part)) return std::string(text);
  absl::ConsumeSuffix(&text, ": ");
  const bool fits = !part.empty() && part.size() <= kQuotedBytesMax &&
                    std::none_of(part.begin(), part.end(), [](char c) {
                      return absl::ascii_iscntrl(static_cast<unsigned char>(c));
                    });
  return fits ? absl::StrCat(text, ": `", part, "`") : std::string(text);
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
