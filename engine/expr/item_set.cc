#include "engine/expr/item_set.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/numeric/bits.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

bool IsNested(const Value& value) {
  return value.is(ValueKind::kList) || value.is(ValueKind::kMap) ||
         value.is(ValueKind::kOptional);
}

bool IsNan(const Value& value) {
  return value.is(ValueKind::kDouble) && std::isnan(value.double_value());
}

bool HasText(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
      return true;
    default:
      return false;
  }
}

// Ints and uints are one kind here, doubles are not: several large integers may
// equal one double without being equal to each other, so both together have no
// order that equality agrees with.
ValueKind OrderKind(const Value& value) {
  return value.is(ValueKind::kUint) ? ValueKind::kInt : value.kind();
}

bool IsInteger(const Value& value) {
  return OrderKind(value) == ValueKind::kInt;
}

// A total order over simple values in which those are equivalent that CEL's ==
// finds equal, a double and an integer excepted. Requires: neither is NaN.
bool SimpleLess(const Value& a, const Value& b) {
  const ValueKind kind = OrderKind(a);
  if (kind != OrderKind(b)) return kind < OrderKind(b);
  if (HasText(a)) return a.text() < b.text();
  return CompareValues(a, b) == Order::kLess;
}

Value ToDouble(const Value& integer) {
  return Value::Double(integer.is(ValueKind::kInt)
                           ? static_cast<double>(integer.int_value())
                           : static_cast<double>(integer.uint_value()));
}

// The one that comes first in the list; either may be null.
const Value* Earlier(const Value* a, const Value* b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  return std::min(a, b);
}

}  // namespace

int64_t SearchDepth(size_t count) {
  return absl::bit_width(static_cast<uint64_t>(count)) + 1;
}

ErrorCode ItemSet::Build(std::span<const Value> items) {
  levels_ = SearchDepth(items.size());
  size_t bytes = 0;
  for (const Value& item : items) {
    if (HasText(item)) bytes += item.text().size() / 64;
  }
  const size_t steps = items.size() + bytes;
  if (!evaluation_.Charge(static_cast<int64_t>(steps) * levels_)) {
    return ErrorCode::kStepLimit;
  }
  const Value** const pointers =
      evaluation_.AllocateArray<const Value*>(items.size());
  if (pointers == nullptr) return ErrorCode::kMemoryLimit;
  size_t simple = 0;
  for (const Value& item : items) {
    if (!IsNested(item) && !IsNan(item)) pointers[simple++] = &item;
  }
  size_t all = simple;
  for (const Value& item : items) {
    if (IsNested(item)) pointers[all++] = &item;
  }
  simple_ = {pointers, simple};
  nested_ = {pointers + simple, all - simple};
  std::sort(simple_.begin(), simple_.end(), [](const Value* a, const Value* b) {
    if (SimpleLess(*a, *b)) return true;
    return a < b && !SimpleLess(*b, *a);
  });
  return ErrorCode::kNone;
}

const Value* ItemSet::Find(const Value& value) {
  if (IsNan(value)) return nullptr;
  return IsNested(value) ? FindNested(value) : FindSimple(value);
}

const Value* ItemSet::FindSimple(const Value& value) {
  const size_t bytes = HasText(value) ? value.text().size() / 64 : 0;
  if (!evaluation_.Charge(static_cast<int64_t>(1 + bytes) * levels_)) {
    failed_ = true;
    return nullptr;
  }
  const Value* const found = FindSame(value);
  if (IsInteger(value)) return Earlier(found, FindSame(ToDouble(value)));
  if (value.is(ValueKind::kDouble)) return Earlier(found, FindIntegers(value));
  return found;
}

const Value* ItemSet::FindSame(const Value& value) const {
  const auto found = std::lower_bound(
      simple_.begin(), simple_.end(), &value,
      [](const Value* a, const Value* b) { return SimpleLess(*a, *b); });
  if (found == simple_.end() || SimpleLess(value, **found)) return nullptr;
  return *found;
}

const Value* ItemSet::FindIntegers(const Value& number) {
  // Becoming doubles keeps integers in order, so those that equal `number`
  // stand together.
  auto item = std::lower_bound(
      simple_.begin(), simple_.end(), &number,
      [](const Value* a, const Value* b) {
        const ValueKind kind = OrderKind(*a);
        return kind == ValueKind::kInt ? CompareValues(*a, *b) == Order::kLess
                                       : kind < ValueKind::kInt;
      });
  const Value* first = nullptr;
  for (; item != simple_.end() && ValuesEqual(**item, number); ++item) {
    first = Earlier(first, *item);
    // Small ones are equal to one integer only, whose first item stands first.
    if (std::fabs(number.double_value()) < 0x1p53) break;
    if (!evaluation_.Charge(1)) {
      failed_ = true;
      return nullptr;
    }
  }
  return first;
}

const Value* ItemSet::FindNested(const Value& value) {
  for (const Value* const item : nested_) {
    // A comparison walks no more than `value`.
    if (!evaluation_.Charge(1) ||
        evaluation_.ChargeWalk(value) != ErrorCode::kNone) {
      failed_ = true;
      return nullptr;
    }
    if (ValuesEqual(value, *item)) return item;
  }
  return nullptr;
}

}  // namespace stratagem::expr
