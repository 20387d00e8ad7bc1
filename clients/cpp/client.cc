#include "clients/cpp/client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/outcome_service.grpc.pb.h"
#include "stratagem/v1/pack_service.grpc.pb.h"
#include "stratagem/v1/profile_service.grpc.pb.h"
#include "stratagem/v1/server_service.grpc.pb.h"

namespace stratagem::client {
namespace {

std::shared_ptr<grpc::Channel> Connect(const Options& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.answer_bytes_max);
  arguments.SetInt(
      GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
      static_cast<int>(absl::ToInt64Milliseconds(options.reconnect_after_max)));
  return grpc::CreateCustomChannel(
      options.address, grpc::InsecureChannelCredentials(), arguments);
}

// gRPC's numbers are those of google.rpc.Code. The details are a serialised
// google.rpc.Status; without them code and message are all there is.
absl::Status FromGrpc(const grpc::Status& status, const Options& options) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status error;
  if (status.error_details().empty() ||
      !error.ParseFromString(status.error_details())) {
    error.Clear();
  }
  if (error.details().empty()) {
    return ToStatusWithoutDetails(
        static_cast<absl::StatusCode>(status.error_code()),
        status.error_message(), options.address);
  }
  error.set_code(static_cast<int>(status.error_code()));
  return ToStatus(error);
}

}  // namespace

struct Client::Connection {
  explicit Connection(Options o)
      : options(std::move(o)),
        channel(Connect(options)),
        decisions(v1::DecisionService::NewStub(channel)),
        outcomes(v1::OutcomeService::NewStub(channel)),
        packs(v1::PackService::NewStub(channel)),
        profiles(v1::ProfileService::NewStub(channel)),
        insight(v1::InsightService::NewStub(channel)),
        servers(v1::ServerService::NewStub(channel)) {}

  // Runs one unary method of one stub.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(
      Stub& stub,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + options.timeout));
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status, options);
    return response;
  }

  const Options options;
  const std::shared_ptr<grpc::Channel> channel;
  const std::unique_ptr<v1::DecisionService::Stub> decisions;
  const std::unique_ptr<v1::OutcomeService::Stub> outcomes;
  const std::unique_ptr<v1::PackService::Stub> packs;
  const std::unique_ptr<v1::ProfileService::Stub> profiles;
  const std::unique_ptr<v1::InsightService::Stub> insight;
  const std::unique_ptr<v1::ServerService::Stub> servers;
};

Client::Client(Options options)
    : connection_(std::make_unique<Connection>(std::move(options))) {}

Client::~Client() = default;

absl::StatusOr<v1::DecideResponse> Client::Decide(
    const v1::DecideRequest& request) {
  return connection_->Call(*connection_->decisions,
                           &v1::DecisionService::Stub::Decide, request);
}

absl::StatusOr<v1::BatchDecideResponse> Client::BatchDecide(
    const v1::BatchDecideRequest& request) {
  return connection_->Call(*connection_->decisions,
                           &v1::DecisionService::Stub::BatchDecide, request);
}

absl::StatusOr<v1::RecordOutcomesResponse> Client::RecordOutcomes(
    const v1::RecordOutcomesRequest& request) {
  return connection_->Call(*connection_->outcomes,
                           &v1::OutcomeService::Stub::RecordOutcomes, request);
}

absl::StatusOr<v1::GetProfileResponse> Client::GetProfile(
    const v1::GetProfileRequest& request) {
  return connection_->Call(*connection_->profiles,
                           &v1::ProfileService::Stub::GetProfile, request);
}

absl::StatusOr<v1::SearchProfilesResponse> Client::SearchProfiles(
    const v1::SearchProfilesRequest& request) {
  return connection_->Call(*connection_->profiles,
                           &v1::ProfileService::Stub::SearchProfiles, request);
}

absl::StatusOr<v1::UpsertProfileResponse> Client::UpsertProfile(
    const v1::UpsertProfileRequest& request) {
  return connection_->Call(*connection_->profiles,
                           &v1::ProfileService::Stub::UpsertProfile, request);
}

absl::StatusOr<v1::DeleteCustomerResponse> Client::DeleteCustomer(
    const v1::DeleteCustomerRequest& request) {
  return connection_->Call(*connection_->profiles,
                           &v1::ProfileService::Stub::DeleteCustomer, request);
}

absl::StatusOr<v1::ImportProfilesResponse> Client::ImportProfiles(
    absl::FunctionRef<bool(v1::ImportProfilesRequest&)> next) {
  const auto connected_by =
      absl::ToChronoTime(absl::Now() + connection_->options.timeout);
  if (!connection_->channel->WaitForConnected(connected_by)) {
    return absl::UnavailableError(absl::StrCat(connection_->options.address,
                                               ": no server answers there"));
  }
  grpc::ClientContext context;
  v1::ImportProfilesResponse response;
  const auto writer =
      connection_->profiles->ImportProfiles(&context, &response);
  v1::ImportProfilesRequest part;
  while (next(part)) {
    // Finish() says why.
    if (!writer->Write(part)) break;
    part.Clear();
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return FromGrpc(status, connection_->options);
  return response;
}

absl::StatusOr<std::vector<v1::Pack>> Client::ListPacks() {
  absl::StatusOr<v1::ListPacksResponse> response =
      connection_->Call(*connection_->packs, &v1::PackService::Stub::ListPacks,
                        v1::ListPacksRequest());
  if (!response.ok()) return response.status();
  return std::vector<v1::Pack>(response->packs().begin(),
                               response->packs().end());
}

absl::StatusOr<v1::ListVersionsResponse> Client::ListVersions(
    const v1::ListVersionsRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::ListVersions, request);
}

absl::StatusOr<v1::GetPackResponse> Client::GetPack(
    const v1::GetPackRequest& request) {
  return connection_->Call(*connection_->packs, &v1::PackService::Stub::GetPack,
                           request);
}

absl::StatusOr<v1::ValidatePackResponse> Client::ValidatePack(
    const v1::ValidatePackRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::ValidatePack, request);
}

absl::StatusOr<v1::PublishPackResponse> Client::PublishPack(
    const v1::PublishPackRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::PublishPack, request);
}

absl::StatusOr<v1::ActivatePackResponse> Client::ActivatePack(
    const v1::ActivatePackRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::ActivatePack, request);
}

absl::StatusOr<v1::RollBackPackResponse> Client::RollBackPack(
    const v1::RollBackPackRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::RollBackPack, request);
}

absl::StatusOr<v1::SetCanaryResponse> Client::SetCanary(
    const v1::SetCanaryRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::SetCanary, request);
}

absl::StatusOr<v1::SetShadowResponse> Client::SetShadow(
    const v1::SetShadowRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::SetShadow, request);
}

absl::StatusOr<v1::SimulateResponse> Client::Simulate(
    const v1::SimulateRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::Simulate, request);
}

absl::StatusOr<v1::SetPausedResponse> Client::SetPaused(
    const v1::SetPausedRequest& request) {
  return connection_->Call(*connection_->packs,
                           &v1::PackService::Stub::SetPaused, request);
}

absl::StatusOr<v1::ListDecisionsResponse> Client::ListDecisions(
    const v1::ListDecisionsRequest& request) {
  return connection_->Call(*connection_->insight,
                           &v1::InsightService::Stub::ListDecisions, request);
}

absl::StatusOr<v1::GetDecisionResponse> Client::GetDecision(
    const v1::GetDecisionRequest& request) {
  return connection_->Call(*connection_->insight,
                           &v1::InsightService::Stub::GetDecision, request);
}

absl::Status Client::FollowDecisions(
    const v1::FollowDecisionsRequest& request,
    absl::FunctionRef<bool(const v1::FollowDecisionsResponse&)> take) {
  grpc::ClientContext context;
  const auto reader = connection_->insight->FollowDecisions(&context, request);
  v1::FollowDecisionsResponse response;
  while (reader->Read(&response)) {
    if (take(response)) continue;
    context.TryCancel();
    reader->Finish();
    return absl::OkStatus();
  }
  return FromGrpc(reader->Finish(), connection_->options);
}

absl::StatusOr<v1::GetLogStatsResponse> Client::GetLogStats(
    const v1::GetLogStatsRequest& request) {
  return connection_->Call(*connection_->insight,
                           &v1::InsightService::Stub::GetLogStats, request);
}

absl::StatusOr<v1::GetStatusResponse> Client::GetStatus() {
  return connection_->Call(*connection_->servers,
                           &v1::ServerService::Stub::GetStatus,
                           v1::GetStatusRequest());
}

}  // namespace stratagem::client
