#include "engine/value/json.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "engine/base/limits.h"
#include "engine/base/status_macros.h"
#include "engine/value/compare.h"
#include "nlohmann/json.hpp"

namespace stratagem {
namespace {

using Json = nlohmann::ordered_json;

absl::StatusOr<Value> ReadTimestamp(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
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
                               Arena& arena, int depth) {
  if (depth > kFactDepthMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("nested deeper than ", kFactDepthMax, " levels"));
  }
  const FieldType* const element =
      type == nullptr ? nullptr : type->element.get();
  switch (json.type()) {
    case Json::value_t::null: return Value::Null();
    case Json::value_t::boolean: return Value::Bool(json.get<bool>());
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
        STRATAGEM_ASSIGN_OR_RETURN(items[i],
                                   FromJson(json[i], element, arena, depth + 1));
      }
      return Value::List({items, json.size()});
    }
    case Json::value_t::object: {
      MapEntry* const entries = arena.AllocateArray<MapEntry>(json.size());
      size_t count = 0;
      for (const auto& [key, item] : json.items()) {
        entries[count].key = Value::String(arena.CopyString(key));
        STRATAGEM_ASSIGN_OR_RETURN(entries[count].value,
                                   FromJson(item, element, arena, depth + 1));
        ++count;
      }
      if (!SortEntries({entries, count})) {
        return absl::InvalidArgumentError("an object repeats a member");
      }
      return Value::Map({entries, count});
    }
    case Json::value_t::binary:
    case Json::value_t::discarded: break;
  }
  return absl::InvalidArgumentError("not a JSON value");
}

// Parses with nlohmann-json's exceptions turned off. It keeps only the last of
// repeated members, so those are found while parsing.
absl::StatusOr<Json> ParseJson(absl::string_view text) {
  std::vector<std::vector<std::string>> open_objects;
  std::string repeated;
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kFactDepthMax + 1) too_deep = true;
    if (event == Json::parse_event_t::object_start) {
      open_objects.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open_objects.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const std::string key = parsed.get<std::string>();
      for (const std::string& seen : open_objects.back()) {
        if (seen == key) repeated = key;
      }
      open_objects.back().push_back(key);
    }
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), watch,
                          /*allow_exceptions=*/false);
  if (too_deep) {
    return absl::InvalidArgumentError(
        absl::StrCat("JSON nested deeper than ", kFactDepthMax, " levels"));
  }
  if (json.is_discarded()) {
    return absl::InvalidArgumentError("not valid JSON");
  }
  if (!repeated.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("JSON object repeats the member `", repeated, "`"));
  }
  return json;
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
  STRATAGEM_ASSIGN_OR_RETURN(const Json json, ParseJson(text));
  if (!json.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a JSON object, found ", json.type_name()));
  }
  std::vector<NamedValue> members;
  for (const auto& [key, item] : json.items()) {
    const int index = schema.Find(key);
    const FieldType* const type =
        index < 0 ? nullptr : &schema.fields()[static_cast<size_t>(index)].type;
    absl::StatusOr<Value> value = FromJson(item, type, arena, 0);
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
    case ValueKind::kString: return Value::String(arena.CopyString(text));
    case ValueKind::kTimestamp: return ReadTimestamp(text);
    case ValueKind::kDuration: return ReadDuration(text);
    case ValueKind::kList:
    case ValueKind::kMap: {
      STRATAGEM_ASSIGN_OR_RETURN(const Json json, ParseJson(text));
      return FromJson(json, &type, arena, 0);
    }
    default: return fail();
  }
}

std::string ToJson(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kMissing:
    case ValueKind::kNull: return "null";
    case ValueKind::kBool: return value.bool_value() ? "true" : "false";
    case ValueKind::kInt: return absl::StrCat(value.int_value());
    case ValueKind::kUint: return absl::StrCat(value.uint_value());
    case ValueKind::kDouble: return DoubleJson(value.double_value());
    case ValueKind::kString:
    case ValueKind::kType: return JsonString(value.text());
    case ValueKind::kBytes:
      return JsonString(absl::Base64Escape(value.text()));
    case ValueKind::kTimestamp:
      return JsonString(absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E*SZ",
                                         value.timestamp(),
                                         absl::UTCTimeZone()));
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
    case ValueKind::kError: return JsonString(ToString(value));
  }
  return "null";
}

}  // namespace stratagem
