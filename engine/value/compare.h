// engine/value/compare.h
//
// Equality and order of Values as the CEL specification defines them, and
// look-up in maps.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_COMPARE_H_
#define STRATAGEM_ENGINE_VALUE_COMPARE_H_

#include <optional>
#include <span>

#include "engine/value/value.h"

namespace stratagem {

// CEL's ==. Numbers of different types are equal when they are the same point
// on the number line, an integer beside a double after rounding it to one; NaN
// equals nothing; values of different other kinds are unequal; lists, maps and
// optionals compare deeply.
// Requires: neither is an error. Time: O(size).
bool ValuesEqual(const Value& a, const Value& b);

enum class Order { kLess, kEqual, kGreater, kUnordered };

// CEL's <, for bools, numbers of any two types, strings (by bytes, which is by
// code point in UTF-8), bytes, timestamps and durations. kUnordered with NaN;
// nullopt when the kinds have no order ('no matching overload').
std::optional<Order> CompareValues(const Value& a, const Value& b);

// The order of entries inside a Map value: by kind (bool, numbers, string),
// then by CompareValues(). Requires: kinds that maps allow as keys.
bool KeyLess(const Value& a, const Value& b);

// Sorts `entries` for Value::Map(). Returns false when two keys are equal.
// Requires: keys of kinds bool, int, uint or string. Time: O(n log n).
bool SortEntries(std::span<MapEntry> entries);

// Returns the value at `key`, or null. Any number finds the int or uint that is
// exactly it, as in CEL. Requires: `map` is a map. Time: O(log n).
const Value* FindKey(const Value& map, const Value& key);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_COMPARE_H_
