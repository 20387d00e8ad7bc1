#include "engine/expr/construct.h"

#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

// True when item number `i` of a literal counts, `item` unwrapped when it is
// marked as optional. What is marked and is no optional becomes an error.
bool TakeItem(const Value* marks, size_t i, Value& item, NodeId node) {
  if (marks == nullptr || !marks->list()[i].bool_value()) return true;
  if (!item.is(ValueKind::kOptional)) {
    item = Refuse(&item, 1, node);
    return true;
  }
  if (item.optional() == nullptr) return false;
  item = *item.optional();
  return true;
}

bool IsKey(const Value& key) {
  return key.is(ValueKind::kString) || key.is(ValueKind::kInt) ||
         key.is(ValueKind::kUint) || key.is(ValueKind::kBool);
}

}  // namespace

Value MakeList(Value* items, size_t count, const Value* marks,
               Evaluation& evaluation, NodeId node) {
  Value* const list = evaluation.AllocateArray<Value>(count);
  if (list == nullptr) return Value::Error(ErrorCode::kMemoryLimit, node);
  size_t size = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!TakeItem(marks, i, items[i], node)) continue;
    if (items[i].is_error()) return items[i];
    list[size++] = items[i];
  }
  return Charged(Value::List({list, size}), evaluation, node);
}

Value MakeMap(Value* items, size_t count, const Value* marks,
              Evaluation& evaluation, NodeId node) {
  MapEntry* const entries = evaluation.AllocateArray<MapEntry>(count);
  if (entries == nullptr) return Value::Error(ErrorCode::kMemoryLimit, node);
  size_t size = 0;
  for (size_t i = 0; i < count; ++i) {
    const Value& key = items[2 * i];
    Value& value = items[2 * i + 1];
    if (!IsKey(key)) return Refuse(&key, 1, node);
    if (!TakeItem(marks, i, value, node)) continue;
    if (value.is_error()) return value;
    entries[size++] = {key, value};
  }
  if (!SortEntries({entries, size})) {
    return Value::Error(ErrorCode::kDuplicateKey, node);
  }
  return Charged(Value::Map({entries, size}), evaluation, node);
}

}  // namespace stratagem::expr
