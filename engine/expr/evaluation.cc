#include "engine/expr/evaluation.h"

#include <cstring>
#include <limits>

namespace stratagem::expr {

ErrorCode Evaluation::ChargeWalk(const Value& value) {
  return ChargeWalk(value, 0);
}

ErrorCode Evaluation::ChargeWalk(const Value& value, int depth) {
  constexpr ErrorCode kFine = ErrorCode::kNone;
  if (depth > kBuiltValueDepthMax) return ErrorCode::kMemoryLimit;
  switch (value.kind()) {
    case ValueKind::kList:
      if (!Charge(static_cast<int64_t>(value.list().size()) + 1)) break;
      for (const Value& item : value.list()) {
        const ErrorCode error = ChargeWalk(item, depth + 1);
        if (error != kFine) return error;
      }
      return kFine;
    case ValueKind::kMap:
      if (!Charge(static_cast<int64_t>(value.map().size()) + 1)) break;
      for (const MapEntry& entry : value.map()) {
        ErrorCode error = ChargeWalk(entry.key, depth + 1);
        if (error == kFine) error = ChargeWalk(entry.value, depth + 1);
        if (error != kFine) return error;
      }
      return kFine;
    case ValueKind::kOptional:
      if (value.optional() == nullptr) return kFine;
      if (!Charge(1)) break;
      return ChargeWalk(*value.optional(), depth + 1);
    case ValueKind::kString:
    case ValueKind::kBytes:
      if (!ChargeText(value.text().size())) break;
      return kFine;
    default:
      return kFine;
  }
  return ErrorCode::kStepLimit;
}

Value Evaluation::NewString(absl::string_view text) {
  return Concat(text, {}, ValueKind::kString);
}

Value Evaluation::Concat(absl::string_view a, absl::string_view b,
                         ValueKind kind) {
  const size_t size = a.size() + b.size();
  char* const copy = size > std::numeric_limits<uint32_t>::max()
                         ? nullptr
                         : AllocateArray<char>(size);
  if (copy == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  if (!a.empty()) std::memcpy(copy, a.data(), a.size());
  if (!b.empty()) std::memcpy(copy + a.size(), b.data(), b.size());
  const absl::string_view text(copy, size);
  return kind == ValueKind::kBytes ? Value::Bytes(text) : Value::String(text);
}

Value Evaluation::NewOptional(const Value& value) {
  Value* const held = AllocateArray<Value>(1);
  if (held == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  *held = value;
  return Value::Optional(held);
}

Value Refuse(const Value* operands, size_t count, NodeId node) {
  for (size_t i = 0; i < count; ++i) {
    if (operands[i].is_error()) return operands[i];
  }
  return Value::Error(ErrorCode::kNoMatchingOverload, node);
}

Value Charged(const Value& built, Evaluation& evaluation, NodeId node) {
  const ErrorCode error = evaluation.ChargeWalk(built);
  return error == ErrorCode::kNone ? built : Value::Error(error, node);
}

}  // namespace stratagem::expr
