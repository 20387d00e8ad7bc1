#include "server/rpc/convert_value.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/value/compare.h"

namespace stratagem::server {
namespace {

constexpr int32_t kNanosPerSecond = 1'000'000'000;
// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of
// google.protobuf.Timestamp and of CEL's timestamps.
constexpr int64_t kTimestampSecondsMin = -62'135'596'800;
constexpr int64_t kTimestampSecondsMax = 253'402'300'799;
// The range of google.protobuf.Duration.
constexpr int64_t kDurationSecondsMax = 315'576'000'000;

using ReadResult = std::variant<Value, ValueFault>;

ReadResult ReadNested(const v1::Value& wire, Arena& arena, int depth);

ValueFault TooLarge(absl::string_view description) {
  return {v1::ERROR_REASON_TOO_LARGE, std::string(description)};
}

ValueFault OutOfMemory() {
  return TooLarge(
      "the values of the request need too much memory; send fewer, or "
      "shorter lists and maps");
}

// The fault of a list or map of `count` items at `depth`, if it has one.
std::optional<ValueFault> CheckSize(int count, int depth) {
  if (depth >= kFactDepthMax) {
    return TooLarge(
        absl::StrCat("nested deeper than ", kFactDepthMax, " lists and maps"));
  }
  if (static_cast<size_t>(count) > kFactItemsMax) {
    return TooLarge(
        absl::StrCat(count, " items, at most ", kFactItemsMax, " are allowed"));
  }
  return std::nullopt;
}

ReadResult ReadList(const v1::ListValue& wire, Arena& arena, int depth) {
  if (auto fault = CheckSize(wire.values_size(), depth)) return *fault;
  const size_t count = static_cast<size_t>(wire.values_size());
  Value* items = arena.AllocateArray<Value>(count);
  if (items == nullptr) return OutOfMemory();
  for (size_t i = 0; i < count; ++i) {
    ReadResult item =
        ReadNested(wire.values(static_cast<int>(i)), arena, depth + 1);
    if (std::holds_alternative<ValueFault>(item)) return item;
    items[i] = std::get<Value>(item);
  }
  return Value::List({items, count});
}

ReadResult ReadMap(const v1::MapValue& wire, Arena& arena, int depth) {
  if (auto fault = CheckSize(wire.entries_size(), depth)) return *fault;
  const size_t count = static_cast<size_t>(wire.entries_size());
  MapEntry* entries = arena.AllocateArray<MapEntry>(count);
  if (entries == nullptr) return OutOfMemory();
  for (size_t i = 0; i < count; ++i) {
    const v1::NamedValue& entry = wire.entries(static_cast<int>(i));
    ReadResult value = ReadNested(entry.value(), arena, depth + 1);
    if (std::holds_alternative<ValueFault>(value)) return value;
    entries[i] = {Value::String(entry.name()), std::get<Value>(value)};
  }
  if (!SortEntries({entries, count})) {
    return ValueFault{v1::ERROR_REASON_DUPLICATE_NAME,
                      "a map with the same entry twice; give each name once"};
  }
  return Value::Map({entries, count});
}

ReadResult ReadDuration(const google::protobuf::Duration& wire) {
  int64_t seconds = wire.seconds();
  int32_t nanos = wire.nanos();
  const bool signs_agree =
      (seconds >= 0 && nanos >= 0) || (seconds <= 0 && nanos <= 0);
  if (seconds < -kDurationSecondsMax || seconds > kDurationSecondsMax ||
      nanos <= -kNanosPerSecond || nanos >= kNanosPerSecond || !signs_agree) {
    return ValueFault{
        v1::ERROR_REASON_OUT_OF_RANGE,
        absl::StrCat("no duration has ", seconds, " seconds and ", nanos,
                     " nanoseconds; at most ", kDurationSecondsMax,
                     " seconds, both of one sign")};
  }
  if (nanos < 0) {  // The engine's nanoseconds count up from the second.
    seconds -= 1;
    nanos += kNanosPerSecond;
  }
  return Value::DurationParts(seconds, static_cast<uint32_t>(nanos));
}

std::optional<ValueFault> CheckTimestamp(
    const google::protobuf::Timestamp& wire) {
  if (wire.seconds() >= kTimestampSecondsMin &&
      wire.seconds() <= kTimestampSecondsMax && wire.nanos() >= 0 &&
      wire.nanos() < kNanosPerSecond) {
    return std::nullopt;
  }
  return ValueFault{
      v1::ERROR_REASON_OUT_OF_RANGE,
      absl::StrCat("no timestamp has ", wire.seconds(), " seconds and ",
                   wire.nanos(),
                   " nanoseconds; expected from year 1 to year 9999")};
}

ReadResult ReadNested(const v1::Value& wire, Arena& arena, int depth) {
  switch (wire.kind_case()) {
    case v1::Value::kNullValue:
      return Value::Null();
    case v1::Value::kBoolValue:
      return Value::Bool(wire.bool_value());
    case v1::Value::kIntValue:
      return Value::Int(wire.int_value());
    case v1::Value::kDoubleValue:
      return Value::Double(wire.double_value());
    case v1::Value::kStringValue:
      return Value::String(wire.string_value());
    case v1::Value::kTimestampValue: {
      const google::protobuf::Timestamp& time = wire.timestamp_value();
      if (auto fault = CheckTimestamp(time)) return *fault;
      return Value::TimestampParts(time.seconds(),
                                   static_cast<uint32_t>(time.nanos()));
    }
    case v1::Value::kDurationValue:
      return ReadDuration(wire.duration_value());
    case v1::Value::kListValue:
      return ReadList(wire.list_value(), arena, depth);
    case v1::Value::kMapValue:
      return ReadMap(wire.map_value(), arena, depth);
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return ValueFault{v1::ERROR_REASON_WRONG_TYPE,
                    "a value without a kind; set one, or leave the name out"};
}

void WriteDuration(const Value& value, google::protobuf::Duration& wire) {
  int64_t seconds = value.seconds();
  int32_t nanos = static_cast<int32_t>(value.nanos());
  if (seconds < 0 && nanos > 0) {  // The wire's parts have one sign.
    seconds += 1;
    nanos -= kNanosPerSecond;
  }
  wire.set_seconds(seconds);
  wire.set_nanos(nanos);
}

}  // namespace

ReadResult ReadValue(const v1::Value& wire, Arena& arena) {
  return ReadNested(wire, arena, 0);
}

std::variant<absl::Time, ValueFault> ReadTimestamp(
    const google::protobuf::Timestamp& timestamp) {
  if (auto fault = CheckTimestamp(timestamp)) return *fault;
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

void WriteValue(const Value& value, v1::Value& wire) {
  switch (value.kind()) {
    case ValueKind::kMissing:
      wire.clear_kind();
      return;
    case ValueKind::kNull:
      wire.set_null_value(google::protobuf::NULL_VALUE);
      return;
    case ValueKind::kBool:
      wire.set_bool_value(value.bool_value());
      return;
    case ValueKind::kInt:
      wire.set_int_value(value.int_value());
      return;
    case ValueKind::kDouble:
      wire.set_double_value(value.double_value());
      return;
    case ValueKind::kString:
      wire.set_string_value(value.text().data(), value.text().size());
      return;
    case ValueKind::kTimestamp:
      wire.mutable_timestamp_value()->set_seconds(value.seconds());
      wire.mutable_timestamp_value()->set_nanos(
          static_cast<int32_t>(value.nanos()));
      return;
    case ValueKind::kDuration:
      WriteDuration(value, *wire.mutable_duration_value());
      return;
    case ValueKind::kList: {
      v1::ListValue& list = *wire.mutable_list_value();
      for (const Value& item : value.list()) {
        WriteValue(item, *list.add_values());
      }
      return;
    }
    case ValueKind::kMap: {
      v1::MapValue& map = *wire.mutable_map_value();
      for (const MapEntry& entry : value.map()) {
        v1::NamedValue& named = *map.add_entries();
        named.set_name(entry.key.text().data(), entry.key.text().size());
        WriteValue(entry.value, *named.mutable_value());
      }
      return;
    }
    case ValueKind::kUint:
    case ValueKind::kBytes:
    case ValueKind::kOptional:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kError:
      break;
  }
  // A value of another kind does not leave the engine.
  STRATAGEM_CHECK(false);
}

void WriteTimestamp(absl::Time time, google::protobuf::Timestamp& timestamp) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace stratagem::server
