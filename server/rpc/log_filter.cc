#include "server/rpc/log_filter.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/store/identity.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/reason.h"
#include "server/options.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/field_checks.h"

namespace stratagem::server {
namespace {

// Gathers one filter and what is wrong with it.
class FilterReader {
 public:
  explicit FilterReader(std::vector<FieldError>& errors) : errors_(errors) {}

  std::string Text(absl::string_view field, const std::string& text) {
    CheckTextSize(absl::StrCat("filter.", field), text, kCustomerIdBytesMax,
                  errors_);
    return text;
  }

  absl::Time Time(absl::string_view field,
                  const google::protobuf::Timestamp& time) {
    auto read = ReadTimestamp(time);
    if (const auto* fault = std::get_if<ValueFault>(&read)) {
      Add(field, fault->reason, fault->description);
      return absl::Time();
    }
    return std::get<absl::Time>(read);
  }

  std::string Role(v1::DecisionRole role) {
    switch (role) {
      case v1::DECISION_ROLE_UNSPECIFIED:
        return "";
      case v1::DECISION_ROLE_LIVE:
        return std::string(trace::RoleName(trace::Role::kLive));
      case v1::DECISION_ROLE_DRY_RUN:
        return std::string(trace::RoleName(trace::Role::kDryRun));
      case v1::DECISION_ROLE_AS_OF:
        return std::string(trace::RoleName(trace::Role::kAsOf));
      case v1::DECISION_ROLE_CANARY:
        return std::string(trace::RoleName(trace::Role::kCanary));
      case v1::DECISION_ROLE_SHADOW:
        return std::string(trace::RoleName(trace::Role::kShadow));
      default:
        Add("role", v1::ERROR_REASON_UNKNOWN_NAME,
            absl::StrCat("no role has the number ", static_cast<int>(role)));
        return "";
    }
  }

  std::string ReasonText(const std::string& field, v1::Reason reason) {
    if (reason == v1::REASON_UNSPECIFIED) return "";
    if (v1::Reason_IsValid(reason)) {
      return std::string(trace::ReasonName(static_cast<trace::Reason>(reason)));
    }
    Add(field, v1::ERROR_REASON_UNKNOWN_NAME,
        absl::StrCat("no reason has the number ", static_cast<int>(reason)));
    return "";
  }

  void CheckCount(absl::string_view field, int count) {
    if (count <= kFilterConditionsMax) return;
    Add(field, v1::ERROR_REASON_TOO_LARGE,
        absl::StrCat(count, " conditions, at most ", kFilterConditionsMax,
                     " are allowed"));
  }

  void Missing(absl::string_view field, absl::string_view what) {
    Add(field, v1::ERROR_REASON_MISSING_FIELD, std::string(what));
  }

 private:
  void Add(absl::string_view field, v1::ErrorReason reason,
           std::string description) {
    errors_.push_back(
        {absl::StrCat("filter.", field), reason, std::move(description)});
  }

  std::vector<FieldError>& errors_;
};

void ReadTreatments(const v1::DecisionFilter& wire, FilterReader& reader,
                    store::DecisionFilter& filter) {
  reader.CheckCount("treatments", wire.treatments_size());
  for (int i = 0; i < wire.treatments_size(); ++i) {
    const std::string field = absl::StrCat("treatments[", i, "]");
    const v1::TreatmentFilter& treatment = wire.treatments(i);
    if (treatment.name().empty()) {
      reader.Missing(field + ".name", "a treatment needs its dimension");
    }
    filter.treatments.push_back(
        {reader.Text(field + ".name", treatment.name()),
         reader.Text(field + ".cell", treatment.cell())});
  }
}

void ReadExclusions(const v1::DecisionFilter& wire, FilterReader& reader,
                    store::DecisionFilter& filter) {
  reader.CheckCount("exclusions", wire.exclusions_size());
  for (int i = 0; i < wire.exclusions_size(); ++i) {
    const std::string field = absl::StrCat("exclusions[", i, "]");
    const v1::ExclusionFilter& exclusion = wire.exclusions(i);
    if (exclusion.offer_id().empty() &&
        exclusion.reason() == v1::REASON_UNSPECIFIED) {
      reader.Missing(field, "an exclusion needs an offer, a reason or both");
    }
    filter.exclusions.push_back(
        {reader.Text(field + ".offer_id", exclusion.offer_id()),
         reader.ReasonText(field + ".reason", exclusion.reason())});
  }
}

}  // namespace

store::DecisionFilter ReadFilter(const v1::DecisionFilter& wire,
                                 absl::string_view subject_key,
                                 std::vector<FieldError>& errors) {
  FilterReader reader(errors);
  store::DecisionFilter filter;
  if (!wire.customer_id().empty()) {
    filter.subject = store::SubjectOf(
        subject_key, reader.Text("customer_id", wire.customer_id()));
  }
  if (wire.has_from()) filter.from = reader.Time("from", wire.from());
  if (wire.has_until()) filter.until = reader.Time("until", wire.until());
  filter.role = reader.Role(wire.role());
  filter.tier = reader.Text("tier", wire.tier());
  filter.stage = reader.Text("stage", wire.stage());
  ReadTreatments(wire, reader, filter);
  reader.CheckCount("offer_ids", wire.offer_ids_size());
  for (int i = 0; i < wire.offer_ids_size(); ++i) {
    filter.offers.push_back(
        reader.Text(absl::StrCat("offer_ids[", i, "]"), wire.offer_ids(i)));
  }
  ReadExclusions(wire, reader, filter);
  filter.pack = reader.Text("pack_name", wire.pack_name());
  filter.version = reader.Text("pack_version", wire.pack_version());
  if (!filter.version.empty() && filter.pack.empty()) {
    reader.Missing("pack_name", "a version needs its pack");
  }
  if (wire.has_degraded()) filter.degraded = wire.degraded();
  return filter;
}

}  // namespace stratagem::server
