// Timestamps and durations: construction and arithmetic.

#include "engine/expr/function_table.h"
#include "engine/expr/time_text.h"

namespace stratagem::expr {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

using Check = Value (*)(int64_t seconds, uint32_t nanos);

// Both operands are within CEL's ranges or come from slots of any seconds, so
// the sums are checked.
Value Add(const Value& a, const Value& b, Check check) {
  int64_t seconds = 0;
  int64_t nanos = int64_t{a.nanos()} + b.nanos();
  const int64_t carry = nanos / kNanosPerSecond;
  nanos %= kNanosPerSecond;
  if (__builtin_add_overflow(a.seconds(), b.seconds(), &seconds) ||
      __builtin_add_overflow(seconds, carry, &seconds)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return check(seconds, static_cast<uint32_t>(nanos));
}

Value Subtract(const Value& a, const Value& b, Check check) {
  int64_t seconds = 0;
  int64_t nanos = int64_t{a.nanos()} - b.nanos();
  const int64_t borrow = nanos < 0 ? 1 : 0;
  nanos += borrow * kNanosPerSecond;
  if (__builtin_sub_overflow(a.seconds(), b.seconds(), &seconds) ||
      __builtin_sub_overflow(seconds, borrow, &seconds)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return check(seconds, static_cast<uint32_t>(nanos));
}

Value AddToTimestamp(Evaluation&, const Value* arguments) {
  return Add(arguments[0], arguments[1], CheckedTimestamp);
}

Value AddDurations(Evaluation&, const Value* arguments) {
  return Add(arguments[0], arguments[1], CheckedDuration);
}

Value SubtractFromTimestamp(Evaluation&, const Value* arguments) {
  return Subtract(arguments[0], arguments[1], CheckedTimestamp);
}

// Of durations, and the duration between two timestamps.
Value SubtractToDuration(Evaluation&, const Value* arguments) {
  return Subtract(arguments[0], arguments[1], CheckedDuration);
}

Value TimestampFromString(Evaluation&, const Value* arguments) {
  return ReadTimestamp(arguments[0].text());
}

Value TimestampFromInt(Evaluation&, const Value* arguments) {
  return CheckedTimestamp(arguments[0].int_value(), 0);
}

Value DurationFromString(Evaluation& evaluation, const Value* arguments) {
  if (!evaluation.ChargeText(arguments[0].text().size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  return ReadDuration(arguments[0].text());
}

Value Itself(Evaluation&, const Value* arguments) { return arguments[0]; }

}  // namespace

std::vector<Overload> TimeOverloads() {
  const Type i(TypeKind::kInt);
  const Type s(TypeKind::kString);
  const Type t(TypeKind::kTimestamp);
  const Type d(TypeKind::kDuration);
  return {
      Function("_+_", {t, d}, t, AddToTimestamp),
      Function("_+_", {d, t}, t, AddToTimestamp),
      Function("_+_", {d, d}, d, AddDurations),
      Function("_-_", {t, d}, t, SubtractFromTimestamp),
      Function("_-_", {t, t}, d, SubtractToDuration),
      Function("_-_", {d, d}, d, SubtractToDuration),
      Function("timestamp", {t}, t, Itself),
      Function("timestamp", {s}, t, TimestampFromString),
      Function("timestamp", {i}, t, TimestampFromInt),
      Function("duration", {d}, d, Itself),
      Function("duration", {s}, d, DurationFromString),
  };
}

}  // namespace stratagem::expr
