#include "server/server.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "server/ops/metrics_page.h"
#include "server/ops/time_zones.h"

namespace stratagem::server {
namespace {

// What health calls the packs: they serve as they should. A pack that is
// refused leaves what serves, so that everything else stays SERVING.
constexpr char kPacksHealth[] = "packs";

// What it serves, over gRPC and HTTP alike.
ServiceList Services() {
  const google::protobuf::DescriptorPool& pool =
      *google::protobuf::DescriptorPool::generated_pool();
  ServiceList services;
  for (const char* name : {v1::DecisionService::service_full_name(),
                           v1::OutcomeService::service_full_name(),
                           v1::PackService::service_full_name(),
                           v1::ProfileService::service_full_name(),
                           v1::InsightService::service_full_name(),
                           v1::ServerService::service_full_name()}) {
    services.push_back(pool.FindServiceByName(name));
  }
  return services;
}

// "/stratagem.v1.DecisionService/Decide", ….
std::vector<std::string> MethodPaths() {
  std::vector<std::string> paths;
  for (const google::protobuf::ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      paths.push_back(absl::StrCat("/", service->full_name(), "/",
                                   service->method(i)->name()));
    }
  }
  return paths;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options,
                                                      PackRegistry& packs,
                                                      StoreHost& host) {
  std::unique_ptr<Server> server(new Server(options, packs, host));
  STRATAGEM_RETURN_IF_ERROR(server->Listen(options));
  // They answer also while the stores are closed.
  for (const char* service : {v1::PackService::service_full_name(),
                              v1::ServerService::service_full_name()}) {
    server->grpc_->GetHealthCheckService()->SetServingStatus(service, true);
  }
  host.Watch([raw = server.get()](bool open) {
    // Of an operation that failed nobody knows whether the log has it.
    if (open) raw->packs_.Refresh();
    raw->SetStoresServing(open);
  });
  packs.refused().Watch([raw = server.get()](bool any) {
    raw->grpc_->GetHealthCheckService()->SetServingStatus(kPacksHealth, !any);
  });
  if (!options.http_listen.empty()) {
    STRATAGEM_RETURN_IF_ERROR(server->ListenForHttp(options));
  }
  return server;
}

Server::Server(const Options& options, PackRegistry& packs, StoreHost& host)
    : host_(host),
      packs_(packs),
      call_counts_(MethodPaths()),
      decide_handler_(packs.serving(), host,
                      {.batch_items_max = options.batch_items_max,
                       .time_zones_version = ReadTimeZonesVersion(),
                       .allows_unlogged = options.unlogged_quotes}),
      outcome_handler_(packs.serving(), host,
                       {.outcome_window = options.outcome_window}),
      profile_handler_(packs.serving(), host, {}),
      pack_handler_(packs, {}),
      decision_service_(decide_handler_),
      outcome_service_(outcome_handler_),
      pack_service_(pack_handler_),
      profile_service_(profile_handler_),
      insight_service_(host, options.pii),
      status_service_([this] { return Look(); }) {
  config_reloads_.last_at_unix_ns = absl::ToUnixNanos(started_at_);
}

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
  builder.RegisterService(&status_service_);
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      interceptors;
  interceptors.push_back(call_counts_.MakeInterceptors());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
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
  http.connections_max = options.http_connections_max;
  http.idle_timeout = options.http_idle_timeout;
  http.header_timeout = options.http_header_timeout;
  http.body_timeout = options.http_body_timeout;
  http.write_timeout = options.http_write_timeout;
  http.cors_origins = options.cors_origins;
  http.ready = [this] { return Ready(); };
  http.metrics = [this] { return MetricsText(Look()); };
  grpc::ChannelArguments arguments;
  // What the services answer is bounded by them.
  arguments.SetMaxReceiveMessageSize(-1);
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Start(
      std::move(http), Services(), grpc_->InProcessChannel(arguments));
  STRATAGEM_RETURN_IF_ERROR(server.status());
  http_ = *std::move(server);
  looked_at_http_ = http_.get();
  return absl::OkStatus();
}

ServerPicture Server::Look() const {
  ServerPicture picture;
  picture.node_id = host_.node_id();
  picture.started_at = started_at_;
  picture.uptime = absl::FromChrono(std::chrono::steady_clock::now() - began_);
  picture.ready = Ready();
  LookAtStores(picture);
  LookAtPacks(picture);
  for (size_t phase = 0; phase < kPhases; ++phase) {
    for (size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      picture.latencies[phase][outcome] = decide_handler_.latencies().counts(
          static_cast<Phase>(phase), static_cast<Outcome>(outcome));
    }
  }
  picture.calls = call_counts_.view();
  decide_handler_.AddQueues(picture.queues);
  outcome_handler_.AddQueues(picture.queues);
  pack_service_.AddQueues(picture.queues);
  profile_service_.AddQueues(picture.queues);
  insight_service_.AddQueues(picture.queues);
  status_service_.AddQueues(picture.queues);
  if (const HttpServer* const http = looked_at_http_.load()) {
    picture.http = http->stats();
  }
  picture.config = {config_reloads_.succeeded, config_reloads_.failed,
                    config_reloads_.last_ok,
                    absl::FromUnixNanos(config_reloads_.last_at_unix_ns)};
  return picture;
}

void Server::LookAtStores(ServerPicture& picture) const {
  picture.store_reopenings = host_.reopenings();
  picture.records_dropped = host_.records_dropped();
  const std::shared_ptr<const OpenStores> stores = host_.stores();
  if (stores == nullptr) return;
  picture.stores.emplace();
  picture.stores->log = stores->log->stats();
  picture.stores->sequencer = stores->sequencer->stats();
  picture.stores->profiles = stores->profiles->stats();
  if (stores->retention != nullptr) {
    picture.stores->retention = stores->retention->stats();
  }
}

void Server::LookAtPacks(ServerPicture& picture) const {
  for (const auto& [digest, counts] : packs_.serving().serving()->counts()) {
    picture.decided.push_back(
        {counts->pack(), counts->version(), counts->view()});
  }
  std::sort(picture.decided.begin(), picture.decided.end(),
            [](const auto& one, const auto& other) {
              return std::tie(one.pack, one.version) <
                     std::tie(other.pack, other.version);
            });
  const PackReloads reloads = packs_.reloads();
  picture.packs_served = reloads.served;
  picture.packs_refused = reloads.refused;
  picture.refused = packs_.refused().All();
  absl::StatusOr<PackPicture> packs = packs_.Picture("");
  if (!packs.ok()) return;  // The stores are closed, which the picture says.
  picture.paused = packs->paused.size();
  for (PackPicture::Version& version : packs->versions) {
    switch (version.served.serving) {
      case state::Serving::kLive:
      case state::Serving::kCanary:
      case state::Serving::kShadow:
        picture.packs.push_back(
            {std::move(version.served), version.decides, version.comparison});
        break;
      case state::Serving::kPublished:
      case state::Serving::kWithdrawn:
        break;
    }
  }
  std::sort(picture.packs.begin(), picture.packs.end(),
            [](const auto& one, const auto& other) {
              return std::tie(one.served.pack, one.served.version) <
                     std::tie(other.served.pack, other.served.version);
            });
}

absl::Status Server::Ready() const {
  if (is_stopping_) return absl::UnavailableError("the server is stopping");
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

void Server::ReportStopping() {
  is_stopping_ = true;
  // What is set afterwards, as stores are opened anew, no longer counts.
  grpc_->GetHealthCheckService()->Shutdown();
}

void Server::Stop(absl::Duration drain_timeout) {
  if (grpc_ == nullptr) return;
  ReportStopping();
  host_.Watch(nullptr);
  packs_.refused().Watch(nullptr);
  insight_service_.Drain();
  // gRPC ends calls of this process, as those over HTTP are, at once when it
  // shuts down; and a slow client over HTTP takes no time from callers of gRPC.
  if (http_ != nullptr) http_->Stop(drain_timeout);
  grpc_->Shutdown(absl::ToChronoTime(absl::Now() + drain_timeout));
  grpc_->Wait();
}

}  // namespace stratagem::server
