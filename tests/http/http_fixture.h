// tests/http/http_fixture.h
//
// HttpTest: an HttpServer in front of a gRPC service that does what the call's
// metadata say, in this process.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_HTTP_HTTP_FIXTURE_H_
#define STRATAGEM_TESTS_HTTP_HTTP_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server.h"
#include "gtest/gtest.h"
#include "server/http/http_server.h"
#include "tests/http/raw_client.h"

namespace stratagem::server {

// Answers every call, by its metadata:
//   x-code: N, x-message   fails with that code;
//   x-hang                 never answers; ends when it is cancelled;
//   x-count: N             N messages, for a stream; otherwise one.
// Each message is what `answer` holds; `x-seen` of the trailers is the bytes of
// the request in hexadecimal, `x-deadline` says whether there is one.
class ScriptedService final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  std::string answer;
  absl::Notification hanging;    // A call hangs.
  absl::Notification cancelled;  // It was cancelled.
};

class HttpTest : public testing::Test {
 protected:
  HttpTest();
  ~HttpTest() override;

  // With time-outs that no test meets unless it sets its own.
  void StartServer(HttpOptions options = {});
  RawClient Connect() const { return RawClient(http_->port()); }
  // Sends `request` over a connection of its own.
  RawAnswer Call(const std::string& request) const;

  ScriptedService service_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<HttpServer> http_;
};

// Calls of the services whose messages the server knows.
inline constexpr char kDecidePath[] = "/stratagem.v1.DecisionService/Decide";
inline constexpr char kFollowPath[] =
    "/stratagem.v1.InsightService/FollowDecisions";

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_HTTP_HTTP_FIXTURE_H_
