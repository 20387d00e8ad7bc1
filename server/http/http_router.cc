#include "server/http/http_router.h"

#include <span>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/suggestion.h"
#include "server/http/connect_call.h"
#include "server/http/connect_request.h"
#include "server/rpc/error_map.h"

namespace stratagem::server {
namespace {

// The path and query of a target: "/path?query", or with a scheme and a host in
// front, as proxies are asked.
absl::string_view PathAndQuery(absl::string_view target) {
  if (!absl::ConsumePrefix(&target, "http://")) return target;
  const size_t slash = target.find('/');
  return slash == target.npos ? "/" : target.substr(slash);
}

// Of Prometheus' text format.
constexpr char kMetricsType[] = "text/plain; version=0.0.4; charset=utf-8";

// LIMIT: a path for which a near one is searched, which takes time.
constexpr size_t kSuggestedPathBytesMax = 200;

HttpResponse NotFound(absl::string_view path,
                      std::span<const std::string> paths) {
  const std::string nearest =
      path.size() > kSuggestedPathBytesMax ? "" : Nearest(path, paths);
  return ErrorAnswer(
      v1::ERROR_REASON_METHOD_NOT_FOUND,
      absl::StrCat("there is no `", path, "`; ",
                   nearest.empty()
                       ? "calls are POST /SERVICE/METHOD, pages /healthz, "
                         "/readyz and /metrics"
                       : absl::StrCat("did you mean `", nearest, "`?")));
}

}  // namespace

HttpRouter::HttpRouter(const HttpOptions& options, const ServiceList& services,
                       std::shared_ptr<grpc::Channel> channel)
    : cors_(options.cors_origins),
      ready_(options.ready),
      metrics_(options.metrics),
      body_bytes_max_(options.request.body_bytes_max),
      channel_(std::move(channel)) {
  for (const google::protobuf::ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::MethodDescriptor* method = service->method(i);
      paths_.push_back(
          absl::StrCat("/", service->full_name(), "/", method->name()));
      methods_[paths_.back()] = method;
    }
  }
}

std::shared_ptr<Call> HttpRouter::Handle(
    const HttpRequest& request, const std::shared_ptr<AnswerSink>& sink,
    absl::FunctionRef<bool(size_t)> hold) const {
  if (auto preflight = cors_.AnswerPreflight(request)) {
    sink->Answer(*std::move(preflight));
    return nullptr;
  }
  const std::pair<absl::string_view, absl::string_view> target =
      absl::StrSplit(PathAndQuery(request.target), absl::MaxSplits('?', 1));
  if (auto page = AnswerPage(target.first, request)) {
    sink->Answer(*std::move(page));
    return nullptr;
  }
  const auto method = methods_.find(target.first);
  if (method == methods_.end()) {
    sink->Answer(NotFound(target.first, paths_));
    return nullptr;
  }
  auto read = ReadConnectRequest(*method->second, target.second, request,
                                 body_bytes_max_);
  if (auto* answer = std::get_if<HttpResponse>(&read)) {
    sink->Answer(std::move(*answer));
    return nullptr;
  }
  auto& plan = std::get<CallPlan>(read);
  if (draining_) {
    sink->Answer(ErrorAnswerAs(plan.type, ToGrpcStatus(ServerStopping())));
    return nullptr;
  }
  if (!hold(plan.message.size())) {
    sink->Answer(ErrorAnswerAs(plan.type, NoRoomForRequest()));
    return nullptr;
  }
  return StartCall(channel_, std::move(plan), sink);
}

std::optional<HttpResponse> HttpRouter::AnswerPage(
    absl::string_view path, const HttpRequest& request) const {
  if (path != "/healthz" && path != "/readyz" && path != "/metrics") {
    return std::nullopt;
  }
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse answer = ErrorAnswer(v1::ERROR_REASON_METHOD_NOT_ALLOWED,
                                      "pages are read with GET");
    answer.headers.push_back({"Allow", "GET, HEAD"});
    return answer;
  }
  if (path == "/healthz") return PlainPage(200, "ok");
  if (path == "/metrics") {
    return HttpResponse{.status = 200,
                        .headers = {{"Content-Type", kMetricsType},
                                    {"Cache-Control", "no-store"}},
                        .body = metrics_()};
  }
  return ReadyPage();
}

HttpResponse HttpRouter::ReadyPage() const {
  if (draining_) return PlainPage(503, "the server stops");
  const absl::Status status = ready_();
  if (status.ok()) return PlainPage(200, "ready");
  return PlainPage(503, status.message());
}

}  // namespace stratagem::server
