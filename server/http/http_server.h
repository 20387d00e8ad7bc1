// server/http/http_server.h
//
// HttpServer: unary and server-streaming calls of gRPC services over HTTP/1.1,
// by the Connect protocol, and a few plain pages. Each call goes through gRPC,
// in this process, so that services do not know which wire it came by. Started
// by Server and by tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_HTTP_SERVER_H_
#define STRATAGEM_SERVER_HTTP_HTTP_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "server/http/connection_set.h"
#include "server/http/http_options.h"
#include "server/http/http_router.h"

namespace stratagem::server {

// Thread safe. A connection costs no thread.
class HttpServer {
 public:
  // Listens on `options.listen` and serves `services`, which are in the
  // generated pool, over `channel`.
  // Errors: UNAVAILABLE, it cannot listen there.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      HttpOptions options, const ServiceList& services,
      std::shared_ptr<grpc::Channel> channel);
  // Stops without waiting for answers.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port it listens on, also when port 0 was asked for.
  int port() const;
  HttpStats stats() const;

  // /readyz answers 503 and new calls fail with UNAVAILABLE; those in flight
  // may finish for `drain_timeout` and are cancelled then. No connection is
  // left afterwards. Idempotent.
  void Stop(absl::Duration drain_timeout);

 private:
  class Listener;

  HttpServer(HttpOptions options, const ServiceList& services,
             std::shared_ptr<grpc::Channel> channel);

  const HttpOptions options_;
  HttpRouter router_;
  ConnectionSet connections_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_HTTP_SERVER_H_
