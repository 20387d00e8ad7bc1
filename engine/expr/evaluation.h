// engine/expr/evaluation.h
//
// Evaluation: what a function of the table may use while a program runs: the
// arena for what it builds and the steps for what it walks. Made by the VM.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_EVALUATION_H_
#define STRATAGEM_ENGINE_EXPR_EVALUATION_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/expr/ast.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// LIMIT: nesting of lists, maps and optionals that expressions build, so that
// whoever walks a result may recurse.
inline constexpr int kBuiltValueDepthMax = 500;

// Not thread safe; lives as long as one call of Program::Evaluate().
class Evaluation {
 public:
  // `arena` and `steps_left` outlive the evaluation.
  Evaluation(Arena* arena, int64_t& steps_left)
      : arena_(arena), steps_left_(steps_left) {}

  // Takes `steps` of what is left. Returns false when they do not suffice;
  // the caller then returns kStepLimit.
  bool Charge(int64_t steps) {
    steps_left_ -= steps;
    return steps_left_ >= 0;
  }
  // For walking `bytes` bytes of text, which is quick.
  bool ChargeText(size_t bytes) {
    return Charge(static_cast<int64_t>(bytes / 64));
  }
  // For walking all of `value`, nested ones included, which bounds deep
  // comparisons of values that share their parts. Returns kNone, kStepLimit,
  // or kMemoryLimit when it nests deeper than kBuiltValueDepthMax.
  ErrorCode ChargeWalk(const Value& value);

  // Returns room for `count` objects, or null when the arena is full.
  template <typename T>
  T* AllocateArray(size_t count) {
    return arena_ == nullptr ? nullptr : arena_->AllocateArray<T>(count);
  }

  // These build in the arena and return kMemoryLimit when it is full.
  Value NewString(absl::string_view text);
  Value Concat(absl::string_view a, absl::string_view b, ValueKind kind);
  Value NewOptional(const Value& value);

 private:
  ErrorCode ChargeWalk(const Value& value, int depth);

  Arena* arena_;
  int64_t& steps_left_;
};

// What a strict operation yields for operands that it cannot take: the first
// error among them, or that no overload fits.
Value Refuse(const Value* operands, size_t count, NodeId node);

// `value`, with `node` to blame when it is an error of a function, which
// carries none yet.
inline Value Blame(const Value& value, NodeId node) {
  if (!value.is_error() || value.error_expr_id() != kNoNode) return value;
  return Value::Error(value.error_code(), node);
}

// `built`, or the error of walking it once; what every new list and map costs.
Value Charged(const Value& built, Evaluation& evaluation, NodeId node);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_EVALUATION_H_
