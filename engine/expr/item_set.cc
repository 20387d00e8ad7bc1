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

// Numbers of all types are one kind here, as they are for equality.
ValueKind OrderKind(const Value& value) {
  const bool number =
      value.is(ValueKind::kUint) || value.is(ValueKind::kDouble);
  return number ? ValueKind::kInt : value.kind();
}

// A total order over simple values in which exactly those are equivalent that
// CEL's == finds equal. Requires: neither is NaN.
bool SimpleLess(const Value& a, const Value& b) {
  const ValueKind kind = OrderKind(a);
  if (kind != OrderKind(b)) return kind < OrderKind(b);
  if (HasText(a)) return a.text() < b.text();
  return CompareValues(a, b) == Order::kLess;
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
  const auto found = std::lower_bound(
      simple_.begin(), simple_.end(), &value,
      [](const Value* a, const Value* b) { return SimpleLess(*a, *b); });
  if (found == simple_.end() || SimpleLess(value, **found)) return nullptr;
  return *found;
}

const Value* ItemSet::FindNested(const Value& value) {
  for (const Value* const item : nested_) {
    // A comparison walks no more than `value`.
    if (evaluation_.ChargeWalk(value) != ErrorCode::kNone) {
      failed_ = true;
      return nullptr;
    }
    if (ValuesEqual(value, *item)) return item;
  }
  return nullptr;
}

}  // namespace stratagem::expr
