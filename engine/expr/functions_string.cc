// Functions that ask about strings and bytes, or take a part of a string.
// Positions count code points from 0.

#include <string.h>

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "engine/base/utf8.h"
#include "engine/expr/function_table.h"
#include "engine/expr/regular_expression.h"

namespace stratagem::expr {
namespace {

Value StepLimit() { return Value::Error(ErrorCode::kStepLimit); }
Value OutOfRange() { return Value::Error(ErrorCode::kIndexOutOfRange); }

Value SizeOfString(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  return Value::Int(CountCodePoints(text));
}

Value SizeOfBytes(Evaluation&, const Value* arguments) {
  return Value::Int(static_cast<int64_t>(arguments[0].text().size()));
}

// The byte where `part` first occurs at or after byte `from`, or npos. memmem
// is linear; std::string's find is not, and text may be hostile.
size_t FindPart(absl::string_view text, absl::string_view part, size_t from) {
  if (part.empty()) return from;
  if (part.size() > text.size() - from) return absl::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found == nullptr ? absl::string_view::npos
                          : static_cast<size_t>(
                                static_cast<const char*>(found) - text.data());
}

Value Contains(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  const absl::string_view part = arguments[1].text();
  if (!evaluation.ChargeText(text.size() + part.size())) return StepLimit();
  return Value::Bool(FindPart(text, part, 0) != absl::string_view::npos);
}

Value StartsWith(Evaluation& evaluation, const Value* arguments) {
  if (!evaluation.ChargeText(arguments[1].text().size())) return StepLimit();
  return Value::Bool(
      absl::StartsWith(arguments[0].text(), arguments[1].text()));
}

Value EndsWith(Evaluation& evaluation, const Value* arguments) {
  if (!evaluation.ChargeText(arguments[1].text().size())) return StepLimit();
  return Value::Bool(absl::EndsWith(arguments[0].text(), arguments[1].text()));
}

// With a pattern that is not constant; others are compiled beforehand.
Value Matches(Evaluation& evaluation, const Value* arguments) {
  const RegularExpression pattern(arguments[1].text());
  if (!evaluation.Charge(pattern.compile_steps())) return StepLimit();
  if (pattern.error() != ErrorCode::kNone) return Value::Error(pattern.error());
  return pattern.Matches(arguments[0].text(), evaluation);
}

// The position of the first `part` that starts at or after position `from`.
Value IndexFrom(Evaluation& evaluation, absl::string_view text,
                absl::string_view part, int64_t from) {
  if (!evaluation.ChargeText(text.size() + part.size())) return StepLimit();
  const std::optional<size_t> start = FindCodePoint(text, from);
  if (!start) return OutOfRange();
  const size_t found = FindPart(text, part, *start);
  if (found == absl::string_view::npos) return Value::Int(-1);
  return Value::Int(from +
                    CountCodePoints(text.substr(*start, found - *start)));
}

Value IndexOf(Evaluation& evaluation, const Value* arguments) {
  return IndexFrom(evaluation, arguments[0].text(), arguments[1].text(), 0);
}

Value IndexOfFrom(Evaluation& evaluation, const Value* arguments) {
  return IndexFrom(evaluation, arguments[0].text(), arguments[1].text(),
                   arguments[2].int_value());
}

// The position of the last `part` that starts at or before byte `start`, the
// start of a code point. A hostile text may make every byte a candidate, so
// each one is charged.
Value LastIndexUpTo(Evaluation& evaluation, absl::string_view text,
                    absl::string_view part, size_t start) {
  if (part.empty()) return Value::Int(CountCodePoints(text.substr(0, start)));
  if (part.size() > text.size()) return Value::Int(-1);
  const char* const first = text.data();
  size_t end = std::min(start, text.size() - part.size()) + 1;
  while (end > 0) {
    const void* const found = memrchr(first, part[0], end);
    if (found == nullptr) break;
    end = static_cast<size_t>(static_cast<const char*>(found) - first);
    if (!evaluation.Charge(1) || !evaluation.ChargeText(part.size())) {
      return StepLimit();
    }
    if (text.substr(end, part.size()) == part) {
      return Value::Int(CountCodePoints(text.substr(0, end)));
    }
  }
  return Value::Int(-1);
}

Value LastIndexOf(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  return LastIndexUpTo(evaluation, text, arguments[1].text(), text.size());
}

Value LastIndexOfFrom(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  const std::optional<size_t> start =
      FindCodePoint(text, arguments[2].int_value());
  if (!start) return OutOfRange();
  return LastIndexUpTo(evaluation, text, arguments[1].text(), *start);
}

Value CharAt(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  const std::optional<size_t> start =
      FindCodePoint(text, arguments[1].int_value());
  if (!start) return OutOfRange();
  const absl::string_view rest = text.substr(*start);
  uint32_t code_point = 0;
  const size_t size = rest.empty() ? 0 : DecodeUtf8(rest, code_point);
  return Value::String(rest.substr(0, size));
}

Value SubstringFrom(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  const std::optional<size_t> start =
      FindCodePoint(text, arguments[1].int_value());
  return start ? Value::String(text.substr(*start)) : OutOfRange();
}

Value Substring(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  const int64_t from = arguments[1].int_value();
  const int64_t to = arguments[2].int_value();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  if (from > to) return Value::Error(ErrorCode::kInvalidArgument);
  const std::optional<size_t> start = FindCodePoint(text, from);
  const std::optional<size_t> end = FindCodePoint(text, to);
  if (!start || !end) return OutOfRange();
  return Value::String(text.substr(*start, *end - *start));
}

}  // namespace

std::vector<Overload> StringOverloads() {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type s(TypeKind::kString);
  const Type y(TypeKind::kBytes);
  return {
      Function("size", {s}, i, SizeOfString),
      Method("size", {s}, i, SizeOfString),
      Function("size", {y}, i, SizeOfBytes),
      Method("size", {y}, i, SizeOfBytes),
      Method("contains", {s, s}, b, Contains),
      Method("startsWith", {s, s}, b, StartsWith),
      Method("endsWith", {s, s}, b, EndsWith),
      Function("matches", {s, s}, b, Matches, Opcode::kMatches),
      Method("matches", {s, s}, b, Matches, Opcode::kMatches),
      Method("indexOf", {s, s}, i, IndexOf),
      Method("indexOf", {s, s, i}, i, IndexOfFrom),
      Method("lastIndexOf", {s, s}, i, LastIndexOf),
      Method("lastIndexOf", {s, s, i}, i, LastIndexOfFrom),
      Method("charAt", {s, i}, s, CharAt),
      Method("substring", {s, i}, s, SubstringFrom),
      Method("substring", {s, i, i}, s, Substring),
  };
}

}  // namespace stratagem::expr
