#include "clients/cli/wire_schema.h"

#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "clients/cli/value_view.h"

namespace stratagem::cli {
namespace {

// Reads what ToString(FieldType) wrote; times are also known by the names of
// their messages. An unknown type, of a newer server, is read as text, and the
// server says whether that is right.
FieldType ParseType(absl::string_view text) {
  static constexpr std::pair<absl::string_view, ValueKind> kScalars[] = {
      {"bool", ValueKind::kBool},
      {"int", ValueKind::kInt},
      {"double", ValueKind::kDouble},
      {"timestamp", ValueKind::kTimestamp},
      {"duration", ValueKind::kDuration},
      {"google.protobuf.Timestamp", ValueKind::kTimestamp},
      {"google.protobuf.Duration", ValueKind::kDuration}};
  for (const auto& [name, kind] : kScalars) {
    if (text == name) return {kind, nullptr};
  }
  absl::string_view inner = text;
  if (absl::ConsumePrefix(&inner, "list(") &&
      absl::ConsumeSuffix(&inner, ")")) {
    return {ValueKind::kList,
            std::make_shared<const FieldType>(ParseType(inner))};
  }
  inner = text;
  if (absl::ConsumePrefix(&inner, "map(string, ") &&
      absl::ConsumeSuffix(&inner, ")")) {
    return {ValueKind::kMap,
            std::make_shared<const FieldType>(ParseType(inner))};
  }
  return {ValueKind::kString, nullptr};
}

}  // namespace

Schema SchemaOf(const google::protobuf::RepeatedPtrField<v1::Field>& fields,
                Arena& arena) {
  Schema schema;
  for (const v1::Field& field : fields) {
    Field declared;
    declared.name = field.name();
    declared.type = ParseType(field.type());
    declared.optional = field.optional();
    if (field.has_default_value()) {
      declared.default_value = FromProto(field.default_value(), arena);
    }
    schema.Add(std::move(declared));
  }
  return schema;
}

}  // namespace stratagem::cli
