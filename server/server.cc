#include "server/server.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "server/ops/time_zones.h"

namespace stratagem::server {
namespace {

const google::protobuf::ServiceDescriptor* ServiceNamed(
    const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      name);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options,
                                                      PackRegistry& packs,
                                                      StoreHost& host) {
  std::unique_ptr<Server> server(new Server(options, packs, host));
  STRATAGEM_RETURN_IF_ERROR(server->Listen(options));
  server->grpc_->GetHealthCheckService()->SetServingStatus(
      v1::PackService::service_full_name(), true);
  host.Watch([raw = server.get()](bool open) {
    // Of an operation that failed nobody knows whether the log has it.
    if (open) raw->packs_.Refresh();
    raw->SetStoresServing(open);
  });
  if (!options.http_listen.empty()) {
    STRATAGEM_RETURN_IF_ERROR(server->ListenForHttp(options));
  }
  return server;
}

Server::Server(const Options& options, PackRegistry& packs, StoreHost& host)
    : host_(host),
      packs_(packs),
      decide_handler_(packs.serving(), host,
                      {.batch_items_max = options.batch_items_max,
                       .time_zones_version = ReadTimeZonesVersion()}),
      outcome_handler_(packs.serving(), host,
                       {.outcome_window = options.outcome_window}),
      profile_handler_(packs.serving(), host, {}),
      pack_handler_(packs, {}),
      decision_service_(decide_handler_),
      outcome_service_(outcome_handler_),
      pack_service_(pack_handler_),
      profile_service_(profile_handler_),
      insight_service_(host, options.pii) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

absl::Status Server::Listen(const Options& options) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  // Two servers on one port would share its calls, unnoticed.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.message_bytes_max));
  builder.AddListeningPort(options.listen, grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterService(&decision_service_);
  builder.RegisterService(&outcome_service_);
  builder.RegisterService(&pack_service_);
  builder.RegisterService(&profile_service_);
  builder.RegisterService(&insight_service_);
  grpc_ = builder.BuildAndStart();
  if (grpc_ == nullptr) {
    return absl::UnavailableError(absl::StrCat(
        "cannot listen on `", options.listen,
        "`: the port is taken, or the address is not of this machine; choose "
        "another with --listen"));
  }
  return absl::OkStatus();
}

absl::Status Server::ListenForHttp(const Options& options) {
  HttpOptions http;
  http.listen = options.http_listen;
  http.request.body_bytes_max = options.http_body_bytes_max;
  http.cors_origins = options.cors_origins;
  http.ready = [this] { return Ready(); };
  grpc::ChannelArguments arguments;
  // What the services answer is bounded by them.
  arguments.SetMaxReceiveMessageSize(-1);
  absl::StatusOr<std::unique_ptr<HttpServer>> server =
      HttpServer::Start(std::move(http),
                        {ServiceNamed(v1::DecisionService::service_full_name()),
                         ServiceNamed(v1::OutcomeService::service_full_name()),
                         ServiceNamed(v1::PackService::service_full_name()),
                         ServiceNamed(v1::ProfileService::service_full_name()),
                         ServiceNamed(v1::InsightService::service_full_name())},
                        grpc_->InProcessChannel(arguments));
  STRATAGEM_RETURN_IF_ERROR(server.status());
  http_ = *std::move(server);
  return absl::OkStatus();
}

absl::Status Server::Ready() const {
  if (host_.stores() == nullptr) return host_.Closed();
  if (packs_.serving().router()->plans().empty()) {
    return absl::FailedPreconditionError(
        "no pack serves yet; publish and activate one");
  }
  return absl::OkStatus();
}

void Server::SetStoresServing(bool serving) {
  grpc::HealthCheckServiceInterface* health = grpc_->GetHealthCheckService();
  // The empty name is the server as a whole.
  for (const char* service : {"", v1::DecisionService::service_full_name(),
                              v1::OutcomeService::service_full_name(),
                              v1::ProfileService::service_full_name(),
                              v1::InsightService::service_full_name()}) {
    health->SetServingStatus(service, serving);
  }
}

void Server::Stop(absl::Duration drain_timeout) {
  if (grpc_ == nullptr) return;
  host_.Watch(nullptr);
  insight_service_.Drain();
  grpc_->GetHealthCheckService()->Shutdown();
  const absl::Time deadline = absl::Now() + drain_timeout;
  // gRPC ends calls of this process at once when it shuts down.
  if (http_ != nullptr) http_->Stop(drain_timeout);
  grpc_->Shutdown(absl::ToChronoTime(deadline));
  grpc_->Wait();
}

}  // namespace stratagem::server
