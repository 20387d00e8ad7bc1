// server/server.h
//
// Server: the gRPC server with its services, health and reflection, and HTTP in
// front of the same services, from listening to drained. Started by main and by
// tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_SERVER_H_
#define STRATAGEM_SERVER_SERVER_H_

#include <atomic>
#include <chrono>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "server/http/http_server.h"
#include "server/ops/call_counts.h"
#include "server/ops/config_reloads.h"
#include "server/ops/server_picture.h"
#include "server/ops/store_host.h"
#include "server/options.h"
#include "server/reload/pack_registry.h"
#include "server/rpc/decide_handler.h"
#include "server/rpc/decision_service.h"
#include "server/rpc/insight_service.h"
#include "server/rpc/outcome_handler.h"
#include "server/rpc/outcome_service.h"
#include "server/rpc/pack_handler.h"
#include "server/rpc/pack_service.h"
#include "server/rpc/profile_handler.h"
#include "server/rpc/profile_service.h"
#include "server/rpc/status_service.h"

namespace stratagem::server {

// Thread safe.
class Server {
 public:
  // Listens on `options.listen` and `options.http_listen` and serves at once.
  // While the stores of `host` are not open, health says NOT_SERVING for all
  // that needs them; when they are open again, `packs` is told first. While a
  // pack is refused, health says so for "packs" alone. Both must outlive the
  // server, which is the only watcher of either.
  // Errors: UNAVAILABLE, it cannot listen there.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options,
                                                       PackRegistry& packs,
                                                       StoreHost& host);
  // Stops without waiting for calls in flight.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The ports it listens on, also when port 0 was asked for; 0 without HTTP.
  int port() const { return port_; }
  int http_port() const { return http_ == nullptr ? 0 : http_->port(); }

  // How it is and what it has counted since it started. Time: O(versions +
  // counts); reads no disk and waits for none.
  ServerPicture Look() const;

  // Where whoever reads the configuration again counts it.
  ConfigReloads& config_reloads() { return config_reloads_; }

  // Whether calls of Decide may ask for decisions that are not recorded.
  void AllowUnlogged(bool allowed) { decide_handler_.AllowUnlogged(allowed); }

  // Reports NOT_SERVING, and over HTTP that it is not ready, from now on, and
  // still takes calls. Idempotent.
  void ReportStopping();

  // ReportStopping(), takes no more calls, lets those in flight finish for
  // `drain_timeout` and cancels the rest. No call is left afterwards.
  // Idempotent.
  void Stop(absl::Duration drain_timeout);

 private:
  Server(const Options& options, PackRegistry& packs, StoreHost& host);
  void LookAtStores(ServerPicture& picture) const;
  void LookAtPacks(ServerPicture& picture) const;
  absl::Status Listen(const Options& options);
  absl::Status ListenForHttp(const Options& options);
  void SetStoresServing(bool serving);
  // Why it does not answer calls for decisions, or OK.
  absl::Status Ready() const;

  StoreHost& host_;
  PackRegistry& packs_;
  const absl::Time started_at_ = absl::Now();
  const std::chrono::steady_clock::time_point began_ =
      std::chrono::steady_clock::now();
  CallCounts call_counts_;
  ConfigReloads config_reloads_;
  DecideHandler decide_handler_;
  OutcomeHandler outcome_handler_;
  ProfileHandler profile_handler_;
  PackHandler pack_handler_;
  DecisionService decision_service_;
  OutcomeService outcome_service_;
  PackService pack_service_;
  ProfileService profile_service_;
  InsightService insight_service_;
  StatusService status_service_;
  std::atomic<bool> is_stopping_ = false;
  int port_ = 0;
  // INVARIANT: last, so that calls end before what they use.
  std::unique_ptr<grpc::Server> grpc_;
  // Calls through grpc_. Null without HTTP.
  std::unique_ptr<HttpServer> http_;
  // The same for Look(), which calls over HTTP reach before http_ is set.
  std::atomic<const HttpServer*> looked_at_http_ = nullptr;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_SERVER_H_
