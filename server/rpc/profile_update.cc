#include "server/rpc/profile_update.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"
#include "engine/plan/plan.h"
#include "server/options.h"
#include "server/rpc/field_checks.h"
#include "server/rpc/read_named_values.h"

namespace stratagem::server {
namespace {

void CheckNamesOnce(std::span<const NamedValue> attributes,
                    std::vector<FieldError>& errors) {
  absl::flat_hash_set<absl::string_view> names;
  for (const NamedValue& attribute : attributes) {
    if (names.insert(attribute.name).second) continue;
    errors.push_back({absl::StrCat("attributes.", attribute.name),
                      v1::ERROR_REASON_DUPLICATE_NAME,
                      "given more than once; expected each name once"});
  }
}

std::string UndeclaredText(const decide::Router& router,
                           absl::string_view name) {
  std::vector<std::string> names;
  for (const auto& plan : router.plans()) {
    for (std::string& declared : plan->summary().attributes.names()) {
      names.push_back(std::move(declared));
    }
  }
  const std::string hint = SuggestionHint(name, names);
  return absl::StrCat(
      "no loaded pack declares it; it is kept, and no decision "
      "reads it",
      hint.empty() ? "" : "; ", hint);
}

// What is to be said of one attribute, the newest pack first.
std::optional<std::string> WarningOf(const decide::Router& router,
                                     const NamedValue& attribute,
                                     Arena& arena) {
  bool declared = false;
  for (auto plan = router.plans().rbegin(); plan != router.plans().rend();
       ++plan) {
    const plan::PlanSummary& summary = (*plan)->summary();
    const int index = summary.attributes.Find(attribute.name);
    if (index < 0) continue;
    declared = true;
    const Field& field =
        summary.attributes.fields()[static_cast<size_t>(index)];
    Value value = attribute.value;
    const FieldFault fault = Conform(field, value, arena);
    if (fault == FieldFault::kNone) continue;
    return absl::StrCat(DescribeFault(field, fault, attribute.value),
                        "; decisions of pack ", summary.name, " ",
                        summary.version, " count it as missing");
  }
  if (declared) return std::nullopt;
  return UndeclaredText(router, attribute.name);
}

}  // namespace

void CheckCustomerId(absl::string_view customer_id,
                     std::vector<FieldError>& errors) {
  if (customer_id.empty()) {
    errors.push_back({"customer_id", v1::ERROR_REASON_MISSING_FIELD,
                      "empty; expected the customer's id"});
  }
  CheckTextSize("customer_id", customer_id, kCustomerIdBytesMax, errors);
}

ReadUpdate ReadProfileUpdate(const v1::ProfileUpdate& wire, Arena& arena) {
  ReadUpdate read;
  CheckCustomerId(wire.customer_id(), read.errors);
  ReadNamedValues("attributes", wire.attributes(), arena, read.attributes,
                  read.errors);
  CheckNamesOnce(read.attributes, read.errors);
  for (const NamedValue& attribute : read.attributes) {
    if (attribute.value.is(ValueKind::kString) &&
        attribute.value.text().size() > kFactStringBytesMax) {
      CheckTextSize(absl::StrCat("attributes.", attribute.name),
                    attribute.value.text(), kFactStringBytesMax, read.errors);
    }
  }
  read.update.customer_id = wire.customer_id();
  read.update.attributes = read.attributes;
  read.update.replace = wire.replace();
  if (wire.has_expected_version()) {
    read.update.expected_version = wire.expected_version();
  }
  return read;
}

std::vector<v1::ProfileWarning> WarningsOf(
    const decide::Router& router, std::span<const NamedValue> attributes,
    Arena& arena) {
  std::vector<v1::ProfileWarning> warnings;
  for (const NamedValue& attribute : attributes) {
    if (warnings.size() >= kViolationsMax) break;
    // A null removes the attribute, whoever declares it.
    if (attribute.value.is(ValueKind::kNull)) continue;
    std::optional<std::string> text = WarningOf(router, attribute, arena);
    if (!text.has_value()) continue;
    v1::ProfileWarning& warning = warnings.emplace_back();
    warning.set_field(absl::StrCat("attributes.", attribute.name));
    warning.set_description(*std::move(text));
  }
  return warnings;
}

bool HasConstraints(const decide::Router& router) {
  return absl::c_any_of(router.plans(), [](const auto& plan) {
    return decide::ProfileConstraints::Has(*plan);
  });
}

void AddConstraintWarnings(const decide::Router& router,
                           std::span<const NamedValue> profile, absl::Time now,
                           decide::ProfileConstraints& constraints,
                           std::vector<v1::ProfileWarning>& warnings) {
  absl::flat_hash_set<absl::string_view> packs;
  for (auto plan = router.plans().rbegin(); plan != router.plans().rend();
       ++plan) {
    const plan::PlanSummary& summary = (*plan)->summary();
    if (!packs.insert(summary.name).second) continue;
    for (const decide::BrokenConstraint& broken :
         constraints.Broken(**plan, profile, now)) {
      if (warnings.size() >= kViolationsMax) return;
      v1::ProfileWarning& warning = warnings.emplace_back();
      warning.set_field(absl::StrCat("attributes.", broken.attributes.front()));
      warning.set_description(absl::StrCat(
          "the profile breaks the constraint `", broken.text,
          "`; decisions of pack ", summary.name, " ", summary.version,
          " count what it reads of the profile as missing: ",
          absl::StrJoin(broken.attributes, ", ")));
    }
  }
}

}  // namespace stratagem::server
