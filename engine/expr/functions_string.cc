// Functions of strings and bytes.

#include <string.h>

#include "absl/strings/match.h"
#include "engine/base/utf8.h"
#include "engine/expr/function_table.h"
#include "engine/expr/regular_expression.h"

namespace stratagem::expr {
namespace {

Value SizeOfString(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  return Value::Int(CountCodePoints(text));
}

Value SizeOfBytes(Evaluation&, const Value* arguments) {
  return Value::Int(static_cast<int64_t>(arguments[0].text().size()));
}

Value Contains(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  const absl::string_view part = arguments[1].text();
  if (!evaluation.ChargeText(text.size() + part.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  // memmem is linear; std::string's find is not, and text may be hostile.
  return Value::Bool(
      part.empty() ||
      memmem(text.data(), text.size(), part.data(), part.size()) != nullptr);
}

Value StartsWith(Evaluation&, const Value* arguments) {
  return Value::Bool(
      absl::StartsWith(arguments[0].text(), arguments[1].text()));
}

Value EndsWith(Evaluation&, const Value* arguments) {
  return Value::Bool(absl::EndsWith(arguments[0].text(), arguments[1].text()));
}

// With a pattern that is not constant; others are compiled beforehand.
Value Matches(Evaluation& evaluation, const Value* arguments) {
  const RegularExpression pattern(arguments[1].text());
  if (!evaluation.Charge(pattern.compile_steps())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  if (pattern.error() != ErrorCode::kNone) return Value::Error(pattern.error());
  return pattern.Matches(arguments[0].text(), evaluation);
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
  };
}

}  // namespace stratagem::expr
