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

void AddIndexing(std::vector<Overload>& rows) {
  const Type i(TypeKind::kInt);
  const Type k = Type::Parameter("K");
  const Type v = Type::Parameter("V");
  const Type list = Type::List(v);
  const Type map = Type::Map(k, v);
  const Type optional = Type::Optional(v);
  const CallStyle g = CallStyle::kGlobal;
  const uint32_t lists = KindBit(ValueKind::kList);
  const uint32_t maps = KindBit(ValueKind::kMap);
  const uint32_t optionals = KindBit(ValueKind::kOptional);
  // A dyn index may be any number that equals an int.
  const uint32_t numbers = KindBit(ValueKind::kInt) |
                           KindBit(ValueKind::kUint) |
                           KindBit(ValueKind::kDouble);
  const uint32_t keys =
      numbers | KindBit(ValueKind::kBool) | KindBit(ValueKind::kString);
  rows.insert(
      rows.end(),
      {
          {"_[_]", g, {list, i}, v, ListIndex, Opcode::kNone, {lists, numbers}},
          {"_[_]", g, {map, k}, v, MapIndex, Opcode::kNone, {maps, keys}},
          {"_[_]",
           g,
           {Type::Optional(list), i},
           optional,
           IndexThroughOptional,
           Opcode::kNone,
           {optionals, numbers}},
          {"_[_]",
           g,
           {Type::Optional(map), k},
           optional,
           IndexThroughOptional,
           Opcode::kNone,
           {optionals, keys}},
          {"_[?_]",
           g,
           {list, i},
           optional,
           OptionalListIndex,
           Opcode::kNone,
           {lists, numbers}},
          {"_[?_]",
           g,
           {map, k},
           optional,
           OptionalMapIndex,
           Opcode::kNone,
           {maps, keys}},
          {"_[?_]",
           g,
           {Type::Optional(list), i},
           optional,
           IndexThroughOptional,
           Opcode::kNone,
           {optionals, numbers}},
          {"_[?_]",
           g,
           {Type::Optional(map), k},
           optional,
           IndexThroughOptional,
           Opcode::kNone,
           {optionals, keys}},
      });
}

}  // namespace

std::vector<Overload> CollectionOverloads() {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type a = Type::Parameter("A");
  const Type k = Type::Parameter("K");
  const Type list = Type::List(a);
  const Type map = Type::Map(k, a);
  const CallStyle g = CallStyle::kGlobal;
  const CallStyle m = CallStyle::kMember;
  std::vector<Overload> rows = {
      {"size", g, {list}, i, SizeOfList, Opcode::kNone, {}},
      {"size", m, {list}, i, SizeOfList, Opcode::kNone, {}},
      {"size", g, {map}, i, SizeOfMap, Opcode::kNone, {}},
      {"size", m, {map}, i, SizeOfMap, Opcode::kNone, {}},
      {"_+_", g, {list, list}, list, ConcatLists, Opcode::kNone, {}},
      {"@in", g, {a, list}, b, InList, Opcode::kNone, {}},
      {"@in", g, {k, map}, b, InMap, Opcode::kNone, {}},
  };
  AddIndexing(rows);
  return rows;
}

}  // namespace stratagem::expr
