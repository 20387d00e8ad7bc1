#include "engine/value/compare.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstring>

namespace stratagem {
namespace {

bool IsNumber(const Value& v) {
  return v.is(ValueKind::kInt) || v.is(ValueKind::kUint) ||
         v.is(ValueKind::kDouble);
}

Order FromThreeWay(std::strong_ordering ordering) {
  if (ordering < 0) return Order::kLess;
  if (ordering > 0) return Order::kGreater;
  return Order::kEqual;
}

Order Reverse(Order order) {
  switch (order) {
    case Order::kLess:
      return Order::kGreater;
    case Order::kGreater:
      return Order::kLess;
    case Order::kEqual:
    case Order::kUnordered:
      return order;
  }
  return order;
}

Order CompareDoubles(double a, double b) {
  if (a < b) return Order::kLess;
  if (a > b) return Order::kGreater;
  if (a == b) return Order::kEqual;
  return Order::kUnordered;
}

// As CEL has it: the integer becomes the nearest double, so beyond 2^53 several
// integers are equal to one double.
template <typename Integer>
Order CompareToDouble(Integer a, double b) {
  return CompareDoubles(static_cast<double>(a), b);
}

Order CompareIntToUint(int64_t a, uint64_t b) {
  if (a < 0) return Order::kLess;
  return FromThreeWay(static_cast<uint64_t>(a) <=> b);
}

// Requires: both numbers.
Order CompareNumbers(const Value& a, const Value& b) {
  switch (a.kind()) {
    case ValueKind::kInt:
      if (b.is(ValueKind::kInt)) {
        return FromThreeWay(a.int_value() <=> b.int_value());
      }
      return b.is(ValueKind::kUint)
                 ? CompareIntToUint(a.int_value(), b.uint_value())
                 : CompareToDouble(a.int_value(), b.double_value());
    case ValueKind::kUint:
      if (b.is(ValueKind::kUint)) {
        return FromThreeWay(a.uint_value() <=> b.uint_value());
      }
      return b.is(ValueKind::kInt)
                 ? Reverse(CompareIntToUint(b.int_value(), a.uint_value()))
                 : CompareToDouble(a.uint_value(), b.double_value());
    default:
      if (b.is(ValueKind::kDouble)) {
        return CompareDoubles(a.double_value(), b.double_value());
      }
      return b.is(ValueKind::kInt)
                 ? Reverse(CompareToDouble(b.int_value(), a.double_value()))
                 : Reverse(CompareToDouble(b.uint_value(), a.double_value()));
  }
}

Order CompareText(absl::string_view a, absl::string_view b) {
  const int order = a.compare(b);
  return order < 0 ? Order::kLess : order > 0 ? Order::kGreater : Order::kEqual;
}

bool MapsEqual(std::span<const MapEntry> a, const Value& b) {
  if (a.size() != b.map().size()) return false;
  return std::all_of(a.begin(), a.end(), [&b](const MapEntry& entry) {
    const Value* const other = FindKey(b, entry.key);
    return other != nullptr && ValuesEqual(entry.value, *other);
  });
}

// The integer that is exactly `number`, if there is one. Keys are found by it:
// many integers may compare equal to a double, and at most one is meant.
std::optional<Value> ExactInteger(double number) {
  if (std::trunc(number) != number) return std::nullopt;  // NaN as well.
  if (number >= -0x1p63 && number < 0x1p63) {
    return Value::Int(static_cast<int64_t>(number));
  }
  if (number >= 0x1p63 && number < 0x1p64) {
    return Value::Uint(static_cast<uint64_t>(number));
  }
  return std::nullopt;
}

// 0 for bools, 1 for numbers, 2 for strings.
int KeyClass(const Value& key) {
  if (key.is(ValueKind::kBool)) return 0;
  return IsNumber(key) ? 1 : 2;
}

}  // namespace

bool ValuesEqual(const Value& a, const Value& b) {
  if (IsNumber(a) && IsNumber(b)) {
    return CompareNumbers(a, b) == Order::kEqual;
  }
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kBool:
      return a.bool_value() == b.bool_value();
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
      return a.text() == b.text();
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
      return a.seconds() == b.seconds() && a.nanos() == b.nanos();
    case ValueKind::kList:
      return std::equal(a.list().begin(), a.list().end(), b.list().begin(),
                        b.list().end(), ValuesEqual);
    case ValueKind::kMap:
      return MapsEqual(a.map(), b);
    case ValueKind::kOptional:
      if (a.optional() == nullptr || b.optional() == nullptr) {
        return a.optional() == b.optional();
      }
      return ValuesEqual(*a.optional(), *b.optional());
    case ValueKind::kMissing:
    case ValueKind::kNull:
      return true;
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kDouble:
    case ValueKind::kError:
      return false;
  }
  return false;
}

std::optional<Order> CompareValues(const Value& a, const Value& b) {
  if (IsNumber(a) && IsNumber(b)) return CompareNumbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case ValueKind::kBool:
      return FromThreeWay(a.bool_value() <=> b.bool_value());
    case ValueKind::kString:
    case ValueKind::kBytes:
      return CompareText(a.text(), b.text());
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
      if (a.seconds() != b.seconds()) {
        return FromThreeWay(a.seconds() <=> b.seconds());
      }
      return FromThreeWay(a.nanos() <=> b.nanos());
    case ValueKind::kMissing:
    case ValueKind::kNull:
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kDouble:
    case ValueKind::kList:
    case ValueKind::kMap:
    case ValueKind::kOptional:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kError:
      return std::nullopt;
  }
  return std::nullopt;
}

bool KeyLess(const Value& a, const Value& b) {
  const int class_a = KeyClass(a);
  const int class_b = KeyClass(b);
  if (class_a != class_b) return class_a < class_b;
  return CompareValues(a, b) == Order::kLess;
}

bool SortEntries(std::span<MapEntry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const MapEntry& a, const MapEntry& b) {
              return KeyLess(a.key, b.key);
            });
  return std::adjacent_find(entries.begin(), entries.end(),
                            [](const MapEntry& a, const MapEntry& b) {
                              return ValuesEqual(a.key, b.key);
                            }) == entries.end();
}

const Value* FindKey(const Value& map, const Value& key) {
  switch (key.kind()) {
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kString:
      break;
    case ValueKind::kDouble: {
      const std::optional<Value> exact = ExactInteger(key.double_value());
      return exact ? FindKey(map, *exact) : nullptr;
    }
    default:
      return nullptr;
  }
  const std::span<const MapEntry> entries = map.map();
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), key,
                       [](const MapEntry& entry, const Value& k) {
                         return KeyLess(entry.key, k);
                       });
  if (found == entries.end() || !ValuesEqual(found->key, key)) return nullptr;
  return &found->value;
}

}  // namespace stratagem
