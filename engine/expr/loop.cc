#include "engine/expr/loop.h"

#include <cstddef>
#include <span>

namespace stratagem::expr {

bool LoopBegin(Loop loop, ComprehensionKind kind, Evaluation& evaluation,
               NodeId node) {
  loop.position = Value::Int(0);
  loop.item = Value();
  loop.extra = Value();
  if (!loop.range.is(ValueKind::kList) && !loop.range.is(ValueKind::kMap)) {
    loop.result = Refuse(&loop.range, 1, node);
    return false;
  }
  switch (kind) {
    case ComprehensionKind::kAll:
      loop.result = Value::Bool(true);
      break;
    case ComprehensionKind::kExists:
      loop.result = Value::Bool(false);
      break;
    case ComprehensionKind::kExistsOne:
      loop.result = Value::Int(0);
      break;
    case ComprehensionKind::kList: {
      Value* const items =
          evaluation.AllocateArray<Value>(static_cast<size_t>(loop.size()));
      if (items == nullptr) {
        loop.result = Value::Error(ErrorCode::kMemoryLimit, node);
        return false;
      }
      loop.result = Value::List({items, 0});
    }
  }
  return true;
}

bool LoopNext(Loop loop) {
  const int64_t position = loop.position.int_value();
  if (position == loop.size()) return false;
  const auto index = static_cast<size_t>(position);
  loop.item = loop.range.is(ValueKind::kList) ? loop.range.list()[index]
                                              : loop.range.map()[index].key;
  loop.position = Value::Int(position + 1);
  return true;
}

namespace {

// all() and exists() absorb errors as && and || do: only an item that decides
// hides them.
void Absorb(Loop loop, const Value& turn, bool absorbing, NodeId node) {
  if (turn.is(ValueKind::kBool)) {
    if (turn.bool_value() == absorbing) loop.Finish(turn);
  } else if (!loop.result.is_error()) {
    loop.result = Refuse(&turn, 1, node);
  }
}

}  // namespace

void LoopStep(Loop loop, ComprehensionKind kind, const Value& turn,
              NodeId node) {
  switch (kind) {
    case ComprehensionKind::kAll:
      return Absorb(loop, turn, false, node);
    case ComprehensionKind::kExists:
      return Absorb(loop, turn, true, node);
    case ComprehensionKind::kExistsOne:
      loop.result = Value::Int(loop.result.int_value() + 1);
      return;
    case ComprehensionKind::kList: {
      if (turn.is_error()) return loop.Finish(turn);
      const std::span<const Value> built = loop.result.list();
      // LoopBegin() made room for every item of the range.
      const_cast<Value*>(built.data())[built.size()] = turn;
      loop.result = Value::List({built.data(), built.size() + 1});
    }
  }
}

Value LoopEnd(const Value& result, ComprehensionKind kind,
              Evaluation& evaluation, NodeId node) {
  if (result.is_error()) return result;
  if (kind == ComprehensionKind::kExistsOne) {
    return Value::Bool(result.int_value() == 1);
  }
  if (kind == ComprehensionKind::kList) {
    return Charged(result, evaluation, node);
  }
  return result;
}

}  // namespace stratagem::expr
