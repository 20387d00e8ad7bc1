// Functions that make lists of lists: CEL's `lists` extension.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/expr/function_table.h"
#include "engine/expr/item_set.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

using Items = std::span<const Value>;

// Room for `count` items in the arena, paid for; without data and with the
// reason when there is none.
struct NewItems {
  Value* data = nullptr;
  ErrorCode error = ErrorCode::kNone;
};

NewItems Allocate(Evaluation& evaluation, size_t count) {
  if (count > std::numeric_limits<uint32_t>::max()) {
    return {nullptr, ErrorCode::kMemoryLimit};
  }
  if (!evaluation.Charge(static_cast<int64_t>(count))) {
    return {nullptr, ErrorCode::kStepLimit};
  }
  Value* const data = evaluation.AllocateArray<Value>(count);
  return {data, data == nullptr ? ErrorCode::kMemoryLimit : ErrorCode::kNone};
}

Value Range(Evaluation& evaluation, const Value* arguments) {
  const int64_t count = arguments[0].int_value();
  if (count < 0) return Value::Error(ErrorCode::kInvalidArgument);
  const NewItems list = Allocate(evaluation, static_cast<size_t>(count));
  if (list.data == nullptr) return Value::Error(list.error);
  for (int64_t i = 0; i < count; ++i) list.data[i] = Value::Int(i);
  return Value::List({list.data, static_cast<size_t>(count)});
}

Value Reverse(Evaluation& evaluation, const Value* arguments) {
  const Items items = arguments[0].list();
  const NewItems list = Allocate(evaluation, items.size());
  if (list.data == nullptr) return Value::Error(list.error);
  std::reverse_copy(items.begin(), items.end(), list.data);
  return Value::List({list.data, items.size()});
}

// The result shares the items of the list.
Value Slice(Evaluation&, const Value* arguments) {
  const Items items = arguments[0].list();
  const int64_t start = arguments[1].int_value();
  const int64_t end = arguments[2].int_value();
  if (start < 0 || end < start) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  if (end > static_cast<int64_t>(items.size())) {
    return Value::Error(ErrorCode::kIndexOutOfRange);
  }
  return Value::List(items.subspan(static_cast<size_t>(start),
                                   static_cast<size_t>(end - start)));
}

Value First(Evaluation&, const Value* arguments) {
  const Items items = arguments[0].list();
  return Value::Optional(items.empty() ? nullptr : &items.front());
}

Value Last(Evaluation&, const Value* arguments) {
  const Items items = arguments[0].list();
  return Value::Optional(items.empty() ? nullptr : &items.back());
}

Value Distinct(Evaluation& evaluation, const Value* arguments) {
  const Items items = arguments[0].list();
  ItemSet set(evaluation);
  if (const ErrorCode error = set.Build(items); error != ErrorCode::kNone) {
    return Value::Error(error);
  }
  const NewItems list = Allocate(evaluation, items.size());
  if (list.data == nullptr) return Value::Error(list.error);
  size_t size = 0;
  for (const Value& item : items) {
    const Value* const first = set.Find(item);
    if (set.failed()) return Value::Error(ErrorCode::kStepLimit);
    // A NaN is not found and is like no other.
    if (first == nullptr || first == &item) list.data[size++] = item;
  }
  return Value::List({list.data, size});
}

// How many items `items` has when lists in it are replaced by their items,
// `depth` levels down; more than all memory holds when steps run out.
size_t CountFlat(Evaluation& evaluation, Items items, int64_t depth) {
  constexpr size_t kTooMany = std::numeric_limits<uint32_t>::max();
  if (depth == 0) return items.size();
  if (!evaluation.Charge(static_cast<int64_t>(items.size()) + 1)) {
    return kTooMany;
  }
  size_t count = 0;
  for (const Value& item : items) {
    count += item.is(ValueKind::kList)
                 ? CountFlat(evaluation, item.list(), depth - 1)
                 : 1;
    if (count >= kTooMany) return kTooMany;
  }
  return count;
}

Value* CopyFlat(Items items, int64_t depth, Value* to) {
  if (depth == 0) return std::copy(items.begin(), items.end(), to);
  for (const Value& item : items) {
    if (item.is(ValueKind::kList)) {
      to = CopyFlat(item.list(), depth - 1, to);
    } else {
      *to++ = item;
    }
  }
  return to;
}

Value FlattenBy(Evaluation& evaluation, Items items, int64_t depth) {
  if (depth < 0) return Value::Error(ErrorCode::kInvalidArgument);
  const size_t size = CountFlat(evaluation, items, depth);
  const NewItems list = Allocate(evaluation, size);
  if (list.data == nullptr) return Value::Error(list.error);
  CopyFlat(items, depth, list.data);
  return Value::List({list.data, size});
}

Value Flatten(Evaluation& evaluation, const Value* arguments) {
  return FlattenBy(evaluation, arguments[0].list(), 1);
}

Value FlattenToDepth(Evaluation& evaluation, const Value* arguments) {
  return FlattenBy(evaluation, arguments[0].list(), arguments[1].int_value());
}

// What `keys` can be sorted by: all of one kind that has an order. NaN has
// none.
ErrorCode CheckKeys(Items keys) {
  for (const Value& key : keys) {
    if (key.kind() != keys[0].kind() || !CompareValues(key, key)) {
      return ErrorCode::kNoMatchingOverload;
    }
    if (CompareValues(key, key) == Order::kUnordered) {
      return ErrorCode::kInvalidArgument;
    }
  }
  return ErrorCode::kNone;
}

// Sorting compares each key about log(n) times.
bool ChargeSort(Evaluation& evaluation, Items keys) {
  size_t steps = keys.size();
  for (const Value& key : keys) {
    const bool text = key.is(ValueKind::kString) || key.is(ValueKind::kBytes);
    if (text) steps += key.text().size() / 64;
  }
  return evaluation.Charge(static_cast<int64_t>(steps) *
                           SearchDepth(keys.size()));
}

// `items` in the order of `keys`; equal keys keep their places.
Value SortBy(Evaluation& evaluation, Items items, Items keys) {
  if (items.size() != keys.size()) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  if (const ErrorCode error = CheckKeys(keys); error != ErrorCode::kNone) {
    return Value::Error(error);
  }
  if (!ChargeSort(evaluation, keys)) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  uint32_t* const order = evaluation.AllocateArray<uint32_t>(items.size());
  const NewItems list = Allocate(evaluation, items.size());
  if (order == nullptr || list.data == nullptr) {
    return Value::Error(ErrorCode::kMemoryLimit);
  }
  std::iota(order, order + items.size(), uint32_t{0});
  std::sort(order, order + items.size(), [keys](uint32_t a, uint32_t b) {
    const std::optional<Order> order_of_keys = CompareValues(keys[a], keys[b]);
    return order_of_keys == Order::kEqual ? a < b
                                          : order_of_keys == Order::kLess;
  });
  std::transform(order, order + items.size(), list.data,
                 [items](uint32_t index) { return items[index]; });
  return Value::List({list.data, items.size()});
}

Value Sort(Evaluation& evaluation, const Value* arguments) {
  return SortBy(evaluation, arguments[0].list(), arguments[0].list());
}

Value SortByKeys(Evaluation& evaluation, const Value* arguments) {
  return SortBy(evaluation, arguments[0].list(), arguments[1].list());
}

}  // namespace

std::vector<Overload> ListOverloads() {
  const Type i(TypeKind::kInt);
  const Type any(TypeKind::kDyn);
  const Type t = Type::Parameter("T");
  const Type list = Type::List(t);
  const Type optional = Type::Optional(t);
  std::vector<Overload> rows = {
      Function("lists.range", {i}, Type::List(i), Range),
      Method("reverse", {list}, list, Reverse),
      Method("slice", {list, i, i}, list, Slice),
      Method("first", {list}, optional, First),
      Method("last", {list}, optional, Last),
      Method("distinct", {list}, list, Distinct),
      Method("flatten", {Type::List(list)}, list, Flatten),
      Method("flatten", {Type::List(any), i}, Type::List(any), FlattenToDepth),
  };
  for (const TypeKind kind :
       {TypeKind::kInt, TypeKind::kUint, TypeKind::kDouble, TypeKind::kBool,
        TypeKind::kDuration, TypeKind::kTimestamp, TypeKind::kString,
        TypeKind::kBytes}) {
    const Type keys = Type::List(Type(kind));
    rows.push_back(Method("sort", {keys}, keys, Sort));
    // What the macro sortBy() calls.
    rows.push_back(
        Method("@sortByAssociatedKeys", {list, keys}, list, SortByKeys));
  }
  return rows;
}

}  // namespace stratagem::expr
