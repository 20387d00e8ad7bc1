#include "engine/value/json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
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
#include "engine/base/time_text.h"
#include "engine/base/utf8.h"
#include "engine/value/compare.h"
#include "engine/value/network.h"
#include "nlohmann/json.hpp"

namespace stratagem {
namespace {

using Json = nlohmann::json;

// CEL's range; it also keeps out the words for infinity that absl reads.
absl::Time EarliestTime() {
  return absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone());
}
absl::Time LatestTime() {
  return absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone()) -
         absl::Nanoseconds(1);
}

absl::StatusOr<Value> ReadTimestamp(absl::string_view text,
                                    const absl::TimeZone* date_zone) {
  absl::Time time;
  absl::CivilDay day;
  std::string error;
  bool read = false;
  if (date_zone != nullptr && absl::ParseCivilTime(text, &day)) {
    time = absl::FromCivil(day, *date_zone);
    read = true;
  } else {
    read = absl::ParseTime(absl::RFC3339_full, text, &time, &error);
  }
  if (!read && LacksZone(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` lacks its zone; ", kZoneHint));
  }
  if (!read || time < EarliestTime() || time > LatestTime()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text,
                     "` is not a timestamp; expected RFC 3339 such as "
                     "2026-11-15T10:00:00+08:00",
                     date_zone == nullptr ? "" : ", or 2026-11-15"));
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

// absl's readers of numbers also take spaces around them, 0x3, inf and nan.
bool IsDecimal(absl::string_view text) {
  return text.find_first_not_of("0123456789+-.eE") == absl::string_view::npos;
}

absl::StatusOr<Value> ReadInt(absl::string_view text) {
  int64_t value = 0;
  if (IsDecimal(text) && absl::SimpleAtoi(text, &value)) {
    return Value::Int(value);
  }
  double number = 0;
  if (!IsDecimal(text) || !absl::SimpleAtod(text, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not int"));
  }
  if (text.find_first_of(".eE") == absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` does not fit into an int; expected ",
                     std::numeric_limits<int64_t>::min(), " to ",
                     std::numeric_limits<int64_t>::max()));
  }
  return Value::Double(number);  // Conform() takes a whole one for an int.
}

// Builds values while nlohmann-json parses. Its own tree would keep the last
// of repeated members without a word, search all members for each new one,
// nest as deep as the text does, and need exceptions to say where text is
// wrong.
class ValueBuilder : public nlohmann::json_sax<Json> {
 public:
  // `schema` declares the members of the root, `type` the root itself; each
  // may be null, and so may `date_zone`. Requires: all outlive the builder.
  ValueBuilder(const Schema* schema, const FieldType* type, size_t depth_max,
               Arena& arena, const absl::TimeZone* date_zone)
      : schema_(schema),
        type_(type),
        depth_max_(depth_max),
        arena_(arena),
        date_zone_(date_zone) {}

  // Returns the root, or the first error.
  absl::StatusOr<Value> Build(absl::string_view text) {
    Json::sax_parse(text.begin(), text.end(), this);
    if (!status_.ok()) return status_;
    return root_;
  }
  // The root's members in the order written, when it is an object.
  std::vector<NamedValue> TakeMembers() { return std::move(members_); }

  bool null() override { return Put(Value::Null()); }
  bool boolean(bool value) override { return Put(Value::Bool(value)); }
  bool number_integer(number_integer_t value) override {
    return Put(Value::Int(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    const bool fits = value <= static_cast<number_unsigned_t>(
                                   std::numeric_limits<int64_t>::max());
    return Put(fits ? Value::Int(static_cast<int64_t>(value))
                    : Value::Double(static_cast<double>(value)));
  }
  bool number_float(number_float_t value, const string_t&) override {
    return Put(Value::Double(value));
  }
  bool string(string_t& text) override {
    const FieldType* const type = ExpectedType();
    if (type != nullptr && type->kind == ValueKind::kTimestamp) {
      return PutOrFail(ReadTimestamp(text, date_zone_));
    }
    if (type != nullptr && type->kind == ValueKind::kDuration) {
      return PutOrFail(ReadDuration(text));
    }
    return Put(Value::String(arena_.CopyString(text)));
  }
  bool binary(binary_t&) override { return false; }  // Not in JSON text.

  bool start_object(std::size_t) override { return Open(); }
  bool start_array(std::size_t) override { return Open(); }

  bool key(string_t& name) override {
    Frame& frame = open_.back();
    if (!frame.names.insert(name).second) {
      return Fail(absl::StrCat("JSON object repeats the member `", name, "`"));
    }
    frame.keys.push_back(Value::String(arena_.CopyString(name)));
    return true;
  }

  bool end_array() override {
    const std::vector<Value> values = std::move(open_.back().values);
    open_.pop_back();
    Value* const items = arena_.AllocateArray<Value>(values.size());
    std::copy(values.begin(), values.end(), items);
    return Put(Value::List({items, values.size()}));
  }

  bool end_object() override {
    const Frame frame = std::move(open_.back());
    open_.pop_back();
    const size_t size = frame.values.size();
    MapEntry* const entries = arena_.AllocateArray<MapEntry>(size);
    for (size_t i = 0; i < size; ++i) {
      entries[i] = {frame.keys[i], frame.values[i]};
      if (open_.empty()) {
        members_.push_back({frame.keys[i].text(), frame.values[i]});
      }
    }
    SortEntries({entries, size});  // Unique, as key() saw.
    return Put(Value::Map({entries, size}));
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail(absl::StrCat("not valid JSON at byte ", position));
  }

 private:
  // An object or array that is not closed yet.
  struct Frame {
    const FieldType* element = nullptr;  // Of its items; null if undeclared.
    std::vector<Value> values;
    std::vector<Value> keys;                 // Of objects.
    absl::flat_hash_set<std::string> names;  // The same as text.
  };

  // The declared type of the value that comes next, or null.
  const FieldType* ExpectedType() const {
    if (open_.empty()) return type_;
    if (open_.size() > 1 || schema_ == nullptr || open_[0].keys.empty()) {
      return open_.back().element;
    }
    const int index = schema_->Find(open_[0].keys.back().text());
    return index < 0 ? nullptr
                     : &schema_->fields()[static_cast<size_t>(index)].type;
  }

  bool Open() {
    const FieldType* const type = ExpectedType();
    open_.emplace_back();
    open_.back().element = type == nullptr ? nullptr : type->element.get();
    if (open_.size() <= depth_max_) return true;
    return Fail(
        absl::StrCat("JSON nested deeper than ", depth_max_, " levels"));
  }

  bool Put(const Value& value) {
    if (open_.empty()) {
      root_ = value;
    } else {
      open_.back().values.push_back(value);
    }
    return true;
  }

  bool PutOrFail(const absl::StatusOr<Value>& value) {
    if (value.ok()) return Put(*value);
    const bool is_member = !open_.empty() && !open_[0].keys.empty();
    return Fail(is_member ? absl::StrCat("`", open_[0].keys.back().text(),
                                         "`: ", value.status().message())
                          : std::string(value.status().message()));
  }

  bool Fail(absl::string_view message) {
    status_ = absl::InvalidArgumentError(message);
    return false;
  }

  const Schema* const schema_;
  const FieldType* const type_;
  const size_t depth_max_;
  Arena& arena_;
  const absl::TimeZone* const date_zone_;
  std::vector<Frame> open_;
  std::vector<NamedValue> members_;
  Value root_;
  absl::Status status_;
};

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

absl::StatusOr<std::vector<NamedValue>> ReadJsonObject(
    absl::string_view text, const Schema& schema, Arena& arena,
    const absl::TimeZone* date_zone) {
  ValueBuilder builder(&schema, nullptr, kFactDepthMax + 1, arena, date_zone);
  STRATAGEM_ASSIGN_OR_RETURN(const Value root, builder.Build(text));
  if (!root.is(ValueKind::kMap)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a JSON object, found ", KindName(root.kind())));
  }
  return builder.TakeMembers();
}

absl::StatusOr<Value> ReadText(absl::string_view text, const FieldType& type,
                               Arena& arena, const absl::TimeZone* date_zone) {
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
    case ValueKind::kInt:
      return ReadInt(text);
    case ValueKind::kDouble: {
      double value = 0;
      if (!IsDecimal(text) || !absl::SimpleAtod(text, &value)) return fail();
      return Value::Double(value);
    }
    case ValueKind::kString:
      if (!IsValidUtf8(text)) {
        return absl::InvalidArgumentError("the text is not valid UTF-8");
      }
      return Value::String(arena.CopyString(text));
    case ValueKind::kTimestamp:
      return ReadTimestamp(text, date_zone);
    case ValueKind::kDuration:
      return ReadDuration(text);
    case ValueKind::kList:
    case ValueKind::kMap:
      return ValueBuilder(nullptr, &type, kFactDepthMax, arena, date_zone)
          .Build(text);
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
    case ValueKind::kIp:
    case ValueKind::kCidr:
      return JsonString(NetworkText(value));
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
