// engine/value/value.h
//
// Value: one datum that an expression sees, with CEL's types. Everything from
// the wire to the record passes facts and results as Values.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_VALUE_H_
#define STRATAGEM_ENGINE_VALUE_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"

namespace stratagem {

enum class ValueKind : uint8_t {
  kMissing,  // No value: an absent optional attribute, a slot not yet filled.
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,
  kMap,
  kOptional,
  kType,
  kIp,    // A network address, v4 or v6.
  kCidr,  // A network: an address and the length of its prefix.
  kError,
};

// Returns CEL's word for the kind: "int", "google.protobuf.Timestamp", ….
absl::string_view KindName(ValueKind kind);

// What went wrong inside an expression. The reason stands in decision records,
// so numbers are never reused.
enum class ErrorCode : uint8_t {
  kNone = 0,
  kOverflow = 1,
  kDivisionByZero = 2,
  kNoSuchKey = 3,
  kNoSuchField = 4,
  kIndexOutOfRange = 5,
  kNoMatchingOverload = 6,
  kInvalidArgument = 7,
  kNoValue = 8,        // optional.none().value().
  kStepLimit = 9,      // kEvaluationStepsMax.
  kMemoryLimit = 10,   // kDecisionArenaBytesMax.
  kNotFinite = 11,     // A result that must be finite is not.
  kOutOfRange = 12,    // A result outside its field's declared bounds.
  kDuplicateKey = 13,  // A map literal with equal keys.
  // kRegularExpressionBytesMax, kRegularExpressionMemoryMax.
  kRegularExpressionLimit = 14,
};

// Returns a short text for explanations: "integer overflow", "no such key", ….
absl::string_view ErrorCodeText(ErrorCode code);

struct MapEntry;

// Sixteen bytes, trivially copyable, and borrowing: text, list items and map
// entries belong to an arena, a plan or a request that outlives the Value.
// Values of different threads share nothing mutable.
class Value {
 public:
  constexpr Value() = default;  // kMissing.

  static constexpr Value Null() { return Value(ValueKind::kNull); }
  static constexpr Value Bool(bool b) {
    Value v(ValueKind::kBool);
    v.int_ = b ? 1 : 0;
    return v;
  }
  static constexpr Value Int(int64_t i) {
    Value v(ValueKind::kInt);
    v.int_ = i;
    return v;
  }
  static constexpr Value Uint(uint64_t u) {
    Value v(ValueKind::kUint);
    v.uint_ = u;
    return v;
  }
  static constexpr Value Double(double d) {
    Value v(ValueKind::kDouble);
    v.double_ = d;
    return v;
  }
  // Requires: fewer than 2^32 bytes; valid UTF-8 (checked where bytes enter).
  static Value String(absl::string_view text) {
    return Text(ValueKind::kString, text);
  }
  static Value Bytes(absl::string_view bytes) {
    return Text(ValueKind::kBytes, bytes);
  }
  // The type whose CEL name is `name`, e.g. "int".
  static Value Type(absl::string_view name) {
    return Text(ValueKind::kType, name);
  }
  // A network address: its 4 or 16 bytes in network order. Requires: that many.
  static Value Ip(absl::string_view bytes) {
    return Text(ValueKind::kIp, bytes);
  }
  // A network: the bytes of an address and one byte, the prefix's length.
  // Requires: 5 or 17 bytes, the last at most 32 or 128.
  static Value Cidr(absl::string_view bytes) {
    return Text(ValueKind::kCidr, bytes);
  }
  // Nanoseconds are kept. Requires: finite.
  static Value Timestamp(absl::Time time);
  static Value Duration(absl::Duration duration);
  // As above from parts. Requires: 0 <= nanos < 1,000,000,000; for durations
  // too (-1.5 s is -2 s + 500,000,000 ns).
  static Value TimestampParts(int64_t seconds, uint32_t nanos);
  static Value DurationParts(int64_t seconds, uint32_t nanos);
  static Value List(std::span<const Value> items);
  // Requires: `entries` sorted by KeyLess() (compare.h), keys unique and of
  // kinds bool, int, uint or string. SortEntries() makes it so.
  static Value Map(std::span<const MapEntry> entries);
  // An optional that holds `*inner`, or nothing when `inner` is null or
  // kMissing.
  static Value Optional(const Value* inner);
  // `expr_id` names the expression node that failed (Program::Locate()), or 0.
  static constexpr Value Error(ErrorCode code, uint32_t expr_id = 0) {
    Value v(ValueKind::kError);
    v.size_ = static_cast<uint32_t>(code);
    v.uint_ = expr_id;
    return v;
  }

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool is(ValueKind kind) const { return kind_ == kind; }
  constexpr bool is_missing() const { return kind_ == ValueKind::kMissing; }
  constexpr bool is_error() const { return kind_ == ValueKind::kError; }

  // Accessors. Requires: the matching kind (not checked).
  constexpr bool bool_value() const { return int_ != 0; }
  constexpr int64_t int_value() const { return int_; }
  constexpr uint64_t uint_value() const { return uint_; }
  constexpr double double_value() const { return double_; }
  // Of strings, bytes, types, addresses and networks.
  absl::string_view text() const { return {chars_, size_}; }
  // Of timestamps and durations.
  int64_t seconds() const { return int_; }
  uint32_t nanos() const { return size_; }
  absl::Time timestamp() const;
  absl::Duration duration() const;
  std::span<const Value> list() const { return {items_, size_}; }
  std::span<const MapEntry> map() const;
  // Null when the optional is empty.
  const Value* optional() const { return items_; }
  constexpr ErrorCode error_code() const {
    return static_cast<ErrorCode>(size_);
  }
  constexpr uint32_t error_expr_id() const {
    return static_cast<uint32_t>(uint_);
  }

 private:
  explicit constexpr Value(ValueKind kind) : kind_(kind) {}
  static Value Text(ValueKind kind, absl::string_view text) {
    Value v(kind);
    v.size_ = static_cast<uint32_t>(text.size());
    v.chars_ = text.data();
    return v;
  }

  ValueKind kind_ = ValueKind::kMissing;
  uint32_t size_ = 0;  // Text and list length, nanoseconds, or error code.
  union {
    int64_t int_ = 0;
    uint64_t uint_;
    double double_;
    const char* chars_;
    const Value* items_;
    const MapEntry* entries_;
  };
};

struct MapEntry {
  Value key;
  Value value;
};

static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

inline std::span<const MapEntry> Value::map() const {
  return {entries_, size_};
}

// Returns a copy of `value` whose text, items and entries live in `arena`.
// Requires: an arena without a bound, or room in it (STRATAGEM_CHECK).
Value CopyInto(const Value& value, Arena& arena);

// Returns `value` as a CEL literal would be written, for messages and tables:
// 3, 2.5, 'gold', timestamp('2026-11-01T00:00:00Z'), [1, 2], {'a': true}; a
// missing value is "missing", an error "error(integer overflow)".
std::string ToString(const Value& value);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_VALUE_H_
