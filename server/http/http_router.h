// server/http/http_router.h
//
// HttpRouter: from a request to what answers it, a page or a call of a service.
// Knows nothing of sockets. Used by connections.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_HTTP_ROUTER_H_
#define STRATAGEM_SERVER_HTTP_HTTP_ROUTER_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/channel.h"
#include "server/http/answer_sink.h"
#include "server/http/cors.h"
#include "server/http/http_message.h"
#include "server/http/http_options.h"

namespace stratagem::server {

using ServiceList = std::vector<const google::protobuf::ServiceDescriptor*>;

// Thread safe.
class HttpRouter {
 public:
  // Calls of `services`, which are in the generated pool, go over `channel`.
  HttpRouter(const HttpOptions& options, const ServiceList& services,
             std::shared_ptr<grpc::Channel> channel);

  // Answers `request` through `sink`, now or later. Returns the call that will
  // answer, or nullptr when there is none to cancel. A call is made only when
  // `hold` says that there is room for the bytes of its message, which may be
  // many more than were sent.
  std::shared_ptr<Call> Handle(const HttpRequest& request,
                               const std::shared_ptr<AnswerSink>& sink,
                               absl::FunctionRef<bool(size_t)> hold) const;

  // Returns headers that each answer to `request` has besides its own.
  HttpHeaders AnswerHeaders(const HttpRequest& request) const {
    return cors_.AnswerHeaders(request);
  }

  // From now on new calls fail with UNAVAILABLE, and /readyz says that the
  // server stops.
  void Drain() { draining_ = true; }
  bool draining() const { return draining_; }

 private:
  std::optional<HttpResponse> AnswerPage(absl::string_view path,
                                         const HttpRequest& request) const;
  HttpResponse ReadyPage() const;

  const Cors cors_;
  const std::function<absl::Status()> ready_;
  const std::function<std::string()> metrics_;
  const size_t body_bytes_max_;
  const std::shared_ptr<grpc::Channel> channel_;
  // By path: "/stratagem.v1.DecisionService/Decide".
  absl::flat_hash_map<std::string, const google::protobuf::MethodDescriptor*>
      methods_;
  std::vector<std::string> paths_;  // Of all methods.
  std::atomic<bool> draining_ = false;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_HTTP_ROUTER_H_
