// Operators and functions of lists and maps.

#include <algorithm>
#include <cmath>

#include "engine/expr/function_table.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

Value SizeOfList(Evaluation&, const Value* arguments) {
  return Value::Int(static_cast<int64_t>(arguments[0].list().size()));
}

Value SizeOfMap(Evaluation&, const Value* arguments) {
  return Value::Int(static_cast<int64_t>(arguments[0].map().size()));
}

Value ConcatLists(Evaluation& evaluation, const Value* arguments) {
  const std::span<const Value> a = arguments[0].list();
  const std::span<const Value> b = arguments[1].list();
  Value* const items = evaluation.AllocateArray<Value>(a.size() + b.size());
  if (items == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), items));
  const Value result = Value::List({items, a.size() + b.size()});
  const ErrorCode error = evaluation.ChargeWalk(result);
  return error == ErrorCode::kNone ? result : Value::Error(error);
}

Value InList(Evaluation& evaluation, const Value* arguments) {
  const std::span<const Value> items = arguments[1].list();
  const ErrorCode error = evaluation.ChargeWalk(arguments[1]);
  if (error != ErrorCode::kNone) return Value::Error(error);
  return Value::Bool(
      std::any_of(items.begin(), items.end(), [arguments](const Value& item) {
        return ValuesEqual(arguments[0], item);
      }));
}

Value InMap(Evaluation&, const Value* arguments) {
  return Value::Bool(FindKey(arguments[1], arguments[0]) != nullptr);
}

// The position that `index` names: an int, or a uint or double equal to one;
// negative when it names none.
int64_t Position(const Value& index) {
  constexpr int64_t kNone = -1;
  switch (index.kind()) {
    case ValueKind::kInt:
      return index.int_value();
    case ValueKind::kUint:
      return index.uint_value() > 0x7FFFFFFF
                 ? kNone
                 : static_cast<int64_t>(index.uint_value());
    default: {
      const double number = index.double_value();
      const bool whole =
          number >= 0 && number <= 0x7FFFFFFF && std::trunc(number) == number;
      return whole ? static_cast<int64_t>(number) : kNone;
    }
  }
}

// The item, or null when `index` names none.
const Value* FindItem(const Value& list, const Value& index) {
  const int64_t position = Position(index);
  if (position < 0) return nullptr;
  const std::span<const Value> items = list.list();
  const auto at = static_cast<size_t>(position);
  return at < items.size() ? &items[at] : nullptr;
}

Value ListIndex(Evaluation&, const Value* arguments) {
  const Value* const item = FindItem(arguments[0], arguments[1]);
  if (item != nullptr) return *item;
  return Value::Error(arguments[1].is(ValueKind::kDouble)
                          ? ErrorCode::kInvalidArgument
                          : ErrorCode::kIndexOutOfRange);
}

Value MapIndex(Evaluation&, const Value* arguments) {
  const Value* const value = FindKey(arguments[0], arguments[1]);
  return value != nullptr ? *value : Value::Error(ErrorCode::kNoSuchKey);
}

Value OptionalListIndex(Evaluation&, const Value* arguments) {
  return Value::Optional(FindItem(arguments[0], arguments[1]));
}

Value OptionalMapIndex(Evaluation&, const Value* arguments) {
  return Value::Optional(FindKey(arguments[0], arguments[1]));
}

// container[index] through an optional container, by either spelling.
Value IndexThroughOptional(Evaluation&, const Value* arguments) {
  const Value* const held = arguments[0].optional();
  if (held == nullptr) return arguments[0];
  if (held->is(ValueKind::kMap)) {
    return Value::Optional(FindKey(*held, arguments[1]));
  }
  const bool number = arguments[1].is(ValueKind::kInt) ||
                      arguments[1].is(ValueKind::kUint) ||
                      arguments[1].is(ValueKind::kDouble);
  if (!held->is(ValueKind::kList) || !number) {
    return Value::Error(ErrorCode::kNoMatchingOverload);
  }
  return Value::Optional(FindItem(*held, arguments[1]));
}

// An indexing operator of `container`, whose values are of `container_kind`. A
// dyn index may be any number that equals an int.
Overload Indexing(const char* name, const Type& container, const Type& index,
                  const Type& result, Implementation implementation,
                  ValueKind container_kind) {
  uint32_t indexes = KindBit(ValueKind::kInt) | KindBit(ValueKind::kUint) |
                     KindBit(ValueKind::kDouble);
  if (!index.is(TypeKind::kInt)) {
    indexes |= KindBit(ValueKind::kBool) | KindBit(ValueKind::kString);
  }
  Overload row = Function(name, {container, index}, result, implementation);
  row.kinds = {KindBit(container_kind), indexes};
  return row;
}

void AddIndexing(std::vector<Overload>& rows) {
  constexpr ValueKind kList = ValueKind::kList;
  constexpr ValueKind kMap = ValueKind::kMap;
  constexpr ValueKind kOptional = ValueKind::kOptional;
  const Type i(TypeKind::kInt);
  const Type k = Type::Parameter("K");
  const Type v = Type::Parameter("V");
  const Type list = Type::List(v);
  const Type map = Type::Map(k, v);
  const Type maybe = Type::Optional(v);
  rows.push_back(Indexing("_[_]", list, i, v, ListIndex, kList));
  rows.push_back(Indexing("_[_]", map, k, v, MapIndex, kMap));
  rows.push_back(Indexing("_[?_]", list, i, maybe, OptionalListIndex, kList));
  rows.push_back(Indexing("_[?_]", map, k, maybe, OptionalMapIndex, kMap));
  for (const char* name : {"_[_]", "_[?_]"}) {
    rows.push_back(Indexing(name, Type::Optional(list), i, maybe,
                            IndexThroughOptional, kOptional));
    rows.push_back(Indexing(name, Type::Optional(map), k, maybe,
                            IndexThroughOptional, kOptional));
  }
}

}  // namespace

std::vector<Overload> CollectionOverloads() {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type a = Type::Parameter("A");
  const Type k = Type::Parameter("K");
  const Type list = Type::List(a);
  const Type map = Type::Map(k, a);
  std::vector<Overload> rows = {
      Function("size", {list}, i, SizeOfList),
      Method("size", {list}, i, SizeOfList),
      Function("size", {map}, i, SizeOfMap),
      Method("size", {map}, i, SizeOfMap),
      Function("_+_", {list, list}, list, ConcatLists),
      Function("@in", {a, list}, b, InList),
      Function("@in", {k, map}, b, InMap),
  };
  AddIndexing(rows);
  return rows;
}

}  // namespace stratagem::expr
