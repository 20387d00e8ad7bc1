#include "engine/store/record_value.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "engine/value/compare.h"

namespace stratagem::store {
namespace {

constexpr uint32_t kNanosMax = 999'999'999;

void EncodeParts(const Value& value, v1::Parts* out) {
  out->set_seconds(value.seconds());
  out->set_nanos(value.nanos());
}

uint32_t Nanos(const v1::Parts& parts, FieldDecoder& decoder) {
  if (parts.nanos() > kNanosMax) {
    decoder.Fault(absl::StrCat(parts.nanos(), " nanoseconds"));
    return 0;
  }
  return parts.nanos();
}

Value DecodeList(const v1::ValueList& list, FieldDecoder& decoder) {
  const auto count = static_cast<size_t>(list.items_size());
  Value* items = decoder.arena().AllocateArray<Value>(count);
  for (size_t i = 0; i < count; ++i) {
    items[i] = DecodeValue(list.items(static_cast<int>(i)), decoder);
  }
  return Value::List({items, count});
}

bool IsKeyKind(ValueKind kind) {
  return kind == ValueKind::kBool || kind == ValueKind::kInt ||
         kind == ValueKind::kUint || kind == ValueKind::kString;
}

Value DecodeMap(const v1::ValueMap& map, FieldDecoder& decoder) {
  const auto count = static_cast<size_t>(map.entries_size());
  MapEntry* entries = decoder.arena().AllocateArray<MapEntry>(count);
  for (size_t i = 0; i < count; ++i) {
    const v1::MapEntry& entry = map.entries(static_cast<int>(i));
    entries[i] = {DecodeValue(entry.key(), decoder),
                  DecodeValue(entry.value(), decoder)};
    if (!IsKeyKind(entries[i].key.kind()) ||
        (i > 0 && !KeyLess(entries[i - 1].key, entries[i].key))) {
      decoder.Fault("a map's keys are not in order");
      return Value();
    }
  }
  return Value::Map({entries, count});
}

Value DecodeOptional(const v1::OptionalValue& optional, FieldDecoder& decoder) {
  if (!optional.has_inner()) return Value::Optional(nullptr);
  Value* inner = decoder.arena().AllocateArray<Value>(1);
  *inner = DecodeValue(optional.inner(), decoder);
  return Value::Optional(inner);
}

// `network` if its bytes are those of an address or a network.
Value DecodeNetwork(const Value& network, FieldDecoder& decoder) {
  const size_t size = network.text().size();
  const bool prefixed = network.is(ValueKind::kCidr);
  const bool v4 = size == (prefixed ? 5 : 4);
  const bool v6 = size == (prefixed ? 17 : 16);
  if (!v4 && !v6) {
    decoder.Fault(absl::StrCat("a network value of ", size, " bytes"));
    return Value();
  }
  const unsigned prefix =
      prefixed ? static_cast<uint8_t>(network.text().back()) : 0;
  if (prefix > (v4 ? 32 : 128)) {
    decoder.Fault(absl::StrCat("a network prefix of ", prefix, " bits"));
    return Value();
  }
  return network;
}

}  // namespace

void EncodeValue(const Value& value, v1::Value* out) {
  switch (value.kind()) {
    case ValueKind::kMissing:
      return;
    case ValueKind::kNull:
      return out->set_null_value(true);
    case ValueKind::kBool:
      return out->set_bool_value(value.bool_value());
    case ValueKind::kInt:
      return out->set_int_value(value.int_value());
    case ValueKind::kUint:
      return out->set_uint_value(value.uint_value());
    case ValueKind::kDouble:
      return out->set_double_value(value.double_value());
    case ValueKind::kString:
      return SetText(out->mutable_string_value(), value.text());
    case ValueKind::kBytes:
      return SetText(out->mutable_bytes_value(), value.text());
    case ValueKind::kTimestamp:
      return EncodeParts(value, out->mutable_timestamp_value());
    case ValueKind::kDuration:
      return EncodeParts(value, out->mutable_duration_value());
    case ValueKind::kList:
      // Named first: an empty list is not a missing value.
      for (v1::ValueList* list = out->mutable_list_value();
           const Value& item : value.list()) {
        EncodeValue(item, list->add_items());
      }
      return;
    case ValueKind::kMap:
      for (v1::ValueMap* map = out->mutable_map_value();
           const MapEntry& entry : value.map()) {
        v1::MapEntry* encoded = map->add_entries();
        EncodeValue(entry.key, encoded->mutable_key());
        EncodeValue(entry.value, encoded->mutable_value());
      }
      return;
    case ValueKind::kOptional: {
      v1::OptionalValue* optional = out->mutable_optional_value();
      if (value.optional() != nullptr) {
        EncodeValue(*value.optional(), optional->mutable_inner());
      }
      return;
    }
    case ValueKind::kType:
      return SetText(out->mutable_type_value(), value.text());
    case ValueKind::kIp:
      return SetText(out->mutable_ip_value(), value.text());
    case ValueKind::kCidr:
      return SetText(out->mutable_cidr_value(), value.text());
    case ValueKind::kError: {
      v1::ErrorValue* error = out->mutable_error_value();
      error->set_code(static_cast<uint32_t>(value.error_code()));
      error->set_expr_id(value.error_expr_id());
      return;
    }
  }
}

void EncodeNamed(const NamedValue& named, v1::NamedValue* out) {
  SetText(out->mutable_name(), named.name);
  EncodeValue(named.value, out->mutable_value());
}

Value DecodeValue(const v1::Value& value, FieldDecoder& decoder) {
  switch (value.kind_case()) {
    case v1::Value::KIND_NOT_SET:
      return Value();
    case v1::Value::kNullValue:
      return Value::Null();
    case v1::Value::kBoolValue:
      return Value::Bool(value.bool_value());
    case v1::Value::kIntValue:
      return Value::Int(value.int_value());
    case v1::Value::kUintValue:
      return Value::Uint(value.uint_value());
    case v1::Value::kDoubleValue:
      return Value::Double(value.double_value());
    case v1::Value::kStringValue:
      return Value::String(decoder.Text(value.string_value()));
    case v1::Value::kBytesValue:
      return Value::Bytes(decoder.Text(value.bytes_value()));
    case v1::Value::kTimestampValue:
      return Value::TimestampParts(value.timestamp_value().seconds(),
                                   Nanos(value.timestamp_value(), decoder));
    case v1::Value::kDurationValue:
      return Value::DurationParts(value.duration_value().seconds(),
                                  Nanos(value.duration_value(), decoder));
    case v1::Value::kListValue:
      return DecodeList(value.list_value(), decoder);
    case v1::Value::kMapValue:
      return DecodeMap(value.map_value(), decoder);
    case v1::Value::kOptionalValue:
      return DecodeOptional(value.optional_value(), decoder);
    case v1::Value::kTypeValue:
      return Value::Type(decoder.Text(value.type_value()));
    case v1::Value::kIpValue:
      return DecodeNetwork(Value::Ip(decoder.Text(value.ip_value())), decoder);
    case v1::Value::kCidrValue:
      return DecodeNetwork(Value::Cidr(decoder.Text(value.cidr_value())),
                           decoder);
    case v1::Value::kErrorValue:
      return Value::Error(
          decoder.Code<ErrorCode>(value.error_value().code(), "error code"),
          value.error_value().expr_id());
  }
  return Value();
}

NamedValue DecodeNamed(const v1::NamedValue& named, FieldDecoder& decoder) {
  return {decoder.Text(named.name()), DecodeValue(named.value(), decoder)};
}

}  // namespace stratagem::store
