#include "server/server.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "server/ops/log.h"
#include "server/ops/time_zones.h"

namespace stratagem::server {

namespace {

store::RetentionOptions RetentionOf(const Options& options,
                                    store::Sequencer& sequencer) {
  store::RetentionOptions retention;
  retention.retain_for = options.retain_for;
  retention.retain_bytes = options.retain_bytes;
  // Repeated calls and outcomes read the decision that they are about.
  retention.retain_at_least =
      std::max(options.request_window, options.outcome_window);
  retention.now = [] { return absl::Now(); };
  // A start folds what came after the newest snapshot; a log in memory has none
  // and is never opened again.
  if (options.store != kMemoryStore) {
    retention.removable_through = [&sequencer] {
      return sequencer.stats().snapshot_sequence;
    };
  }
  return retention;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const Options& options, std::shared_ptr<const decide::Router> router,
    store::Store& store, store::Sequencer& sequencer,
    store::ProfileStore& profiles) {
  std::unique_ptr<Server> server(
      new Server(options, std::move(router), store, sequencer, profiles));
  STRATAGEM_RETURN_IF_ERROR(server->Listen(options));
  server->SetServing(true);
  return server;
}

Server::Server(const Options& options,
               std::shared_ptr<const decide::Router> router,
               store::Store& store, store::Sequencer& sequencer,
               store::ProfileStore& profiles)
    : packs_(std::move(router)),
      decide_handler_(
          packs_, store, sequencer, profiles,
          {.batch_items_max = options.batch_items_max,
           .time_zones_version = ReadTimeZonesVersion(),
           .store_failed =
               [this](const absl::Status& status) { OnStoreFailed(status); }}),
      outcome_handler_(
          packs_, store, sequencer,
          {.outcome_window = options.outcome_window,
           .store_failed =
               [this](const absl::Status& status) { OnStoreFailed(status); }}),
      profile_handler_(
          packs_, profiles, sequencer,
          {.store_failed =
               [this](const absl::Status& status) { OnStoreFailed(status); }}),
      decision_service_(decide_handler_),
      outcome_service_(outcome_handler_),
      pack_service_(packs_),
      profile_service_(profile_handler_),
      insight_service_(store,
                       {.sequencer = [&sequencer] { return sequencer.stats(); },
                        .retention = [this] { return retention_.stats(); }},
                       options.pii),
      retention_(store, RetentionOf(options, sequencer)) {}

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

void Server::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* health = grpc_->GetHealthCheckService();
  // The empty name is the server as a whole.
  for (const char* service : {"", v1::DecisionService::service_full_name(),
                              v1::OutcomeService::service_full_name(),
                              v1::PackService::service_full_name(),
                              v1::ProfileService::service_full_name(),
                              v1::InsightService::service_full_name()}) {
    health->SetServingStatus(service, serving);
  }
}

void Server::OnStoreFailed(const absl::Status& status) {
  if (store_failed_.exchange(true)) return;
  Log(LogLevel::kError, "store_failed",
      {{"message", Value::String(status.message())},
       {"hint", Value::String("nothing can be recorded until the server "
                              "is started again")}});
  grpc::HealthCheckServiceInterface* health = grpc_->GetHealthCheckService();
  health->SetServingStatus("", false);
  health->SetServingStatus(v1::DecisionService::service_full_name(), false);
  health->SetServingStatus(v1::OutcomeService::service_full_name(), false);
  health->SetServingStatus(v1::ProfileService::service_full_name(), false);
}

void Server::Stop(absl::Duration drain_timeout) {
  if (grpc_ == nullptr) return;
  retention_.Stop();
  insight_service_.Drain();
  // Also keeps a late OnStoreFailed() from changing anything.
  grpc_->GetHealthCheckService()->Shutdown();
  grpc_->Shutdown(absl::ToChronoTime(absl::Now() + drain_timeout));
  grpc_->Wait();
}

}  // namespace stratagem::server
