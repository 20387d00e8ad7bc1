#include "engine/value/facts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"

namespace stratagem {
namespace {

ViolationReason ReasonOf(FieldFault fault) {
  switch (fault) {
    case FieldFault::kNone:
    case FieldFault::kWrongType:
      return ViolationReason::kWrongType;
    case FieldFault::kOutOfRange:
      return ViolationReason::kOutOfRange;
    case FieldFault::kNotAllowed:
      return ViolationReason::kNotAllowed;
    case FieldFault::kTooLarge:
      return ViolationReason::kTooLarge;
  }
  return ViolationReason::kWrongType;
}

Violation UnknownName(const Schema& schema, absl::string_view name) {
  const std::string hint = SuggestionHint(name, schema.names());
  return {
      std::string(name), ViolationReason::kUnknownName,
      absl::StrCat("not declared in the pack", hint.empty() ? "" : "; ", hint)};
}

// Why a required field has no value.
std::string DescribeMissing(const Field& field, const Fact& fact,
                            std::span<const NamedValue> stored) {
  if (fact.stored_fault == FieldFault::kNone) {
    return absl::StrCat("required ", ToString(field.type),
                        ", and neither sent nor stored");
  }
  const auto found = std::find_if(
      stored.begin(), stored.end(),
      [&](const NamedValue& item) { return item.name == field.name; });
  STRATAGEM_CHECK(found != stored.end());
  return absl::StrCat("required ", ToString(field.type),
                      ", not sent, and the profile's does not fit: ",
                      DescribeFault(field, fact.stored_fault, found->value));
}

bool Given(const Fact& fact) { return fact.source == FactSource::kRequest; }

}  // namespace

absl::string_view FactSourceName(FactSource source) {
  switch (source) {
    case FactSource::kAbsent:
      return "absent";
    case FactSource::kRequest:
      return "request";
    case FactSource::kProfile:
      return "profile";
    case FactSource::kDefault:
      return "default";
  }
  return "";
}

std::vector<Violation> ResolveFacts(const Schema& schema,
                                    std::span<const NamedValue> sent,
                                    std::span<const NamedValue> stored,
                                    Arena& arena, std::span<Fact> facts) {
  const std::vector<Field>& fields = schema.fields();
  STRATAGEM_CHECK(facts.size() == fields.size());
  std::fill(facts.begin(), facts.end(), Fact{});
  std::vector<Violation> violations;

  for (const NamedValue& item : sent) {
    if (violations.size() >= kViolationsMax) return violations;
    const int index = schema.Find(item.name);
    if (index < 0) {
      violations.push_back(UnknownName(schema, item.name));
      continue;
    }
    const Field& field = fields[static_cast<size_t>(index)];
    Fact& fact = facts[static_cast<size_t>(index)];
    if (Given(fact)) {
      violations.push_back({field.name, ViolationReason::kDuplicateName,
                            "given more than once"});
      continue;
    }
    fact = {item.value, FactSource::kRequest};
    if (item.value.is(ValueKind::kNull) && field.optional) {
      fact.value = Value();
      continue;
    }
    const FieldFault fault = Conform(field, fact.value, arena);
    if (fault != FieldFault::kNone) {
      violations.push_back({field.name, ReasonOf(fault),
                            DescribeFault(field, fault, item.value)});
    }
  }

  for (const NamedValue& item : stored) {
    const int index = schema.Find(item.name);
    if (index < 0) continue;  // Of another pack or version.
    Fact& fact = facts[static_cast<size_t>(index)];
    if (fact.source != FactSource::kAbsent) continue;
    Value value = item.value;
    fact.stored_fault =
        Conform(fields[static_cast<size_t>(index)], value, arena);
    if (fact.stored_fault == FieldFault::kNone) {
      fact = {value, FactSource::kProfile};
    }
  }

  for (size_t i = 0; i < fields.size(); ++i) {
    if (violations.size() >= kViolationsMax) break;
    if (facts[i].source != FactSource::kAbsent) continue;
    if (fields[i].default_value.has_value()) {
      facts[i].value = *fields[i].default_value;
      facts[i].source = FactSource::kDefault;
    } else if (!fields[i].optional) {
      violations.push_back({fields[i].name, ViolationReason::kMissing,
                            DescribeMissing(fields[i], facts[i], stored)});
    }
  }
  return violations;
}

}  // namespace stratagem
