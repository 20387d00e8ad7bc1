#include "engine/expr/well_known.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stratagem::expr {
namespace {

using Messages = std::map<std::string, MessageType, std::less<>>;

Messages MakeMessages() {
  const Type i(TypeKind::kInt);
  const Type u(TypeKind::kUint);
  const Type d(TypeKind::kDouble);
  const Type b(TypeKind::kBool);
  const Type s(TypeKind::kString);
  const Type list = Type::List(Type());
  const Type object = Type::Map(s, Type());
  const std::vector<MessageType> all = {
      {"google.protobuf.BoolValue", {{"value", b}}},
      {"google.protobuf.BytesValue", {{"value", Type(TypeKind::kBytes)}}},
      {"google.protobuf.DoubleValue", {{"value", d}}},
      {"google.protobuf.FloatValue", {{"value", d}}},
      {"google.protobuf.Int32Value", {{"value", i}}},
      {"google.protobuf.Int64Value", {{"value", i}}},
      {"google.protobuf.StringValue", {{"value", s}}},
      {"google.protobuf.UInt32Value", {{"value", u}}},
      {"google.protobuf.UInt64Value", {{"value", u}}},
      {"google.protobuf.ListValue", {{"values", list}}},
      {"google.protobuf.Struct", {{"fields", object}}},
      // NullValue.NULL_VALUE is an int, as all constants of enumerations are.
      {"google.protobuf.Value",
       {{"null_value", Type::Wrapper(i)},
        {"number_value", d},
        {"string_value", s},
        {"bool_value", b},
        {"struct_value", object},
        {"list_value", list}}},
      {"google.protobuf.Timestamp", {{"seconds", i}, {"nanos", i}}},
      {"google.protobuf.Duration", {{"seconds", i}, {"nanos", i}}},
  };
  Messages messages;
  for (const MessageType& message : all) {
    messages.emplace(message.name, message);
  }
  return messages;
}

const Messages& AllMessages() {
  static const Messages* const all = new Messages(MakeMessages());
  return *all;
}

}  // namespace

const MessageType* WellKnownMessage(absl::string_view name) {
  const auto found = AllMessages().find(name);
  return found == AllMessages().end() ? nullptr : &found->second;
}

std::vector<std::string> WellKnownMessageNames() {
  std::vector<std::string> names;
  for (const auto& [name, message] : AllMessages()) names.push_back(name);
  return names;
}

std::optional<Value> WellKnownConstant(absl::string_view name) {
  if (name == "google.protobuf.NullValue.NULL_VALUE") return Value::Int(0);
  return std::nullopt;
}

}  // namespace stratagem::expr
