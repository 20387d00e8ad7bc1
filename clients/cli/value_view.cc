#include "clients/cli/value_view.h"

#include "engine/base/number_text.h"
#include "engine/value/compare.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

// Money and rates need no more to be read; JSON holds every digit.
constexpr int kDigitsShown = 4;

}  // namespace

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E*SZ", time,
                          absl::UTCTimeZone());
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

ValueView ViewOf(absl::string_view name, const Value& value) {
  ValueView view{std::string(name), ToJson(value), ""};
  switch (value.kind()) {
    case ValueKind::kString:
      view.text = std::string(value.text());
      break;
    case ValueKind::kDouble:
      view.text = RoundedNumber(value.double_value(), kDigitsShown);
      break;
    case ValueKind::kTimestamp:
      view.text = TimeText(value.timestamp());
      break;
    case ValueKind::kDuration:
      view.text = absl::FormatDuration(value.duration());
      break;
    default:
      view.text = ToString(value);
  }
  return view;
}

v1::Value ToProto(const Value& value) {
  v1::Value proto;
  switch (value.kind()) {
    case ValueKind::kBool:
      proto.set_bool_value(value.bool_value());
      break;
    case ValueKind::kInt:
      proto.set_int_value(value.int_value());
      break;
    case ValueKind::kDouble:
      proto.set_double_value(value.double_value());
      break;
    case ValueKind::kString:
      proto.set_string_value(std::string(value.text()));
      break;
    case ValueKind::kTimestamp:
      proto.mutable_timestamp_value()->set_seconds(value.seconds());
      proto.mutable_timestamp_value()->set_nanos(
          static_cast<int32_t>(value.nanos()));
      break;
    case ValueKind::kDuration: {
      // Protobuf wants both parts of one sign: -1.5 s is -1 s and -500 ms.
      const bool borrow = value.seconds() < 0 && value.nanos() > 0;
      proto.mutable_duration_value()->set_seconds(value.seconds() +
                                                  (borrow ? 1 : 0));
      proto.mutable_duration_value()->set_nanos(
          static_cast<int32_t>(value.nanos()) - (borrow ? 1'000'000'000 : 0));
      break;
    }
    case ValueKind::kList:
      proto.mutable_list_value();
      for (const Value& item : value.list()) {
        *proto.mutable_list_value()->add_values() = ToProto(item);
      }
      break;
    case ValueKind::kMap:
      proto.mutable_map_value();
      for (const MapEntry& entry : value.map()) {
        v1::NamedValue* const named = proto.mutable_map_value()->add_entries();
        named->set_name(std::string(entry.key.text()));
        *named->mutable_value() = ToProto(entry.value);
      }
      break;
    default:
      proto.set_null_value(google::protobuf::NULL_VALUE);
  }
  return proto;
}

Value FromProto(const v1::Value& value, Arena& arena) {
  switch (value.kind_case()) {
    case v1::Value::kNullValue:
      return Value::Null();
    case v1::Value::kBoolValue:
      return Value::Bool(value.bool_value());
    case v1::Value::kIntValue:
      return Value::Int(value.int_value());
    case v1::Value::kDoubleValue:
      return Value::Double(value.double_value());
    case v1::Value::kStringValue:
      return Value::String(arena.CopyString(value.string_value()));
    case v1::Value::kTimestampValue:
      return Value::Timestamp(
          absl::FromUnixSeconds(value.timestamp_value().seconds()) +
          absl::Nanoseconds(value.timestamp_value().nanos()));
    case v1::Value::kDurationValue:
      return Value::Duration(absl::Seconds(value.duration_value().seconds()) +
                             absl::Nanoseconds(value.duration_value().nanos()));
    case v1::Value::kListValue: {
      const auto& values = value.list_value().values();
      const size_t count = static_cast<size_t>(values.size());
      Value* const items = arena.AllocateArray<Value>(count);
      size_t i = 0;
      for (const v1::Value& item : values) items[i++] = FromProto(item, arena);
      return Value::List({items, count});
    }
    case v1::Value::kMapValue: {
      const auto& named = value.map_value().entries();
      const size_t count = static_cast<size_t>(named.size());
      MapEntry* const entries = arena.AllocateArray<MapEntry>(count);
      size_t i = 0;
      for (const v1::NamedValue& entry : named) {
        entries[i].key = Value::String(arena.CopyString(entry.name()));
        entries[i++].value = FromProto(entry.value(), arena);
      }
      SortEntries({entries, count});
      return Value::Map({entries, count});
    }
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return Value();
}

}  // namespace stratagem::cli
