#include "server/rpc/pack_service.h"

#include <variant>

#include "absl/time/clock.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/unary.h"

namespace stratagem::server {
namespace {

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

}  // namespace

v1::ListPacksResponse ListPacks(const decide::Router& router, absl::Time now) {
  v1::ListPacksResponse response;
  for (const auto& plan : router.plans()) {
    WritePack(plan->summary(), now, *response.add_packs());
  }
  return response;
}

grpc::ServerUnaryReactor* PackService::ListPacks(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnary<v1::ListPacksRequest>(
      *context, *request, *response, [this](const v1::ListPacksRequest&) {
        return std::variant<v1::ListPacksResponse, google::rpc::Status>(
            server::ListPacks(*packs_.router(), absl::Now()));
      });
}

}  // namespace stratagem::server
