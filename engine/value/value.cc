#include "engine/value/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/value/network.h"

namespace stratagem {

absl::string_view KindName(ValueKind kind) {
  switch (kind) {
    case ValueKind::kMissing:
      return "missing";
    case ValueKind::kNull:
      return "null_type";
    case ValueKind::kBool:
      return "bool";
    case ValueKind::kInt:
      return "int";
    case ValueKind::kUint:
      return "uint";
    case ValueKind::kDouble:
      return "double";
    case ValueKind::kString:
      return "string";
    case ValueKind::kBytes:
      return "bytes";
    case ValueKind::kTimestamp:
      return "google.protobuf.Timestamp";
    case ValueKind::kDuration:
      return "google.protobuf.Duration";
    case ValueKind::kList:
      return "list";
    case ValueKind::kMap:
      return "map";
    case ValueKind::kOptional:
      return "optional_type";
    case ValueKind::kType:
      return "type";
    case ValueKind::kIp:
      return "net.IP";
    case ValueKind::kCidr:
      return "net.CIDR";
    case ValueKind::kError:
      return "error";
  }
  return "";
}

absl::string_view ErrorCodeText(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone:
      return "no error";
    case ErrorCode::kOverflow:
      return "integer overflow";
    case ErrorCode::kDivisionByZero:
      return "division by zero";
    case ErrorCode::kNoSuchKey:
      return "no such key";
    case ErrorCode::kNoSuchField:
      return "no such field";
    case ErrorCode::kIndexOutOfRange:
      return "index out of range";
    case ErrorCode::kNoMatchingOverload:
      return "no matching overload";
    case ErrorCode::kInvalidArgument:
      return "invalid argument";
    case ErrorCode::kNoValue:
      return "optional has no value";
    case ErrorCode::kStepLimit:
      return "too many evaluation steps";
    case ErrorCode::kMemoryLimit:
      return "too much memory for one decision";
    case ErrorCode::kNotFinite:
      return "not a finite number";
    case ErrorCode::kOutOfRange:
      return "out of the declared range";
    case ErrorCode::kDuplicateKey:
      return "duplicate key";
    case ErrorCode::kRegularExpressionLimit:
      return "regular expression too large";
  }
  return "unknown error";
}

Value Value::TimestampParts(int64_t seconds, uint32_t nanos) {
  Value v(ValueKind::kTimestamp);
  v.int_ = seconds;
  v.size_ = nanos;
  return v;
}

Value Value::DurationParts(int64_t seconds, uint32_t nanos) {
  Value v(ValueKind::kDuration);
  v.int_ = seconds;
  v.size_ = nanos;
  return v;
}

Value Value::Timestamp(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // Floors.
  const absl::Duration rest = time - absl::FromUnixSeconds(seconds);
  return TimestampParts(seconds,
                        static_cast<uint32_t>(absl::ToInt64Nanoseconds(rest)));
}

Value Value::Duration(absl::Duration duration) {
  absl::Duration rest;
  int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  if (rest < absl::ZeroDuration()) {
    --seconds;
    rest += absl::Seconds(1);
  }
  return DurationParts(seconds,
                       static_cast<uint32_t>(absl::ToInt64Nanoseconds(rest)));
}

absl::Time Value::timestamp() const {
  return absl::FromUnixSeconds(int_) + absl::Nanoseconds(size_);
}

absl::Duration Value::duration() const {
  return absl::Seconds(int_) + absl::Nanoseconds(size_);
}

Value Value::List(std::span<const Value> items) {
  Value v(ValueKind::kList);
  v.size_ = static_cast<uint32_t>(items.size());
  v.items_ = items.data();
  return v;
}

Value Value::Map(std::span<const MapEntry> entries) {
  Value v(ValueKind::kMap);
  v.size_ = static_cast<uint32_t>(entries.size());
  v.entries_ = entries.data();
  return v;
}

Value Value::Optional(const Value* inner) {
  Value v(ValueKind::kOptional);
  v.items_ = inner != nullptr && inner->is_missing() ? nullptr : inner;
  return v;
}

Value CopyInto(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case ValueKind::kString:
      return Value::String(arena.CopyString(value.text()));
    case ValueKind::kBytes:
      return Value::Bytes(arena.CopyString(value.text()));
    case ValueKind::kType:
      return Value::Type(arena.CopyString(value.text()));
    case ValueKind::kIp:
      return Value::Ip(arena.CopyString(value.text()));
    case ValueKind::kCidr:
      return Value::Cidr(arena.CopyString(value.text()));
    case ValueKind::kList: {
      const std::span<const Value> items = value.list();
      Value* const copy = arena.AllocateArray<Value>(items.size());
      STRATAGEM_CHECK(copy != nullptr);
      for (size_t i = 0; i < items.size(); ++i) {
        copy[i] = CopyInto(items[i], arena);
      }
      return Value::List({copy, items.size()});
    }
    case ValueKind::kMap: {
      const std::span<const MapEntry> entries = value.map();
      MapEntry* const copy = arena.AllocateArray<MapEntry>(entries.size());
      STRATAGEM_CHECK(copy != nullptr);
      for (size_t i = 0; i < entries.size(); ++i) {
        copy[i] = {CopyInto(entries[i].key, arena),
                   CopyInto(entries[i].value, arena)};
      }
      return Value::Map({copy, entries.size()});
    }
    case ValueKind::kOptional: {
      if (value.optional() == nullptr) return value;
      Value* const copy = arena.AllocateArray<Value>(1);
      STRATAGEM_CHECK(copy != nullptr);
      *copy = CopyInto(*value.optional(), arena);
      return Value::Optional(copy);
    }
    case ValueKind::kMissing:
    case ValueKind::kNull:
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kDouble:
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
    case ValueKind::kError:
      return value;
  }
  return value;
}

namespace {

// The shortest text that reads back as the same double, always with a point or
// an exponent so that it cannot be taken for an int.
std::string DoubleText(double d) {
  if (std::isnan(d)) return "NaN";
  if (std::isinf(d)) return d > 0 ? "Infinity" : "-Infinity";
  std::array<char, 32> buffer;
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), d);
  std::string text(buffer.data(), result.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string ToString(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kMissing:
      return "missing";
    case ValueKind::kNull:
      return "null";
    case ValueKind::kBool:
      return value.bool_value() ? "true" : "false";
    case ValueKind::kInt:
      return absl::StrCat(value.int_value());
    case ValueKind::kUint:
      return absl::StrCat(value.uint_value(), "u");
    case ValueKind::kDouble:
      return DoubleText(value.double_value());
    case ValueKind::kString:
      return absl::StrCat("'", absl::Utf8SafeCEscape(value.text()), "'");
    case ValueKind::kBytes:
      return absl::StrCat("b'", absl::CHexEscape(value.text()), "'");
    case ValueKind::kType:
      return std::string(value.text());
    case ValueKind::kIp:
      return absl::StrCat("ip('", NetworkText(value), "')");
    case ValueKind::kCidr:
      return absl::StrCat("cidr('", NetworkText(value), "')");
    case ValueKind::kTimestamp:
      return absl::StrCat(
          "timestamp('",
          absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E*SZ", value.timestamp(),
                           absl::UTCTimeZone()),
          "')");
    case ValueKind::kDuration:
      return absl::StrCat("duration('", absl::FormatDuration(value.duration()),
                          "')");
    case ValueKind::kList: {
      std::string text = "[";
      for (const Value& item : value.list()) {
        absl::StrAppend(&text, text.size() == 1 ? "" : ", ", ToString(item));
      }
      return text + "]";
    }
    case ValueKind::kMap: {
      std::string text = "{";
      for (const MapEntry& entry : value.map()) {
        absl::StrAppend(&text, text.size() == 1 ? "" : ", ",
                        ToString(entry.key), ": ", ToString(entry.value));
      }
      return text + "}";
    }
    case ValueKind::kOptional:
      if (value.optional() == nullptr) return "optional.none()";
      return absl::StrCat("optional.of(", ToString(*value.optional()), ")");
    case ValueKind::kError:
      return absl::StrCat("error(", ErrorCodeText(value.error_code()), ")");
  }
  return "";
}

}  // namespace stratagem
