// Functions of strings and bytes.

#include <string.h>

#include "absl/strings/match.h"
#include "engine/base/utf8.h"
#include "engine/expr/function_table.h"

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

}  // namespace

std::vector<Overload> StringOverloads() {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type s(TypeKind::kString);
  const Type y(TypeKind::kBytes);
  const CallStyle g = CallStyle::kGlobal;
  const CallStyle m = CallStyle::kMember;
  return {
      {"size", g, {s}, i, SizeOfString, Opcode::kNone, {}},
      {"size", m, {s}, i, SizeOfString, Opcode::kNone, {}},
      {"size", g, {y}, i, SizeOfBytes, Opcode::kNone, {}},
      {"size", m, {y}, i, SizeOfBytes, Opcode::kNone, {}},
      {"contains", m, {s, s}, b, Contains, Opcode::kNone, {}},
      {"startsWith", m, {s, s}, b, StartsWith, Opcode::kNone, {}},
      {"endsWith", m, {s, s}, b, EndsWith, Opcode::kNone, {}},
  };
}

}  // namespace stratagem::expr
