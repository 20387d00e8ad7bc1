#include "server/rpc/write_pack.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rpc/convert_value.h"

namespace stratagem::server {
namespace {

// LIMIT: tests that fail of which an answer tells, as TestSummary promises.
constexpr int kFailuresMax = 100;

v1::DiagnosticSeverity ToWire(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return v1::DIAGNOSTIC_SEVERITY_ERROR;
    case Severity::kWarning:
      return v1::DIAGNOSTIC_SEVERITY_WARNING;
  }
  return v1::DIAGNOSTIC_SEVERITY_UNSPECIFIED;
}

v1::Serving ToWire(state::Serving serving) {
  switch (serving) {
    case state::Serving::kPublished:
      return v1::SERVING_PUBLISHED;
    case state::Serving::kLive:
      return v1::SERVING_LIVE;
    case state::Serving::kCanary:
      return v1::SERVING_CANARY;
    case state::Serving::kShadow:
      return v1::SERVING_SHADOW;
    case state::Serving::kWithdrawn:
      return v1::SERVING_WITHDRAWN;
  }
  return v1::SERVING_UNSPECIFIED;
}

void WriteField(const Field& from, v1::Field& field) {
  field.set_name(from.name);
  field.set_type(stratagem::ToString(from.type));
  field.set_optional(from.optional);
  if (from.default_value) {
    WriteValue(*from.default_value, *field.mutable_default_value());
  }
  if (from.value_min) WriteValue(*from.value_min, *field.mutable_value_min());
  if (from.value_max) WriteValue(*from.value_max, *field.mutable_value_max());
  for (const std::string& value : from.values) field.add_values(value);
  field.set_unit(from.unit);
  field.set_description(from.description);
  field.set_pii(from.pii);
  field.set_protected_(from.is_protected);
}

void WriteSchema(const Schema& schema,
                 google::protobuf::RepeatedPtrField<v1::Field>& fields) {
  for (const Field& field : schema.fields()) WriteField(field, *fields.Add());
}

void WriteNames(const std::vector<std::string>& from,
                google::protobuf::RepeatedPtrField<std::string>& names) {
  names.Assign(from.begin(), from.end());
}

void WriteComparison(const decide::ShadowCounts& counts,
                     v1::ShadowComparison& wire) {
  wire.set_decisions(counts.decisions);
  wire.set_same(counts.same);
  wire.set_other_tier(counts.other_tier);
  wire.set_other_stage(counts.other_stage);
  wire.set_other_treatments(counts.other_treatments);
  wire.set_other_offers(counts.other_offers);
  wire.set_refused(counts.refused);
  wire.set_dropped(counts.dropped);
}

}  // namespace

void WritePack(const plan::PlanSummary& summary, absl::Time now,
               v1::Pack& pack) {
  pack.mutable_ref()->set_name(summary.name);
  pack.mutable_ref()->set_version(summary.version);
  pack.mutable_ref()->set_digest(summary.digest);
  pack.set_description(summary.description);
  pack.set_timezone(summary.timezone);
  const pack::Interval& effective = summary.effective;
  if (effective.from != absl::InfinitePast()) {
    WriteTimestamp(effective.from, *pack.mutable_effective_from());
  }
  if (effective.until != absl::InfiniteFuture()) {
    WriteTimestamp(effective.until, *pack.mutable_effective_until());
  }
  pack.set_in_effect(effective.from <= now && now < effective.until);
  WriteSchema(summary.attributes, *pack.mutable_attributes());
  WriteSchema(summary.request, *pack.mutable_request());
  WriteSchema(summary.parameters, *pack.mutable_parameters());
  WriteNames(summary.tiers, *pack.mutable_tiers());
  WriteNames(summary.stages, *pack.mutable_stages());
  WriteNames(summary.treatments, *pack.mutable_treatments());
  WriteNames(summary.offers, *pack.mutable_offers());
  WriteNames(summary.placements, *pack.mutable_placements());
}

v1::Diagnostic ToWire(const Diagnostic& diagnostic) {
  v1::Diagnostic wire;
  wire.set_severity(ToWire(diagnostic.severity));
  wire.set_code(diagnostic.code);
  wire.set_file(diagnostic.location.file);
  wire.set_line(diagnostic.location.line);
  wire.set_column(diagnostic.location.column);
  wire.set_message(diagnostic.message);
  wire.set_hint(diagnostic.hint);
  return wire;
}

void WriteDiagnostics(
    const Diagnostics& diagnostics,
    google::protobuf::RepeatedPtrField<v1::Diagnostic>& wire) {
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    *wire.Add() = ToWire(diagnostic);
  }
}

void WriteServed(const PackPicture::Version& version, v1::ServedVersion& wire) {
  const state::ServedVersion& served = version.served;
  wire.mutable_ref()->set_name(served.pack);
  wire.mutable_ref()->set_version(served.version);
  wire.mutable_ref()->set_digest(served.digest);
  wire.set_serving(ToWire(served.serving));
  WriteTimestamp(served.since, *wire.mutable_since());
  wire.set_decides(version.decides);
  wire.set_canary_share(static_cast<double>(served.canary_slots) /
                        state::kCanarySlots);
  if (version.comparison.has_value()) {
    WriteComparison(*version.comparison, *wire.mutable_comparison());
  }
}

void WriteTests(const author::TestReport& report, v1::TestSummary& wire) {
  wire.set_passed(static_cast<uint32_t>(report.passed));
  wire.set_failed(static_cast<uint32_t>(report.failed));
  for (const author::TestResult& result : report.results) {
    if (result.passed()) continue;
    if (wire.failures_size() == kFailuresMax) return;
    v1::FailedTest& failed = *wire.add_failures();
    failed.set_file(result.file);
    failed.set_name(absl::StrCat(result.section, "/", result.name));
    for (const author::Difference& difference : result.differences) {
      failed.add_differences(absl::StrCat("`", difference.name, "` is ",
                                          difference.found, ", not ",
                                          difference.expected));
    }
  }
}

}  // namespace stratagem::server
