#include "clients/cli/customer_lines.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/display_width.h"
#include "engine/base/status_macros.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

// Times and durations are text in JSON.
bool HoldsTimes(const FieldType& type) {
  return type.kind == ValueKind::kTimestamp ||
         type.kind == ValueKind::kDuration ||
         (type.element != nullptr && HoldsTimes(*type.element));
}

absl::StatusOr<Value> AsDeclared(const Field& field, const Value& value,
                                 absl::TimeZone zone, Arena& arena) {
  if (!HoldsTimes(field.type) || value.is(ValueKind::kNull)) return value;
  const std::string text =
      value.is(ValueKind::kString) ? std::string(value.text()) : ToJson(value);
  return ReadText(text, field.type, arena, &zone);
}

// `values`, each as declared, after those of `attributes`.
absl::Status AddAttributes(std::span<const NamedValue> values,
                           const Schema& schema, absl::TimeZone zone,
                           Arena& arena, std::vector<NamedValue>& attributes) {
  for (const NamedValue& named : values) {
    const int index = schema.Find(named.name);
    if (index < 0) {
      attributes.push_back(named);
      continue;
    }
    const absl::StatusOr<Value> value = AsDeclared(
        schema.fields()[static_cast<size_t>(index)], named.value, zone, arena);
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", named.name, "`: ", value.status().message()));
    }
    attributes.push_back({named.name, *value});
  }
  return absl::OkStatus();
}

// The entries of a map with text keys.
std::vector<NamedValue> EntriesOf(const Value& map) {
  std::vector<NamedValue> entries;
  for (const MapEntry& entry : map.map()) {
    entries.push_back({entry.key.text(), entry.value});
  }
  return entries;
}

}  // namespace

absl::StatusOr<std::vector<NamedValue>> ReadAttributes(absl::string_view json,
                                                       const Schema& attributes,
                                                       absl::TimeZone zone,
                                                       Arena& arena) {
  STRATAGEM_ASSIGN_OR_RETURN(const std::vector<NamedValue> members,
                             ReadJsonObject(json, Schema(), arena));
  std::vector<NamedValue> result;
  STRATAGEM_RETURN_IF_ERROR(
      AddAttributes(members, attributes, zone, arena, result));
  return result;
}

CustomerRead CustomerLines::Read(Arena& arena, Customer& customer) {
  problems_.clear();
  customer.attributes.clear();
  customer.cells.clear();
  customer.id = {};
  do {
    if (!line_.Next()) {
      if (!input_.bad()) return CustomerRead::kEnd;
      problems_.push_back(
          {{line_.number(), 1}, "", "the input cannot be read"});
      return CustomerRead::kFailed;
    }
    bytes_read_ += line_.bytes() + 1;
  } while (absl::StripAsciiWhitespace(line_.text()).empty());
  customer.place = {line_.number(), 1};
  const absl::Status status = ReadObject(arena, customer);
  if (status.ok()) return CustomerRead::kCustomer;
  problems_.push_back({customer.place, "", std::string(status.message())});
  return CustomerRead::kBadRow;
}

absl::Status CustomerLines::ReadObject(Arena& arena, Customer& customer) {
  STRATAGEM_RETURN_IF_ERROR(line_.CheckSize());
  STRATAGEM_ASSIGN_OR_RETURN(const std::vector<NamedValue> members,
                             ReadJsonObject(line_.text(), Schema(), arena));
  std::vector<NamedValue> values;
  for (const NamedValue& member : members) {
    if (member.name == "customer_id") {
      if (!member.value.is(ValueKind::kString) || member.value.text().empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("`customer_id` is ", ToString(member.value),
                         "; expected a text that is not empty"));
      }
      customer.id = member.value.text();
    } else if (member.name == "attributes" &&
               member.value.is(ValueKind::kMap)) {
      const std::vector<NamedValue> entries = EntriesOf(member.value);
      values.insert(values.end(), entries.begin(), entries.end());
    } else {
      values.push_back(member);
    }
  }
  if (customer.id.empty()) {
    return absl::InvalidArgumentError(
        "the object has no `customer_id`; a customer needs an id");
  }
  return AddAttributes(values, attributes_, zone_, arena, customer.attributes);
}

std::string CustomerLines::Describe(const RowProblem& problem) const {
  return Printable(
      absl::StrCat(name_, ":", problem.place.line, ": ", problem.description));
}

RowProblem CustomerLines::ProblemAt(const Customer& customer,
                                    absl::string_view field,
                                    std::string description) const {
  return {customer.place, "",
          field.empty() ? std::move(description)
                        : absl::StrCat(field, ": ", description)};
}

}  // namespace stratagem::cli
