#include "engine/expr/loop.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>

#include "engine/value/compare.h"

namespace stratagem::expr {

namespace {

// Room for an item of each turn, or null when the arena is full.
template <typename T>
T* Room(Loop loop, Evaluation& evaluation) {
  return evaluation.AllocateArray<T>(static_cast<size_t>(loop.size()));
}

// What collecting starts from: nothing, with room for what is to come. Entries
// of maps come in an order of their own, so theirs grows by and by.
Value Nothing(Loop loop, ComprehensionKind kind, Evaluation& evaluation,
              NodeId node) {
  if (kind == ComprehensionKind::kMapOfMaps) return Value::Map({});
  if (kind == ComprehensionKind::kList) {
    Value* const items = Room<Value>(loop, evaluation);
    if (items != nullptr) return Value::List({items, 0});
  } else {
    MapEntry* const entries = Room<MapEntry>(loop, evaluation);
    if (entries != nullptr) return Value::Map({entries, 0});
  }
  return Value::Error(ErrorCode::kMemoryLimit, node);
}

}  // namespace

bool LoopBegin(Loop loop, ComprehensionKind kind, Evaluation& evaluation,
               NodeId node) {
  loop.position = Value::Int(0);
  loop.first = Value();
  loop.second = Value();
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
    case ComprehensionKind::kList:
    case ComprehensionKind::kMap:
    case ComprehensionKind::kMapOfMaps:
      loop.result = Nothing(loop, kind, evaluation, node);
  }
  return !loop.result.is_error();
}

bool LoopNext(Loop loop, bool pair) {
  const int64_t position = loop.position.int_value();
  if (position == loop.size()) return false;
  const auto index = static_cast<size_t>(position);
  if (loop.range.is(ValueKind::kMap)) {
    const MapEntry& entry = loop.range.map()[index];
    loop.first = entry.key;
    if (pair) loop.second = entry.value;
  } else if (pair) {
    loop.first = loop.position;
    loop.second = loop.range.list()[index];
  } else {
    loop.first = loop.range.list()[index];
  }
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

// LoopBegin() made room for an item or entry of each turn.
void AppendItem(Value& list, const Value& item) {
  const std::span<const Value> items = list.list();
  const_cast<Value*>(items.data())[items.size()] = item;
  list = Value::List({items.data(), items.size() + 1});
}

void AppendEntry(Value& map, const MapEntry& entry) {
  const std::span<const MapEntry> entries = map.map();
  const_cast<MapEntry*>(entries.data())[entries.size()] = entry;
  map = Value::Map({entries.data(), entries.size() + 1});
}

// Adds the entries of `turn` to those of earlier turns, unsorted until
// LoopEnd(). Room doubles whenever the size reaches a power of two.
Value Merged(const Value& map, const Value& turn, Evaluation& evaluation,
             NodeId node) {
  if (!turn.is(ValueKind::kMap)) return Refuse(&turn, 1, node);
  if (!evaluation.Charge(static_cast<int64_t>(turn.map().size()))) {
    return Value::Error(ErrorCode::kStepLimit, node);
  }
  Value merged = map;
  for (const MapEntry& entry : turn.map()) {
    const std::span<const MapEntry> old = merged.map();
    if (old.empty() || std::has_single_bit(old.size())) {
      MapEntry* const room = evaluation.AllocateArray<MapEntry>(
          std::max<size_t>(1, 2 * old.size()));
      if (room == nullptr) return Value::Error(ErrorCode::kMemoryLimit, node);
      std::copy(old.begin(), old.end(), room);
      merged = Value::Map({room, old.size()});
    }
    AppendEntry(merged, entry);
  }
  return merged;
}

}  // namespace

void LoopStep(Loop loop, ComprehensionKind kind, const Value& turn,
              Evaluation& evaluation, NodeId node) {
  if (Collects(kind) && turn.is_error()) return loop.Finish(turn);
  switch (kind) {
    case ComprehensionKind::kAll:
      return Absorb(loop, turn, false, node);
    case ComprehensionKind::kExists:
      return Absorb(loop, turn, true, node);
    case ComprehensionKind::kExistsOne:
      loop.result = Value::Int(loop.result.int_value() + 1);
      return;
    case ComprehensionKind::kList:
      return AppendItem(loop.result, turn);
    case ComprehensionKind::kMap:
      return AppendEntry(loop.result, {loop.first, turn});
    case ComprehensionKind::kMapOfMaps: {
      const Value merged = Merged(loop.result, turn, evaluation, node);
      if (merged.is_error()) return loop.Finish(merged);
      loop.result = merged;
    }
  }
}

Value LoopEnd(const Value& result, ComprehensionKind kind,
              Evaluation& evaluation, NodeId node) {
  if (result.is_error()) return result;
  if (kind == ComprehensionKind::kExistsOne) {
    return Value::Bool(result.int_value() == 1);
  }
  if (!Collects(kind)) return result;
  if (kind == ComprehensionKind::kMapOfMaps) {
    const std::span<const MapEntry> entries = result.map();
    if (!SortEntries({const_cast<MapEntry*>(entries.data()), entries.size()})) {
      return Value::Error(ErrorCode::kDuplicateKey, node);
    }
  }
  return Charged(result, evaluation, node);
}

}  // namespace stratagem::expr
