// engine/expr/loop.h
//
// Loop: what a comprehension keeps on the VM's stack, and its four steps.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_LOOP_H_
#define STRATAGEM_ENGINE_EXPR_LOOP_H_

#include <cstdint>

#include "engine/expr/ast.h"
#include "engine/expr/evaluation.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// The five values of a comprehension on the stack.
struct Loop {
  Value& range;
  Value& position;
  Value& result;
  Value& first;   // Item or key; index or key of a pair.
  Value& second;  // Item or value of a pair.

  static constexpr int kSize = 5;
  explicit Loop(Value* values)
      : range(values[0]),
        position(values[1]),
        result(values[2]),
        first(values[3]),
        second(values[4]) {}

  int64_t size() const {
    return static_cast<int64_t>(
        range.is(ValueKind::kList) ? range.list().size() : range.map().size());
  }
  // The next kLoopNext ends the loop.
  void Finish(const Value& with) {
    result = with;
    position = Value::Int(size());
  }
};

// Starts going over `loop.range`. Returns false when it is no list and no map:
// the result is an error.
bool LoopBegin(Loop loop, ComprehensionKind kind, Evaluation& evaluation,
               NodeId node);

// Loads the next item or key, and with `pair` what stands there. Returns false
// when there is none.
bool LoopNext(Loop loop, bool pair);

// Takes what one turn came to into the result; of kExistsOne and the kinds that
// collect only turns whose condition held come here.
void LoopStep(Loop loop, ComprehensionKind kind, const Value& turn,
              Evaluation& evaluation, NodeId node);

// Returns the comprehension's value for the loop's `result`.
Value LoopEnd(const Value& result, ComprehensionKind kind,
              Evaluation& evaluation, NodeId node);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_LOOP_H_
