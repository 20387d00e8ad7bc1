// engine/expr/arithmetic.h
//
// CEL's arithmetic on numbers: overflow is an error, never a wrapped or
// rounded result. Shared by the VM's typed instructions and the function table.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_ARITHMETIC_H_
#define STRATAGEM_ENGINE_EXPR_ARITHMETIC_H_

#include <cstdint>
#include <limits>
#include <type_traits>

#include "engine/value/value.h"

namespace stratagem::expr {

inline Value MakeNumber(int64_t number) { return Value::Int(number); }
inline Value MakeNumber(uint64_t number) { return Value::Uint(number); }

// T is int64_t or uint64_t.
template <typename T>
Value AddNumbers(T a, T b) {
  T result = 0;
  if (__builtin_add_overflow(a, b, &result)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return MakeNumber(result);
}

template <typename T>
Value SubtractNumbers(T a, T b) {
  T result = 0;
  if (__builtin_sub_overflow(a, b, &result)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return MakeNumber(result);
}

template <typename T>
Value MultiplyNumbers(T a, T b) {
  T result = 0;
  if (__builtin_mul_overflow(a, b, &result)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return MakeNumber(result);
}

// True for the one quotient that does not fit: the smallest int by -1.
template <typename T>
bool QuotientOverflows(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    return a == std::numeric_limits<T>::min() && b == -1;
  } else {
    return false;
  }
}

template <typename T>
Value DivideNumbers(T a, T b) {
  if (b == 0) return Value::Error(ErrorCode::kDivisionByZero);
  if (QuotientOverflows(a, b)) return Value::Error(ErrorCode::kOverflow);
  return MakeNumber(static_cast<T>(a / b));
}

// The remainder has the sign of `a`.
template <typename T>
Value ModuloNumbers(T a, T b) {
  if (b == 0) return Value::Error(ErrorCode::kDivisionByZero);
  if (QuotientOverflows(a, b)) return Value::Error(ErrorCode::kOverflow);
  return MakeNumber(static_cast<T>(a % b));
}

inline Value NegateInt(int64_t a) { return SubtractNumbers<int64_t>(0, a); }

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_ARITHMETIC_H_
