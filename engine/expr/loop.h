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
  Value& item;
  Value& extra;

  static constexpr int kSize = 5;
  explicit Loop(Value* first)
      : range(first[0]),
        position(first[1]),
        result(first[2]),
        item(first[3]),
        extra(first[4]) {}

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

// Loads the next item. Returns false when there is none.
bool LoopNext(Loop loop);

// Takes what one turn came to into the result; of kExistsOne and kList only
// turns whose condition held come here.
void LoopStep(Loop loop, ComprehensionKind kind, const Value& turn,
              NodeId node);

// Returns the comprehension's value for the loop's `result`.
Value LoopEnd(const Value& result, ComprehensionKind kind,
              Evaluation& evaluation, NodeId node);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_LOOP_H_
