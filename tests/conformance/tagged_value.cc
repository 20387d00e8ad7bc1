#include "tests/conformance/tagged_value.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/value/compare.h"

namespace stratagem {
namespace {

using Json = nlohmann::json;

absl::Status Unreadable(const Json& found) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", found.dump(), "` is no tagged value"));
}

absl::StatusOr<Value> ReadDouble(const Json& json) {
  if (json.is_number()) return Value::Double(json.get<double>());
  if (json == "NaN") {
    return Value::Double(std::numeric_limits<double>::quiet_NaN());
  }
  if (json == "Infinity") {
    return Value::Double(std::numeric_limits<double>::infinity());
  }
  if (json == "-Infinity") {
    return Value::Double(-std::numeric_limits<double>::infinity());
  }
  return Unreadable(json);
}

// Whole numbers are strings, so that no reader of JSON loses a bit.
template <typename Integer, typename Make>
absl::StatusOr<Value> ReadInteger(const Json& json, Make make) {
  Integer number = 0;
  if (!json.is_string() ||
      !absl::SimpleAtoi(json.get_ref<const std::string&>(), &number)) {
    return Unreadable(json);
  }
  return make(number);
}

absl::StatusOr<Value> ReadBytes(const Json& json, Arena& arena) {
  std::string bytes;
  if (!json.is_string() ||
      !absl::Base64Unescape(json.get_ref<const std::string&>(), &bytes)) {
    return Unreadable(json);
  }
  return Value::Bytes(arena.CopyString(bytes));
}

absl::StatusOr<Value> ReadList(const Json& json, Arena& arena) {
  if (!json.is_array()) return Unreadable(json);
  std::vector<Value> items;
  for (const auto& item : json) {
    STRATAGEM_ASSIGN_OR_RETURN(Value value, ReadTaggedValue(item, arena));
    items.push_back(value);
  }
  return CopyInto(Value::List(items), arena);
}

absl::StatusOr<Value> ReadMap(const Json& json, Arena& arena) {
  if (!json.is_array()) return Unreadable(json);
  std::vector<MapEntry> entries;
  for (const auto& pair : json) {
    if (!pair.is_array() || pair.size() != 2) return Unreadable(pair);
    STRATAGEM_ASSIGN_OR_RETURN(Value key, ReadTaggedValue(pair[0], arena));
    STRATAGEM_ASSIGN_OR_RETURN(Value value, ReadTaggedValue(pair[1], arena));
    entries.push_back({key, value});
  }
  if (!SortEntries(entries)) return Unreadable(json);
  return CopyInto(Value::Map(entries), arena);
}

}  // namespace

absl::StatusOr<Value> ReadTaggedValue(const Json& json, Arena& arena) {
  if (!json.is_object() || json.size() != 1) return Unreadable(json);
  const std::string& tag = json.begin().key();
  const auto& held = json.begin().value();
  if (tag == "null") return Value::Null();
  if (tag == "bool" && held.is_boolean()) return Value::Bool(held.get<bool>());
  if (tag == "int") return ReadInteger<int64_t>(held, Value::Int);
  if (tag == "uint") return ReadInteger<uint64_t>(held, Value::Uint);
  if (tag == "double") return ReadDouble(held);
  if ((tag == "string" || tag == "type") && held.is_string()) {
    const absl::string_view text =
        arena.CopyString(held.get_ref<const std::string&>());
    return tag == "string" ? Value::String(text) : Value::Type(text);
  }
  if (tag == "bytes") return ReadBytes(held, arena);
  if (tag == "list") return ReadList(held, arena);
  if (tag == "map") return ReadMap(held, arena);
  if (tag == "enum" || tag == "object") {
    return absl::UnimplementedError(
        absl::StrCat("there are no values of `", held.dump(), "`"));
  }
  return Unreadable(json);
}

bool IsSame(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kDouble:
      return a.double_value() == b.double_value() ||
             (std::isnan(a.double_value()) && std::isnan(b.double_value()));
    case ValueKind::kList:
      return std::equal(a.list().begin(), a.list().end(), b.list().begin(),
                        b.list().end(), IsSame);
    case ValueKind::kMap:
      // Entries are sorted, which makes their order the same.
      return std::equal(
          a.map().begin(), a.map().end(), b.map().begin(), b.map().end(),
          [](const MapEntry& one, const MapEntry& other) {
            return IsSame(one.key, other.key) && IsSame(one.value, other.value);
          });
    case ValueKind::kOptional:
      if (a.optional() == nullptr || b.optional() == nullptr) {
        return a.optional() == b.optional();
      }
      return IsSame(*a.optional(), *b.optional());
    case ValueKind::kMissing:
    case ValueKind::kError:
      return false;
    case ValueKind::kNull:
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
      return ValuesEqual(a, b);
  }
  return false;
}

}  // namespace stratagem
