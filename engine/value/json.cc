#include "engine/value/json.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/base/limits.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"
#include "engine/value/compare.h"
#include "nlohmann/json.hpp"

namespace stratagem {
namespace {

using Json = nlohmann::ordered_json;

// CEL's range; it also keeps out the words for infinity that absl reads.
absl::Time EarliestTime() {
  return absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone());
}
absl::Time LatestTime() {
  return absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone()) -
         absl::Nanoseconds(1);
}

absl::StatusOr<Value> ReadTimestamp(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      time < EarliestTime() || time > LatestTime()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text,
                     "` is not a timestamp; expected RFC 3339 such as "
                     "2026-11-15T10:00:00+08:00"));
  }
  return Value::Timestamp(time);
}

absl::StatusOr<Value> ReadDuration(absl::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) ||
      duration == absl::InfiniteDuration() ||
      duration == -absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text, "` is not a duration; expected such as 90s or 1h30m"));
  }
  return Value::Duration(duration);
}

// `type` may be null: nothing is declared, the JSON's own types are kept.
absl::StatusOr<Value> FromJson(const Json& json, const FieldType* type,
                               Arena& arena) {
  const FieldType* const element =
      type == nullptr ? nullptr : type->element.get();
  switch (json.type()) {
    case Json::value_t::null:
      return Value::Null();
    case Json::value_t::boolean:
      return Value::Bool(json.get<bool>());
    case Json::value_t::number_integer:
      return Value::Int(json.get<int64_t>());
    case Json::value_t::number_unsigned: {
      const uint64_t number = json.get<uint64_t>();
      if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
        return Value::Double(static_cast<double>(number));
      }
      return Value::Int(static_cast<int64_t>(number));
    }
    case Json::value_t::number_float:
      return Value::Double(json.get<double>());
    case Json::value_t::string: {
      const std::string& text = json.get_ref<const std::string&>();
      if (type != nullptr && type->kind == ValueKind::kTimestamp) {
        return ReadTimestamp(text);
      }
      if (type != nullptr && type->kind == ValueKind::kDuration) {
        return ReadDuration(text);
      }
      return Value::String(arena.CopyString(text));
    }
    case Json::value_t::array: {
      Value* const items = arena.AllocateArray<Value>(json.size());
      for (size_t i = 0; i < json.size(); ++i) {
        STRATAGEM_ASSIGN_OR_RETURN(items[i], FromJson(json[i], element, arena));
      }
      return Value::List({items, json.size()});
    }
    case Json::value_t::object: {
      MapEntry* const entries = arena.AllocateArray<MapEntry>(json.size());
      size_t count = 0;
      for (const auto& [key, item] : json.items()) {
        entries[count].key = Value::String(arena.CopyString(key));
        STRATAGEM_ASSIGN_OR_RETURN(entries[count].value,
                                   FromJson(item, element, arena));
        ++count;
      }
      SortEntries({entries, count});  // Unique, as the Inspector saw.
      return Value::Map({entries, count});
    }
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  return absl::InvalidArgumentError("not a JSON value");
}

// A first pass over the text. nlohmann-json's own parser keeps the last of
// repeated members without a word, nests as deep as the text does, and says
// where text is wrong only by exception.
class Inspector : public nlohmann::json_sax<Json> {
 public:
  explicit Inspector(size_t depth_max) : depth_max_(depth_max) {}

  const absl::Status& status() const { return status_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (open_.back().insert(name).second) return true;
    status_ = absl::InvalidArgumentError(
        absl::StrCat("JSON object repeats the member `", name, "`"));
    return false;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    status_ = absl::InvalidArgumentError(
        absl::StrCat("not valid JSON at byte ", position));
    return false;
  }

 private:
  bool Open() {
    open_.emplace_back();
    if (open_.size() <= depth_max_) return true;
    status_ = absl::InvalidArgumentError(
        absl::StrCat("JSON nested deeper than ", depth_max_, " levels"));
    return false;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  const size_t depth_max_;
  // The names seen in each open object; an array's are none.
  std::vector<absl::flat_hash_set<std::string>> open_;
  absl::Status status_;
};

absl::StatusOr<Json> ParseJson(absl::string_view text, size_t depth_max) {
  Inspector inspector(depth_max);
  Json::sax_parse(text.begin(), text.end(), &inspector);
  STRATAGEM_RETURN_IF_ERROR(inspector.status());
  return Json::parse(text.begin(), text.end(), nullptr,
                     /*allow_exceptions=*/false);
}

std::string JsonString(absl::string_view text) {
  return Json(std::string(text))
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string DoubleJson(double d) {
  if (std::isnan(d)) return "\"NaN\"";
  if (std::isinf(d)) return d > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return Json(d).dump();
}

}  // namespace

absl::StatusOr<std::vector<NamedValue>> ReadJsonObject(absl::string_view text,
                                                       const Schema& schema,
                                                       Arena& arena) {
  STRATAGEM_ASSIGN_OR_RETURN(const Json json,
                             ParseJson(text, kFactDepthMax + 1));
  if (!json.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a JSON object, found ", json.type_name()));
  }
  std::vector<NamedValue> members;
  for (const auto& [key, item] : json.items()) {
    const int index = schema.Find(key);
    const FieldType* const type =
        index < 0 ? nullptr : &schema.fields()[static_cast<size_t>(index)].type;
    absl::StatusOr<Value> value = FromJson(item, type, arena);
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", key, "`: ", value.status().message()));
    }
    members.push_back({arena.CopyString(key), *value});
  }
  return members;
}

absl::StatusOr<Value> ReadText(absl::string_view text, const FieldType& type,
                               Arena& arena) {
  const auto fail = [&] {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not ", ToString(type)));
  };
  switch (type.kind) {
    case ValueKind::kBool: {
      bool value = false;
      if (!absl::SimpleAtob(text, &value)) return fail();
      return Value::Bool(value);
    }
    case ValueKind::kInt: {
      int64_t value = 0;
      if (!absl::SimpleAtoi(text, &value)) {
        // Conform() takes a whole double for an int and refuses others.
        double number = 0;
        if (!absl::SimpleAtod(text, &number)) return fail();
        return Value::Double(number);
      }
      return Value::Int(value);
    }
    case ValueKind::kDouble: {
      double value = 0;
      if (!absl::SimpleAtod(text, &value)) return fail();
      return Value::Double(value);
    }
    case ValueKind::kString:
      if (!IsValidUtf8(text)) {
        return absl::InvalidArgumentError("the text is not valid UTF-8");
      }
      return Value::String(arena.CopyString(text));
    case ValueKind::kTimestamp:
      return ReadTimestamp(text);
    case ValueKind::kDuration:
      return ReadDuration(text);
    case ValueKind::kList:
    case ValueKind::kMap: {
      STRATAGEM_ASSIGN_OR_RETURN(const Json json,
                                 ParseJson(text, kFactDepthMax));
      return FromJson(json, &type, arena);
    }
    default:
      return fail();
  }
}

std::string ToJson(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kMissing:
    case ValueKind::kNull:
      return "null";
    case ValueKind::kBool:
      return value.bool_value() ? "true" : "false";
    case ValueKind::kInt:
      return absl::StrCat(value.int_value());
    case ValueKind::kUint:
      return absl::StrCat(value.uint_value());
    case ValueKind::kDouble:
      return DoubleJson(value.double_value());
    case ValueKind::kString:
    case ValueKind::kType:
      return JsonString(value.text());
    case ValueKind::kBytes:
      return JsonString(absl::Base64Escape(value.text()));
    case ValueKind::kTimestamp:
      return JsonString(absl::FormatTime(
          "%E4Y-%m-%d%ET%H:%M:%E*SZ", value.timestamp(), absl::UTCTimeZone()));
    case ValueKind::kDuration:
      return JsonString(absl::FormatDuration(value.duration()));
    case ValueKind::kList: {
      std::vector<std::string> items;
      for (const Value& item : value.list()) items.push_back(ToJson(item));
      return absl::StrCat("[", absl::StrJoin(items, ","), "]");
    }
    case ValueKind::kMap: {
      std::vector<std::string> members;
      for (const MapEntry& entry : value.map()) {
        const std::string key = entry.key.is(ValueKind::kString)
                                    ? JsonString(entry.key.text())
                                    : JsonString(ToString(entry.key));
        members.push_back(absl::StrCat(key, ":", ToJson(entry.value)));
      }
      return absl::StrCat("{", absl::StrJoin(members, ","), "}");
    }
    case ValueKind::kOptional:
      return value.optional() == nullptr ? "null" : ToJson(*value.optional());
    case ValueKind::kError:
      return JsonString(ToString(value));
  }
  return "null";
}

}  // namespace stratagem
