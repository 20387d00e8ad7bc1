// engine/expr/item_set.h
//
// ItemSet: finds values in a list by CEL's equality without comparing each with
// all. Used by the functions that take lists as sets, and by distinct().
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_ITEM_SET_H_
#define STRATAGEM_ENGINE_EXPR_ITEM_SET_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/expr/evaluation.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Not thread safe; lives as long as the evaluation and the items.
class ItemSet {
 public:
  explicit ItemSet(Evaluation& evaluation) : evaluation_(evaluation) {}

  // Takes in `items`, none of them an error. Returns kNone, kStepLimit or
  // kMemoryLimit; after an error the set is not to be used.
  // Time: O(n log n), apart from the length of strings.
  ErrorCode Build(std::span<const Value> items);

  // Returns the first item that equals `value`, or null when none does or the
  // steps are used up; failed() tells which. NaN equals nothing.
  // Time: O(log n) for what is no list, map or optional, and for a double from
  // 2^53 on one step more for each integer that equals it; for lists, maps and
  // optionals a comparison with each item that is one.
  const Value* Find(const Value& value);

  // True when a Find() had too few steps. The caller then returns kStepLimit.
  bool failed() const { return failed_; }

 private:
  const Value* FindSimple(const Value& value);
  // Among the items of its kind, ints and uints being one.
  const Value* FindSame(const Value& value) const;
  // The first int or uint that equals a double.
  const Value* FindIntegers(const Value& number);
  const Value* FindNested(const Value& value);

  Evaluation& evaluation_;
  // Simple items in order, equal ones by position; and lists, maps and
  // optionals by position. Without NaNs.
  std::span<const Value*> simple_;
  std::span<const Value*> nested_;
  int64_t levels_ = 0;  // Comparisons that finding a simple value takes.
  bool failed_ = false;
};

// The steps of sorting or searching `count` things once for each of them: the
// depth of a binary search, at least 1.
int64_t SearchDepth(size_t count);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_ITEM_SET_H_
